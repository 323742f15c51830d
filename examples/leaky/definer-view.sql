-- Fieldpost, a help desk. Tickets are searched through a view that joins them with their messages.
-- wrong: the views were created by an administrator. A view reads its tables as its owner, and row security does not hold
--        a superuser, so both views show the tickets of every organization. The tables themselves are perfect.
-- role: fieldpost_app
-- context: set local app.tenant = '{org}'

do $$ begin create role fieldpost_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role fieldpost_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create type public.ticket_state as enum ('open', 'waiting', 'solved', 'closed');
create domain public.email_address as text check (value ~ '^[^@ ]+@[^@ ]+\.[a-z]{2,}$');

create table public.tenants (
    id   uuid primary key default gen_random_uuid(),
    name text not null,
    plan text not null default 'free' check (plan in ('free', 'team', 'business'))
);
create table public.customers (
    tenant_id uuid not null references public.tenants (id),
    id        bigint generated always as identity,
    email     public.email_address not null,
    name      text not null,
    primary key (tenant_id, id),
    unique (tenant_id, email)
);
create table public.tickets (
    tenant_id   uuid not null,
    id          bigint generated always as identity,
    customer_id bigint not null,
    subject     text not null check (subject <> ''),
    state       public.ticket_state not null default 'open',
    opened_at   timestamptz not null default now(),
    solved_at   timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, customer_id) references public.customers (tenant_id, id) on delete cascade,
    check (state <> 'solved' or solved_at is not null),
    check (solved_at is null or solved_at >= opened_at)
);
create table public.messages (
    tenant_id   uuid not null,
    id          bigint generated always as identity,
    ticket_id   bigint not null,
    is_internal boolean not null default false,
    body        text not null check (length(body) <= 20000),
    sent_at     timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, ticket_id) references public.tickets (tenant_id, id) on delete cascade
);
create index on public.messages (tenant_id, ticket_id, sent_at);

create view public.ticket_search as
    select t.tenant_id, t.id, t.subject, t.state, c.email as customer_email,
           (select string_agg(m.body, ' ' order by m.sent_at)
              from public.messages m where m.tenant_id = t.tenant_id and m.ticket_id = t.id) as words
      from public.tickets t join public.customers c on c.tenant_id = t.tenant_id and c.id = t.customer_id;
-- A view over a view: the first one's owner already saw everything.
create view public.open_tickets with (security_barrier = true) as
    select tenant_id, id, subject from public.ticket_search where state in ('open', 'waiting');

insert into public.tenants (id, name, plan) values
    ('20000000-0000-4000-8000-00000000000a', 'Copper Kettle', 'team'),
    ('20000000-0000-4000-8000-00000000000b', 'Dovetail Joinery', 'free'),
    ('20000000-0000-4000-8000-00000000000c', 'Eastquay Rowing', 'business');
insert into public.customers (tenant_id, email, name) values
    ('20000000-0000-4000-8000-00000000000a', 'ada@example.com', 'Ada A.'),
    ('20000000-0000-4000-8000-00000000000b', 'bo@example.com', 'Bo B.'),
    ('20000000-0000-4000-8000-00000000000c', 'cy@example.com', 'Cy C.');
insert into public.tickets (tenant_id, customer_id, subject) select tenant_id, id, 'Question from ' || name from public.customers;
insert into public.messages (tenant_id, ticket_id, body) select tenant_id, id, 'Where is my order?' from public.tickets;

do $$
declare
    name text;
begin
    foreach name in array array['tenants', 'customers', 'tickets', 'messages'] loop
        execute format('alter table public.%I owner to fieldpost_owner', name);
        execute format('alter table public.%I enable row level security', name);
        execute format('alter table public.%I force row level security', name);
    end loop;
end $$;
create policy tenant_only on public.tenants   using (id        = (select nullif(current_setting('app.tenant', true), '')::uuid));
create policy tenant_only on public.customers using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid));
create policy tenant_only on public.tickets   using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid));
create policy tenant_only on public.messages  using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid));

grant select on public.tenants, public.ticket_search, public.open_tickets to fieldpost_app;
grant select, insert, update, delete on public.customers, public.tickets, public.messages to fieldpost_app;
