-- Every table has the organization in its row and in its keys, and the same policy.
-- remains: forged
-- locks: each table exclusively. Filling the new columns rewrites the two tables: do it in batches when they are large.

alter table "Answer" add column "organizationId" text;
update "Answer" a set "organizationId" = i."organizationId" from "Interview" i where i."id" = a."interviewId";
alter table "_InterviewToTag" add column "organizationId" text;
update "_InterviewToTag" j set "organizationId" = i."organizationId" from "Interview" i where i."id" = j."A";

alter table "Answer" alter column "organizationId" set not null, drop constraint "Answer_interviewId_fkey", drop constraint "Answer_pkey",
    add constraint "Answer_pkey" primary key ("organizationId", "id"),
    add constraint "Answer_interview_fkey" foreign key ("organizationId", "interviewId") references "Interview" ("organizationId", "id") on delete cascade;
alter table "_InterviewToTag" alter column "organizationId" set not null, drop constraint "_InterviewToTag_A_fkey", drop constraint "_InterviewToTag_B_fkey",
    add constraint "_InterviewToTag_interview_fkey" foreign key ("organizationId", "A") references "Interview" ("organizationId", "id") on delete cascade,
    add constraint "_InterviewToTag_tag_fkey" foreign key ("organizationId", "B") references "Tag" ("organizationId", "id") on delete cascade;
drop index "_InterviewToTag_AB_unique";
create unique index "_InterviewToTag_AB_unique" on "_InterviewToTag" ("organizationId", "A", "B");
drop index "Interview_id_key";
drop index "Tag_id_key";

alter table "Answer" enable row level security;
alter table "Answer" force row level security;
alter table "_InterviewToTag" enable row level security;
alter table "_InterviewToTag" force row level security;
drop policy "tenant" on "Invitation";
create policy "tenant" on "Answer" using ("organizationId" = (select nullif(current_setting('app.organizationId', true), '')));
create policy "tenant" on "_InterviewToTag" using ("organizationId" = (select nullif(current_setting('app.organizationId', true), '')));
create policy "tenant" on "Invitation" using ("organizationId" = (select nullif(current_setting('app.organizationId', true), '')));
