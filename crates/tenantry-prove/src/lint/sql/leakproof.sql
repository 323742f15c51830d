-- A function that is marked LEAKPROOF may be run on rows before row security has taken them away.
select function.name as object,
       pg_catalog.format('function %s is marked LEAKPROOF', function.name) as title,
       pg_catalog.format('The planner may run it on rows of every organization before the policies are applied. It belongs to %I. ', function.owner_name)
       || case when function.body ~* '\m(raise|notify|pg_notify|insert|update|perform|execute|assert)\M'
               then 'Its body sends messages or writes, so what it is given can be learned.'
               else 'Whatever error it raises for one value and not for another tells what the row holds.' end as cause,
       pg_catalog.format('alter function %s not leakproof;', function.name) as fix,
       'none; plans are made again' as lock,
       case when function.is_callable and function.body ~* '\m(raise|notify|pg_notify|insert|update|perform|execute|assert)\M' then 'leak' else 'warning' end as severity
  from function cross join app
 where function.is_leakproof and function.word = 'function' and function.is_callable
 order by 1
