// Prepares the database and the credentials, then starts the workers; PEER_PHASE asks for one of the two alone.
import cluster from "node:cluster";

const phase = process.env.PEER_PHASE;

if (cluster.isPrimary) {
  if (phase !== "serve") await (await import("./prepare.mjs")).prepare();
  if (phase !== "prepare") (await import("../node-cluster/run_cluster.mjs")).runCluster();
} else {
  await import("./worker.mjs");
}
