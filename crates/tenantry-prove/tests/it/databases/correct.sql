-- Atrium, rooms and doors of shared offices: a database that somebody isolated by hand and got right, with everything in it
-- that makes rows hard to invent. `prove` must find no leak here, except that a session setting can be forged.
-- {owner} and {app} are role names of this database alone, because roles belong to the whole cluster.
-- role: {app}
-- context: set local atrium.organization = '{org}'
-- shared: atrium.countries, atrium.amenities

create role {owner} nologin;
create role {app} login;

-- What every role has and no application needs.
do $$ begin execute format('revoke temporary, create on database %I from public', current_database()); end $$;
revoke create on schema public from public;
revoke execute on function pg_terminate_backend(int, bigint), pg_cancel_backend(int) from public;
revoke execute on function pg_stat_get_activity(int), pg_stat_get_backend_activity(int) from public;
revoke select on pg_stat_activity from public;
revoke execute on function
    lo_create(oid), lo_creat(int), lo_import(text), lo_import(text, oid), lo_export(oid, text), lo_open(oid, int),
    lo_get(oid), lo_get(oid, bigint, int), lo_put(oid, bigint, bytea), lo_from_bytea(oid, bytea), lo_unlink(oid)
    from public;

create schema atrium authorization {owner};
set role {owner};
set search_path = atrium;

create function organization() returns uuid language sql stable parallel safe
    return nullif(current_setting('atrium.organization', true), '')::uuid;

create domain email as text check (value ~ '^[^@[:space:]]+@[^@[:space:]]+\.[a-z]{2,}$');
create domain short_email as email check (length(value) <= 120) not null;
create domain percentage as numeric(5, 2) check (value between 0 and 100);
create type member_role as enum ('owner', 'host', 'guest');
create type size as (width numeric, depth numeric);

-- The same for everybody, and nobody's application writes them.
create table countries (
    code char(2) primary key check (code ~ '^[A-Z]{2}$'),
    name text not null unique
);
create table amenities (
    id   smallint generated always as identity primary key,
    name text not null unique
);

create table organizations (
    id         uuid primary key default gen_random_uuid(),
    name       text not null check (name = btrim(name) and length(name) between 1 and 120),
    country    char(2) not null default 'NL' references countries (code),
    settings   jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
    created_at timestamptz not null default now()
);

-- Members and teams refer to each other.
create table members (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    email           short_email,
    role            member_role not null default 'guest',
    team_id         uuid,
    phone           text check (phone ~ '^\+[0-9]{7,15}$'),
    primary key (organization_id, id),
    unique (organization_id, email)
);
create table teams (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    name            text not null,
    lead_id         uuid not null,
    primary key (organization_id, id),
    foreign key (organization_id, lead_id) references members deferrable initially deferred
);
alter table members add foreign key (organization_id, team_id) references teams on delete set null (team_id) deferrable;

create table sites (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              bigint generated always as identity,
    slug            varchar(40) not null check (slug ~ '^[a-z][a-z0-9-]{1,39}$' and slug !~ '--'),
    country         char(2) not null references countries (code),
    opens           time not null default '08:00',
    closes          time not null default '18:00',
    network         cidr,
    tags            text[] not null default '{}' check (cardinality(tags) <= 10),
    discount        percentage not null default 0,
    primary key (organization_id, id),
    unique (organization_id, slug),
    check (closes > opens)
);
create table rooms (
    organization_id uuid not null,
    id              uuid not null default gen_random_uuid(),
    site_id         bigint not null,
    within_id       uuid,
    number          text not null check (number similar to '[A-Z][0-9]{3}'),
    seats           smallint not null check (seats between 1 and 400),
    price           numeric(9, 2) not null check (price > 0),
    deposit         numeric(9, 2) not null check (deposit >= 0),
    deposit_share   numeric generated always as (round(deposit / price, 4)) stored,
    extent          size,
    words           tsvector generated always as (to_tsvector('simple', number)) stored,
    updated_at      timestamptz not null default now(),
    primary key (organization_id, id),
    unique (organization_id, site_id, number),
    foreign key (organization_id, site_id) references sites on delete cascade,
    foreign key (organization_id, within_id) references rooms on delete cascade,
    constraint rooms_number_once exclude (organization_id with =, site_id with =, number with =) deferrable,
    check (deposit <= price * 2)
);
create index on rooms (organization_id, within_id);
create index on rooms using gin (words);
create table room_amenities (
    organization_id uuid not null,
    room_id         uuid not null,
    amenity_id      smallint not null references amenities (id),
    since           date not null default current_date check (since >= date '2000-01-01'),
    primary key (organization_id, room_id, amenity_id),
    foreign key (organization_id, room_id) references rooms on delete cascade
);
create table bookings (
    organization_id uuid not null,
    id              uuid not null default gen_random_uuid(),
    room_id         uuid not null,
    member_id       uuid,
    company         text,
    during          tstzrange not null check (not isempty(during) and lower_inc(during)),
    pause           interval not null default '00:15' check (pause >= '0'),
    color           text not null default '#336699' check (color ~ '^#[0-9a-f]{6}$'),
    address         inet,
    checksum        bytea check (octet_length(checksum) = 32),
    flags           bit(4) not null default b'0000',
    primary key (organization_id, id),
    foreign key (organization_id, room_id) references rooms on delete cascade,
    foreign key (organization_id, member_id) references members,
    check (num_nonnulls(member_id, company) = 1),
    check (company is null or length(company) >= 2)
);
create index on bookings (organization_id, room_id, lower(during));

-- Lines of an import as they came: no key at all.
create table imports (
    organization_id uuid not null references organizations (id) on delete cascade,
    line            integer not null check (line > 0),
    text            text not null
);
create index on imports (organization_id, line);

-- By range, by list and by hash.
create table entries (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    entered_at      timestamptz not null,
    door            text not null check (door in ('north', 'south', 'garage')),
    primary key (organization_id, entered_at, id)
) partition by range (entered_at);
create table entries_2026_01 partition of entries for values from ('2026-01-01') to ('2026-02-01');
create table entries_2026_02 partition of entries for values from ('2026-02-01') to ('2026-03-01');
create table entries_later   partition of entries default;
create table tickets (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    state           text not null,
    title           text not null check (title <> ''),
    primary key (organization_id, state, id)
) partition by list (state);
create table tickets_open   partition of tickets for values in ('open', 'waiting');
create table tickets_closed partition of tickets for values in ('closed');
create table readings (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              bigint generated by default as identity,
    value           double precision not null check (value >= 0),
    primary key (organization_id, id)
) partition by hash (organization_id, id);
create table readings_0 partition of readings for values with (modulus 2, remainder 0);
create table readings_1 partition of readings for values with (modulus 2, remainder 1);

-- What changed, written by a trigger with the rights of whoever changes.
create table changes (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    relation        name not null,
    at              timestamptz not null default now(),
    primary key (organization_id, id)
);
create function record_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    insert into atrium.changes (organization_id, relation) values (new.organization_id, tg_table_name);
    return new;
end $$;
create trigger rooms_changed after insert or update on rooms for each row execute function record_change();
create function touch() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.updated_at := now();
    return new;
end $$;
create trigger rooms_touched before update on rooms for each row execute function touch();

create view room_calendar with (security_invoker = true) as
    select r.organization_id, r.number, b.during from rooms r join bookings b on b.organization_id = r.organization_id and b.room_id = r.id;

-- With its owner's rights, but its owner is held by row security, and nobody else's names are in its way.
create function rename_site(site bigint, new_slug text) returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update atrium.sites set slug = new_slug where organization_id = atrium.organization() and id = site;
    return found;
end $$;
revoke execute on function rename_site(bigint, text) from public;

grant usage on schema atrium to {app};
grant select on countries, amenities, organizations, room_calendar to {app};
grant update (name, settings) on organizations to {app};
grant select, insert, update, delete on members, teams, sites, rooms, room_amenities, bookings, imports, entries, tickets, readings to {app};
grant select, insert on changes to {app};
grant execute on function rename_site(bigint, text) to {app};
reset role;

insert into countries values ('NL', 'Netherlands'), ('SE', 'Sweden');
insert into amenities (name) values ('screen'), ('coffee');
insert into organizations (id, name) values
    ('e0000000-0000-4000-8000-00000000000a', 'Basalt Works'),
    ('e0000000-0000-4000-8000-00000000000b', 'Cinder Studio');
insert into members (organization_id, email, role) select id, 'host@example.com', 'host' from organizations;
insert into teams (organization_id, name, lead_id) select organization_id, 'Hosts', id from members;
insert into sites (organization_id, slug, country) select id, 'main', 'NL' from organizations;
insert into rooms (organization_id, site_id, number, seats, price, deposit) select organization_id, id, 'A101', 8, 40, 20 from sites;
insert into room_amenities (organization_id, room_id, amenity_id) select organization_id, r.id, a.id from rooms r, amenities a;
insert into bookings (organization_id, room_id, company, during) select organization_id, id, 'Guests', '[2026-05-01 09:00+00, 2026-05-01 10:00+00)' from rooms;
insert into imports select id, n, 'line ' || n from organizations, generate_series(1, 3) n;
insert into entries (organization_id, entered_at, door) select id, at, 'north' from organizations, unnest(array['2026-01-05', '2026-02-05', '2026-09-05']::timestamptz[]) at;
insert into tickets (organization_id, state, title) select id, state, 'Light' from organizations, unnest(array['open', 'closed']) state;
insert into readings (organization_id, value) select id, n from organizations, generate_series(1, 3) n;
set constraints all immediate;

-- One policy for everything on most tables; on bookings and sites a restrictive one, beside which any other can only narrow.
do $$
declare
    relation regclass;
    guarded  boolean;
begin
    for relation in
        select oid from pg_class
         where relnamespace = 'atrium'::regnamespace and relkind in ('r', 'p') and relname not in ('countries', 'amenities', 'organizations')
    loop
        guarded := relation in ('atrium.bookings'::regclass, 'atrium.sites'::regclass);
        execute format('alter table %s enable row level security', relation);
        execute format('alter table %s force row level security', relation);
        execute format('create policy guard on %s as %s using (organization_id = (select atrium.organization())) with check (organization_id = (select atrium.organization()))',
                       relation, case when guarded then 'restrictive' else 'permissive' end);
        if guarded then
            execute format('create policy allow on %s using (true) with check (true)', relation);
        end if;
    end loop;
end $$;
alter table organizations enable row level security;
alter table organizations force row level security;
create policy guard on organizations using (id = (select organization())) with check (id = (select organization()));

reset search_path;
