-- Pennant, usage billing. Credits are booked, people signed in and actions recorded by functions, so that the application
-- needs no rights on the tables below.
-- wrong: the functions run as an administrator (SECURITY DEFINER), take the organization as an argument and believe it. With
--        perfect tables, any organization credits another, writes into its audit log and reads anybody's password hash.
--        EXECUTE is PUBLIC's unless it is taken away, and search_path is the caller's, so that the caller's operators run
--        with the administrator's rights.
-- role: pennant_app
-- context: set local app.organization_id = '{org}'

do $$ begin create role pennant_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role pennant_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema pennant authorization pennant_owner;
set role pennant_owner;
set search_path = pennant;

create table organizations (
    id      uuid primary key default gen_random_uuid(),
    name    text not null,
    credits numeric(14, 2) not null default 0 check (credits >= 0)
);
create table users (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    email           text not null,
    password_hash   text not null check (password_hash like '$argon2id$%'),
    primary key (organization_id, id),
    unique (organization_id, email)
);
create table ledger (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    amount          numeric(14, 2) not null check (amount <> 0),
    reason          text not null,
    booked_at       timestamptz not null default now(),
    primary key (organization_id, id)
);
create table audit_log (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    actor           text not null,
    action          text not null check (action in ('sign_in', 'credit', 'export')),
    details         jsonb not null default '{}',
    at              timestamptz not null default now(),
    primary key (organization_id, id)
);
reset role;

insert into organizations (id, name, credits) values
    ('90000000-0000-4000-8000-00000000000a', 'Quarry Sound', 100),
    ('90000000-0000-4000-8000-00000000000b', 'Russet Foods', 900);
insert into users (organization_id, email, password_hash)
select id, 'root@' || replace(lower(name), ' ', '-') || '.example.com', '$argon2id$v=19$m=8,t=1,p=1$invented' from organizations;
insert into ledger (organization_id, amount, reason) select id, credits, 'signup' from organizations;
insert into audit_log (organization_id, actor, action) select id, 'root', 'sign_in' from organizations;

create function add_credits(p_organization_id uuid, p_amount numeric, p_reason text default 'promotion') returns numeric
    language plpgsql security definer as $$
declare
    balance numeric;
begin
    insert into pennant.ledger (organization_id, amount, reason) values (p_organization_id, p_amount, p_reason);
    update pennant.organizations set credits = credits + p_amount where id = p_organization_id returning credits into balance;
    return balance;
end $$;
create function log_event(p_organization_id uuid, p_actor text, p_action text, p_details jsonb default '{}') returns uuid
    language sql security definer as $$
    insert into pennant.audit_log (organization_id, actor, action, details)
    values (p_organization_id, p_actor, p_action, p_details) returning id
$$;
create function get_user_for_login(p_email text) returns table (organization_id uuid, user_id uuid, password_hash text)
    language sql stable security definer as $$
    select u.organization_id, u.id, u.password_hash from pennant.users u where u.email = p_email
$$;
create function monthly_totals() returns table (organization_id uuid, month date, total numeric)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.organization_id, date_trunc('month', l.booked_at)::date, sum(l.amount) from pennant.ledger l group by 1, 2
$$;

create policy own on organizations using (id = (select nullif(current_setting('app.organization_id', true), '')::uuid));
do $$
declare
    name text;
begin
    foreach name in array array['organizations', 'users', 'ledger', 'audit_log'] loop
        execute format('alter table pennant.%I enable row level security', name);
        execute format('alter table pennant.%I force row level security', name);
        continue when name = 'organizations';
        execute format($p$create policy own on pennant.%I
            using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid))$p$, name);
    end loop;
end $$;

grant usage on schema pennant to pennant_app;
grant select on organizations, ledger, audit_log to pennant_app;
grant select (organization_id, id, email) on users to pennant_app;

reset search_path;
