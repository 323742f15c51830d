-- The lines get the organization from their invoice and a key that carries it, the rest gets the policy that was forgotten,
-- and new tables are handed out one by one.
-- remains: forged
-- locks: each table exclusively. Filling the new column rewrites every line: in a large table do it in batches, before
--        `set not null`.

alter table quillwork.invoice_lines add column org_id uuid references quillwork.orgs (id) on delete cascade;
update quillwork.invoice_lines l set org_id = i.org_id from quillwork.invoices i where i.id = l.invoice_id;
alter table quillwork.invoice_lines alter column org_id set not null;
alter table quillwork.invoice_lines drop constraint invoice_lines_pkey, add primary key (org_id, id);
alter table quillwork.invoice_lines drop constraint invoice_lines_invoice_id_fkey;
alter table quillwork.invoice_lines add foreign key (org_id, invoice_id) references quillwork.invoices (org_id, id) on delete cascade;
alter table quillwork.invoices drop constraint invoices_id_key;

alter table quillwork.invoice_lines enable row level security;
alter table quillwork.invoice_lines force row level security;
alter table quillwork.comments enable row level security;
alter table quillwork.comments force row level security;
create policy lines_own on quillwork.invoice_lines using (org_id = (select nullif(current_setting('app.current_org', true), '')::uuid));
create policy comments_own on quillwork.comments using (org_id = (select nullif(current_setting('app.current_org', true), '')::uuid));
drop policy exports_read on quillwork.exports;
create policy exports_read on quillwork.exports for select using (org_id = (select nullif(current_setting('app.current_org', true), '')::uuid));
alter default privileges for role quillwork_owner in schema quillwork revoke all on tables from quillwork_app;
