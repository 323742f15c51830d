-- Every policy that could apply to the role $1, with the sources of the functions that it calls, through four others at the most.
with recursive policy as (
    select p.oid, p.polrelid,
           pg_catalog.concat_ws(' ', pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) as expression
      from pg_catalog.pg_policy p
     where p.polroles = '{0}'
        or exists (select from pg_catalog.unnest(p.polroles) as r (oid) where pg_catalog.pg_has_role($1, r.oid, 'usage'))
), called as (
    select p.oid as policy, d.refobjid as function, 1 as depth
      from policy p join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and d.objid = p.oid
     where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    union
    -- A body is text to the catalog: a function is called when its name stands in it before a parenthesis.
    select c.policy, f.oid, c.depth + 1
      from called c
      join pg_catalog.pg_proc caller on caller.oid = c.function
      join pg_catalog.pg_proc f on pg_catalog.strpos(caller.prosrc, f.proname || '(') > 0
      join pg_catalog.pg_namespace n on n.oid = f.pronamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     where c.depth < 4
)
select p.polrelid,
       pg_catalog.concat_ws(' ', p.expression, (
           select pg_catalog.string_agg(distinct pg_catalog.concat_ws(' ', f.proname, f.prosrc, pg_catalog.pg_get_function_sqlbody(f.oid)), ' ')
             from called c join pg_catalog.pg_proc f on f.oid = c.function where c.policy = p.oid)) as text,
       array(select distinct a.attname::text
               from pg_catalog.pg_depend d join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
              where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and d.objid = p.oid
                and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = p.polrelid and d.refobjsubid > 0) as columns
  from policy p
