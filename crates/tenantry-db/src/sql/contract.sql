-- The isolation contract: what the server and Postgres agree on, so that Postgres itself keeps organizations apart.
-- Run once per database by a superuser, inside one transaction. Names in double braces are filled in for the engine (guard.rs).

-- What any role could use to reach around row security, or to disturb another organization's session, is taken away.
revoke create on schema public from public;
do $$ begin execute format('revoke temporary, create on database %I from public', current_database()); end $$;
revoke execute on function pg_terminate_backend(int, bigint), pg_cancel_backend(int) from public;
revoke execute on function pg_stat_get_activity(int) from public;
grant execute on function pg_stat_get_activity(int) to pg_monitor;
-- It shows what the other sessions of the same login run, which are other organizations' requests.
revoke execute on function pg_stat_get_backend_activity(int) from public;
grant execute on function pg_stat_get_backend_activity(int) to pg_monitor;
revoke select on pg_stat_activity from public;
grant select on pg_stat_activity to pg_monitor;
revoke execute on function
    lo_create(oid), lo_creat(int), lo_import(text), lo_import(text, oid), lo_export(oid, text), lo_open(oid, int),
    lo_get(oid), lo_get(oid, bigint, int), lo_put(oid, bigint, bytea), lo_from_bytea(oid, bytea), lo_unlink(oid)
    from public;

create schema tenantry authorization tenantry_owner;
create schema tenantry_private authorization tenantry_owner;
revoke all on schema tenantry_private from public;
grant usage on schema tenantry to public;
grant usage on schema tenantry_private to tenantry_definer;

-- Signing keys. The two XORed pads of HMAC-SHA256 (RFC 2104) are stored, so that a check is two built-in sha256() calls.
-- Two keys are live while one takes over from the other.
create table tenantry_private.context_keys (
    kid        text primary key,
    inner_pad  bytea not null check (length(inner_pad) = 64),
    outer_pad  bytea not null check (length(outer_pad) = 64),
    created_at timestamptz not null default statement_timestamp(),
    retired_at timestamptz
);
alter table tenantry_private.context_keys owner to tenantry_owner;
grant select on tenantry_private.context_keys to tenantry_definer;

-- The seal: v1.<kid>.<organization>.<actor>.<role>.<expiry, unix s>.<backend pid or 0>.<nonce>.<hmac, 64 hex digits>
-- Answers the payload when it is genuine, NULL when there is none, 42501 when it is anything else. The MAC covers the
-- database's name, so that a seal for one database is nothing in another with the same key.
-- plpgsql, because a SQL-language function is planned again at each call; search_path fixed, because it runs with its
-- owner's rights and would otherwise use whatever operators the caller has put in the way.
create function tenantry.verified_context() returns text
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
declare
    seal    text := current_setting('tenantry.context', true);
    payload text;
    pads    record;
begin
    if seal is null or seal = '' then
        return null;
    end if;
    payload := left(seal, -65);
    select inner_pad, outer_pad into pads from tenantry_private.context_keys
     where kid = split_part(seal, '.', 2) and (retired_at is null or retired_at > statement_timestamp());
    -- Nothing of the seal is cast before its signature is known to be right. Both sides are hashed once more, so that
    -- the comparison says nothing about how many characters were right. No EXCEPTION block: it would open a
    -- subtransaction at each call and forbid parallel plans.
    if not found
       or sha256(convert_to(encode(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to(
              'tenantry.context.v1' || chr(10) || current_database() || chr(10) || payload, 'UTF8'))), 'hex'), 'UTF8'))
          <> sha256(convert_to(right(seal, 64), 'UTF8'))
       or left(right(seal, 65), 1) <> '.'
       or split_part(seal, '.', 1) <> 'v1'
       or split_part(seal, '.', 6)::bigint < extract(epoch from statement_timestamp())
       or split_part(seal, '.', 7)::int not in (0, pg_backend_pid())
    then
        raise exception 'tenantry: the sealed context was refused' using errcode = '42501';
    end if;
    return payload;
end $$;

create function tenantry.organization() returns uuid
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return split_part(tenantry.verified_context(), '.', 3)::uuid;
end $$;

-- usr:<uuid> or key:<uuid>
create function tenantry.actor() returns text
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return split_part(tenantry.verified_context(), '.', 4);
end $$;

create function tenantry.role() returns text
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return split_part(tenantry.verified_context(), '.', 5);
end $$;

-- The owner needs CREATE on the schema for the moment of the change.
grant create on schema tenantry to tenantry_definer;
alter function tenantry.verified_context() owner to tenantry_definer;
alter function tenantry.organization() owner to tenantry_definer;
alter function tenantry.actor() owner to tenantry_definer;
alter function tenantry.role() owner to tenantry_definer;
revoke create on schema tenantry from tenantry_definer;

-- Washes a session between two borrowers, and says whether it is clean enough for the next one. Called without a
-- prepared statement. No SET clause of its own: leaving the function would bring the old search_path back. Everything
-- after the reset is qualified all the same. What could hold another borrower's rows or catch the next one's words (a
-- statement prepared by SQL, a cursor, a channel, a temporary table, a role) is not cleared but reported: the
-- connection is closed then. So it is when the driver's own statements were deallocated, which would make every later
-- borrower fail; the driver says how many it has.
create function tenantry.wash(driver_statements bigint) returns boolean
    language plpgsql volatile as $$
begin
    reset all;
    perform pg_catalog.pg_advisory_unlock_all();
    return (select pg_catalog.count(*) filter (where from_sql) operator(pg_catalog.=) 0
               and pg_catalog.count(*) filter (where not from_sql) operator(pg_catalog.>=) driver_statements
              from pg_catalog.pg_prepared_statement())
       and not exists (select from pg_catalog.pg_cursor() where is_holdable)
       and not exists (select from pg_catalog.pg_listening_channels())
       and pg_catalog.pg_my_temp_schema() operator(pg_catalog.=) 0::pg_catalog.oid
       and current_user operator(pg_catalog.=) session_user;
end $$;
alter function tenantry.wash(bigint) owner to tenantry_owner;

create function tenantry.touch() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.updated_at := statement_timestamp();
    return new;
end $$;

-- Why a table may not become an organization's: what would leak even under row security. One row each, none is good.
create function tenantry.obstacles(relation regclass) returns table (obstacle text, remedy text)
    language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    kind          "char";
    tenant_column smallint;
begin
    select relkind into kind from pg_class where oid = relation;
    if kind not in ('r', 'p') then
        return query select format('%s is not a table', relation), 'protect the tables that it reads'::text;
        return;
    end if;
    select attnum into tenant_column from pg_attribute
     where attrelid = relation and attname = 'organization_id' and atttypid = 'uuid'::regtype and attnotnull and not attisdropped;
    if not found then
        return query select format('%s has no column organization_id uuid not null', relation),
                            format('alter table %s add column organization_id uuid not null', relation);
        return;
    end if;
    if not exists (select from pg_index where indrelid = relation and indisprimary) then
        return query select format('%s has no primary key', relation),
                            format('alter table %s add primary key (organization_id, id)', relation);
    end if;
    -- A key across organizations tells one organization what another one has.
    return query select format('the unique index %s does not begin with organization_id', indexrelid::regclass),
                        'put organization_id first in the key'::text
                   from pg_index where indrelid = relation and indisunique and indkey[0] <> tenant_column;
    return query select format('the exclusion constraint %I of %s does not begin with organization_id', conname, relation),
                        'begin it with organization_id with ='::text
                   from pg_constraint where contype = 'x' and conrelid = relation and conkey[1] <> tenant_column;
    -- Both directions: foreign keys of this table to organizations' tables, and of organizations' tables to this one.
    return query
        select format('the foreign key %I of %s does not carry organization_id', c.conname, c.conrelid::regclass),
               'foreign key (organization_id, …) references … (organization_id, …)'::text
          from pg_constraint c
         where c.contype = 'f' and relation in (c.conrelid, c.confrelid)
           and (c.conrelid = relation or exists (select from pg_policy where polrelid = c.conrelid and polname = 'tenantry_guard'))
           and (c.confrelid = relation or exists (select from pg_policy where polrelid = c.confrelid and polname = 'tenantry_guard'))
           and not exists (
               select from unnest(c.conkey, c.confkey) as pair (mine, theirs)
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = pair.mine and a.attname = 'organization_id'
                 join pg_attribute b on b.attrelid = c.confrelid and b.attnum = pair.theirs and b.attname = 'organization_id');
    return query
        select format('the foreign key %I of %s would set organization_id to null or a default', conname, relation),
               'use on delete cascade or restrict, or name the columns to set'::text
          from pg_constraint
         where contype = 'f' and conrelid = relation and tenant_column = any (conkey)
           and ((confdeltype in ('n', 'd') and (confdelsetcols is null or tenant_column = any (confdelsetcols))) or confupdtype in ('n', 'd'));
    return query select format('%s inherits from a table, or is inherited by one', relation), 'use partitions or separate tables'::text
                   from pg_inherits i join pg_class child on child.oid = i.inhrelid
                  where relation in (i.inhparent, i.inhrelid) and not child.relispartition limit 1;
end $$;
alter function tenantry.obstacles(regclass) owner to tenantry_owner;

-- Guards one table or partition. Not called by hand: protect() does it, for a table and each of its partitions.
create function tenantry_private.guard(relation regclass) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format('alter table %s enable row level security', relation);
    execute format('alter table %s force row level security', relation);
    execute format('drop policy if exists tenantry_guard on %s', relation);
    execute format('{{guard}}', relation);
    {{allow}}
    -- The default reads the context without verifying it (a few microseconds a row instead of some twenty): WITH CHECK
    -- refuses a forged one anyway. What cannot be an id gives null and no bad cast, so that the guard is what answers.
    execute format($d$alter table %s alter column organization_id set default
        case when split_part(current_setting('tenantry.context', true), '.', 3) like '________-____-____-____-____________'
              and translate(split_part(current_setting('tenantry.context', true), '.', 3), '0123456789abcdef', '') = '----'
             then split_part(current_setting('tenantry.context', true), '.', 3)::uuid end$d$, relation);
    execute format('revoke all on %s from public, tenantry_app, tenantry_operator', relation);
end $$;
alter function tenantry_private.guard(regclass) owner to tenantry_owner;

-- protect(table): the one way a table becomes an organization's. May be run again after a change of the table.
create function tenantry.protect(relation regclass, privileges text default 'select, insert, update, delete') returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    found_obstacles text;
    found_remedies  text;
    partition       regclass;
begin
    if privileges !~ '^(select|insert|update|delete)(, (select|insert|update|delete))*$' then
        raise exception 'tenantry: % may only be granted select, insert, update and delete', relation;
    end if;
    select string_agg(obstacle, '; '), string_agg(distinct remedy, '; ') into found_obstacles, found_remedies
      from tenantry.obstacles(relation);
    if found_obstacles is not null then
        raise exception 'tenantry: % cannot be protected: %', relation, found_obstacles using hint = found_remedies;
    end if;
    perform tenantry_private.guard(relation);
    for partition in select relid from pg_partition_tree(relation) where relid <> relation loop
        perform tenantry_private.guard(partition);
    end loop;
    execute format('grant %s on %s to tenantry_app, tenantry_operator', privileges, relation);
    {{touch}}
end $$;
alter function tenantry.protect(regclass, text) owner to tenantry_owner;
revoke execute on function tenantry.protect(regclass, text), tenantry.obstacles(regclass) from public;
grant execute on function tenantry.obstacles(regclass) to tenantry_app, tenantry_operator;

-- The audit log: a change and its record share one commit, and nobody changes a record.
create table tenantry.audit_events (
    organization_id uuid not null,
    id              uuid not null,
    created_at      timestamptz not null default statement_timestamp(),
    actor           text not null,
    via             text not null,
    action          text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
    outcome         text not null default 'done' check (outcome in ('done', 'denied')),
    subject_kind    text,
    subject_id      uuid,
    request_id      uuid not null,
    address         inet,
    before_sha256   bytea check (length(before_sha256) = 32),
    after_sha256    bytea check (length(after_sha256) = 32),
    details         jsonb not null default '{}',
    primary key (organization_id, id)
);
create index audit_events_organization_id_created_at_idx on tenantry.audit_events (organization_id, created_at desc, id desc);
create index audit_events_organization_id_subject_idx on tenantry.audit_events (organization_id, subject_kind, subject_id, created_at desc);
alter table tenantry.audit_events owner to tenantry_owner;
select tenantry.protect('tenantry.audit_events', 'select, insert');

create function tenantry.refuse_change() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'tenantry: records of % are never changed', tg_relid::regclass using errcode = '42501';
end $$;
alter function tenantry.refuse_change() owner to tenantry_owner;
alter function tenantry.touch() owner to tenantry_owner;
create trigger audit_events_append_only before update or delete or truncate on tenantry.audit_events
    for each statement execute function tenantry.refuse_change();

-- Why operators worked across organizations. Written before the work, and kept when the work is not.
create table tenantry.operator_events (
    id         uuid primary key,
    created_at timestamptz not null default statement_timestamp(),
    user_id    uuid not null,
    reason     text not null check (length(reason) between 10 and 2000),
    request_id uuid not null,
    address    inet
);
alter table tenantry.operator_events owner to tenantry_owner;
revoke all on tenantry.operator_events from public;
grant select, insert on tenantry.operator_events to tenantry_operator;
create trigger operator_events_append_only before update or delete or truncate on tenantry.operator_events
    for each statement execute function tenantry.refuse_change();
