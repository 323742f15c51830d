// How the database learns whose request it is, and whether the statements also name the organization themselves.
// The plain policy compares with one setting. The Supabase-style policy asks which organizations the user of the
// request's claims belongs to; its documentation recommends to repeat the filter in the query, so that an index serves it.
const style = process.env.PEER_POLICY ?? "plain";

const plain = {
  text: "select set_config('app.organization_id', $1, true)",
  values: ({ organization }) => [organization],
};

const supabase = {
  text: "select set_config('request.jwt.claims', $1, true)",
  values: ({ user, organization }) => [JSON.stringify({ sub: user, org: organization, role: "authenticated" })],
};

export const setting = style === "plain" ? plain : supabase;
export const filtersInQuery = style === "supabase";
