-- What the peers read, as the benchmark's own database has it: README.md says what each column is for.
-- One table serves both policies, because a policy is bound to the login it is for: `peer` compares with a plain
-- setting, `peer_supabase` asks which organizations the user of the request's claims belongs to.
create role peer login nosuperuser nobypassrls;
create role peer_supabase login nosuperuser nobypassrls;

create schema peer;
grant usage on schema peer to peer, peer_supabase;

create table peer.users (
    id uuid primary key,
    email text not null unique,
    name text not null
);

create table peer.members (
    organization_id uuid not null,
    user_id uuid not null references peer.users,
    role text not null,
    primary key (organization_id, user_id)
);
create index members_user on peer.members (user_id);

create table peer.documents (
    organization_id uuid not null,
    id uuid not null,
    title text not null,
    body text not null,
    created_at timestamptz not null,
    primary key (organization_id, id)
);
create index documents_newest on peer.documents (organization_id, created_at desc, id desc);

-- As the documentation of that style recommends: security definer, so that the policy of the table it reads does not
-- apply to it, and stable, so that it can be evaluated once for a statement.
create function peer.my_organizations() returns setof uuid
language sql stable security definer set search_path = ''
return (
    select m.organization_id from peer.members m
    where m.user_id = (nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
);
revoke execute on function peer.my_organizations() from public;
grant execute on function peer.my_organizations() to peer_supabase;

alter table peer.members enable row level security;
alter table peer.documents enable row level security;
create policy plain on peer.members to peer
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create policy plain on peer.documents to peer
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create policy supabase on peer.members to peer_supabase
    using (organization_id = any (array(select peer.my_organizations())));
create policy supabase on peer.documents to peer_supabase
    using (organization_id = any (array(select peer.my_organizations())));

grant select on peer.users, peer.members, peer.documents to peer, peer_supabase;
