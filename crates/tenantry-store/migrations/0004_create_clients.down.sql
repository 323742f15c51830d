drop table tenantry.clients;
