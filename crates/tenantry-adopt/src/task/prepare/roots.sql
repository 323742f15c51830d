-- An organization for each row of the root table. Filled in: {{table}}, {{shown}}, {{key}}, {{name}}.
create temporary table tenantry_roots on commit drop as
    select {{key}}::text as key, tenantry_adopt.new_id() as id, pg_catalog.row_number() over (order by {{key}}) as number,
           tenantry_adopt.name_of({{name}}, tenantry_adopt.name_of({{shown}} || {{key}}::text, 'organization')) as name
      from {{table}} r
     where {{key}} is not null and not exists (select from tenantry_adopt.roots known where known.key = {{key}}::text);
insert into tenantry_adopt.roots (key, organization_id, name) select key, id, name from pg_temp.tenantry_roots;
insert into tenantry_adopt.founded (organization_id, purpose) select id, 'root' from pg_temp.tenantry_roots;
-- The first of a name has the plain slug where it is free, the others one with an ending.
create temporary table tenantry_slugs on commit drop as
    select id, slug, pg_catalog.row_number() over (partition by slug order by number) as place
      from (select id, number, tenantry_adopt.slug_of(name) as slug from pg_temp.tenantry_roots) suggested;
insert into tenantry.organization_slugs (slug, organization_id)
    select slug, id from pg_temp.tenantry_slugs where place = 1 on conflict do nothing;
insert into tenantry.organization_slugs (slug, organization_id)
    select tenantry_adopt.slug_with(slug, id), id from pg_temp.tenantry_slugs s
     where not exists (select from tenantry.organization_slugs o where o.organization_id = s.id);
insert into tenantry.organizations (organization_id, slug, name)
    select r.id, s.slug, r.name from pg_temp.tenantry_roots r join tenantry.organization_slugs s on s.organization_id = r.id;
insert into tenantry.audit_events (organization_id, id, actor, via, action, subject_kind, subject_id, request_id)
    select id, tenantry_adopt.new_id(), 'system', 'adopt', 'organization.created', 'org', id, tenantry_adopt.new_id()
      from pg_temp.tenantry_roots;
