// The four routes the suite measures, and the health check, which alone needs no token.
import { Hono } from "hono";
import { requireClaims } from "./claims.mjs";
import { firstMembers, newestDocuments, oneMember, role } from "./statements.mjs";
import { tenantRows } from "./tenant_transaction.mjs";

const permissions = {
  owner: new Set(["documents.read", "documents.write", "members.manage", "organization.delete"]),
  admin: new Set(["documents.read", "documents.write", "members.manage"]),
  member: new Set(["documents.read", "documents.write"]),
};

export const application = new Hono();

application.get("/healthz", (context) => context.json({ status: "ok" }));

application.get("/documents", requireClaims, async (context) => {
  const claims = context.get("claims");
  return context.json(await tenantRows(claims, newestDocuments(claims)));
});

application.get("/members", requireClaims, async (context) => {
  const claims = context.get("claims");
  return context.json(await tenantRows(claims, firstMembers(claims)));
});

application.get("/me", requireClaims, async (context) => {
  const claims = context.get("claims");
  const [member] = await tenantRows(claims, oneMember(claims, claims.user));
  if (member === undefined) return context.json({ error: "Not a member of this organization" }, 403);
  return context.json(member);
});

application.post("/permissions", requireClaims, async (context) => {
  const claims = context.get("claims");
  const { permission } = await context.req.json();
  const [member] = await tenantRows(claims, role(claims, claims.user));
  return context.json({ allowed: permissions[member?.role]?.has(permission) ?? false });
});
