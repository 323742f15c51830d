-- Every key and every reference begins with the organization, so that a reference into another one is a reference to
-- nothing. `on delete set null` names its column, or it would empty the organization too.
-- remains: forged
-- locks: here each table exclusively while its keys are built. On large tables: `create unique index concurrently`, then
--        `add constraint … foreign key … not valid`, then `validate constraint`, and only then drop the old one.

alter table wharf.parcels   drop constraint parcels_shipment_id_fkey;
alter table wharf.shipments drop constraint shipments_customer_id_fkey, drop constraint shipments_driver_id_fkey, drop constraint shipments_parent_id_fkey;
alter table wharf.drivers   drop constraint drivers_leader_id_fkey;

alter table wharf.customers drop constraint customers_pkey, add primary key (company_id, id);
alter table wharf.drivers   drop constraint drivers_pkey, add primary key (company_id, id);
alter table wharf.shipments drop constraint shipments_pkey, add primary key (company_id, id);
alter table wharf.parcels   drop constraint parcels_pkey, add primary key (company_id, shipment_id, number);

alter table wharf.drivers   add foreign key (company_id, leader_id) references wharf.drivers (company_id, id) on delete set null (leader_id);
alter table wharf.shipments add foreign key (company_id, customer_id) references wharf.customers (company_id, id) on delete cascade;
alter table wharf.shipments add foreign key (company_id, driver_id) references wharf.drivers (company_id, id) on delete restrict;
alter table wharf.shipments add foreign key (company_id, parent_id) references wharf.shipments (company_id, id) deferrable initially deferred;
alter table wharf.parcels   add foreign key (company_id, shipment_id) references wharf.shipments (company_id, id) on delete cascade;
