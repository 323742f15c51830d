-- What preparing needs to remember, and the functions by which organizations are made. Everything here can be run again.
create schema if not exists tenantry_adopt;
-- The migrations that were there before, so that only ours are taken back.
create table if not exists tenantry_adopt.prepared (
    id          int primary key default 1 check (id = 1),
    before      text[] not null,
    had_history boolean not null,
    root_table  text,
    root_key    text
);
-- What the isolation contract changes of the rights on objects that are not ours: what each grantee had before, and what an
-- application's login, which had it as one of PUBLIC, was given of its own to go on as before. An asterisk: with grant option.
create table if not exists tenantry_adopt.rights (
    object  text not null,
    grantee text not null,
    before  text[] not null,
    kept    text[] not null default '{}',
    primary key (object, grantee)
);
-- The organizations that adopting made.
create table if not exists tenantry_adopt.founded (
    organization_id uuid primary key,
    purpose         text not null check (purpose in ('plan', 'quarantine', 'root', 'source'))
);
-- Which organization a row of the root table is.
create table if not exists tenantry_adopt.roots (
    key             text primary key,
    organization_id uuid not null unique,
    name            text
);

-- An id that sorts by its age (RFC 9562, version 7).
create or replace function tenantry_adopt.new_id() returns uuid
    language sql volatile set search_path = pg_catalog, pg_temp as $$
    select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
               placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
               52, 1), 53, 1), 'hex')::uuid $$;

-- A text as a name that the control plane takes: one line of at most 120 characters that can be seen; else the other one.
create or replace function tenantry_adopt.name_of(given text, otherwise text) returns text
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select coalesce(nullif(btrim(left(btrim(regexp_replace(normalize(regexp_replace(given,
               '[\u0001-\u0020\u007F-\u00A0\u00AD\u061C\u1680\u180E\u2000-\u200C\u200E\u200F\u2028-\u202F\u205F-\u206F\u3000\uFDD0-\uFDEF\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF\U0001FFFE\U0001FFFF\U0002FFFE\U0002FFFF\U0003FFFE\U0003FFFF\U0004FFFE\U0004FFFF\U0005FFFE\U0005FFFF\U0006FFFE\U0006FFFF\U0007FFFE\U0007FFFF\U0008FFFE\U0008FFFF\U0009FFFE\U0009FFFF\U000AFFFE\U000AFFFF\U000BFFFE\U000BFFFF\U000CFFFE\U000CFFFF\U000DFFFE\U000DFFFF\U000E0000-\U000E0FFF\U000EFFFE\U000EFFFF\U000FFFFE\U000FFFFF\U0010FFFE\U0010FFFF]',
               ' ', 'g'), NFC), ' +', ' ', 'g')), 120)), ''), otherwise) $$;

-- A slug made from a name, as the control plane makes one.
create or replace function tenantry_adopt.slug_of(name text) returns text
    language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    slug text := lower(regexp_replace(normalize(name, NFKD), '[^\u0001-\u007F]', '', 'g') collate "C");
begin
    slug := btrim(left(btrim(regexp_replace(slug, '[^a-z0-9]+', '-', 'g'), '-'), 40), '-');
    if length(slug) < 2 or slug = any ({{reserved}}) or slug ~ '^[^-]{8}-[^-]{4}-[^-]{4}-[^-]{4}-[^-]{12}$' then
        slug := btrim('organization-' || left(slug, 35), '-');
    end if;
    return slug;
end $$;

-- A slug that is free as good as certainly: with an ending from an id.
create or replace function tenantry_adopt.slug_with(slug text, id uuid) returns text
    language sql immutable set search_path = pg_catalog, pg_temp as $$
    select rtrim(left(slug, 34), '-') || '-' || 'o' || right(id::text, 12) $$;

-- Makes an organization, once. The plain slug is taken only when that cannot make anybody wait: the caller may be a
-- transaction of the application, and two that wait for each other's slugs would be a deadlock it never had before.
create or replace function tenantry_adopt.found(id uuid, wanted_slug text, organization_name text, purpose text) returns void
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    claimed text;
begin
    if exists (select from tenantry.organizations o where o.organization_id = id) then
        return;
    end if;
    if pg_try_advisory_xact_lock(hashtextextended('tenantry_adopt.slug:' || wanted_slug, 0)) then
        insert into tenantry.organization_slugs (slug, organization_id) values (wanted_slug, id)
            on conflict (slug) do nothing returning slug into claimed;
    end if;
    if claimed is null then
        claimed := tenantry_adopt.slug_with(wanted_slug, id);
        insert into tenantry.organization_slugs (slug, organization_id) values (claimed, id);
    end if;
    insert into tenantry.organizations (organization_id, slug, name) values (id, claimed, organization_name);
    insert into tenantry.audit_events (organization_id, id, actor, via, action, subject_kind, subject_id, request_id)
        values (id, tenantry_adopt.new_id(), 'system', 'adopt', 'organization.created', 'org', id, tenantry_adopt.new_id());
    insert into tenantry_adopt.founded (organization_id, purpose) values (id, found.purpose);
end $$;

-- The organization of a row of the root table; a new row's is made. Called by the trigger that fills the column while the
-- application does not, so it runs with the rights of its owner.
create or replace function tenantry_adopt.organization_of(key text, name text) returns uuid
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    answer uuid;
    shown  text;
begin
    select r.organization_id into answer from tenantry_adopt.roots r where r.key = organization_of.key;
    if answer is not null or key is null then
        return answer;
    end if;
    shown := tenantry_adopt.name_of(name, tenantry_adopt.name_of(
        (select p.root_table from tenantry_adopt.prepared p) || ' ' || key, 'organization'));
    insert into tenantry_adopt.roots as r (key, organization_id, name) values (organization_of.key, tenantry_adopt.new_id(), shown)
        on conflict on constraint roots_pkey do nothing returning r.organization_id into answer;
    if answer is null then
        -- Another transaction made it meanwhile; it was waited for as its row of the root table would have been.
        select r.organization_id into answer from tenantry_adopt.roots r where r.key = organization_of.key;
        return answer;
    end if;
    perform tenantry_adopt.found(answer, tenantry_adopt.slug_of(shown), shown, 'root');
    return answer;
end $$;

revoke execute on function tenantry_adopt.new_id(), tenantry_adopt.name_of(text, text), tenantry_adopt.slug_of(text),
    tenantry_adopt.slug_with(text, uuid), tenantry_adopt.found(uuid, text, text, text), tenantry_adopt.organization_of(text, text) from public;
