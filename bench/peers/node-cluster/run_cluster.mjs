// The first process of a Node peer: it forks the workers and does nothing else.
// A worker that dies ends the whole peer, because a benchmark with half of its workers would be a lie.
import cluster from "node:cluster";

export function runCluster() {
  let stopping = false;
  const stop = () => {
    stopping = true;
    for (const worker of Object.values(cluster.workers)) worker.process.kill("SIGTERM");
  };
  cluster.on("exit", (worker, code, signal) => {
    if (!stopping) {
      console.error(`worker ${worker.process.pid} ended (${signal ?? code})`);
      process.exitCode = 1;
      stop();
    }
  });
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  for (let started = 0; started < Number(process.env.WORKERS); started += 1) cluster.fork();
}
