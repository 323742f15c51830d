drop table tenantry.projects;
