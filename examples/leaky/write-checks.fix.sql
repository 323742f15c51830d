-- One policy for everything: what may be seen is what may be written. An update that names no WITH CHECK takes USING for it.
-- remains: forged
-- locks: each table exclusively for an instant.

do $$
declare
    name text;
begin
    foreach name in array array['homes', 'stays', 'complaints'] loop
        execute format('drop policy reading on rookery.%I', name);
        execute format('drop policy adding on rookery.%I', name);
        execute format('drop policy changing on rookery.%I', name);
        execute format('drop policy removing on rookery.%I', name);
        execute format($p$create policy own on rookery.%I
            using (owner_id = (select nullif(current_setting('app.owner_id', true), '')::uuid))
            with check (owner_id = (select nullif(current_setting('app.owner_id', true), '')::uuid))$p$, name);
    end loop;
end $$;
