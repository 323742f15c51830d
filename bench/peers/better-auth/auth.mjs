// The configuration of Better Auth as its documentation says for production on PostgreSQL: the organization plugin, a
// pool, joins, its own schema. Rate limits, telemetry and all logs but errors are off; the check of the origin stays on.
import { PostgresDialect } from "kysely";
import { betterAuth } from "better-auth";
import { organization } from "better-auth/plugins";
import { Pool } from "pg";

export const schemaName = "better_auth";
export const cookieCache = process.env.PEER_COOKIE_CACHE === "1";
export const baseURL = `http://127.0.0.1:${process.env.PORT}`;

export function createAuth(pool, additionalPlugins = []) {
  return betterAuth({
    baseURL,
    // A benchmark has nothing to keep secret; the start-up and all workers have to agree on it.
    secret: "benchmark-only-0123456789abcdef-not-a-secret",
    database: { dialect: new PostgresDialect({ pool }), type: "postgres", schemaName },
    advanced: { database: { joins: process.env.PEER_JOINS !== "0" } },
    // A cached session holds as long as the session: otherwise the measurement would fall back to the database midway.
    session: { cookieCache: { enabled: cookieCache, maxAge: 7 * 24 * 60 * 60 } },
    emailAndPassword: { enabled: true },
    plugins: [organization(), ...additionalPlugins],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: "error" },
  });
}

export function createPool() {
  return new Pool({
    connectionString: process.env.DATABASE_URL,
    // For each worker: every one of them is a process with a pool of its own.
    max: Number(process.env.POOL_SIZE),
    // Kept open: between two rounds of a benchmark a connection would else time out and be opened again inside the next.
    idleTimeoutMillis: 0,
  });
}
