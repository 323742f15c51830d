-- A schema that is only odd, never wrong.
create schema "Größe.x";
create schema "select";
create extension pg_trgm schema public;
create role "{database}_Owner" login;
create role "{database}_reader" login;
create role "{database}_idle" login;
create role "{database}_chief" login superuser;
create role "{database}_bypass" login bypassrls;
create role "{database}_group" nologin;
create role "{database}_member" login in role "{database}_group";

create type public.mood as enum ('glad', 'sad');
create domain public.key_text as text check (value <> '');

create table public."it's ""mine""" (
    "Id.x" uuid primary key,
    "select" text not null default 'it''s',
    "naïve col" public.mood,
    code public.key_text unique,
    twice text generated always as ("select" || "select") stored,
    number bigint generated always as identity,
    dropped integer
);
alter table public."it's ""mine""" drop column dropped;
create index "by.mood" on public."it's ""mine""" ("naïve col");
create index by_lower on public."it's ""mine""" (lower("select"));
create index by_trigram on public."it's ""mine""" using gin ("select" public.gin_trgm_ops);
create unique index partial on public."it's ""mine""" ("select") where number > 5;
create unique index "without" on public."it's ""mine""" ("naïve col", code) nulls not distinct;

create table "select"."table" (
    a integer not null,
    b integer not null,
    payload numeric not null unique,
    primary key (b, a)
);
create table "Größe.x"."camelCase" (
    id serial primary key,
    "parentB" integer,
    "parentA" integer,
    "selfId" integer references "Größe.x"."camelCase" on delete cascade deferrable initially deferred,
    span int4range,
    constraint "both.ways" foreign key ("parentA", "parentB") references "select"."table" (a, b)
        match full on update cascade on delete set default,
    constraint positive check (id > 0),
    constraint no_overlap exclude using gist (span with &&)
);
alter table "Größe.x"."camelCase" add constraint late unique (id, span) deferrable;
create table public.loop_one (id uuid primary key, two uuid, three uuid);
create table public.loop_two (id uuid primary key, one uuid references public.loop_one on delete set null);
alter table public.loop_one add constraint loop_back foreign key (two) references public.loop_two
    on delete set null (two) not valid;

create table public.events (id bigint not null, at date not null, region text not null, actor uuid references public.loop_one,
    primary key (at, region, id)) partition by range (at);
create table public.events_2024 partition of public.events for values from ('2024-01-01') to ('2025-01-01')
    partition by list (region);
create table public.events_2024_eu partition of public.events_2024 for values in ('eu');
create table public.events_2025 partition of public.events for values from ('2025-01-01') to ('2026-01-01');
insert into public.events select n, '2024-05-05', 'eu' from generate_series(1, 30) as n;
insert into public.events select n, '2025-05-05', 'us' from generate_series(1, 12) as n;

create table public.base (id integer);
create table public.derived (extra text) inherits (public.base);
create table public.empty ();

create function public.touch() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
    update public.base set id = id;
    return new;
end $$;
revoke execute on function public.touch() from public;
create trigger "touch it" before insert on public.events for each row execute function public.touch();
create function public.standard(n integer) returns bigint language sql begin atomic
    select count(*) from public.loop_one where n > 0;
end;
create procedure "select".run() language sql as 'delete from "Größe.x"."camelCase"';
create rule "quiet rule" as on delete to public.base do instead nothing;
alter table public.loop_two enable row level security;
create policy "own rows" on public.loop_two using (true);

create view public.plain as select * from public.loop_one;
create view public.over as select p.id, t.b from public.plain as p cross join "select"."table" as t;
create view public.asker with (security_invoker = on) as select 1 as one from public.over;
create materialized view "select".stored as select count(*) from public.over;
create view public.over_stored as select * from "select".stored;

create sequence public.alone;
create sequence public.used;
create table public.counted (id bigint default nextval('public.used'));
create publication {database}_all for all tables;
create publication {database}_some for table public.loop_one;
create publication {database}_schema for tables in schema "select";

alter table public.base owner to "{database}_Owner";
grant select on public.loop_one to "{database}_reader";
grant insert (id) on public.loop_two to "{database}_group";
grant all on all tables in schema "select" to "{database}_bypass";
create temporary table passing (id integer);
create schema tenantry_adopt;
create table tenantry_adopt.journal (id integer);
