-- The tables go to a role that nobody logs in as, and row security is forced. FORCE alone would hold the rows, but an
-- owner can switch row security off again, so the application must not own what it reads.
-- remains: forged
-- locks: each table exclusively for an instant; nothing is rewritten.

do $$ begin create role marginalia_owner nologin; exception when duplicate_object or unique_violation then null; end $$;

do $$
declare
    owned regclass;
begin
    for owned in select oid from pg_class where relnamespace = 'marginalia'::regnamespace and relkind = 'r' loop
        execute format('alter table %s owner to marginalia_owner', owned);
        execute format('alter table %s force row level security', owned);
    end loop;
end $$;
alter function marginalia.current_organization() owner to marginalia_owner;
alter schema marginalia owner to marginalia_owner;

grant usage on schema marginalia to marginalia;
grant select, update (name) on marginalia.organizations to marginalia;
grant select, insert, update, delete on marginalia.members, marginalia.notebooks, marginalia.notes, marginalia.note_tags to marginalia;
