-- Rookery, bookings for holiday homes. Reading was tested; writing was not.
-- wrong: one policy for each kind of statement, and the ones for writing check nothing: WITH CHECK (true) on insert and
--        update. An organization writes rows into another, and moves its own rows there, a complaint for example, with an
--        update that reads nothing (one with a condition is held by the policy for reading). Nothing foreign can be read.
-- role: rookery_app
-- context: set local app.owner_id = '{org}'
-- tenant: owner_id

do $$ begin create role rookery_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role rookery_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema rookery authorization rookery_owner;
set role rookery_owner;
set search_path = rookery;

create table owners (
    id   uuid primary key default gen_random_uuid(),
    name text not null check (char_length(name) between 2 and 80)
);
create table homes (
    owner_id uuid not null references owners (id) on delete cascade,
    id       uuid not null default gen_random_uuid(),
    name     text not null,
    beds     smallint not null check (beds > 0 and beds < 40),
    price    numeric(7, 2) not null check (price > 0),
    primary key (owner_id, id)
);
create table stays (
    owner_id uuid not null,
    id       uuid not null default gen_random_uuid(),
    home_id  uuid not null,
    guest    text not null check (guest ~ '[^ ]'),
    arrives  date not null,
    leaves   date not null,
    nights   integer generated always as (leaves - arrives) stored,
    paid     boolean not null default false,
    primary key (owner_id, id),
    foreign key (owner_id, home_id) references homes (owner_id, id) on delete cascade,
    check (leaves > arrives and leaves - arrives <= 60)
);
create table complaints (
    owner_id uuid not null references owners (id) on delete cascade,
    id       uuid not null default gen_random_uuid(),
    text     text not null,
    stars    integer not null check (stars in (1, 2, 3, 4, 5)),
    primary key (owner_id, id)
);

insert into owners (id, name) values
    ('a0000000-0000-4000-8000-00000000000a', 'Saltmarsh Cottages'),
    ('a0000000-0000-4000-8000-00000000000b', 'Thistle Lodges');
insert into homes (owner_id, name, beds, price) select id, 'The first of ' || name, 4, 120 from owners;
insert into stays (owner_id, home_id, guest, arrives, leaves) select owner_id, id, 'A guest', '2026-08-01', '2026-08-08' from homes;
insert into complaints (owner_id, text, stars) select id, 'Cold water', 2 from owners;

create policy own on owners for select using (id = (select nullif(current_setting('app.owner_id', true), '')::uuid));
do $$
declare
    name text;
begin
    foreach name in array array['owners', 'homes', 'stays', 'complaints'] loop
        execute format('alter table rookery.%I enable row level security', name);
        execute format('alter table rookery.%I force row level security', name);
        continue when name = 'owners';
        execute format($p$create policy reading  on rookery.%I for select using (owner_id = (select nullif(current_setting('app.owner_id', true), '')::uuid))$p$, name);
        execute format($p$create policy adding   on rookery.%I for insert with check (true)$p$, name);
        execute format($p$create policy changing on rookery.%I for update using (owner_id = (select nullif(current_setting('app.owner_id', true), '')::uuid)) with check (true)$p$, name);
        execute format($p$create policy removing on rookery.%I for delete using (owner_id = (select nullif(current_setting('app.owner_id', true), '')::uuid))$p$, name);
    end loop;
end $$;

grant usage on schema rookery to rookery_app;
grant select on owners to rookery_app;
grant select, insert, update, delete on homes, stays, complaints to rookery_app;

reset search_path;
reset role;
