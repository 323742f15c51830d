-- One row a function: the members of `Function` as JSON, without the tables it names, and its source to find them in.
select pg_catalog.json_build_object(
    'signature', p.oid::regprocedure::text,
    'kind', case p.prokind when 'p' then 'procedure' else 'function' end,
    'owner', pg_catalog.pg_get_userbyid(p.proowner),
    'is_definer', p.prosecdef,
    'is_public', p.proacl is null or exists (
        select from pg_catalog.aclexplode(p.proacl) as a
        where a.grantee = 0 and a.privilege_type = 'EXECUTE'),
    'has_search_path', exists (
        select from pg_catalog.unnest(p.proconfig) as s where s like 'search\_path=%'),
    'names', '[]'::json,
    'source_hash', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(source.text, 'UTF8')), 'hex'))::text,
    source.text
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
-- A body in the standard's form is stored parsed, and `prosrc` is empty.
cross join lateral (select coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as text) as source
where p.prokind <> 'a'
    and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'tenantry', 'tenantry_private', 'tenantry_history', 'tenantry_adopt')
    and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
order by p.oid::regprocedure::text collate "C"
