// Starts as many workers as WORKERS says; they share one port and Node hands out the connections in turn.
import cluster from "node:cluster";

if (cluster.isPrimary) {
  const { runCluster } = await import("../node-cluster/run_cluster.mjs");
  runCluster();
} else {
  const { serve } = await import("@hono/node-server");
  const { application } = await import("./application.mjs");
  serve({ fetch: application.fetch, hostname: "127.0.0.1", port: Number(process.env.PORT) });
}
