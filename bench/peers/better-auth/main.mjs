// Prepares the database and the credentials once, then starts the workers; the health check answers after that.
import cluster from "node:cluster";

if (cluster.isPrimary) {
  const { prepare } = await import("./prepare.mjs");
  await prepare();
  const { runCluster } = await import("../node-cluster/run_cluster.mjs");
  runCluster();
} else {
  await import("./worker.mjs");
}
