-- Nobody but the owner reaches a partition by its name, and each has the parent's policy besides, for the day on which
-- somebody grants it again. Whatever makes new partitions has to do the same.
-- remains: forged
-- locks: each partition exclusively for an instant.

do $$
declare
    partition regclass;
begin
    for partition in
        select relid from (values ('lodestar.events'::regclass), ('lodestar.page_views')) as parents (parent),
                          lateral pg_partition_tree(parent) where isleaf
    loop
        execute format('revoke all on %s from lodestar_app', partition);
        execute format('alter table %s enable row level security', partition);
        execute format('alter table %s force row level security', partition);
        execute format($p$create policy inside on %s
            using (workspace_id = (select nullif(current_setting('app.workspace', true), '')::uuid))
            with check (workspace_id = (select nullif(current_setting('app.workspace', true), '')::uuid))$p$, partition);
    end loop;
end $$;
