-- After the rows: what an application's migration would hold from the start.
alter table public.documents add primary key (organization_id, id);
create index documents_organization_id_created_at_idx on public.documents (organization_id, created_at desc, id desc);
alter table public.documents alter column created_at set default pg_catalog.statement_timestamp();
do $$ begin perform tenantry.protect('public.documents'); end $$;
