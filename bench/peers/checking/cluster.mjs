// A PostgreSQL of the check's own, in a fresh directory under /tmp, reached by its socket alone; it is removed at the end.
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const binaries = process.env.PG_BIN ?? "/usr/lib/postgresql/15/bin";

/** PostgreSQL refuses to run as root, so root lends it the account `postgres`. */
function account() {
  if (process.getuid() !== 0) return {};
  const number = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

export function startCluster() {
  const options = { ...account(), cwd: "/", stdio: ["pipe", "pipe", "inherit"], encoding: "utf8" };
  const directory = mkdtempSync("/tmp/tenantry-peers-");
  // The peers run as the caller and have to reach the socket.
  chmodSync(directory, 0o755);
  if (options.uid !== undefined) chownSync(directory, options.uid, options.gid);
  const data = join(directory, "data");
  const tool = (name, parameters, input) =>
    execFileSync(join(binaries, name), parameters, { ...options, input });
  const query = (database, sql) =>
    tool("psql", ["-h", directory, "-U", "postgres", "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1"], sql);

  tool("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  const settings = `-c listen_addresses='' -c unix_socket_directories=${directory}`;
  tool("pg_ctl", ["-D", data, "-w", "-o", settings, "-l", join(directory, "log"), "start"]);
  return {
    query,
    execute: (database, file) => query(database, readFileSync(new URL(file, import.meta.url), "utf8")),
    // The one form of an address by socket that all drivers here agree on.
    url: (login, database) => `postgres:///${database}?host=${directory}&user=${login}`,
    stop() {
      tool("pg_ctl", ["-D", data, "-m", "fast", "-w", "stop"]);
      rmSync(directory, { recursive: true });
    },
  };
}
