case when pg_catalog.split_part(pg_catalog.current_setting('tenantry.context', true), '.', 3) like '________-____-____-____-____________'
      and pg_catalog.translate(pg_catalog.split_part(pg_catalog.current_setting('tenantry.context', true), '.', 3), '0123456789abcdef', '') = '----'
     then pg_catalog.split_part(pg_catalog.current_setting('tenantry.context', true), '.', 3)::pg_catalog.uuid end
