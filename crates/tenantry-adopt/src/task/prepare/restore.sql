-- Gives every right back that the contract took, and takes back what was given in its place.
do $$
declare
    line  record;
    given text;
begin
    for line in select * from tenantry_adopt.rights order by object, grantee loop
        continue when line.grantee <> 'public' and pg_catalog.to_regrole(line.grantee) is null;
        execute pg_catalog.format('revoke all on %s from %s', line.object, line.grantee);
        foreach given in array line.before loop
            execute pg_catalog.format('grant %s on %s to %s%s', pg_catalog.rtrim(given, '*'), line.object, line.grantee,
                                      case when given like '%*' then ' with grant option' else '' end);
        end loop;
    end loop;
end $$;
