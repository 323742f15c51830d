// Fills Better Auth's own tables by SQL, unless they hold as many organizations already: a million memberships through
// its API would take hours. What is measured, the sessions and every request, goes through its API.
import { readFile } from "node:fs/promises";
import { schemaName } from "./auth.mjs";

const statements = new URL("./seed.sql", import.meta.url);

/** How many organizations; each has a hundred members and each person belongs to ten of them. */
const organizations = Number(process.env.PEER_ORGANIZATIONS ?? 10_000);

export async function seed(pool) {
  const client = await pool.connect();
  try {
    const { rows } = await client.query(`select count(*)::int as found from ${schemaName}.organization`);
    if (rows[0].found === organizations) return;
    const started = performance.now();
    await client.query("begin");
    await client.query("select set_config('search_path', $1, true)", [schemaName]);
    await client.query("select set_config('peer.organizations', $1, true)", [String(organizations)]);
    await client.query(await readFile(statements, "utf8"));
    await client.query("commit");
    await client.query("vacuum analyze");
    console.error(`better-auth: ${organizations} organizations filled in ${Math.round(performance.now() - started)} ms`);
  } finally {
    client.release();
  }
}
