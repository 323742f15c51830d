-- Takes enrolling back: the memberships it made, and accounts that it made and that are nobody's member any more.
set local session_replication_role = replica;
delete from tenantry.project_members p using tenantry_adopt.members k
 where k.is_made and k.organization_id = p.organization_id and k.user_id = p.user_id;
with gone as (
    delete from tenantry.memberships m using tenantry_adopt.members k
     where k.is_made and k.organization_id = m.organization_id and k.user_id = m.user_id returning m.organization_id)
update tenantry.usage_counts c set used = greatest(c.used - g.members, 0), stored = greatest(c.stored - g.members, 0)
  from (select organization_id, pg_catalog.count(*) as members from gone group by organization_id) g
 where c.organization_id = g.organization_id and c.meter = 'members';
set local session_replication_role = origin;
delete from tenantry.users u using tenantry_adopt.people k
 where k.user_id = u.id and k.is_made and not exists (select from tenantry.memberships m where m.user_id = u.id);
drop table tenantry_adopt.people, tenantry_adopt.members;
drop function tenantry_adopt.email_of(text), tenantry_adopt.hash_of(text);
