-- Whatever the session was, what follows reads the same and is written the same: names are qualified, constants look alike.
begin isolation level repeatable read read only;
set local search_path = pg_catalog, pg_temp;
set local jit = off;
set local lock_timeout = '5s';
set local statement_timeout = '60s';
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local timezone = 'UTC';
set local bytea_output = 'hex';
set local extra_float_digits = 1;
set local quote_all_identifiers = off;
set local row_security = on;
