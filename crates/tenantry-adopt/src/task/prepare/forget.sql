-- The last of what preparing made. The schema itself is the journal's.
do $$ begin
    if not (select had_history from tenantry_adopt.prepared) then
        drop schema if exists tenantry_history cascade;
    end if;
end $$;
drop function if exists tenantry_adopt.organization_of(text, text), tenantry_adopt.found(uuid, text, text, text),
    tenantry_adopt.slug_with(text, uuid), tenantry_adopt.slug_of(text), tenantry_adopt.name_of(text, text), tenantry_adopt.new_id();
drop table tenantry_adopt.roots, tenantry_adopt.founded, tenantry_adopt.rights, tenantry_adopt.prepared;
