revoke insert (organization_id, id, slug, name, description, client_id, metadata, created_by) on tenantry.projects from tenantry_app;
drop policy tenantry_project_changing on tenantry.projects;
drop policy tenantry_project_reading on tenantry.projects;
drop table tenantry.project_members;
drop function tenantry.sees_every_project();
drop function tenantry.own_projects(text);
revoke update (slug, name, description, client_id, is_restricted, metadata, settings, deleted_at) on tenantry.projects from tenantry_app;
drop index tenantry.projects_organization_id_client_id_idx;
drop index tenantry.projects_organization_id_deleted_at_idx;
drop index tenantry.projects_organization_id_created_at_idx;
alter table tenantry.projects drop constraint projects_client_id_fkey;
-- What waited for the sweep goes with the column that said so.
delete from tenantry.projects where deleted_at is not null;
alter table tenantry.projects
    drop column client_id, drop column is_restricted, drop column metadata, drop column settings, drop column deleted_at;
create index projects_organization_id_created_at_idx on tenantry.projects (organization_id, created_at desc, id desc);
grant insert, update, delete on tenantry.projects to tenantry_app;
