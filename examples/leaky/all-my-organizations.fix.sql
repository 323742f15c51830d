-- The policies compare with the one organization that is being worked in. That the user is a member of it is checked once,
-- where the request comes in, and by the policy on memberships.
-- context: set local app.user_id = '{user}'; set local app.organization = '{org}'
-- remains: forged
-- locks: each table exclusively for an instant.

create function school.here() returns uuid language sql stable parallel safe
    return nullif(current_setting('app.organization', true), '')::uuid;
alter function school.here() owner to syllabary_owner;

drop policy mine on school.organizations;
drop policy mine on school.memberships;
drop policy mine on school.courses;
drop policy mine on school.lessons;
drop policy mine on school.grades;
create policy here on school.organizations for select using (id = (select school.here()));
create policy here on school.memberships for select
    using (organization_id = (select school.here()) and user_id = (select school.me()));
create policy here on school.courses using (organization_id = (select school.here())) with check (organization_id = (select school.here()));
create policy here on school.lessons using (organization_id = (select school.here())) with check (organization_id = (select school.here()));
create policy here on school.grades  using (organization_id = (select school.here())) with check (organization_id = (select school.here()));
