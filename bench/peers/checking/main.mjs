// Checks the peers named on the command line, or all that are installed, one after the other; ends with 1 if one is wrong.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkApplication } from "./check_application.mjs";
import { checkBetterAuth } from "./check_better_auth.mjs";
import { startCluster } from "./cluster.mjs";
import { startPeer } from "./peer_process.mjs";
import { signers } from "./tokens.mjs";

const application = (folder, signer, login, knowsMembers = false) => ({
  folder,
  environment: ({ cluster, signing }) => ({ ...signing[signer].environment, DATABASE_URL: cluster.url(login, "bench") }),
  check: (peer, { cluster, signing }) => checkApplication(peer, cluster, signing[signer], { knowsMembers }),
});

const betterAuth = (folder, tables) => ({
  folder,
  environment: ({ cluster, scratch }) => ({
    DATABASE_URL: cluster.url("peer", "better_auth"),
    TOKENS: join(scratch, `${folder}.tokens`),
    PEER_ORGANIZATIONS: "20",
    PEER_CREDENTIALS: "2",
  }),
  check: (peer, { cluster, scratch }) =>
    checkBetterAuth(peer, cluster, {
      routesFile: fileURLToPath(new URL(`../${folder}/routes.json`, import.meta.url)),
      tokensFile: join(scratch, `${folder}.tokens`),
      database: "better_auth",
      ...tables,
    }),
});

const camelCase = { schema: "better_auth", organizationId: '"organizationId"', userId: '"userId"' };
const snakeCase = { schema: "better_auth_rs", organizationId: "organization_id", userId: "user_id" };

const peers = {
  fastapi: application("fastapi", "hs256", "peer"),
  "fastapi-plain": application("fastapi", "hs256", "peer"),
  "hono-plain": application("hono", "es256", "peer"),
  "hono-pipelined": application("hono", "es256", "peer"),
  "hono-supabase": application("hono", "es256", "peer_supabase", true),
  "hono-supabase-policy-only": application("hono", "es256", "peer_supabase", true),
  "better-auth": betterAuth("better-auth", camelCase),
  "better-auth-cookie-cache": betterAuth("better-auth", camelCase),
  "better-auth-rs": betterAuth("better-auth-rs", snakeCase),
};

async function checkPeer(name, world) {
  const started = performance.now();
  const peer = await startPeer(name, peers[name].environment(world));
  const ready = performance.now();
  try {
    await peers[name].check(peer, world);
  } finally {
    await peer.stop();
  }
  console.log(`ok    ${name} (ready after ${Math.round(ready - started)} ms)`);
}

/** What `install` was asked for and could not do is not there to be wrong, so it is only named. */
function installed() {
  const lock = (name) => new URL(`../.installed/${peers[name].folder}.lock`, import.meta.url);
  const all = Object.keys(peers);
  for (const name of all.filter((name) => !existsSync(lock(name)))) console.log(`none  ${name} (not installed)`);
  return all.filter((name) => existsSync(lock(name)));
}

const names = process.argv.length > 2 ? process.argv.slice(2) : installed();
const unknown = names.filter((name) => !Object.hasOwn(peers, name));
if (unknown.length > 0) throw new Error(`no peer is called ${unknown.join(", ")}`);

const scratch = mkdtempSync(join(tmpdir(), "tenantry-peers-check-"));
const cluster = startCluster();
try {
  cluster.query("postgres", "create database bench");
  cluster.execute("bench", "schema.sql");
  cluster.execute("bench", "rows.sql");
  cluster.query("postgres", "create database better_auth owner peer");
  const world = { cluster, scratch, signing: await signers() };
  for (const name of names) {
    try {
      await checkPeer(name, world);
    } catch (error) {
      console.log(`wrong ${name}: ${error.message}`);
      process.exitCode = 1;
    }
  }
} finally {
  cluster.stop();
  rmSync(scratch, { recursive: true });
}
