// Prints a JSON line for each Node package that is really installed, and one for Node itself.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const [peer, lock] = process.argv.slice(2);
const line = (name, version) => console.log(JSON.stringify({ peer, package: name, version }));

line("node", process.versions.node);
const { packages } = JSON.parse(await readFile(lock, "utf8"));
for (const [path, { optional, dev, peer: peerOnly }] of Object.entries(packages)) {
  if (path === "" || dev) continue;
  try {
    const installed = JSON.parse(await readFile(join(dirname(lock), path, "package.json"), "utf8"));
    line(installed.name, installed.version);
  } catch (error) {
    // An optional package for another system is in the lock file but not here; anything else is a broken installation.
    if (!(error.code === "ENOENT" && (optional || peerOnly))) throw error;
  }
}
