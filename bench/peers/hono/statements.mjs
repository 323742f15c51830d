// The statements of the routes, each with a name, so that the driver prepares it once for each connection.
import { filtersInQuery } from "./policy.mjs";

const memberColumns = "member.user_id, person.email, person.name, member.role";
const memberTables = "peer.members member join peer.users person on person.id = member.user_id";

/** Builds a named statement; `where` holds the conditions that are not the organization. */
function statement(name, { select, from, organizationColumn, where = [], order = "" }) {
  const conditions = filtersInQuery ? [...where, `${organizationColumn} = $${where.length + 1}`] : where;
  const filter = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
  const text = `select ${select} from ${from} ${filter} ${order}`;
  return (claims, ...values) => ({ name, text, values: filtersInQuery ? [...values, claims.organization] : values });
}

export const newestDocuments = statement("newest_documents", {
  select: "id, title, body, created_at",
  from: "peer.documents",
  organizationColumn: "organization_id",
  order: "order by created_at desc, id desc limit 20",
});

export const firstMembers = statement("first_members", {
  select: memberColumns,
  from: memberTables,
  organizationColumn: "member.organization_id",
  order: "order by member.user_id limit 100",
});

export const oneMember = statement("one_member", {
  select: `member.organization_id, ${memberColumns}`,
  from: memberTables,
  organizationColumn: "member.organization_id",
  where: ["member.user_id = $1"],
});

export const role = statement("role", {
  select: "role",
  from: "peer.members",
  organizationColumn: "organization_id",
  where: ["user_id = $1"],
});
