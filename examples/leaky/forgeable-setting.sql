-- Tidebook, a booking system for clinics. Everything is done as the textbooks say.
-- wrong: nothing but the way an organization is entered: the policies believe a session setting, and whoever can run one
--        statement as the application's role (SQL injection is enough) can set it to any organization.
-- role: tidebook_app
-- context: set local app.org = '{org}'
-- needs: tenantry

do $$ begin create role tidebook_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role tidebook_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema tidebook authorization tidebook_owner;
set role tidebook_owner;
set search_path = tidebook;

create domain phone as text check (value ~ '^\+?[0-9]{6,15}$');
create type booking_state as enum ('held', 'confirmed', 'arrived', 'missed');

create table organizations (
    organization_id uuid not null primary key default gen_random_uuid(),
    name            text not null check (name = btrim(name) and name <> ''),
    country         char(2) not null default 'PT' check (country ~ '^[A-Z]{2}$')
);
create table practitioners (
    organization_id uuid not null references organizations on delete cascade,
    id              uuid not null default gen_random_uuid(),
    name            text not null,
    is_active       boolean not null default true,
    primary key (organization_id, id)
);
create table patients (
    organization_id uuid not null references organizations on delete cascade,
    id              uuid not null default gen_random_uuid(),
    number          integer not null check (number > 0),
    name            text not null,
    phone           phone,
    email           text,
    born_on         date not null check (born_on > '1890-01-01'),
    primary key (organization_id, id),
    unique (organization_id, number),
    check (phone is not null or email is not null)
);
create table bookings (
    organization_id uuid not null,
    id              uuid not null default gen_random_uuid(),
    patient_id      uuid not null,
    practitioner_id uuid not null,
    state           booking_state not null default 'held',
    during          tstzrange not null check (not isempty(during)),
    note            text,
    primary key (organization_id, id),
    foreign key (organization_id, patient_id) references patients on delete cascade,
    foreign key (organization_id, practitioner_id) references practitioners on delete restrict
);
create index on bookings (organization_id, practitioner_id, lower(during));

insert into organizations (organization_id, name) values
    ('40000000-0000-4000-8000-00000000000a', 'Clinic Foxglove'),
    ('40000000-0000-4000-8000-00000000000b', 'Clinic Gorse');
insert into practitioners (organization_id, name) select organization_id, 'Practitioner of ' || name from organizations;
insert into patients (organization_id, number, name, email, born_on)
select organization_id, 1, 'Patient of ' || name, 'patient@example.com', '1980-05-04' from organizations;
insert into bookings (organization_id, patient_id, practitioner_id, during)
select p.organization_id, p.id, d.id, '[2026-10-01 09:00+00, 2026-10-01 09:30+00)'
  from patients p join practitioners d using (organization_id);

do $$
declare
    name text;
begin
    foreach name in array array['organizations', 'practitioners', 'patients', 'bookings'] loop
        execute format('alter table tidebook.%I enable row level security', name);
        execute format('alter table tidebook.%I force row level security', name);
        execute format($p$create policy entered on tidebook.%I
            using (organization_id = (select nullif(current_setting('app.org', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.org', true), '')::uuid))$p$, name);
    end loop;
end $$;

grant usage on schema tidebook to tidebook_app;
grant select, update (name, country) on organizations to tidebook_app;
grant select, insert, update, delete on practitioners, patients, bookings to tidebook_app;

reset search_path;
reset role;
