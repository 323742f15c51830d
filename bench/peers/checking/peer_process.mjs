// Starts a peer through `run`, as the benchmark does, waits until it is ready and stops it with everything it started.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./ports.mjs";

const run = fileURLToPath(new URL("../run", import.meta.url));

async function answers(url) {
  try {
    return (await fetch(`${url}/healthz`)).status === 200;
  } catch {
    return false;
  }
}

export async function startPeer(name, environment, patience = 120_000) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Two workers on any machine: what a peer keeps in one of them only would go unnoticed with one.
  const child = spawn(run, [name], {
    env: { ...process.env, ...environment, PORT: port, WORKERS: "2" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    const gone = await Promise.race([ended.then(() => true), sleep(15_000, false, { ref: false })]);
    if (!gone) child.kill("SIGKILL");
    if (!gone || (await answers(url))) throw new Error(`${name} did not stop within 15 s of SIGTERM`);
  };
  const started = performance.now();
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended before it was ready`);
    if (performance.now() - started > patience) {
      await stop();
      throw new Error(`${name} was not ready within ${patience / 1000} s`);
    }
    await sleep(50);
  }
  return { url, port, stop };
}
