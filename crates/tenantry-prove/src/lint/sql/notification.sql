-- Whoever is connected may listen to every channel, so what a notification carries is everybody's.
select function.name as object,
       pg_catalog.format('%s %s sends what every organization can listen to', function.word, function.name) as title,
       'Its body calls NOTIFY or pg_notify() with a payload. LISTEN needs no privilege and cannot be taken away, so every session of the database may receive it.' as cause,
       'decide: send no payload (pg_notify(channel, '''')) and let the receiver read the row under its own context' as fix,
       'none' as lock,
       'warning' as severity
  from function
 where (function.is_callable or exists (select from pg_catalog.pg_trigger g join tenant on tenant.oid = g.tgrelid where g.tgfoid = function.oid))
   and (function.body ~* '\mnotify\s+"?[[:alpha:]_][[:alnum:]_$]*"?\s*,'
        or pg_catalog.regexp_count(function.body, '\mpg_notify\s*\(', 1, 'i')
           > pg_catalog.regexp_count(function.body, '\mpg_notify\s*\(\s*(''[^'']*''|[^,'']+),\s*''''\s*\)', 1, 'i'))
 order by 1
