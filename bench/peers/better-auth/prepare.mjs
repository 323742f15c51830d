// Makes the tables with Better Auth's own migration, fills them once, and writes fresh credentials at every start.
import { testUtils } from "better-auth/plugins";
import { getMigrations } from "better-auth/db/migration";
import { createAuth, createPool } from "./auth.mjs";
import { writeCredentials } from "./credentials.mjs";
import { seed } from "./seed.mjs";

export async function prepare() {
  const pool = createPool();
  // The plugin for tests can open a session without a password; the workers run without it.
  const auth = createAuth(pool, [testUtils()]);
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  await seed(pool);
  if (process.env.TOKENS) await writeCredentials(auth, pool, process.env.TOKENS);
  await pool.end();
}
