// One transaction for one organization: row security reads the setting that is made here.
// `sequential` awaits each statement, as the driver's page on transactions does; `pipelined` sends all four at once,
// as its page on pipelining does. The statements are the same.
import { Pool } from "pg";
import { setting } from "./policy.mjs";

const pipeline = process.env.PEER_PIPELINE === "1";

const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  // For each worker: every one of them is a process with a pool of its own.
  max: Number(process.env.POOL_SIZE),
  // Kept open: between two rounds of a benchmark a connection would else time out and be opened again inside the next.
  idleTimeoutMillis: 0,
  pipeline,
});

async function sequential(client, context, statement) {
  try {
    await client.query("begin");
    await client.query(context);
    const result = await client.query(statement);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

async function pipelined(client, context, statement) {
  // A statement that fails turns the commit behind it into a rollback, so nothing has to be undone here.
  const [, , result] = await Promise.all([
    client.query("begin"),
    client.query(context),
    client.query(statement),
    client.query("commit"),
  ]);
  return result;
}

export async function tenantRows(claims, statement) {
  const context = { name: "context", text: setting.text, values: setting.values(claims) };
  const client = await pool.connect();
  try {
    const { rows } = await (pipeline ? pipelined : sequential)(client, context, statement);
    return rows;
  } finally {
    client.release();
  }
}
