// What an application peer (FastAPI, hono) has to answer: its own rows, nobody else's, and nothing without a token.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

const organization = (letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`;
const owner = (letter) => `${letter}0000000-0000-4000-8000-000000000000`;
const member = (letter) => `${letter}0000001-0000-4000-8000-000000000000`;

/** The identifiers the database itself names, without row security, in the order a peer has to answer them. */
function expectation(cluster, letter) {
  const list = (sql) => cluster.query("bench", sql).trim().split("\n");
  const where = `where organization_id = '${organization(letter)}'`;
  return {
    documents: list(`select id from peer.documents ${where} order by created_at desc, id desc limit 20`),
    members: list(`select user_id from peer.members ${where} order by user_id limit 100`),
  };
}

async function ask(peer, path, token, body) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(peer.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers,
    body: body && JSON.stringify(body),
  });
  return { status: response.status, content: response.status === 200 ? await response.json() : undefined };
}

function assertRows(path, letter, found, expected) {
  const strange = found.filter((identifier) => !identifier.startsWith(letter)).length;
  assert.equal(strange, 0, `${path} shows organization ${letter} ${strange} rows of the other`);
  assert.ok(isDeepStrictEqual(found, expected), `${path} shows organization ${letter} other rows than its newest or first`);
}

async function checkOrganization(peer, cluster, letter, sign) {
  const expected = expectation(cluster, letter);
  const token = await sign({ user: owner(letter), organization: organization(letter) });
  const answer = async (path, body) => {
    const { status, content } = await ask(peer, path, token, body);
    assert.equal(status, 200, `${path} answers ${status} to organization ${letter}`);
    return content;
  };
  const documents = await answer("/documents");
  assertRows("/documents", letter, documents.map(({ id }) => id), expected.documents);
  for (const { title, body } of documents) {
    assert.ok(title.startsWith(`${letter} document`) && body === letter.repeat(100));
  }
  const members = await answer("/members");
  assertRows("/members", letter, members.map(({ user_id }) => user_id), expected.members);
  assert.ok(members.every(({ email }) => email.startsWith(letter) && email.endsWith("@example.com")));
  const me = await answer("/me");
  assert.deepEqual(
    [me.user_id, me.organization_id, me.email, me.role],
    [owner(letter), organization(letter), `${letter}0@example.com`, "owner"],
  );
  assert.deepEqual(await answer("/permissions", { permission: "members.manage" }), { allowed: true });
  await checkMember(peer, letter, sign);
}

async function checkMember(peer, letter, sign) {
  const token = await sign({ user: member(letter), organization: organization(letter) });
  const { content } = await ask(peer, "/permissions", token, { permission: "members.manage" });
  assert.deepEqual(content, { allowed: false });
}

async function checkRefusals(peer, { sign, signStrange }) {
  const claims = { user: owner("a"), organization: organization("a") };
  const bad = [undefined, "nonsense", await signStrange(claims), await sign(claims, "-1 minute")];
  for (const path of ["/documents", "/members", "/me"]) {
    for (const token of bad) assert.equal((await ask(peer, path, token)).status, 401, `${path} with a bad token`);
  }
  assert.equal((await ask(peer, "/permissions", undefined, { permission: "documents.read" })).status, 401);
}

/** A person of one organization with a token that names the other: a policy that knows members has to show nothing. */
async function checkStranger(peer, { sign }) {
  const token = await sign({ user: owner("a"), organization: organization("b") });
  const { content } = await ask(peer, "/documents", token);
  assert.ok(content.every(({ title }) => title.startsWith("a ")), "a stranger sees documents of organization b");
  assert.notEqual((await ask(peer, "/me", token)).content?.organization_id, organization("b"));
}

/** Both organizations at once over shared connections: a setting that outlived its transaction would show here. */
async function checkTogether(peer, cluster, sign) {
  await Promise.all(
    Array.from({ length: 40 }, (_, turn) => checkOrganization(peer, cluster, turn % 2 === 0 ? "a" : "b", sign)),
  );
}

export async function checkApplication(peer, cluster, signer, { knowsMembers }) {
  for (const letter of ["a", "b"]) await checkOrganization(peer, cluster, letter, signer.sign);
  await checkTogether(peer, cluster, signer.sign);
  await checkRefusals(peer, signer);
  if (knowsMembers) await checkStranger(peer, signer);
}
