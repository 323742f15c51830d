-- What a table calls by itself: a definer function there answers from every organization's rows.
, called as (
    select d.refobjid as function, 'check'::pg_catalog.text as kind, pg_catalog.format('check %I of %s', o.conname, tenant.name) as object
      from tenant
      join pg_catalog.pg_constraint o on o.conrelid = tenant.oid and o.contype = 'c' and o.conislocal
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and d.objid = o.oid
     where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    union
    select d.refobjid, 'default', pg_catalog.format('%s of %s.%I', case a.attgenerated when '' then 'default' else 'expression' end, tenant.name, a.attname)
      from tenant
      join pg_catalog.pg_attribute a on a.attrelid = tenant.oid and not a.attisdropped
      join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.objid = f.oid
     where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and not tenant.relispartition
    union
    select d.refobjid, 'policy', pg_catalog.format('policy %I on %s', o.polname, tenant.name)
      from tenant
      join pg_catalog.pg_policy o on o.polrelid = tenant.oid
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and d.objid = o.oid
     where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
)
select called.object as object,
       pg_catalog.format(case when called.kind = 'policy' and function.body ~* '\mcurrent_user\M'
                              then '%s asks %s for the current user, who is always its owner there'
                              else '%s calls %s, which answers from every organization''s rows' end, called.object, function.name) as title,
       case when called.kind = 'policy' and function.body ~* '\mcurrent_user\M'
            then pg_catalog.format('Inside a SECURITY DEFINER function current_user is the owner %I, so every caller gets the same answer.', function.owner_name)
            else pg_catalog.format('The function is SECURITY DEFINER, runs as %I, names %s and reads no context. ', function.owner_name, coalesce(reached.names, 'no table'))
                 || case called.kind when 'check' then 'That a row is refused tells what another organization has.'
                                     when 'policy' then 'It takes no argument either, so it says the same for everybody.'
                                     else 'The value that it gives tells what other organizations have.' end
       end as cause,
       pg_catalog.format('decide: let %s read the organization from the context, or run it with the rights of its caller (alter function … security invoker)', function.name) as fix,
       'none' as lock,
       case called.kind when 'check' then 'oracle' else 'warning' end as severity
  from called
  join function on function.oid = called.function
  left join lateral (select pg_catalog.string_agg(distinct touched.name, ', ') as names from touched join tenant on tenant.oid = touched.source
                      where touched.function = function.oid and touched.is_passed) as reached on true
 where function.is_definer
   and (called.kind = 'policy' and function.body ~* '\mcurrent_user\M'
        or reached.names is not null and not exists (select from bound where bound.oid = function.oid)
           and (called.kind <> 'policy' or function.arguments = 0))
 order by 1
