-- Remembers who held what on an object before an operation changed it, and gives it back in the same order and from the same
-- grantors, so that a dump of the schema reads as it did. What somebody else granted in between stays.
create table if not exists tenantry_adopt.kept_privileges (
    taker  text not null,   -- the operation
    kind   text not null,   -- table, function, procedure, schema or database, as GRANT says it
    object text not null,   -- as SQL writes it; nothing for the database
    part   text not null,   -- a column, or nothing
    before aclitem[],       -- null: what PostgreSQL gives by itself
    after  aclitem[],
    primary key (taker, kind, object, part)
);
revoke all on tenantry_adopt.kept_privileges from public;

-- What is held now: a row for the object, and for a table one for each column that has privileges of its own.
create or replace function tenantry_adopt.privileges(kind text, object text)
    returns table (part text, owner oid, held aclitem[], usual aclitem[])
    language plpgsql stable set search_path = pg_catalog, pg_temp as $privileges$
begin
    case kind
    when 'table' then
        return query select '', c.relowner, c.relacl, acldefault('r', c.relowner) from pg_class c where c.oid = to_regclass(object);
        return query select a.attname::text, c.relowner, a.attacl, acldefault('c', c.relowner)
                       from pg_attribute a join pg_class c on c.oid = a.attrelid
                      where a.attrelid = to_regclass(object) and a.attnum > 0 and not a.attisdropped;
    when 'schema' then
        return query select '', n.nspowner, n.nspacl, acldefault('n', n.nspowner) from pg_namespace n where n.oid = to_regnamespace(object);
    when 'database' then
        return query select '', d.datdba, d.datacl, acldefault('d', d.datdba) from pg_database d where d.datname = current_database();
    else
        return query select '', p.proowner, p.proacl, acldefault('f', p.proowner) from pg_proc p where p.oid = to_regprocedure(object);
    end case;
end $privileges$;

create or replace function tenantry_adopt.keep_privileges(taker text, kind text, object text) returns void
    language sql set search_path = pg_catalog, pg_temp as $keep$
    insert into tenantry_adopt.kept_privileges (taker, kind, object, part, before, after)
    select $1, $2, $3, p.part, p.held, p.held from tenantry_adopt.privileges($2, $3) p
    on conflict do nothing
$keep$;

-- Takes privileges from one role, or from everybody (public), whoever granted them: a REVOKE alone takes only what the owner
-- granted. Null: all of them.
create or replace function tenantry_adopt.take_privileges(kind text, object text, holder text, wanted text[]) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $take$
declare
    target   text := case kind when 'database' then quote_ident(current_database()) else object end;
    original text := current_setting('role');
    given    record;
begin
    for given in select p.part, p.owner, e.grantor, e.privilege_type from tenantry_adopt.privileges(kind, object) p,
                        aclexplode(coalesce(p.held, p.usual)) e
                  where e.grantee = (case holder when 'public' then 0 else to_regrole(holder) end)
                    and (wanted is null or lower(e.privilege_type) = any (wanted)) loop
        if given.grantor <> given.owner then
            perform set_config('role', given.grantor::regrole::text, true);
        end if;
        execute format('revoke %s %s on %s %s from %s cascade', given.privilege_type,
                       case given.part when '' then '' else format('(%I)', given.part) end, kind, target, holder);
        perform set_config('role', original, true);
    end loop;
end $take$;

-- After the change: what is there now is ours, and goes when it is given back.
create or replace function tenantry_adopt.settle_privileges(taker text, kind text, object text) returns void
    language sql set search_path = pg_catalog, pg_temp as $settle$
    update tenantry_adopt.kept_privileges k set after = p.held from tenantry_adopt.privileges($2, $3) p
     where k.taker = $1 and k.kind = $2 and k.object = $3 and k.part = p.part
$settle$;

-- Makes an object's privileges exactly these. A superuser's GRANT counts as the owner's, so another grantor is impersonated.
create or replace function tenantry_adopt.set_privileges(kind text, object text, part text, wanted aclitem[]) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $set$
declare
    place    text := format(case when part = '' then '' else '(%I)' end, part);
    target   text := case kind when 'database' then quote_ident(current_database()) else object end;
    original text := current_setting('role');
    given    record;
begin
    for given in select distinct e.grantee from tenantry_adopt.privileges(kind, object) p, aclexplode(coalesce(p.held, p.usual)) e
                  where p.part = $3 loop
        execute format('revoke all %s on %s %s from %s cascade', place, kind, target,
                       case given.grantee when 0 then 'public' else given.grantee::regrole::text end);
    end loop;
    for given in select e.*, p.owner from tenantry_adopt.privileges(kind, object) p,
                        aclexplode(coalesce(wanted, p.usual)) with ordinality e (grantor, grantee, privilege, is_grantable, place)
                  where p.part = $3 order by e.place loop
        if given.grantor <> given.owner then
            perform set_config('role', given.grantor::regrole::text, true);
        end if;
        execute format('grant %s %s on %s %s to %s %s', given.privilege, place, kind, target,
                       case given.grantee when 0 then 'public' else given.grantee::regrole::text end,
                       case when given.is_grantable then 'with grant option' else '' end);
        perform set_config('role', original, true);
    end loop;
end $set$;

create or replace function tenantry_adopt.return_privileges(taker text, kind text, object text) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $return$
declare
    kept     record;
    is_reset boolean := false;
begin
    -- Revoking from the table revokes from its columns too, so once something was set, the rest is.
    for kept in
        select k.part, k.before, p.usual, p.held, array(
                   select makeaclitem(e.grantee, e.grantor, e.privilege_type, e.is_grantable) from aclexplode(p.held) e
                   except select makeaclitem(e.grantee, e.grantor, e.privilege_type, e.is_grantable) from aclexplode(k.after) e
                   except select makeaclitem(e.grantee, e.grantor, e.privilege_type, e.is_grantable) from aclexplode(k.before) e) as added
          from tenantry_adopt.kept_privileges k join tenantry_adopt.privileges($2, $3) p on p.part = k.part
         where k.taker = $1 and k.kind = $2 and k.object = $3
         order by k.part
    loop
        continue when not is_reset and kept.held is not distinct from kept.before;
        is_reset := true;
        perform tenantry_adopt.set_privileges(kind, object, kept.part,
                    case when cardinality(kept.added) > 0 then coalesce(kept.before, kept.usual) || kept.added else kept.before end);
    end loop;
    delete from tenantry_adopt.kept_privileges k where k.taker = $1 and k.kind = $2 and k.object = $3;
end $return$;

revoke execute on function tenantry_adopt.privileges(text, text), tenantry_adopt.keep_privileges(text, text, text),
    tenantry_adopt.take_privileges(text, text, text, text[]),
    tenantry_adopt.settle_privileges(text, text, text), tenantry_adopt.set_privileges(text, text, text, aclitem[]),
    tenantry_adopt.return_privileges(text, text, text) from public;
