-- An application's database, with what makes loading hard: types of its own, numbers, a tree, partitions, computed columns.
create type public.mood as enum ('sad', 'so so');
create table public.countries (code text primary key, name text not null);
create table public.users (id serial primary key, email text unique, name text);
create table public."Pro jects" (
    id      int generated always as identity primary key,
    owner   int not null references public.users (id),
    name    text,
    tags    text[],
    moods   public.mood[],
    price   numeric,
    day     date,
    doubled numeric generated always as (price * 2) stored
);
create table public.tasks (
    id      bigserial primary key,
    project int references public."Pro jects" (id) on delete cascade,
    parent  bigint references public.tasks (id),
    title   text,
    body    jsonb
);
create index tasks_title_idx on public.tasks (title);
create table public.events (id bigserial, at timestamptz not null, task bigint references public.tasks (id), what text, primary key (id, at))
    partition by range (at);
create table public.events_2024 partition of public.events for values from ('2024-01-01') to ('2025-01-01');
create table public.events_later partition of public.events default;
create function public.shout() returns trigger language plpgsql as $$ begin new.title := upper(new.title); return new; end $$;
create trigger shout before insert on public.tasks for each row when (new.title like 'loud%') execute function public.shout();
create trigger never before insert on public.users for each row when (new.email is null) execute function public.shout();
