// Opens sessions for the owners of the measured organizations and writes one line for each: cookie, tab, organization.
// The sessions are made by Better Auth itself, without the password hash, which would take minutes of scrypt.
import { writeFile } from "node:fs/promises";
import { baseURL, cookieCache, schemaName } from "./auth.mjs";

const count = Number(process.env.PEER_CREDENTIALS ?? 2_000);

/** Owners that are spread over all organizations, so that neighbours in the tables are not measured together. */
const owners = `
  select "userId" as user, "organizationId" as organization
  from ${schemaName}.member where role = 'owner' order by md5(id) limit $1`;

/** The cookies a browser would hold; with the cache on, the answer to its first look brings the cached session along. */
async function cookies(auth, test, { user, organization }) {
  const { headers } = await test.login({ userId: user, session: { activeOrganizationId: organization } });
  const held = [headers.get("cookie")];
  if (cookieCache) {
    const response = await auth.api.getSession({ headers, asResponse: true });
    held.push(...response.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0]));
  }
  return held.join("; ");
}

export async function writeCredentials(auth, pool, path) {
  const { test } = await auth.$context;
  const { rows } = await pool.query(owners, [count]);
  // Sessions of earlier starts stay: another variant on the same database may be using them at this moment.
  const lines = [];
  // Where there are fewer organizations than credentials, an owner has several, as a person with several devices has.
  for (let number = 0; number < count; number += 1) {
    const owner = rows[number % rows.length];
    lines.push(`${await cookies(auth, test, owner)}\t${owner.organization}\n`);
  }
  await writeFile(path, lines.join(""), { mode: 0o600 });
}
