-- Read committed, so that no snapshot is held for the whole time: vacuum goes on while we look.
begin isolation level read committed read only;
set local search_path = pg_catalog, pg_temp;
set local jit = off;
set local lock_timeout = '1s';
set local statement_timeout = '5s';
set local row_security = on;
set local max_parallel_workers_per_gather = 0;
