// What Better Auth has to answer through the routes of routes.json, with the credentials it wrote itself.
// The Rust implementation is checked by the same questions: the shapes of the answers are the same by its own promise.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

async function ask(peer, route, routes, credential, organization) {
  const fill = (text) => text.replaceAll("{organization}", organization).replaceAll("{port}", peer.port);
  const headers = Object.fromEntries(Object.entries(routes.headers).map(([name, value]) => [name, fill(value)]));
  if (credential !== undefined) headers[routes.credential] = credential;
  if (route.body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(peer.url + fill(route.path), {
    method: route.method,
    headers,
    body: route.body && fill(JSON.stringify(route.body)),
  });
  return { status: response.status, content: await response.json() };
}

const identifiers = (members) => members.map(({ userId }) => userId).sort();

/** What the tables say: who is in the organization, whose session the credential is, and where that person is a stranger. */
function expectation(cluster, { database, schema, organizationId, userId }, organization) {
  const query = (select, rest) => cluster.query(database, `select ${select} from ${schema}.member ${rest}`).trim();
  const here = `where ${organizationId} = '${organization}'`;
  const owner = query(userId, `${here} and role = 'owner'`);
  const strange = query(
    organizationId,
    `group by 1 having count(*) filter (where ${userId} = '${owner}') = 0 order by 1 limit 1`,
  );
  assert.ok(owner !== "" && strange !== "");
  return { owner, strange, members: query(userId, here).split("\n").sort() };
}

export async function checkBetterAuth(peer, cluster, { routesFile, tokensFile, ...tables }) {
  const routes = JSON.parse(await readFile(routesFile, "utf8"));
  const credentials = (await readFile(tokensFile, "utf8")).trim().split("\n").map((line) => line.split("\t"));
  assert.equal(credentials.length, 2);
  for (const [credential, organization] of credentials) {
    const expected = expectation(cluster, tables, organization);
    const answer = (workload, other = organization, held = credential) =>
      ask(peer, routes[workload], routes, held, other);

    const session = await answer("W3");
    assert.equal(session.status, 200);
    assert.equal(session.content.user.id, expected.owner);
    assert.deepEqual((await answer("W4")).content.success, true);
    const { status, content } = await answer("W5");
    assert.equal(status, 200);
    assert.equal(content.members.length, 100, `W5 lists ${content.members.length} members`);
    assert.deepEqual(identifiers(content.members), expected.members);
    assert.ok(content.members.every(({ user }) => user.email.includes("@")));

    for (const workload of ["W4", "W5"]) {
      const { status } = await answer(workload, expected.strange);
      assert.ok([401, 403].includes(status), `${workload} answers ${status} about a strange organization`);
      assert.equal((await answer(workload, organization, "")).status, 401, `${workload} without a session`);
    }
    assert.ok(!(await answer("W3", organization, "")).content?.user, "a session without a credential");
  }
}
