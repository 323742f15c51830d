-- What the peers read: the same rows without Tenantry, under the two usual kinds of policy. One table carries both, each
-- for its own login: the plain one compares with a setting, the other asks which organizations the user belongs to.
-- `peer` is also the unsealed side of W1s.
create role peer login password 'peer';
create role peer_supabase login password 'peer_supabase';
create schema peer;
grant usage on schema peer to peer, peer_supabase;

create table peer.documents as select organization_id, id, title, body, created_at from public.documents;
alter table peer.documents add primary key (organization_id, id);
create index documents_organization_id_created_at_idx on peer.documents (organization_id, created_at desc, id desc);

create table peer.users as select id, email, name from tenantry.users;
alter table peer.users add primary key (id);

create table peer.members as select organization_id, user_id, role, created_at from tenantry.memberships;
alter table peer.members add primary key (organization_id, user_id);
create index members_user_id_idx on peer.members (user_id);

-- As auth.uid() does it: the user is in the claims of the request.
create function peer.my_organizations() returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select m.organization_id from peer.members m
     where m.user_id = (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;

-- It runs as its owner, who passes by row security: the server's own login may not call it, or the server would not start.
revoke execute on function peer.my_organizations() from public;
grant execute on function peer.my_organizations() to peer_supabase;

alter table peer.documents enable row level security;
alter table peer.members enable row level security;
create policy plain_documents on peer.documents to peer
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create policy plain_members on peer.members to peer
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create policy supabase_documents on peer.documents to peer_supabase
    using (organization_id = any (array(select peer.my_organizations())));
create policy supabase_members on peer.members to peer_supabase
    using (organization_id = any (array(select peer.my_organizations())));
grant select, insert, update, delete on peer.documents, peer.members to peer, peer_supabase;
grant select on peer.users to peer, peer_supabase;
