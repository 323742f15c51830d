-- Keys begin with the tenant; the numbers may still run on for all (a tenant sees gaps), but nobody can read or set the
-- counters; the examples get a table of their own that the application only reads, and a row needs a tenant.
-- shared: cistern.example_plans
-- remains: forged, count
-- locks: each table exclusively while its key is built; on large tables `create unique index concurrently` first.

alter table cistern.valves drop constraint valves_tenant_id_field_id_fkey;
alter table cistern.fields drop constraint fields_pkey, drop constraint fields_tenant_id_id_key, add primary key (tenant_id, id);
alter table cistern.valves add foreign key (tenant_id, field_id) references cistern.fields (tenant_id, id) on delete cascade;
alter table cistern.valves drop constraint valves_pkey, add primary key (tenant_id, id);
alter table cistern.plans  drop constraint plans_pkey;

create table cistern.example_plans as select name, days, litres from cistern.plans where tenant_id is null;
alter table cistern.example_plans add primary key (name);
alter table cistern.example_plans owner to cistern_owner;
grant select on cistern.example_plans to cistern_app;
delete from cistern.plans where tenant_id is null;

drop policy own on cistern.plans;
create policy own on cistern.plans using (tenant_id = (select cistern.tenant()));
alter table cistern.plans alter column tenant_id set not null, add primary key (tenant_id, id);
revoke all on all sequences in schema cistern from cistern_app;
grant usage on all sequences in schema cistern to cistern_app;
