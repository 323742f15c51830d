-- Removes the organizations that adopting made from a control plane that was there before.
delete from tenantry.usage_counts c using tenantry_adopt.founded f where f.organization_id = c.organization_id;
insert into tenantry.audit_events (organization_id, id, actor, via, action, subject_kind, subject_id, request_id)
    select o.organization_id, pg_catalog.gen_random_uuid(), 'system', 'adopt', 'organization.removed', 'org', o.organization_id, pg_catalog.gen_random_uuid()
      from tenantry.organizations o join tenantry_adopt.founded f using (organization_id);
delete from tenantry.organization_slugs s using tenantry_adopt.founded f where f.organization_id = s.organization_id;
delete from tenantry.organizations o using tenantry_adopt.founded f where f.organization_id = o.organization_id;
