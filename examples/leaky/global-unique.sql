-- Plinth, a site builder. Every site has an address, every member an e-mail, every coupon a code.
-- wrong: the unique constraints are over all organizations. An organization that tries a value learns whether another one
--        has it, for e-mail addresses as for coupon codes; row security has no say in what a unique index answers.
-- role: plinth_web
-- context: set local app.account = '{org}'

do $$ begin create role plinth_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role plinth_web login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema plinth authorization plinth_owner;
set role plinth_owner;
set search_path = plinth;

create table accounts (
    id   uuid primary key default gen_random_uuid(),
    name text not null
);
create table members (
    account_id uuid not null references accounts (id) on delete cascade,
    id         uuid not null default gen_random_uuid(),
    email      text not null constraint members_email_key unique check (email = lower(email)),
    name       text not null,
    primary key (account_id, id)
);
create table sites (
    account_id uuid not null references accounts (id) on delete cascade,
    id         uuid not null default gen_random_uuid(),
    slug       varchar(40) not null check (slug ~ '^[a-z][a-z0-9-]{2,39}$'),
    title      text not null,
    owner_id   uuid not null,
    primary key (account_id, id),
    foreign key (account_id, owner_id) references members (account_id, id)
);
create unique index sites_slug_key on sites (lower(slug));
create table pages (
    account_id uuid not null,
    site_id    uuid not null,
    path       text not null check (path like '/%'),
    html       text not null default '',
    published  boolean not null default false,
    primary key (account_id, site_id, path),
    foreign key (account_id, site_id) references sites (account_id, id) on delete cascade
);
create table coupons (
    account_id uuid not null references accounts (id) on delete cascade,
    id         uuid not null default gen_random_uuid(),
    code       text not null check (code ~ '^[A-Z0-9]{6,12}$'),
    percent    smallint not null check (percent between 1 and 90),
    retired_at timestamptz,
    primary key (account_id, id)
);
create unique index coupons_code_live on coupons (code) where retired_at is null;

insert into accounts (id, name) values
    ('50000000-0000-4000-8000-00000000000a', 'Heron Gallery'),
    ('50000000-0000-4000-8000-00000000000b', 'Isobar Weather');
insert into members (account_id, id, email, name) values
    ('50000000-0000-4000-8000-00000000000a', '51000000-0000-4000-8000-00000000000a', 'heron@example.com', 'Curator'),
    ('50000000-0000-4000-8000-00000000000b', '51000000-0000-4000-8000-00000000000b', 'isobar@example.com', 'Forecaster');
insert into sites (account_id, slug, title, owner_id) values
    ('50000000-0000-4000-8000-00000000000a', 'heron', 'Heron', '51000000-0000-4000-8000-00000000000a'),
    ('50000000-0000-4000-8000-00000000000b', 'isobar', 'Isobar', '51000000-0000-4000-8000-00000000000b');
insert into pages (account_id, site_id, path) select account_id, id, '/' from sites;
insert into coupons (account_id, code, percent) values
    ('50000000-0000-4000-8000-00000000000a', 'SPRING26', 10),
    ('50000000-0000-4000-8000-00000000000b', 'BIGDEAL', 80);

create policy own on accounts using (id = (select nullif(current_setting('app.account', true), '')::uuid));
do $$
declare
    name text;
begin
    foreach name in array array['members', 'sites', 'pages', 'coupons'] loop
        execute format($p$create policy own on plinth.%I
            using (account_id = (select nullif(current_setting('app.account', true), '')::uuid))
            with check (account_id = (select nullif(current_setting('app.account', true), '')::uuid))$p$, name);
    end loop;
    foreach name in array array['accounts', 'members', 'sites', 'pages', 'coupons'] loop
        execute format('alter table plinth.%I enable row level security', name);
        execute format('alter table plinth.%I force row level security', name);
    end loop;
end $$;

grant usage on schema plinth to plinth_web;
grant select on accounts to plinth_web;
grant select, insert, update, delete on members, sites, pages, coupons to plinth_web;

reset search_path;
reset role;
