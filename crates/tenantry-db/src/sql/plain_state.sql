-- What the answers to plain_read.sql depend on, as one text that is another one when anything of it was made, changed or
-- removed: of each catalog the number of its rows and the sum of the transactions that wrote them.
set local search_path = pg_catalog, pg_temp;
select concat_ws(' ',
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_rewrite where oid >= 16384),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_policy),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_proc where oid >= 16384),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_operator where oid >= 16384),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_cast where oid >= 16384),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_opclass where oid >= 16384),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_type where oid >= 16384),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_amproc where oid >= 16384),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_attribute where attrelid >= 16384),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_index where indexrelid >= 16384),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_constraint where oid >= 16384 and contype = 'c'),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_statistic_ext),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_inherits),
    (select concat(count(*), '/', sum(xmin::text::bigint)) from pg_foreign_table))
