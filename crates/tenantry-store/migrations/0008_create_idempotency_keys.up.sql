-- What was answered to a request that carried an Idempotency-Key, written in the transaction of its effect. The request
-- is a hash of method, path and key; the fingerprint is the body's.
create table tenantry.idempotency_keys (
    organization_id uuid not null constraint idempotency_keys_organization_id_fkey references tenantry.organizations (organization_id) on delete cascade,
    actor           text not null,
    request_sha256  bytea not null check (length(request_sha256) = 32),
    body_sha256     bytea not null check (length(body_sha256) = 32),
    status          smallint not null check (status between 200 and 299),
    answer          text not null,
    created_at      timestamptz not null default statement_timestamp(),
    constraint idempotency_keys_pkey primary key (organization_id, actor, request_sha256)
);
select tenantry.protect('tenantry.idempotency_keys', 'select, insert');
-- An answer may show what only its caller sees: nobody reads or writes another's.
create policy tenantry_own_keys on tenantry.idempotency_keys as restrictive for all to public
    using (actor = (select tenantry.actor())) with check (actor = (select tenantry.actor()));

-- The same for what an account does outside of any organization.
create table tenantry.account_idempotency_keys (
    user_id        uuid not null constraint account_idempotency_keys_user_id_fkey references tenantry.users (id) on delete cascade,
    request_sha256 bytea not null check (length(request_sha256) = 32),
    body_sha256    bytea not null check (length(body_sha256) = 32),
    status         smallint not null check (status between 200 and 299),
    answer         text not null,
    created_at     timestamptz not null default statement_timestamp(),
    constraint account_idempotency_keys_pkey primary key (user_id, request_sha256)
);

-- Accounts that may work across organizations, and the link that makes the first one.
create table tenantry.operators (
    user_id    uuid primary key constraint operators_user_id_fkey references tenantry.users (id) on delete cascade,
    created_at timestamptz not null default statement_timestamp()
);
create table tenantry.setup_tokens (
    token_hash bytea primary key check (length(token_hash) = 32),
    created_at timestamptz not null default statement_timestamp(),
    expires_at timestamptz not null,
    used_at    timestamptz
);
revoke all on tenantry.account_idempotency_keys, tenantry.operators, tenantry.setup_tokens from public;
grant select, insert on tenantry.account_idempotency_keys to tenantry_platform;
grant select, insert, update on tenantry.operators, tenantry.setup_tokens to tenantry_platform;

-- Removes for good what was deleted longer ago than the grace period, and forgets what is only kept for a while. In
-- steps, so that no run holds locks for long; says how many rows it took, and is called until that is none.
create function tenantry.sweep(grace interval, most int default 500) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    due     timestamptz := statement_timestamp() - grace;
    gone    record;
    removed bigint := 0;
    forgot  bigint;
begin
    -- One organization a step, and the larger part of what is in it first: no step takes long, and none is in vain.
    for gone in select o.organization_id from tenantry.organizations o where o.deleted_at < due limit 1 for update skip locked loop
        delete from tenantry.usage_counts c where c.organization_id = gone.organization_id;
        delete from tenantry.projects p where p.ctid = any (array(
            select i.ctid from tenantry.projects i where i.organization_id = gone.organization_id limit most));
        get diagnostics forgot = row_count;
        if forgot = most then
            return forgot;
        end if;
        delete from tenantry.clients c where c.ctid = any (array(
            select i.ctid from tenantry.clients i where i.organization_id = gone.organization_id limit most));
        get diagnostics forgot = row_count;
        if forgot = most then
            return forgot;
        end if;
        insert into tenantry.audit_events (organization_id, id, actor, via, action, subject_kind, subject_id, request_id)
            values (gone.organization_id, gen_random_uuid(), 'system', 'sweep', 'organization.removed', 'org', gone.organization_id, gen_random_uuid());
        delete from tenantry.organization_slugs s where s.organization_id = gone.organization_id;
        delete from tenantry.organizations o where o.organization_id = gone.organization_id;
        removed := removed + 1;
    end loop;
    for gone in select p.organization_id, p.id from tenantry.projects p where p.deleted_at < due limit most for update skip locked loop
        insert into tenantry.audit_events (organization_id, id, actor, via, action, subject_kind, subject_id, request_id)
            values (gone.organization_id, gen_random_uuid(), 'system', 'sweep', 'project.removed', 'prj', gone.id, gen_random_uuid());
        delete from tenantry.projects p where p.organization_id = gone.organization_id and p.id = gone.id;
        removed := removed + 1;
    end loop;
    for gone in select c.organization_id, c.id from tenantry.clients c where c.deleted_at < due limit most for update skip locked loop
        insert into tenantry.audit_events (organization_id, id, actor, via, action, subject_kind, subject_id, request_id)
            values (gone.organization_id, gen_random_uuid(), 'system', 'sweep', 'client.removed', 'cli', gone.id, gen_random_uuid());
        update tenantry.projects p set client_id = null where p.organization_id = gone.organization_id and p.client_id = gone.id;
        delete from tenantry.clients c where c.organization_id = gone.organization_id and c.id = gone.id;
        removed := removed + 1;
    end loop;
    delete from tenantry.idempotency_keys k where k.ctid = any (array(
        select i.ctid from tenantry.idempotency_keys i where i.created_at < statement_timestamp() - interval '48 hours' limit most * 20));
    get diagnostics forgot = row_count;
    removed := removed + forgot;
    delete from tenantry.account_idempotency_keys k where k.ctid = any (array(
        select i.ctid from tenantry.account_idempotency_keys i where i.created_at < statement_timestamp() - interval '48 hours' limit most * 20));
    get diagnostics forgot = row_count;
    removed := removed + forgot;
    delete from tenantry.rate_windows w where w.ctid = any (array(
        select r.ctid from tenantry.rate_windows r where r.started_at < statement_timestamp() - interval '1 hour' limit most * 20));
    get diagnostics forgot = row_count;
    return removed + forgot;
end $$;
grant select, update, delete on tenantry.organizations, tenantry.projects, tenantry.clients to tenantry_keeper;
grant delete on tenantry.usage_counts to tenantry_keeper;
grant select, delete on tenantry.organization_slugs, tenantry.idempotency_keys, tenantry.account_idempotency_keys, tenantry.rate_windows to tenantry_keeper;
grant insert on tenantry.audit_events to tenantry_keeper;
grant create on schema tenantry to tenantry_keeper;
alter function tenantry.sweep(interval, int) owner to tenantry_keeper;
revoke create on schema tenantry from tenantry_keeper;
revoke execute on function tenantry.sweep(interval, int) from public;
grant execute on function tenantry.sweep(interval, int) to tenantry_platform;
