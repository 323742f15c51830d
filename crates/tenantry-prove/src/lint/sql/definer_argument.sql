-- A definer function that is told whose rows are meant believes its caller.
select function.name as object,
       pg_catalog.format('%s %s takes %s from its caller', function.word, function.name, identity_argument.names) as title,
       pg_catalog.format('It is SECURITY DEFINER and runs as %I. ', function.owner_name)
       || case when function.body ~* '\mset_config\s*\(|\mset\s+local\M'
               then 'It enters what it is told, so whoever may call it enters any organization.'
               else pg_catalog.format('Row security does not hold that role on %s, so what the caller says decides whose rows are reached.', reached.names) end as cause,
       pg_catalog.format('decide: %I may only mean itself, so read %s from the context inside the function, or compare it with the context before anything is done', app.rolname, identity_argument.names) as fix,
       'none' as lock,
       'warning' as severity
  from function
  join identity_argument on identity_argument.function = function.oid
  cross join app
  left join lateral (select pg_catalog.string_agg(distinct touched.name, ', ') as names from touched
                      where touched.function = function.oid and touched.class <> 'shared' and touched.is_passed) as reached on true
 where function.is_definer and function.is_callable and not function.is_trigger and not app.rolsuper
   -- Whether one's own person belongs to it may be asked of any organization.
   and not (function.is_question and exists (select from bound where bound.oid = function.oid))
   and (reached.names is not null or function.body ~* '\mset_config\s*\(|\mset\s+local\M')
 order by 1
