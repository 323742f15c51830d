-- On Citus every shard verifies for itself: what one server keeps, the others do not know.
create function tenantry.context_store() returns text
    language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$ select 'sealed'::text $$;
