-- Syllabary, a course platform. A person may belong to several schools.
-- wrong: the policies let a user see the rows of every school he is a member of, not of the one he is working in. Whatever
--        the application forgets to filter mixes two schools, and what is written in one can be moved to another. The
--        sub-query also runs against memberships, whose own policy is needed for every row.
-- role: syllabary_api
-- context: set local app.user_id = '{user}'

do $$ begin create role syllabary_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role syllabary_api login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema school authorization syllabary_owner;
set role syllabary_owner;
set search_path = school;

create type member_role as enum ('principal', 'teacher', 'student');
create table organizations (
    id       uuid primary key default gen_random_uuid(),
    name     text not null,
    timezone text not null default 'UTC'
);
create table users (
    id    uuid primary key default gen_random_uuid(),
    email text not null unique check (position('@' in email) > 1),
    name  text not null default ''
);
create table memberships (
    organization_id uuid not null references organizations (id) on delete cascade,
    user_id         uuid not null references users (id) on delete cascade,
    role            member_role not null default 'student',
    joined_at       timestamptz not null default now(),
    primary key (organization_id, user_id)
);
create index on memberships (user_id);
create table courses (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    title           text not null,
    starts_on       date not null,
    ends_on         date not null,
    primary key (organization_id, id),
    check (ends_on > starts_on)
);
create table lessons (
    organization_id uuid not null,
    id              uuid not null default gen_random_uuid(),
    course_id       uuid not null,
    position        smallint not null check (position between 1 and 500),
    body            jsonb not null default '{}' check (jsonb_typeof(body) = 'object'),
    primary key (organization_id, id),
    unique (organization_id, course_id, position),
    foreign key (organization_id, course_id) references courses on delete cascade
);
create table grades (
    organization_id uuid not null,
    course_id       uuid not null,
    user_id         uuid not null,
    points          numeric(4, 1) not null check (points between 0 and 100),
    graded_at       timestamptz not null default now(),
    primary key (organization_id, course_id, user_id),
    foreign key (organization_id, course_id) references courses on delete cascade,
    foreign key (organization_id, user_id) references memberships on delete cascade
);

-- Who asks, as the application says.
create function me() returns uuid language sql stable parallel safe
    return nullif(current_setting('app.user_id', true), '')::uuid;

insert into organizations (id, name) values
    ('30000000-0000-4000-8000-00000000000a', 'Harbour School'),
    ('30000000-0000-4000-8000-00000000000b', 'Ridgeway College');
insert into users (id, email, name) values
    ('31000000-0000-4000-8000-00000000000a', 'one@example.com', 'Teacher One'),
    ('31000000-0000-4000-8000-00000000000b', 'two@example.com', 'Teacher Two'),
    ('31000000-0000-4000-8000-00000000000c', 'both@example.com', 'Teacher Both');
insert into memberships (organization_id, user_id, role) values
    ('30000000-0000-4000-8000-00000000000a', '31000000-0000-4000-8000-00000000000a', 'principal'),
    ('30000000-0000-4000-8000-00000000000b', '31000000-0000-4000-8000-00000000000b', 'principal'),
    ('30000000-0000-4000-8000-00000000000a', '31000000-0000-4000-8000-00000000000c', 'teacher'),
    ('30000000-0000-4000-8000-00000000000b', '31000000-0000-4000-8000-00000000000c', 'teacher');
insert into courses (organization_id, id, title, starts_on, ends_on) values
    ('30000000-0000-4000-8000-00000000000a', '32000000-0000-4000-8000-00000000000a', 'Navigation', '2026-09-01', '2027-06-30'),
    ('30000000-0000-4000-8000-00000000000b', '32000000-0000-4000-8000-00000000000b', 'Geology', '2026-09-01', '2027-06-30');
insert into lessons (organization_id, course_id, position) select organization_id, id, 1 from courses;
insert into grades (organization_id, course_id, user_id, points)
select c.organization_id, c.id, m.user_id, 88.5 from courses c join memberships m using (organization_id);

do $$
declare
    name text;
begin
    foreach name in array array['organizations', 'users', 'memberships', 'courses', 'lessons', 'grades'] loop
        execute format('alter table school.%I enable row level security', name);
        execute format('alter table school.%I force row level security', name);
    end loop;
end $$;
create policy mine on organizations for select using (id in (select organization_id from memberships where user_id = (select me())));
create policy myself on users for select using (id = (select me()));
create policy mine on memberships for select using (user_id = (select me()));
create policy mine on courses using (organization_id in (select organization_id from memberships where user_id = (select me())));
create policy mine on lessons using (organization_id in (select organization_id from memberships where user_id = (select me())));
create policy mine on grades  using (exists (select from memberships m where m.organization_id = grades.organization_id and m.user_id = (select me())));

grant usage on schema school to syllabary_api;
grant select on organizations, users, memberships to syllabary_api;
grant select, insert, update, delete on courses, lessons, grades to syllabary_api;

reset search_path;
reset role;
