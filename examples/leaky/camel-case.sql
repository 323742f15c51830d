-- Bellows, customer interviews. The schema was written by an object mapper: camel case names in quotes, text ids made by the
-- application, no defaults in the database, a table for a many-to-many relation that nobody wrote by hand.
-- wrong: row security was added by hand to the tables one sees in the code. The join table "_InterviewToTag" was not, nor
--        "Answer", whose organization is two tables away; and the policy of "Invitation" compares a column with itself.
-- role: bellows_app
-- context: set local app."organizationId" = '{org}'

do $$ begin create role bellows_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role bellows_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create type "Role" as enum ('OWNER', 'RESEARCHER', 'OBSERVER');
create table "Organization" (
    "id"        text not null constraint "Organization_pkey" primary key,
    "name"      text not null,
    "createdAt" timestamp(3) not null default current_timestamp,
    "updatedAt" timestamp(3) not null
);
create table "Member" (
    "id"             text not null,
    "organizationId" text not null,
    "email"          text not null,
    "role"           "Role" not null default 'RESEARCHER',
    constraint "Member_pkey" primary key ("organizationId", "id"),
    constraint "Member_organizationId_fkey" foreign key ("organizationId") references "Organization" ("id") on update cascade on delete cascade
);
create unique index "Member_organizationId_email_key" on "Member" ("organizationId", "email");
create table "Interview" (
    "id"             text not null,
    "organizationId" text not null,
    "title"          text not null,
    "hostId"         text not null,
    "transcript"     jsonb not null default '[]',
    "createdAt"      timestamp(3) not null default current_timestamp,
    "updatedAt"      timestamp(3) not null,
    constraint "Interview_pkey" primary key ("organizationId", "id"),
    constraint "Interview_organizationId_hostId_fkey" foreign key ("organizationId", "hostId")
        references "Member" ("organizationId", "id") on update cascade on delete restrict
);
create unique index "Interview_id_key" on "Interview" ("id");
create table "Answer" (
    "id"          text not null constraint "Answer_pkey" primary key,
    "interviewId" text not null constraint "Answer_interviewId_fkey" references "Interview" ("id") on update cascade on delete cascade,
    "question"    text not null,
    "text"        text not null
);
create table "Tag" (
    "id"             text not null,
    "organizationId" text not null constraint "Tag_organizationId_fkey" references "Organization" ("id") on delete cascade,
    "label"          text not null,
    constraint "Tag_pkey" primary key ("organizationId", "id")
);
create unique index "Tag_id_key" on "Tag" ("id");
create table "_InterviewToTag" (
    "A" text not null constraint "_InterviewToTag_A_fkey" references "Interview" ("id") on update cascade on delete cascade,
    "B" text not null constraint "_InterviewToTag_B_fkey" references "Tag" ("id") on update cascade on delete cascade
);
create unique index "_InterviewToTag_AB_unique" on "_InterviewToTag" ("A", "B");
create index "_InterviewToTag_B_index" on "_InterviewToTag" ("B");
create table "Invitation" (
    "id"             text not null,
    "organizationId" text not null constraint "Invitation_organizationId_fkey" references "Organization" ("id") on delete cascade,
    "email"          text not null,
    "token"          text not null,
    constraint "Invitation_pkey" primary key ("organizationId", "id")
);

insert into "Organization" ("id", "name", "updatedAt") values
    ('cm4k0a1b2c3d4e5f6g7h8i9ja', 'Cobalt Research', now()),
    ('cm4k0a1b2c3d4e5f6g7h8i9jb', 'Drumlin Insights', now());
insert into "Member" ("id", "organizationId", "email", "role") select 'm' || "id", "id", 'host@example.com', 'OWNER' from "Organization";
insert into "Interview" ("id", "organizationId", "title", "hostId", "updatedAt") select 'i' || "organizationId", "organizationId", 'Pricing', "id", now() from "Member";
insert into "Answer" ("id", "interviewId", "question", "text") select 'a' || "id", "id", 'What would you pay?', 'Twice as much' from "Interview";
insert into "Tag" ("id", "organizationId", "label") select 't' || "id", "id", 'pricing' from "Organization";
insert into "_InterviewToTag" ("A", "B") select i."id", t."id" from "Interview" i join "Tag" t using ("organizationId");
insert into "Invitation" ("id", "organizationId", "email", "token") select 'v' || "id", "id", 'guest@example.com', md5("id") from "Organization";

do $$
declare
    name text;
begin
    foreach name in array array['Organization', 'Member', 'Interview', 'Answer', 'Tag', '_InterviewToTag', 'Invitation'] loop
        execute format('alter table public.%I owner to bellows_owner', name);
    end loop;
    foreach name in array array['Organization', 'Member', 'Interview', 'Tag', 'Invitation'] loop
        execute format('alter table public.%I enable row level security', name);
        execute format('alter table public.%I force row level security', name);
    end loop;
end $$;
create policy "tenant" on "Organization" for select using ("id" = (select nullif(current_setting('app.organizationId', true), '')));
create policy "tenant" on "Member"    using ("organizationId" = (select nullif(current_setting('app.organizationId', true), '')));
create policy "tenant" on "Interview" using ("organizationId" = (select nullif(current_setting('app.organizationId', true), '')));
create policy "tenant" on "Tag"       using ("organizationId" = (select nullif(current_setting('app.organizationId', true), '')));
-- Meant: the organization that was entered. Said: itself.
create policy "tenant" on "Invitation" using ("organizationId" = "Invitation"."organizationId");

grant select on "Organization" to bellows_app;
grant select, insert, update, delete on "Member", "Interview", "Answer", "Tag", "_InterviewToTag", "Invitation" to bellows_app;
