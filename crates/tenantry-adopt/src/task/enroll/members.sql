-- Who is to be a member of what. Filled in: {{memberships}}, rows of organization_id, user_id, role, age; {{owner}}.
create temporary table tenantry_members on commit drop as
    select distinct on (organization_id, user_id) organization_id, user_id, role, age, email, key
      from ({{memberships}}) wanted
     where organization_id is not null and user_id is not null
       and not exists (select from tenantry_adopt.members k
                        where k.organization_id = wanted.organization_id and k.user_id = wanted.user_id)
       and exists (select from tenantry.organizations o where o.organization_id = wanted.organization_id)
     order by organization_id, user_id, age;
-- An organization has an owner: the one who is named, else the oldest admin, else the oldest account.
update pg_temp.tenantry_members m set role = 'owner'
  from (select distinct on (organization_id) organization_id, user_id
          from pg_temp.tenantry_members c
         where ({{owner}} is not null and (c.key = {{owner}} or c.email = tenantry_adopt.email_of({{owner}})))
            or (not exists (select from tenantry.memberships e where e.organization_id = c.organization_id and e.role = 'owner')
                and not exists (select from pg_temp.tenantry_members s where s.organization_id = c.organization_id and s.role = 'owner'))
         order by organization_id,
                  coalesce(c.key = {{owner}} or c.email = tenantry_adopt.email_of({{owner}}), false) desc, c.role = 'admin' desc, age) chosen
 where chosen.organization_id = m.organization_id and chosen.user_id = m.user_id;
-- Nobody removes them meanwhile: below, foreign keys are not checked, because triggers are off.
do $$ begin
    perform from tenantry.organizations o where o.organization_id in (select m.organization_id from pg_temp.tenantry_members m) order by o.organization_id for key share;
    perform from tenantry.users u where u.id in (select m.user_id from pg_temp.tenantry_members m) order by u.id for key share;
end $$;
-- The triggers would count one by one, updating the same row as often as there are people.
set local session_replication_role = replica;
create temporary table tenantry_joined (organization_id uuid, user_id uuid) on commit drop;
with joined as (
    insert into tenantry.memberships (organization_id, user_id, role)
        select organization_id, user_id, role from pg_temp.tenantry_members on conflict do nothing
        returning organization_id, user_id)
insert into pg_temp.tenantry_joined select organization_id, user_id from joined;
-- A limit that the people who are there exceed would keep everybody else out: it becomes twice as many.
insert into tenantry.usage_counts as c (organization_id, meter, used, stored, most)
    select organization_id, 'members', pg_catalog.count(*), pg_catalog.count(*),
           case when pg_catalog.count(*) > tenantry.default_limit('members') then 2 * pg_catalog.count(*) end
      from pg_temp.tenantry_joined group by organization_id
on conflict (organization_id, meter) do update
    set used = c.used + excluded.used, stored = c.stored + excluded.stored,
        most = case when c.used + excluded.used > coalesce(c.most, tenantry.default_limit('members'))
                    then 2 * (c.used + excluded.used) else c.most end;
insert into tenantry.audit_events (organization_id, id, actor, via, action, subject_kind, subject_id, request_id, details)
    select organization_id, tenantry_adopt.new_id(), 'system', 'adopt', 'member.enrolled', 'org', organization_id,
           tenantry_adopt.new_id(), pg_catalog.jsonb_build_object('members', pg_catalog.count(*))
      from pg_temp.tenantry_joined group by organization_id;
set local session_replication_role = origin;
-- Also those who were members already are remembered: who is removed later by hand is not added again.
insert into tenantry_adopt.members (organization_id, user_id, is_made)
    select m.organization_id, m.user_id, j.user_id is not null
      from pg_temp.tenantry_members m left join pg_temp.tenantry_joined j using (organization_id, user_id);
comment on table tenantry_adopt.people is 'done';
