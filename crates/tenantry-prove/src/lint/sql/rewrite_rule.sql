-- A rule that rewrites statements: what it adds runs with the rights of the owner of its table.
, rules as (
    select r.name, r.owner, w.oid, w.rulename::text as rule, o.rolsuper, o.rolbypassrls, o.oid as owner_oid,
           (select pg_catalog.string_agg(distinct t.name, ', ')
              from pg_catalog.pg_depend d join tenants t on t.oid = d.refobjid
             where d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid and d.refobjid <> r.oid
               and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
               and (o.rolsuper or o.rolbypassrls or not t.is_secured
                    or not t.is_forced and pg_catalog.pg_has_role(o.oid, t.relowner, 'usage'))) as open_tables
      from pg_catalog.pg_rewrite w
      join relations r on r.oid = w.ev_class
      join pg_catalog.pg_roles o on o.oid = r.relowner
     where w.rulename <> '_RETURN' and w.ev_enabled <> 'D' and r.is_writable
)
select r.name as object,
       pg_catalog.format('rule %I of %s runs statements with the rights of %s', r.rule, r.name, r.owner) as title,
       case when r.open_tables is null then 'A rule is rewritten into the statement of the role but runs as the owner of its table, which is easily overlooked when the tables that it names change.'
            else pg_catalog.format('When the role %s writes to %s, the rule reads or writes %s as %s, whom row security does not hold there.', $1::text, r.name, r.open_tables, r.owner) end
           || ' Put into a trigger what it is needed for, first.' as cause,
       pg_catalog.format('drop rule %I on %s;', r.rule, r.name) as fix,
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', r.name) as lock,
       case when r.open_tables is null then 'warning' else 'leak' end as severity
  from rules r
