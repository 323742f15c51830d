CREATE SCHEMA tenantry;

ALTER SCHEMA tenantry OWNER TO tenantry_owner;

CREATE SCHEMA tenantry_private;

ALTER SCHEMA tenantry_private OWNER TO tenantry_owner;

CREATE FUNCTION tenantry.sealed_actor() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return split_part(tenantry.verified_context(), '.', 4);
end $$;

ALTER FUNCTION tenantry.sealed_actor() OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.actor() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN starts_with(current_setting('backtrace_functions'::text), '0 '::text) THEN convert_from(decode(split_part(current_setting('backtrace_functions'::text), ' '::text, 3), 'hex'::text), 'UTF8'::name) ELSE tenantry.sealed_actor() END;

ALTER FUNCTION tenantry.actor() OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.claim_slug(wanted text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    caller uuid := tenantry.organization();
begin
    if caller is null then
        raise exception 'tenantry: a slug is claimed in the context of an organization' using errcode = '42501';
    end if;
    update tenantry.organization_slugs set slug = wanted where organization_id = caller;
end $$;

ALTER FUNCTION tenantry.claim_slug(wanted text) OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.context_store() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select case when current_setting('backtrace_functions') = ''
                 and has_parameter_privilege('tenantry_definer', 'backtrace_functions', 'set')
                 and current_setting('tenantry.context_store', true) is distinct from 'sealed'
                then 'verified' else 'sealed' end
$$;

ALTER FUNCTION tenantry.context_store() OWNER TO tenantry_owner;

CREATE FUNCTION tenantry.count_usage() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    counted     text := tg_argv[0];
    step        bigint := tg_argv[1]::bigint;
    stored_step bigint := tg_argv[2]::bigint;
    row_of      uuid := case when tg_op = 'DELETE' then old.organization_id else new.organization_id end;
    line        record;
begin
    if step <= 0 then
        -- The whole organization may be going: then there is no line to write to, and none is made.
        update tenantry.usage_counts c set used = greatest(c.used + step, 0), stored = greatest(c.stored + stored_step, 0)
         where c.organization_id = row_of and c.meter = counted;
        return null;
    end if;
    insert into tenantry.usage_counts as c (organization_id, meter, used, stored) values (row_of, counted, step, stored_step)
        on conflict (organization_id, meter) do update set used = c.used + step, stored = c.stored + stored_step
        returning c.used, c.stored, coalesce(c.most, tenantry.default_limit(c.meter)) as most into line;
    if line.used > line.most or line.stored > 2 * line.most then
        raise exception 'tenantry: the organization has as many % as its limit allows', counted
            using errcode = '23514', schema = 'tenantry', table = 'usage_counts', constraint = 'usage_limit_' || counted, detail = line.most::text;
    end if;
    return null;
end $$;

ALTER FUNCTION tenantry.count_usage() OWNER TO tenantry_keeper;

CREATE FUNCTION tenantry.default_limit(meter text) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select case meter when 'members' then 1000 when 'projects' then 10000 when 'clients' then 10000 end::bigint $$;

ALTER FUNCTION tenantry.default_limit(meter text) OWNER TO tenantry_owner;

CREATE FUNCTION tenantry.deleted_organizations_of(wanted_user uuid) RETURNS TABLE(organization_id uuid, slug text, name text, role text, joined_at timestamp with time zone, deleted_at timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return query
        select m.organization_id, o.slug, o.name, m.role, m.created_at, o.deleted_at
          from tenantry.memberships m
          join tenantry.organizations o on o.organization_id = m.organization_id
         where m.user_id = wanted_user and m.role = 'owner' and o.deleted_at is not null;
end $$;

ALTER FUNCTION tenantry.deleted_organizations_of(wanted_user uuid) OWNER TO tenantry_directory;

CREATE FUNCTION tenantry.enter(key_id text, entry text, expires text, mac text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    inner_key bytea;
    outer_key bytea;
    genuine   text;
begin
    select inner_pad, outer_pad into inner_key, outer_key from tenantry_private.context_keys
     where kid = key_id and (retired_at is null or retired_at > statement_timestamp());
    genuine := encode(sha256(outer_key || sha256(inner_key || convert_to(
        concat(E'tenantry.enter.v1\n', current_database(), E'\n', pg_backend_pid(), E'\n', expires, E'\n', entry), 'UTF8'))), 'hex');
    -- Nothing of the entry is cast before its signature is known to be right.
    if hashtextextended(genuine, 0) = hashtextextended(mac, 0) and genuine = mac then
        if expires::float8 >= date_part('epoch', statement_timestamp()) then
            return set_config('backtrace_functions', entry, true) is not null;
        end if;
    end if;
    raise exception 'tenantry: the sealed context was refused' using errcode = '42501';
end $$;

ALTER FUNCTION tenantry.enter(key_id text, entry text, expires text, mac text) OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.forget_access_changes(most integer DEFAULT 10000) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    forgot bigint;
begin
    delete from tenantry.access_changes c where c.ctid = any (array(
        select i.ctid from tenantry.access_changes i where i.aged_at < statement_timestamp() - interval '10 minutes' limit most));
    get diagnostics forgot = row_count;
    update tenantry.access_changes c set aged_at = statement_timestamp()
     where c.aged_at is null and c.created_at < statement_timestamp() - interval '1 hour';
    return forgot;
end $$;

ALTER FUNCTION tenantry.forget_access_changes(most integer) OWNER TO tenantry_keeper;

CREATE FUNCTION tenantry.guard_deletion() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    caller_role text := tenantry.role();
begin
    if new.deleted_at is not distinct from old.deleted_at then
        return new;
    end if;
    if caller_role is null then
        if tenantry.may_work_unsealed(tg_op) then
            return new;
        end if;
    elsif caller_role = 'owner' or (caller_role = 'admin' and tg_argv[0] = 'admin') then
        new.deleted_at := case when new.deleted_at is not null then statement_timestamp() end;
        return new;
    end if;
    raise exception 'tenantry: this role may not delete or restore this' using errcode = '42501';
end $$;

ALTER FUNCTION tenantry.guard_deletion() OWNER TO tenantry_owner;

CREATE FUNCTION tenantry.guard_membership() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    caller_role text := tenantry.role();
    was_owner   boolean := tg_op <> 'INSERT' and old.role = 'owner';
    is_owner    boolean := tg_op <> 'DELETE' and new.role = 'owner';
begin
    -- Under a seal: owners change everybody, admins everybody
    -- but owners, and everybody may leave.
    if caller_role is null and not tenantry.may_work_unsealed(tg_op) then
        raise exception 'tenantry: a membership is changed in the context of its organization' using errcode = '42501';
    end if;
    if caller_role is not null and not (
        caller_role = 'owner'
        or (caller_role = 'admin' and not was_owner and not is_owner)
        or (tg_op = 'DELETE' and 'usr:' || old.user_id = tenantry.actor()))
    then
        raise exception 'tenantry: this role may not change this membership' using errcode = '42501';
    end if;
    if was_owner and not is_owner then
        -- Two at once wait for each other here, and the second one sees what the first one did.
        perform from tenantry.organizations o where o.organization_id = old.organization_id for no key update;
        if found and not exists (select from tenantry.memberships m
                                  where m.organization_id = old.organization_id and m.role = 'owner' and m.user_id <> old.user_id) then
            raise exception 'tenantry: an organization keeps an owner'
                using errcode = '23514', schema = 'tenantry', table = 'memberships', constraint = 'memberships_last_owner';
        end if;
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;

ALTER FUNCTION tenantry.guard_membership() OWNER TO tenantry_keeper;

CREATE FUNCTION tenantry.mark_access_change(what text, whom uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    -- A copied-back database may hold marks of another cluster's transactions; an older one of the same number is made new.
    insert into tenantry.access_changes as c (kind, subject) select distinct what, w from unnest(whom) w
        on conflict on constraint access_changes_pkey do update set created_at = excluded.created_at, aged_at = null;
    perform pg_notify('tenantry_access', '');
end $$;

ALTER FUNCTION tenantry.mark_access_change(what text, whom uuid[]) OWNER TO tenantry_keeper;

CREATE FUNCTION tenantry.mark_everything() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform tenantry.mark_access_change('everything', array['00000000-0000-0000-0000-000000000000'::uuid]);
    return null;
end $$;

ALTER FUNCTION tenantry.mark_everything() OWNER TO tenantry_keeper;

CREATE FUNCTION tenantry.mark_members() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    most  constant int := 1000;
    whose uuid[];
begin
    if tg_op = 'INSERT' then
        whose := array(select distinct n.user_id from new_rows n limit most + 1);
    elsif tg_op = 'DELETE' then
        whose := array(select distinct o.user_id from old_rows o limit most + 1);
    else
        whose := array(select o.user_id from old_rows o union select n.user_id from new_rows n limit most + 1);
    end if;
    if cardinality(whose) > most then
        perform tenantry.mark_access_change('everything', array['00000000-0000-0000-0000-000000000000'::uuid]);
    elsif cardinality(whose) > 0 then
        perform tenantry.mark_access_change('user', whose);
    end if;
    return null;
end $$;

ALTER FUNCTION tenantry.mark_members() OWNER TO tenantry_keeper;

CREATE FUNCTION tenantry.mark_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform tenantry.mark_access_change(tg_argv[0], array[(to_jsonb(old) ->> tg_argv[1])::uuid]);
    return null;
end $$;

ALTER FUNCTION tenantry.mark_row() OWNER TO tenantry_keeper;

CREATE FUNCTION tenantry.may_work_unsealed(operation text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select session_user = 'tenantry_operator' or (session_user = 'tenantry_platform' and operation = 'DELETE')
        or exists (select from pg_roles r where r.rolname = session_user and (r.rolsuper or pg_has_role(r.oid, 'tenantry_owner', 'member'))) $$;

ALTER FUNCTION tenantry.may_work_unsealed(operation text) OWNER TO tenantry_owner;

CREATE FUNCTION tenantry.member(wanted_organization uuid, wanted_user uuid) RETURNS TABLE(user_id uuid, email text, name text, role text, created_at timestamp with time zone, updated_at timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return query
        select m.user_id, u.email, u.name, m.role, m.created_at, m.updated_at
          from tenantry.memberships m join tenantry.users u on u.id = m.user_id
         where m.organization_id = wanted_organization and m.user_id = wanted_user;
end $$;

ALTER FUNCTION tenantry.member(wanted_organization uuid, wanted_user uuid) OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.members(wanted_organization uuid, wanted_role text, search text, before_time timestamp with time zone, before_user uuid, most bigint) RETURNS TABLE(user_id uuid, email text, name text, role text, created_at timestamp with time zone, updated_at timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return query
        select m.user_id, u.email, u.name, m.role, m.created_at, m.updated_at
          from tenantry.memberships m join tenantry.users u on u.id = m.user_id
         where m.organization_id = wanted_organization and (m.created_at, m.user_id) < (before_time, before_user)
           and (wanted_role is null or m.role = wanted_role)
           and (search is null or strpos(lower(u.name), lower(search)) > 0 or strpos(u.email, lower(search)) > 0)
         order by m.created_at desc, m.user_id desc limit most;
end $$;

ALTER FUNCTION tenantry.members(wanted_organization uuid, wanted_role text, search text, before_time timestamp with time zone, before_user uuid, most bigint) OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.members_of_project(wanted_organization uuid, wanted_project uuid, before_time timestamp with time zone, before_user uuid, most bigint) RETURNS TABLE(project_id uuid, user_id uuid, email text, name text, role text, created_at timestamp with time zone, updated_at timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    -- The definer reads every member of the organization's projects, so the project's own policy is asked first.
    if not exists (select from tenantry.projects p where p.organization_id = wanted_organization and p.id = wanted_project) then
        return;
    end if;
    return query
        select m.project_id, m.user_id, u.email, u.name, m.role, m.created_at, m.updated_at
          from tenantry.project_members m join tenantry.users u on u.id = m.user_id
         where m.organization_id = wanted_organization and m.project_id = wanted_project
           and (m.created_at, m.user_id) < (before_time, before_user)
         order by m.created_at desc, m.user_id desc limit most;
end $$;

ALTER FUNCTION tenantry.members_of_project(wanted_organization uuid, wanted_project uuid, before_time timestamp with time zone, before_user uuid, most bigint) OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.membership_of(wanted_user uuid, wanted_organization uuid) RETURNS TABLE(slug text, name text, role text, joined_at timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return query
        select o.slug, o.name, m.role, m.created_at
          from tenantry.memberships m
          join tenantry.organizations o on o.organization_id = m.organization_id
         where m.organization_id = wanted_organization and m.user_id = wanted_user and o.deleted_at is null;
end $$;

ALTER FUNCTION tenantry.membership_of(wanted_user uuid, wanted_organization uuid) OWNER TO tenantry_directory;

CREATE FUNCTION tenantry.memberships_of(wanted_user uuid) RETURNS TABLE(organization_id uuid, slug text, name text, role text, joined_at timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return query
        select m.organization_id, o.slug, o.name, m.role, m.created_at
          from tenantry.memberships m
          join tenantry.organizations o on o.organization_id = m.organization_id
         where m.user_id = wanted_user and o.deleted_at is null;
end $$;

ALTER FUNCTION tenantry.memberships_of(wanted_user uuid) OWNER TO tenantry_directory;

CREATE FUNCTION tenantry.obstacles(relation regclass) RETURNS TABLE(obstacle text, remedy text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    kind          "char";
    tenant_column smallint;
begin
    select relkind into kind from pg_class where oid = relation;
    if kind not in ('r', 'p') then
        return query select format('%s is not a table', relation), 'protect the tables that it reads'::text;
        return;
    end if;
    select attnum into tenant_column from pg_attribute
     where attrelid = relation and attname = 'organization_id' and atttypid = 'uuid'::regtype and attnotnull and not attisdropped;
    if not found then
        return query select format('%s has no column organization_id uuid not null', relation),
                            format('alter table %s add column organization_id uuid not null', relation);
        return;
    end if;
    if not exists (select from pg_index where indrelid = relation and indisprimary) then
        return query select format('%s has no primary key', relation),
                            format('alter table %s add primary key (organization_id, id)', relation);
    end if;
    -- A key across organizations tells one organization what another one has.
    return query select format('the unique index %s does not begin with organization_id', indexrelid::regclass),
                        'put organization_id first in the key'::text
                   from pg_index where indrelid = relation and indisunique and indkey[0] <> tenant_column;
    return query select format('the exclusion constraint %I of %s does not begin with organization_id', conname, relation),
                        'begin it with organization_id with ='::text
                   from pg_constraint where contype = 'x' and conrelid = relation and conkey[1] <> tenant_column;
    -- Both directions: foreign keys of this table to organizations' tables, and of organizations' tables to this one.
    return query
        select format('the foreign key %I of %s does not carry organization_id', c.conname, c.conrelid::regclass),
               'foreign key (organization_id, …) references … (organization_id, …)'::text
          from pg_constraint c
         where c.contype = 'f' and relation in (c.conrelid, c.confrelid)
           and (c.conrelid = relation or exists (select from pg_policy where polrelid = c.conrelid and polname = 'tenantry_guard'))
           and (c.confrelid = relation or exists (select from pg_policy where polrelid = c.confrelid and polname = 'tenantry_guard'))
           and not exists (
               select from unnest(c.conkey, c.confkey) as pair (mine, theirs)
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = pair.mine and a.attname = 'organization_id'
                 join pg_attribute b on b.attrelid = c.confrelid and b.attnum = pair.theirs and b.attname = 'organization_id');
    return query
        select format('the foreign key %I of %s would set organization_id to null or a default', conname, relation),
               'use on delete cascade or restrict, or name the columns to set'::text
          from pg_constraint
         where contype = 'f' and conrelid = relation and tenant_column = any (conkey)
           and ((confdeltype in ('n', 'd') and (confdelsetcols is null or tenant_column = any (confdelsetcols))) or confupdtype in ('n', 'd'));
    return query select format('%s inherits from a table, or is inherited by one', relation), 'use partitions or separate tables'::text
                   from pg_inherits i join pg_class child on child.oid = i.inhrelid
                  where relation in (i.inhparent, i.inhrelid) and not child.relispartition limit 1;
end $$;

ALTER FUNCTION tenantry.obstacles(relation regclass) OWNER TO tenantry_owner;

CREATE FUNCTION tenantry.sealed_organization() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return split_part(tenantry.verified_context(), '.', 3)::uuid;
end $$;

ALTER FUNCTION tenantry.sealed_organization() OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.organization() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN starts_with(current_setting('backtrace_functions'::text), '0 '::text) THEN (split_part(current_setting('backtrace_functions'::text), ' '::text, 2))::uuid ELSE tenantry.sealed_organization() END;

ALTER FUNCTION tenantry.organization() OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.own_projects(least_role text) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    caller text := tenantry.actor();
    roles  text[] := case least_role when 'viewer' then array['viewer', 'member', 'manager']
                                when 'member' then array['member', 'manager'] else array['manager'] end;
begin
    if caller is null or caller not like 'usr:%' then
        return '{}';
    end if;
    return array(select m.project_id from tenantry.project_members m
                  where m.organization_id = tenantry.organization() and m.user_id = substr(caller, 5)::uuid and m.role = any (roles));
end $$;

ALTER FUNCTION tenantry.own_projects(least_role text) OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.protect(relation regclass, privileges text DEFAULT 'select, insert, update, delete'::text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    found_obstacles text;
    found_remedies  text;
    partition       regclass;
begin
    if privileges !~ '^(select|insert|update|delete)(, (select|insert|update|delete))*$' then
        raise exception 'tenantry: % may only be granted select, insert, update and delete', relation;
    end if;
    select string_agg(obstacle, '; '), string_agg(distinct remedy, '; ') into found_obstacles, found_remedies
      from tenantry.obstacles(relation);
    if found_obstacles is not null then
        raise exception 'tenantry: % cannot be protected: %', relation, found_obstacles using hint = found_remedies;
    end if;
    perform tenantry_private.guard(relation);
    for partition in select relid from pg_partition_tree(relation) where relid <> relation loop
        perform tenantry_private.guard(partition);
    end loop;
    execute format('grant %s on %s to tenantry_app, tenantry_operator', privileges, relation);
    if exists (select from pg_attribute where attrelid = relation and attname = 'updated_at' and not attisdropped) then
        execute format('create or replace trigger tenantry_touch before update on %s for each row execute function tenantry.touch()', relation);
    end if;
end $_$;

ALTER FUNCTION tenantry.protect(relation regclass, privileges text) OWNER TO tenantry_owner;

CREATE FUNCTION tenantry.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    raise exception 'tenantry: records of % are never changed', tg_relid::regclass using errcode = '42501';
end $$;

ALTER FUNCTION tenantry.refuse_change() OWNER TO tenantry_owner;

CREATE FUNCTION tenantry.requests_of(wanted_organization uuid, wanted_period date) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return coalesce((select c.requests from tenantry.request_counts c
                      where c.organization_id = wanted_organization and c.organization_id = tenantry.organization() and c.period = wanted_period), 0);
end $$;

ALTER FUNCTION tenantry.requests_of(wanted_organization uuid, wanted_period date) OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.sealed_role() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return split_part(tenantry.verified_context(), '.', 5);
end $$;

ALTER FUNCTION tenantry.sealed_role() OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.role() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN starts_with(current_setting('backtrace_functions'::text), '0 '::text) THEN convert_from(decode(split_part(current_setting('backtrace_functions'::text), ' '::text, 4), 'hex'::text), 'UTF8'::name) ELSE tenantry.sealed_role() END;

ALTER FUNCTION tenantry.role() OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.sees_every_project() RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return coalesce(tenantry.role() in ('owner', 'admin'), false);
end $$;

ALTER FUNCTION tenantry.sees_every_project() OWNER TO tenantry_owner;

CREATE FUNCTION tenantry.stored_bytes(wanted_organization uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    -- Column by column: the size of a whole row would fetch what lies outside of it.
    return coalesce((select sum(96 + pg_column_size(c.name) + pg_column_size(c.metadata)) from tenantry.clients c
                      where c.organization_id = wanted_organization), 0)
         + coalesce((select sum(128 + pg_column_size(p.slug) + pg_column_size(p.name) + pg_column_size(p.description)
                              + pg_column_size(p.metadata) + pg_column_size(p.settings)) from tenantry.projects p
                      where p.organization_id = wanted_organization), 0);
end $$;

ALTER FUNCTION tenantry.stored_bytes(wanted_organization uuid) OWNER TO tenantry_counter;

CREATE FUNCTION tenantry.sweep(grace interval, most integer DEFAULT 500) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    due     timestamptz := statement_timestamp() - grace;
    gone    record;
    removed bigint := 0;
    forgot  bigint;
begin
    -- One organization a step, and the larger part of what is in it first: no step takes long, and none is in vain.
    for gone in select o.organization_id from tenantry.organizations o where o.deleted_at < due limit 1 for update skip locked loop
        delete from tenantry.usage_counts c where c.organization_id = gone.organization_id;
        delete from tenantry.projects p where p.ctid = any (array(
            select i.ctid from tenantry.projects i where i.organization_id = gone.organization_id limit most));
        get diagnostics forgot = row_count;
        if forgot = most then
            return forgot;
        end if;
        delete from tenantry.clients c where c.ctid = any (array(
            select i.ctid from tenantry.clients i where i.organization_id = gone.organization_id limit most));
        get diagnostics forgot = row_count;
        if forgot = most then
            return forgot;
        end if;
        insert into tenantry.audit_events (organization_id, id, actor, via, action, subject_kind, subject_id, request_id)
            values (gone.organization_id, gen_random_uuid(), 'system', 'sweep', 'organization.removed', 'org', gone.organization_id, gen_random_uuid());
        delete from tenantry.organization_slugs s where s.organization_id = gone.organization_id;
        delete from tenantry.organizations o where o.organization_id = gone.organization_id;
        removed := removed + 1;
    end loop;
    for gone in select p.organization_id, p.id from tenantry.projects p where p.deleted_at < due limit most for update skip locked loop
        insert into tenantry.audit_events (organization_id, id, actor, via, action, subject_kind, subject_id, request_id)
            values (gone.organization_id, gen_random_uuid(), 'system', 'sweep', 'project.removed', 'prj', gone.id, gen_random_uuid());
        delete from tenantry.projects p where p.organization_id = gone.organization_id and p.id = gone.id;
        removed := removed + 1;
    end loop;
    for gone in select c.organization_id, c.id from tenantry.clients c where c.deleted_at < due limit most for update skip locked loop
        insert into tenantry.audit_events (organization_id, id, actor, via, action, subject_kind, subject_id, request_id)
            values (gone.organization_id, gen_random_uuid(), 'system', 'sweep', 'client.removed', 'cli', gone.id, gen_random_uuid());
        update tenantry.projects p set client_id = null where p.organization_id = gone.organization_id and p.client_id = gone.id;
        delete from tenantry.clients c where c.organization_id = gone.organization_id and c.id = gone.id;
        removed := removed + 1;
    end loop;
    delete from tenantry.idempotency_keys k where k.ctid = any (array(
        select i.ctid from tenantry.idempotency_keys i where i.created_at < statement_timestamp() - interval '48 hours' limit most * 20));
    get diagnostics forgot = row_count;
    removed := removed + forgot;
    delete from tenantry.account_idempotency_keys k where k.ctid = any (array(
        select i.ctid from tenantry.account_idempotency_keys i where i.created_at < statement_timestamp() - interval '48 hours' limit most * 20));
    get diagnostics forgot = row_count;
    removed := removed + forgot;
    delete from tenantry.rate_windows w where w.ctid = any (array(
        select r.ctid from tenantry.rate_windows r where r.started_at < statement_timestamp() - interval '1 hour' limit most * 20));
    get diagnostics forgot = row_count;
    return removed + forgot;
end $$;

ALTER FUNCTION tenantry.sweep(grace interval, most integer) OWNER TO tenantry_keeper;

CREATE FUNCTION tenantry.touch() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    new.updated_at := statement_timestamp();
    return new;
end $$;

ALTER FUNCTION tenantry.touch() OWNER TO tenantry_owner;

CREATE FUNCTION tenantry.verified_context() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    seal    text := current_setting('tenantry.context', true);
    payload text;
    pads    record;
begin
    if seal is null or seal = '' then
        return null;
    end if;
    payload := left(seal, -65);
    select inner_pad, outer_pad into pads from tenantry_private.context_keys
     where kid = split_part(seal, '.', 2) and (retired_at is null or retired_at > statement_timestamp());
    -- Nothing of the seal is cast before its signature is known to be right. Both sides are hashed once more, so that
    -- the comparison says nothing about how many characters were right. No EXCEPTION block: it would open a
    -- subtransaction at each call and forbid parallel plans.
    if not found
       or sha256(convert_to(encode(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to(
              'tenantry.context.v1' || chr(10) || current_database() || chr(10) || payload, 'UTF8'))), 'hex'), 'UTF8'))
          <> sha256(convert_to(right(seal, 64), 'UTF8'))
       or left(right(seal, 65), 1) <> '.'
       or split_part(seal, '.', 1) <> 'v1'
       or split_part(seal, '.', 6)::bigint < extract(epoch from statement_timestamp())
       or split_part(seal, '.', 7)::int not in (0, pg_backend_pid())
    then
        raise exception 'tenantry: the sealed context was refused' using errcode = '42501';
    end if;
    return payload;
end $$;

ALTER FUNCTION tenantry.verified_context() OWNER TO tenantry_definer;

CREATE FUNCTION tenantry.wash(driver_statements bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
    reset all;
    perform pg_catalog.pg_advisory_unlock_all();
    return (select pg_catalog.count(*) filter (where from_sql) operator(pg_catalog.=) 0
               and pg_catalog.count(*) filter (where not from_sql) operator(pg_catalog.>=) driver_statements
              from pg_catalog.pg_prepared_statement())
       and not exists (select from pg_catalog.pg_cursor() where is_holdable)
       and not exists (select from pg_catalog.pg_listening_channels())
       and pg_catalog.pg_my_temp_schema() operator(pg_catalog.=) 0::pg_catalog.oid
       and current_user operator(pg_catalog.=) session_user;
end $$;

ALTER FUNCTION tenantry.wash(driver_statements bigint) OWNER TO tenantry_owner;

CREATE FUNCTION tenantry_private.guard(relation regclass) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
begin
    execute format('alter table %s enable row level security', relation);
    execute format('alter table %s force row level security', relation);
    execute format('drop policy if exists tenantry_guard on %s', relation);
    execute format('create policy tenantry_guard on %s as restrictive for all to public using (organization_id = (select tenantry.organization())) with check (organization_id = (select tenantry.organization()))', relation);
    if not exists (select from pg_policy where polrelid = relation and polpermissive) then
        execute format('create policy tenantry_allow on %s for all to public using (true) with check (true)', relation);
    end if;
    -- The default reads the context without verifying it (a few microseconds a row instead of some twenty): WITH CHECK
    -- refuses a forged one anyway. What cannot be an id gives null and no bad cast, so that the guard is what answers.
    execute format($d$alter table %s alter column organization_id set default
        case when split_part(current_setting('tenantry.context', true), '.', 3) like '________-____-____-____-____________'
              and translate(split_part(current_setting('tenantry.context', true), '.', 3), '0123456789abcdef', '') = '----'
             then split_part(current_setting('tenantry.context', true), '.', 3)::uuid end$d$, relation);
    execute format('revoke all on %s from public, tenantry_app, tenantry_operator', relation);
end $_$;

ALTER FUNCTION tenantry_private.guard(relation regclass) OWNER TO tenantry_owner;

CREATE TABLE tenantry.access_changes (
    changed_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    aged_at timestamp with time zone,
    CONSTRAINT access_changes_kind_check CHECK ((kind ~ '^[a-z_]+$'::text))
);

ALTER TABLE tenantry.access_changes OWNER TO tenantry_owner;

CREATE TABLE tenantry.account_events (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    user_id uuid NOT NULL,
    session_id uuid,
    action text NOT NULL,
    request_id uuid NOT NULL,
    address inet,
    CONSTRAINT account_events_action_check CHECK ((action ~ '^[a-z_]+\.[a-z_]+$'::text))
);

ALTER TABLE tenantry.account_events OWNER TO tenantry_owner;

CREATE TABLE tenantry.account_idempotency_keys (
    user_id uuid NOT NULL,
    request_sha256 bytea NOT NULL,
    body_sha256 bytea NOT NULL,
    status smallint NOT NULL,
    answer text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT account_idempotency_keys_body_sha256_check CHECK ((length(body_sha256) = 32)),
    CONSTRAINT account_idempotency_keys_request_sha256_check CHECK ((length(request_sha256) = 32)),
    CONSTRAINT account_idempotency_keys_status_check CHECK (((status >= 200) AND (status <= 299)))
);

ALTER TABLE tenantry.account_idempotency_keys OWNER TO tenantry_owner;

CREATE TABLE tenantry.audit_events (
    organization_id uuid DEFAULT 
CASE
    WHEN ((split_part(current_setting('tenantry.context'::text, true), '.'::text, 3) ~~ '________-____-____-____-____________'::text) AND (translate(split_part(current_setting('tenantry.context'::text, true), '.'::text, 3), '0123456789abcdef'::text, ''::text) = '----'::text)) THEN (split_part(current_setting('tenantry.context'::text, true), '.'::text, 3))::uuid
    ELSE NULL::uuid
END NOT NULL,
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    actor text NOT NULL,
    via text NOT NULL,
    action text NOT NULL,
    outcome text DEFAULT 'done'::text NOT NULL,
    subject_kind text,
    subject_id uuid,
    request_id uuid NOT NULL,
    address inet,
    before_sha256 bytea,
    after_sha256 bytea,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT audit_events_action_check CHECK ((action ~ '^[a-z_]+\.[a-z_]+$'::text)),
    CONSTRAINT audit_events_after_sha256_check CHECK ((length(after_sha256) = 32)),
    CONSTRAINT audit_events_before_sha256_check CHECK ((length(before_sha256) = 32)),
    CONSTRAINT audit_events_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'denied'::text])))
);

ALTER TABLE ONLY tenantry.audit_events FORCE ROW LEVEL SECURITY;

ALTER TABLE tenantry.audit_events OWNER TO tenantry_owner;

CREATE TABLE tenantry.clients (
    organization_id uuid DEFAULT 
CASE
    WHEN ((split_part(current_setting('tenantry.context'::text, true), '.'::text, 3) ~~ '________-____-____-____-____________'::text) AND (translate(split_part(current_setting('tenantry.context'::text, true), '.'::text, 3), '0123456789abcdef'::text, ''::text) = '----'::text)) THEN (split_part(current_setting('tenantry.context'::text, true), '.'::text, 3))::uuid
    ELSE NULL::uuid
END NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT clients_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT clients_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
);

ALTER TABLE ONLY tenantry.clients FORCE ROW LEVEL SECURITY;

ALTER TABLE tenantry.clients OWNER TO tenantry_owner;

CREATE TABLE tenantry.idempotency_keys (
    organization_id uuid DEFAULT 
CASE
    WHEN ((split_part(current_setting('tenantry.context'::text, true), '.'::text, 3) ~~ '________-____-____-____-____________'::text) AND (translate(split_part(current_setting('tenantry.context'::text, true), '.'::text, 3), '0123456789abcdef'::text, ''::text) = '----'::text)) THEN (split_part(current_setting('tenantry.context'::text, true), '.'::text, 3))::uuid
    ELSE NULL::uuid
END NOT NULL,
    actor text NOT NULL,
    request_sha256 bytea NOT NULL,
    body_sha256 bytea NOT NULL,
    status smallint NOT NULL,
    answer text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT idempotency_keys_body_sha256_check CHECK ((length(body_sha256) = 32)),
    CONSTRAINT idempotency_keys_request_sha256_check CHECK ((length(request_sha256) = 32)),
    CONSTRAINT idempotency_keys_status_check CHECK (((status >= 200) AND (status <= 299)))
);

ALTER TABLE ONLY tenantry.idempotency_keys FORCE ROW LEVEL SECURITY;

ALTER TABLE tenantry.idempotency_keys OWNER TO tenantry_owner;

CREATE TABLE tenantry.memberships (
    organization_id uuid DEFAULT 
CASE
    WHEN ((split_part(current_setting('tenantry.context'::text, true), '.'::text, 3) ~~ '________-____-____-____-____________'::text) AND (translate(split_part(current_setting('tenantry.context'::text, true), '.'::text, 3), '0123456789abcdef'::text, ''::text) = '----'::text)) THEN (split_part(current_setting('tenantry.context'::text, true), '.'::text, 3))::uuid
    ELSE NULL::uuid
END NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text])))
);

ALTER TABLE ONLY tenantry.memberships FORCE ROW LEVEL SECURITY;

ALTER TABLE tenantry.memberships OWNER TO tenantry_owner;

CREATE TABLE tenantry.operator_events (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    user_id uuid NOT NULL,
    reason text NOT NULL,
    request_id uuid NOT NULL,
    address inet,
    CONSTRAINT operator_events_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 2000)))
);

ALTER TABLE tenantry.operator_events OWNER TO tenantry_owner;

CREATE TABLE tenantry.operators (
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);

ALTER TABLE tenantry.operators OWNER TO tenantry_owner;

CREATE TABLE tenantry.organization_slugs (
    slug text NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE tenantry.organization_slugs OWNER TO tenantry_owner;

CREATE TABLE tenantry.organizations (
    organization_id uuid DEFAULT 
CASE
    WHEN ((split_part(current_setting('tenantry.context'::text, true), '.'::text, 3) ~~ '________-____-____-____-____________'::text) AND (translate(split_part(current_setting('tenantry.context'::text, true), '.'::text, 3), '0123456789abcdef'::text, ''::text) = '----'::text)) THEN (split_part(current_setting('tenantry.context'::text, true), '.'::text, 3))::uuid
    ELSE NULL::uuid
END NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT organizations_description_check CHECK ((length(description) <= 4000)),
    CONSTRAINT organizations_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT organizations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT organizations_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text)),
    CONSTRAINT organizations_slug_check CHECK (((length(slug) >= 2) AND (length(slug) <= 48)))
);

ALTER TABLE ONLY tenantry.organizations FORCE ROW LEVEL SECURITY;

ALTER TABLE tenantry.organizations OWNER TO tenantry_owner;

CREATE TABLE tenantry.project_members (
    organization_id uuid DEFAULT 
CASE
    WHEN ((split_part(current_setting('tenantry.context'::text, true), '.'::text, 3) ~~ '________-____-____-____-____________'::text) AND (translate(split_part(current_setting('tenantry.context'::text, true), '.'::text, 3), '0123456789abcdef'::text, ''::text) = '----'::text)) THEN (split_part(current_setting('tenantry.context'::text, true), '.'::text, 3))::uuid
    ELSE NULL::uuid
END NOT NULL,
    project_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT project_members_role_check CHECK ((role = ANY (ARRAY['manager'::text, 'member'::text, 'viewer'::text])))
);

ALTER TABLE ONLY tenantry.project_members FORCE ROW LEVEL SECURITY;

ALTER TABLE tenantry.project_members OWNER TO tenantry_owner;

CREATE TABLE tenantry.projects (
    organization_id uuid DEFAULT 
CASE
    WHEN ((split_part(current_setting('tenantry.context'::text, true), '.'::text, 3) ~~ '________-____-____-____-____________'::text) AND (translate(split_part(current_setting('tenantry.context'::text, true), '.'::text, 3), '0123456789abcdef'::text, ''::text) = '----'::text)) THEN (split_part(current_setting('tenantry.context'::text, true), '.'::text, 3))::uuid
    ELSE NULL::uuid
END NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    client_id uuid,
    is_restricted boolean DEFAULT false NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT projects_description_check CHECK ((length(description) <= 4000)),
    CONSTRAINT projects_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT projects_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT projects_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text)),
    CONSTRAINT projects_slug_check CHECK (((length(slug) >= 2) AND (length(slug) <= 48)))
);

ALTER TABLE ONLY tenantry.projects FORCE ROW LEVEL SECURITY;

ALTER TABLE tenantry.projects OWNER TO tenantry_owner;

CREATE UNLOGGED TABLE tenantry.rate_windows (
    name text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    count bigint NOT NULL
);

ALTER TABLE tenantry.rate_windows OWNER TO tenantry_owner;

CREATE TABLE tenantry.refresh_tokens (
    token_hash bytea NOT NULL,
    session_id uuid NOT NULL,
    generation integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT refresh_tokens_generation_check CHECK ((generation > 0)),
    CONSTRAINT refresh_tokens_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE tenantry.refresh_tokens OWNER TO tenantry_owner;

CREATE TABLE tenantry.request_counts (
    organization_id uuid NOT NULL,
    period date NOT NULL,
    requests bigint DEFAULT 0 NOT NULL,
    CONSTRAINT request_counts_requests_check CHECK ((requests >= 0))
);

ALTER TABLE tenantry.request_counts OWNER TO tenantry_owner;

CREATE TABLE tenantry.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    active_organization_id uuid,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason text,
    CONSTRAINT sessions_check CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
    CONSTRAINT sessions_end_reason_check CHECK ((end_reason = ANY (ARRAY['logout'::text, 'reuse'::text, 'password'::text, 'disabled'::text])))
);

ALTER TABLE tenantry.sessions OWNER TO tenantry_owner;

CREATE TABLE tenantry.setup_tokens (
    token_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT setup_tokens_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE tenantry.setup_tokens OWNER TO tenantry_owner;

CREATE TABLE tenantry.signing_keys (
    kid text NOT NULL,
    wrapped bytea NOT NULL,
    signs_from timestamp with time zone NOT NULL,
    retired_at timestamp with time zone
);

ALTER TABLE tenantry.signing_keys OWNER TO tenantry_owner;

CREATE TABLE tenantry.usage_counts (
    organization_id uuid DEFAULT 
CASE
    WHEN ((split_part(current_setting('tenantry.context'::text, true), '.'::text, 3) ~~ '________-____-____-____-____________'::text) AND (translate(split_part(current_setting('tenantry.context'::text, true), '.'::text, 3), '0123456789abcdef'::text, ''::text) = '----'::text)) THEN (split_part(current_setting('tenantry.context'::text, true), '.'::text, 3))::uuid
    ELSE NULL::uuid
END NOT NULL,
    meter text NOT NULL,
    used bigint DEFAULT 0 NOT NULL,
    stored bigint DEFAULT 0 NOT NULL,
    most bigint,
    CONSTRAINT usage_counts_meter_check CHECK ((meter = ANY (ARRAY['members'::text, 'projects'::text, 'clients'::text]))),
    CONSTRAINT usage_counts_most_check CHECK ((most >= 0)),
    CONSTRAINT usage_counts_stored_check CHECK ((stored >= 0)),
    CONSTRAINT usage_counts_used_check CHECK ((used >= 0))
);

ALTER TABLE ONLY tenantry.usage_counts FORCE ROW LEVEL SECURITY;

ALTER TABLE tenantry.usage_counts OWNER TO tenantry_owner;

CREATE TABLE tenantry.users (
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    disabled_at timestamp with time zone,
    CONSTRAINT users_email_check CHECK (((email = lower(email)) AND (length(email) <= 254))),
    CONSTRAINT users_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
);

ALTER TABLE tenantry.users OWNER TO tenantry_owner;

CREATE TABLE tenantry_private.context_keys (
    kid text NOT NULL,
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT context_keys_inner_pad_check CHECK ((length(inner_pad) = 64)),
    CONSTRAINT context_keys_outer_pad_check CHECK ((length(outer_pad) = 64))
);

ALTER TABLE tenantry_private.context_keys OWNER TO tenantry_owner;

ALTER TABLE ONLY tenantry.access_changes
    ADD CONSTRAINT access_changes_pkey PRIMARY KEY (changed_in, kind, subject);

ALTER TABLE ONLY tenantry.account_events
    ADD CONSTRAINT account_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tenantry.account_idempotency_keys
    ADD CONSTRAINT account_idempotency_keys_pkey PRIMARY KEY (user_id, request_sha256);

ALTER TABLE ONLY tenantry.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY tenantry.clients
    ADD CONSTRAINT clients_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY tenantry.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (organization_id, actor, request_sha256);

ALTER TABLE ONLY tenantry.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, user_id);

ALTER TABLE ONLY tenantry.operator_events
    ADD CONSTRAINT operator_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tenantry.operators
    ADD CONSTRAINT operators_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY tenantry.organization_slugs
    ADD CONSTRAINT organization_slugs_organization_id_key UNIQUE (organization_id);

ALTER TABLE ONLY tenantry.organization_slugs
    ADD CONSTRAINT organization_slugs_pkey PRIMARY KEY (slug);

ALTER TABLE ONLY tenantry.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY tenantry.project_members
    ADD CONSTRAINT project_members_pkey PRIMARY KEY (organization_id, project_id, user_id);

ALTER TABLE ONLY tenantry.projects
    ADD CONSTRAINT projects_organization_id_slug_key UNIQUE (organization_id, slug);

ALTER TABLE ONLY tenantry.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY tenantry.rate_windows
    ADD CONSTRAINT rate_windows_pkey PRIMARY KEY (name, started_at);

ALTER TABLE ONLY tenantry.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY tenantry.refresh_tokens
    ADD CONSTRAINT refresh_tokens_session_id_generation_key UNIQUE (session_id, generation);

ALTER TABLE ONLY tenantry.request_counts
    ADD CONSTRAINT request_counts_pkey PRIMARY KEY (organization_id, period);

ALTER TABLE ONLY tenantry.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tenantry.setup_tokens
    ADD CONSTRAINT setup_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY tenantry.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (kid);

ALTER TABLE ONLY tenantry.usage_counts
    ADD CONSTRAINT usage_counts_pkey PRIMARY KEY (organization_id, meter);

ALTER TABLE ONLY tenantry.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY tenantry.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tenantry_private.context_keys
    ADD CONSTRAINT context_keys_pkey PRIMARY KEY (kid);

CREATE INDEX account_events_user_id_idx ON tenantry.account_events USING btree (user_id, created_at DESC);

CREATE INDEX audit_events_organization_id_action_idx ON tenantry.audit_events USING btree (organization_id, action, created_at DESC, id DESC);

CREATE INDEX audit_events_organization_id_actor_idx ON tenantry.audit_events USING btree (organization_id, actor, created_at DESC, id DESC);

CREATE INDEX audit_events_organization_id_created_at_idx ON tenantry.audit_events USING btree (organization_id, created_at DESC, id DESC);

CREATE INDEX audit_events_organization_id_subject_id_idx ON tenantry.audit_events USING btree (organization_id, subject_id, created_at DESC, id DESC);

CREATE INDEX audit_events_organization_id_subject_idx ON tenantry.audit_events USING btree (organization_id, subject_kind, subject_id, created_at DESC);

CREATE INDEX clients_organization_id_created_at_idx ON tenantry.clients USING btree (organization_id, created_at DESC, id DESC) WHERE (deleted_at IS NULL);

CREATE INDEX clients_organization_id_deleted_at_idx ON tenantry.clients USING btree (organization_id, created_at DESC, id DESC) WHERE (deleted_at IS NOT NULL);

CREATE INDEX memberships_organization_id_created_at_idx ON tenantry.memberships USING btree (organization_id, created_at DESC, user_id DESC);

CREATE INDEX memberships_user_id_idx ON tenantry.memberships USING btree (user_id);

CREATE INDEX project_members_organization_id_created_at_idx ON tenantry.project_members USING btree (organization_id, project_id, created_at DESC, user_id DESC);

CREATE INDEX project_members_organization_id_user_id_idx ON tenantry.project_members USING btree (organization_id, user_id, project_id, role);

CREATE INDEX projects_organization_id_client_id_idx ON tenantry.projects USING btree (organization_id, client_id, created_at DESC, id DESC);

CREATE INDEX projects_organization_id_created_at_idx ON tenantry.projects USING btree (organization_id, created_at DESC, id DESC) WHERE (deleted_at IS NULL);

CREATE INDEX projects_organization_id_deleted_at_idx ON tenantry.projects USING btree (organization_id, created_at DESC, id DESC) WHERE (deleted_at IS NOT NULL);

CREATE INDEX sessions_user_id_idx ON tenantry.sessions USING btree (user_id, created_at DESC);

CREATE TRIGGER account_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON tenantry.account_events FOR EACH STATEMENT EXECUTE FUNCTION tenantry.refuse_change();

CREATE TRIGGER audit_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON tenantry.audit_events FOR EACH STATEMENT EXECUTE FUNCTION tenantry.refuse_change();

CREATE TRIGGER clients_counted AFTER INSERT ON tenantry.clients FOR EACH ROW WHEN ((new.deleted_at IS NULL)) EXECUTE FUNCTION tenantry.count_usage('clients', '1', '1');

CREATE TRIGGER clients_deletion BEFORE UPDATE OF deleted_at ON tenantry.clients FOR EACH ROW EXECUTE FUNCTION tenantry.guard_deletion('admin');

CREATE TRIGGER clients_discounted AFTER UPDATE OF deleted_at ON tenantry.clients FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION tenantry.count_usage('clients', '-1', '0');

CREATE TRIGGER clients_removed AFTER DELETE ON tenantry.clients FOR EACH ROW WHEN ((old.deleted_at IS NULL)) EXECUTE FUNCTION tenantry.count_usage('clients', '-1', '-1');

CREATE TRIGGER clients_restored AFTER UPDATE OF deleted_at ON tenantry.clients FOR EACH ROW WHEN (((old.deleted_at IS NOT NULL) AND (new.deleted_at IS NULL))) EXECUTE FUNCTION tenantry.count_usage('clients', '1', '0');

CREATE TRIGGER clients_swept AFTER DELETE ON tenantry.clients FOR EACH ROW WHEN ((old.deleted_at IS NOT NULL)) EXECUTE FUNCTION tenantry.count_usage('clients', '0', '-1');

CREATE TRIGGER memberships_counted AFTER INSERT ON tenantry.memberships FOR EACH ROW EXECUTE FUNCTION tenantry.count_usage('members', '1', '1');

CREATE TRIGGER memberships_discounted AFTER DELETE ON tenantry.memberships FOR EACH ROW EXECUTE FUNCTION tenantry.count_usage('members', '-1', '-1');

CREATE TRIGGER memberships_guard BEFORE INSERT OR DELETE OR UPDATE ON tenantry.memberships FOR EACH ROW EXECUTE FUNCTION tenantry.guard_membership();

CREATE TRIGGER operator_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON tenantry.operator_events FOR EACH STATEMENT EXECUTE FUNCTION tenantry.refuse_change();

CREATE TRIGGER organizations_deletion BEFORE UPDATE OF deleted_at ON tenantry.organizations FOR EACH ROW EXECUTE FUNCTION tenantry.guard_deletion('owner');

CREATE TRIGGER projects_counted AFTER INSERT ON tenantry.projects FOR EACH ROW WHEN ((new.deleted_at IS NULL)) EXECUTE FUNCTION tenantry.count_usage('projects', '1', '1');

CREATE TRIGGER projects_deletion BEFORE UPDATE OF deleted_at ON tenantry.projects FOR EACH ROW EXECUTE FUNCTION tenantry.guard_deletion('admin');

CREATE TRIGGER projects_discounted AFTER UPDATE OF deleted_at ON tenantry.projects FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION tenantry.count_usage('projects', '-1', '0');

CREATE TRIGGER projects_removed AFTER DELETE ON tenantry.projects FOR EACH ROW WHEN ((old.deleted_at IS NULL)) EXECUTE FUNCTION tenantry.count_usage('projects', '-1', '-1');

CREATE TRIGGER projects_restored AFTER UPDATE OF deleted_at ON tenantry.projects FOR EACH ROW WHEN (((old.deleted_at IS NOT NULL) AND (new.deleted_at IS NULL))) EXECUTE FUNCTION tenantry.count_usage('projects', '1', '0');

CREATE TRIGGER projects_swept AFTER DELETE ON tenantry.projects FOR EACH ROW WHEN ((old.deleted_at IS NOT NULL)) EXECUTE FUNCTION tenantry.count_usage('projects', '0', '-1');

CREATE TRIGGER tenantry_access_of_all AFTER TRUNCATE ON tenantry.memberships FOR EACH STATEMENT EXECUTE FUNCTION tenantry.mark_everything();

CREATE TRIGGER tenantry_access_of_all AFTER TRUNCATE ON tenantry.organization_slugs FOR EACH STATEMENT EXECUTE FUNCTION tenantry.mark_everything();

CREATE TRIGGER tenantry_access_of_all AFTER TRUNCATE ON tenantry.organizations FOR EACH STATEMENT EXECUTE FUNCTION tenantry.mark_everything();

CREATE TRIGGER tenantry_access_of_all AFTER TRUNCATE ON tenantry.sessions FOR EACH STATEMENT EXECUTE FUNCTION tenantry.mark_everything();

CREATE TRIGGER tenantry_access_of_all AFTER TRUNCATE ON tenantry.users FOR EACH STATEMENT EXECUTE FUNCTION tenantry.mark_everything();

CREATE TRIGGER tenantry_access_of_members_added AFTER INSERT ON tenantry.memberships REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tenantry.mark_members();

CREATE TRIGGER tenantry_access_of_members_changed AFTER UPDATE ON tenantry.memberships REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tenantry.mark_members();

CREATE TRIGGER tenantry_access_of_members_removed AFTER DELETE ON tenantry.memberships REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tenantry.mark_members();

CREATE TRIGGER tenantry_access_of_organization AFTER UPDATE ON tenantry.organizations FOR EACH ROW WHEN ((((old.slug IS DISTINCT FROM new.slug) OR (old.name IS DISTINCT FROM new.name)) OR (old.deleted_at IS DISTINCT FROM new.deleted_at))) EXECUTE FUNCTION tenantry.mark_row('organization', 'organization_id');

CREATE TRIGGER tenantry_access_of_organization_deleted AFTER DELETE ON tenantry.organizations FOR EACH ROW EXECUTE FUNCTION tenantry.mark_row('organization', 'organization_id');

CREATE TRIGGER tenantry_access_of_session_deleted AFTER DELETE ON tenantry.sessions FOR EACH ROW EXECUTE FUNCTION tenantry.mark_row('session', 'id');

CREATE TRIGGER tenantry_access_of_session_ended AFTER UPDATE ON tenantry.sessions FOR EACH ROW WHEN (((old.ended_at IS DISTINCT FROM new.ended_at) OR (old.expires_at <> new.expires_at) OR (old.user_id <> new.user_id))) EXECUTE FUNCTION tenantry.mark_row('session', 'id');

CREATE TRIGGER tenantry_access_of_slug AFTER DELETE OR UPDATE ON tenantry.organization_slugs FOR EACH ROW EXECUTE FUNCTION tenantry.mark_row('organization', 'organization_id');

CREATE TRIGGER tenantry_access_of_user AFTER DELETE OR UPDATE ON tenantry.users FOR EACH ROW EXECUTE FUNCTION tenantry.mark_row('user', 'id');

CREATE TRIGGER tenantry_touch BEFORE UPDATE ON tenantry.clients FOR EACH ROW EXECUTE FUNCTION tenantry.touch();

CREATE TRIGGER tenantry_touch BEFORE UPDATE ON tenantry.memberships FOR EACH ROW EXECUTE FUNCTION tenantry.touch();

CREATE TRIGGER tenantry_touch BEFORE UPDATE ON tenantry.organizations FOR EACH ROW EXECUTE FUNCTION tenantry.touch();

CREATE TRIGGER tenantry_touch BEFORE UPDATE ON tenantry.project_members FOR EACH ROW EXECUTE FUNCTION tenantry.touch();

CREATE TRIGGER tenantry_touch BEFORE UPDATE ON tenantry.projects FOR EACH ROW EXECUTE FUNCTION tenantry.touch();

CREATE TRIGGER tenantry_touch BEFORE UPDATE ON tenantry.users FOR EACH ROW EXECUTE FUNCTION tenantry.touch();

ALTER TABLE ONLY tenantry.account_idempotency_keys
    ADD CONSTRAINT account_idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES tenantry.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.clients
    ADD CONSTRAINT clients_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES tenantry.organizations(organization_id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.idempotency_keys
    ADD CONSTRAINT idempotency_keys_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES tenantry.organizations(organization_id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.memberships
    ADD CONSTRAINT memberships_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES tenantry.organizations(organization_id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES tenantry.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.operators
    ADD CONSTRAINT operators_user_id_fkey FOREIGN KEY (user_id) REFERENCES tenantry.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.project_members
    ADD CONSTRAINT project_members_project_id_fkey FOREIGN KEY (organization_id, project_id) REFERENCES tenantry.projects(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.project_members
    ADD CONSTRAINT project_members_user_id_fkey FOREIGN KEY (organization_id, user_id) REFERENCES tenantry.memberships(organization_id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.projects
    ADD CONSTRAINT projects_client_id_fkey FOREIGN KEY (organization_id, client_id) REFERENCES tenantry.clients(organization_id, id);

ALTER TABLE ONLY tenantry.projects
    ADD CONSTRAINT projects_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES tenantry.organizations(organization_id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.refresh_tokens
    ADD CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES tenantry.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES tenantry.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY tenantry.usage_counts
    ADD CONSTRAINT usage_counts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES tenantry.organizations(organization_id) ON DELETE CASCADE;

ALTER TABLE tenantry.audit_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE tenantry.clients ENABLE ROW LEVEL SECURITY;

ALTER TABLE tenantry.idempotency_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE tenantry.memberships ENABLE ROW LEVEL SECURITY;

ALTER TABLE tenantry.organizations ENABLE ROW LEVEL SECURITY;

ALTER TABLE tenantry.project_members ENABLE ROW LEVEL SECURITY;

ALTER TABLE tenantry.projects ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenantry_allow ON tenantry.audit_events USING (true) WITH CHECK (true);

CREATE POLICY tenantry_allow ON tenantry.clients USING (true) WITH CHECK (true);

CREATE POLICY tenantry_allow ON tenantry.idempotency_keys USING (true) WITH CHECK (true);

CREATE POLICY tenantry_allow ON tenantry.memberships USING (true) WITH CHECK (true);

CREATE POLICY tenantry_allow ON tenantry.organizations USING (true) WITH CHECK (true);

CREATE POLICY tenantry_allow ON tenantry.project_members USING (true) WITH CHECK (true);

CREATE POLICY tenantry_allow ON tenantry.projects USING (true) WITH CHECK (true);

CREATE POLICY tenantry_allow ON tenantry.usage_counts USING (true) WITH CHECK (true);

CREATE POLICY tenantry_guard ON tenantry.audit_events AS RESTRICTIVE USING ((organization_id = ( SELECT tenantry.organization() AS organization))) WITH CHECK ((organization_id = ( SELECT tenantry.organization() AS organization)));

CREATE POLICY tenantry_guard ON tenantry.clients AS RESTRICTIVE USING ((organization_id = ( SELECT tenantry.organization() AS organization))) WITH CHECK ((organization_id = ( SELECT tenantry.organization() AS organization)));

CREATE POLICY tenantry_guard ON tenantry.idempotency_keys AS RESTRICTIVE USING ((organization_id = ( SELECT tenantry.organization() AS organization))) WITH CHECK ((organization_id = ( SELECT tenantry.organization() AS organization)));

CREATE POLICY tenantry_guard ON tenantry.memberships AS RESTRICTIVE USING ((organization_id = ( SELECT tenantry.organization() AS organization))) WITH CHECK ((organization_id = ( SELECT tenantry.organization() AS organization)));

CREATE POLICY tenantry_guard ON tenantry.organizations AS RESTRICTIVE USING ((organization_id = ( SELECT tenantry.organization() AS organization))) WITH CHECK ((organization_id = ( SELECT tenantry.organization() AS organization)));

CREATE POLICY tenantry_guard ON tenantry.project_members AS RESTRICTIVE USING ((organization_id = ( SELECT tenantry.organization() AS organization))) WITH CHECK ((organization_id = ( SELECT tenantry.organization() AS organization)));

CREATE POLICY tenantry_guard ON tenantry.projects AS RESTRICTIVE USING ((organization_id = ( SELECT tenantry.organization() AS organization))) WITH CHECK ((organization_id = ( SELECT tenantry.organization() AS organization)));

CREATE POLICY tenantry_guard ON tenantry.usage_counts AS RESTRICTIVE USING ((organization_id = ( SELECT tenantry.organization() AS organization))) WITH CHECK ((organization_id = ( SELECT tenantry.organization() AS organization)));

CREATE POLICY tenantry_own_keys ON tenantry.idempotency_keys AS RESTRICTIVE USING ((actor = ( SELECT tenantry.actor() AS actor))) WITH CHECK ((actor = ( SELECT tenantry.actor() AS actor)));

CREATE POLICY tenantry_project_changing ON tenantry.projects AS RESTRICTIVE FOR UPDATE USING (((NOT is_restricted) OR ( SELECT tenantry.sees_every_project() AS sees_every_project) OR (id = ANY (( SELECT tenantry.own_projects('member'::text) AS own_projects)::uuid[]))));

CREATE POLICY tenantry_project_joining ON tenantry.project_members AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT tenantry.sees_every_project() AS sees_every_project) OR (project_id = ANY (( SELECT tenantry.own_projects('manager'::text) AS own_projects)::uuid[])) OR ((role = 'manager'::text) AND (('usr:'::text || user_id) = ( SELECT tenantry.actor() AS actor)) AND (EXISTS ( SELECT
   FROM tenantry.projects p
  WHERE ((p.organization_id = project_members.organization_id) AND (p.id = project_members.project_id) AND (p.created_by = ( SELECT tenantry.actor() AS actor)) AND (p.created_at >= transaction_timestamp())))))));

CREATE POLICY tenantry_project_leaving ON tenantry.project_members AS RESTRICTIVE FOR DELETE USING ((( SELECT tenantry.sees_every_project() AS sees_every_project) OR (project_id = ANY (( SELECT tenantry.own_projects('manager'::text) AS own_projects)::uuid[])) OR (('usr:'::text || user_id) = ( SELECT tenantry.actor() AS actor))));

CREATE POLICY tenantry_project_managing ON tenantry.project_members AS RESTRICTIVE FOR UPDATE USING ((( SELECT tenantry.sees_every_project() AS sees_every_project) OR (project_id = ANY (( SELECT tenantry.own_projects('manager'::text) AS own_projects)::uuid[]))));

CREATE POLICY tenantry_project_reading ON tenantry.project_members AS RESTRICTIVE FOR SELECT USING (((CURRENT_USER = 'tenantry_definer'::name) OR (EXISTS ( SELECT
   FROM tenantry.projects p
  WHERE ((p.organization_id = project_members.organization_id) AND (p.id = project_members.project_id))))));

CREATE POLICY tenantry_project_reading ON tenantry.projects AS RESTRICTIVE FOR SELECT USING (((NOT is_restricted) OR (CURRENT_USER = 'tenantry_counter'::name) OR ( SELECT tenantry.sees_every_project() AS sees_every_project) OR (id = ANY (( SELECT tenantry.own_projects('viewer'::text) AS own_projects)::uuid[]))));

ALTER TABLE tenantry.usage_counts ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA tenantry TO PUBLIC;
GRANT USAGE ON SCHEMA tenantry TO tenantry_directory;
GRANT USAGE ON SCHEMA tenantry TO tenantry_definer;
GRANT USAGE ON SCHEMA tenantry TO tenantry_keeper;
GRANT USAGE ON SCHEMA tenantry TO tenantry_counter;

GRANT USAGE ON SCHEMA tenantry_private TO tenantry_definer;

REVOKE ALL ON FUNCTION pg_catalog.lo_creat(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION pg_catalog.lo_create(oid) FROM PUBLIC;

REVOKE ALL ON FUNCTION pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC;

REVOKE ALL ON FUNCTION pg_catalog.lo_get(oid) FROM PUBLIC;

REVOKE ALL ON FUNCTION pg_catalog.lo_get(oid, bigint, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION pg_catalog.lo_open(oid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION pg_catalog.lo_put(oid, bigint, bytea) FROM PUBLIC;

REVOKE ALL ON FUNCTION pg_catalog.lo_unlink(oid) FROM PUBLIC;

REVOKE ALL ON FUNCTION pg_catalog.pg_cancel_backend(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION pg_catalog.pg_stat_get_activity(pid integer, OUT datid oid, OUT pid integer, OUT usesysid oid, OUT application_name text, OUT state text, OUT query text, OUT wait_event_type text, OUT wait_event text, OUT xact_start timestamp with time zone, OUT query_start timestamp with time zone, OUT backend_start timestamp with time zone, OUT state_change timestamp with time zone, OUT client_addr inet, OUT client_hostname text, OUT client_port integer, OUT backend_xid xid, OUT backend_xmin xid, OUT backend_type text, OUT ssl boolean, OUT sslversion text, OUT sslcipher text, OUT sslbits integer, OUT ssl_client_dn text, OUT ssl_client_serial numeric, OUT ssl_issuer_dn text, OUT gss_auth boolean, OUT gss_princ text, OUT gss_enc boolean, OUT leader_pid integer, OUT query_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION pg_catalog.pg_stat_get_activity(pid integer, OUT datid oid, OUT pid integer, OUT usesysid oid, OUT application_name text, OUT state text, OUT query text, OUT wait_event_type text, OUT wait_event text, OUT xact_start timestamp with time zone, OUT query_start timestamp with time zone, OUT backend_start timestamp with time zone, OUT state_change timestamp with time zone, OUT client_addr inet, OUT client_hostname text, OUT client_port integer, OUT backend_xid xid, OUT backend_xmin xid, OUT backend_type text, OUT ssl boolean, OUT sslversion text, OUT sslcipher text, OUT sslbits integer, OUT ssl_client_dn text, OUT ssl_client_serial numeric, OUT ssl_issuer_dn text, OUT gss_auth boolean, OUT gss_princ text, OUT gss_enc boolean, OUT leader_pid integer, OUT query_id bigint) TO pg_monitor;

REVOKE ALL ON FUNCTION pg_catalog.pg_stat_get_backend_activity(integer) FROM PUBLIC;
GRANT ALL ON FUNCTION pg_catalog.pg_stat_get_backend_activity(integer) TO pg_monitor;

REVOKE ALL ON FUNCTION pg_catalog.pg_terminate_backend(pid integer, timeout bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION tenantry.claim_slug(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.claim_slug(wanted text) TO tenantry_app;

REVOKE ALL ON FUNCTION tenantry.count_usage() FROM PUBLIC;

REVOKE ALL ON FUNCTION tenantry.deleted_organizations_of(wanted_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.deleted_organizations_of(wanted_user uuid) TO tenantry_platform;

REVOKE ALL ON FUNCTION tenantry.enter(key_id text, entry text, expires text, mac text) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.enter(key_id text, entry text, expires text, mac text) TO tenantry_app;
GRANT ALL ON FUNCTION tenantry.enter(key_id text, entry text, expires text, mac text) TO tenantry_platform;
GRANT ALL ON FUNCTION tenantry.enter(key_id text, entry text, expires text, mac text) TO tenantry_operator;

REVOKE ALL ON FUNCTION tenantry.forget_access_changes(most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.forget_access_changes(most integer) TO tenantry_platform;

REVOKE ALL ON FUNCTION tenantry.guard_membership() FROM PUBLIC;

REVOKE ALL ON FUNCTION tenantry.mark_access_change(what text, whom uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION tenantry.mark_everything() FROM PUBLIC;

REVOKE ALL ON FUNCTION tenantry.mark_members() FROM PUBLIC;

REVOKE ALL ON FUNCTION tenantry.mark_row() FROM PUBLIC;

REVOKE ALL ON FUNCTION tenantry.member(wanted_organization uuid, wanted_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.member(wanted_organization uuid, wanted_user uuid) TO tenantry_app;

REVOKE ALL ON FUNCTION tenantry.members(wanted_organization uuid, wanted_role text, search text, before_time timestamp with time zone, before_user uuid, most bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.members(wanted_organization uuid, wanted_role text, search text, before_time timestamp with time zone, before_user uuid, most bigint) TO tenantry_app;

REVOKE ALL ON FUNCTION tenantry.members_of_project(wanted_organization uuid, wanted_project uuid, before_time timestamp with time zone, before_user uuid, most bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.members_of_project(wanted_organization uuid, wanted_project uuid, before_time timestamp with time zone, before_user uuid, most bigint) TO tenantry_app;

REVOKE ALL ON FUNCTION tenantry.membership_of(wanted_user uuid, wanted_organization uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.membership_of(wanted_user uuid, wanted_organization uuid) TO tenantry_platform;

REVOKE ALL ON FUNCTION tenantry.memberships_of(wanted_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.memberships_of(wanted_user uuid) TO tenantry_platform;

REVOKE ALL ON FUNCTION tenantry.obstacles(relation regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.obstacles(relation regclass) TO tenantry_app;
GRANT ALL ON FUNCTION tenantry.obstacles(relation regclass) TO tenantry_operator;

REVOKE ALL ON FUNCTION tenantry.protect(relation regclass, privileges text) FROM PUBLIC;

REVOKE ALL ON FUNCTION tenantry.requests_of(wanted_organization uuid, wanted_period date) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.requests_of(wanted_organization uuid, wanted_period date) TO tenantry_app;

REVOKE ALL ON FUNCTION tenantry.stored_bytes(wanted_organization uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.stored_bytes(wanted_organization uuid) TO tenantry_app;

REVOKE ALL ON FUNCTION tenantry.sweep(grace interval, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION tenantry.sweep(grace interval, most integer) TO tenantry_platform;

REVOKE SELECT ON TABLE pg_catalog.pg_stat_activity FROM PUBLIC;
GRANT SELECT ON TABLE pg_catalog.pg_stat_activity TO pg_monitor;

GRANT SELECT ON TABLE tenantry.access_changes TO tenantry_platform;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tenantry.access_changes TO tenantry_keeper;

GRANT SELECT,INSERT ON TABLE tenantry.account_events TO tenantry_platform;

GRANT SELECT,INSERT ON TABLE tenantry.account_idempotency_keys TO tenantry_platform;
GRANT SELECT,DELETE ON TABLE tenantry.account_idempotency_keys TO tenantry_keeper;

GRANT SELECT,INSERT ON TABLE tenantry.audit_events TO tenantry_app;
GRANT SELECT,INSERT ON TABLE tenantry.audit_events TO tenantry_operator;
GRANT INSERT ON TABLE tenantry.audit_events TO tenantry_platform;
GRANT INSERT ON TABLE tenantry.audit_events TO tenantry_keeper;

GRANT SELECT ON TABLE tenantry.clients TO tenantry_app;
GRANT SELECT,INSERT,UPDATE ON TABLE tenantry.clients TO tenantry_operator;
GRANT SELECT ON TABLE tenantry.clients TO tenantry_counter;
GRANT SELECT,DELETE,UPDATE ON TABLE tenantry.clients TO tenantry_keeper;

GRANT INSERT(organization_id) ON TABLE tenantry.clients TO tenantry_app;

GRANT INSERT(id) ON TABLE tenantry.clients TO tenantry_app;

GRANT INSERT(name),UPDATE(name) ON TABLE tenantry.clients TO tenantry_app;

GRANT INSERT(metadata),UPDATE(metadata) ON TABLE tenantry.clients TO tenantry_app;

GRANT INSERT(created_by) ON TABLE tenantry.clients TO tenantry_app;

GRANT UPDATE(deleted_at) ON TABLE tenantry.clients TO tenantry_app;

GRANT SELECT,INSERT ON TABLE tenantry.idempotency_keys TO tenantry_app;
GRANT SELECT,INSERT ON TABLE tenantry.idempotency_keys TO tenantry_operator;
GRANT SELECT,DELETE ON TABLE tenantry.idempotency_keys TO tenantry_keeper;

GRANT SELECT,DELETE ON TABLE tenantry.memberships TO tenantry_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tenantry.memberships TO tenantry_operator;
GRANT INSERT ON TABLE tenantry.memberships TO tenantry_platform;

GRANT SELECT(organization_id) ON TABLE tenantry.memberships TO tenantry_directory;
GRANT SELECT(organization_id) ON TABLE tenantry.memberships TO tenantry_keeper;
GRANT SELECT(organization_id) ON TABLE tenantry.memberships TO tenantry_definer;

GRANT SELECT(user_id) ON TABLE tenantry.memberships TO tenantry_directory;
GRANT SELECT(user_id) ON TABLE tenantry.memberships TO tenantry_keeper;
GRANT SELECT(user_id) ON TABLE tenantry.memberships TO tenantry_definer;

GRANT SELECT(role) ON TABLE tenantry.memberships TO tenantry_directory;
GRANT UPDATE(role) ON TABLE tenantry.memberships TO tenantry_app;
GRANT SELECT(role) ON TABLE tenantry.memberships TO tenantry_keeper;
GRANT SELECT(role) ON TABLE tenantry.memberships TO tenantry_definer;

GRANT SELECT(created_at) ON TABLE tenantry.memberships TO tenantry_directory;
GRANT SELECT(created_at) ON TABLE tenantry.memberships TO tenantry_definer;

GRANT SELECT(updated_at) ON TABLE tenantry.memberships TO tenantry_definer;

GRANT SELECT,INSERT ON TABLE tenantry.operator_events TO tenantry_operator;

GRANT SELECT,INSERT,UPDATE ON TABLE tenantry.operators TO tenantry_platform;

GRANT SELECT,INSERT ON TABLE tenantry.organization_slugs TO tenantry_platform;
GRANT SELECT,UPDATE ON TABLE tenantry.organization_slugs TO tenantry_definer;
GRANT SELECT,DELETE ON TABLE tenantry.organization_slugs TO tenantry_keeper;

GRANT SELECT ON TABLE tenantry.organizations TO tenantry_app;
GRANT SELECT,UPDATE ON TABLE tenantry.organizations TO tenantry_operator;
GRANT INSERT ON TABLE tenantry.organizations TO tenantry_platform;
GRANT SELECT,DELETE,UPDATE ON TABLE tenantry.organizations TO tenantry_keeper;

GRANT SELECT(organization_id) ON TABLE tenantry.organizations TO tenantry_directory;
GRANT SELECT(organization_id) ON TABLE tenantry.organizations TO tenantry_keeper;

GRANT SELECT(slug) ON TABLE tenantry.organizations TO tenantry_directory;
GRANT UPDATE(slug) ON TABLE tenantry.organizations TO tenantry_app;

GRANT SELECT(name) ON TABLE tenantry.organizations TO tenantry_directory;
GRANT UPDATE(name) ON TABLE tenantry.organizations TO tenantry_app;

GRANT UPDATE(description) ON TABLE tenantry.organizations TO tenantry_app;

GRANT SELECT(deleted_at) ON TABLE tenantry.organizations TO tenantry_directory;
GRANT UPDATE(deleted_at) ON TABLE tenantry.organizations TO tenantry_app;
GRANT UPDATE(deleted_at) ON TABLE tenantry.organizations TO tenantry_keeper;

GRANT UPDATE(settings) ON TABLE tenantry.organizations TO tenantry_app;

GRANT UPDATE(metadata) ON TABLE tenantry.organizations TO tenantry_app;

GRANT SELECT,INSERT,DELETE ON TABLE tenantry.project_members TO tenantry_app;
GRANT SELECT,INSERT,DELETE ON TABLE tenantry.project_members TO tenantry_operator;

GRANT SELECT(organization_id) ON TABLE tenantry.project_members TO tenantry_definer;

GRANT SELECT(project_id) ON TABLE tenantry.project_members TO tenantry_definer;

GRANT SELECT(user_id) ON TABLE tenantry.project_members TO tenantry_definer;

GRANT UPDATE(role) ON TABLE tenantry.project_members TO tenantry_app;
GRANT SELECT(role) ON TABLE tenantry.project_members TO tenantry_definer;

GRANT SELECT(created_at) ON TABLE tenantry.project_members TO tenantry_definer;

GRANT SELECT(updated_at) ON TABLE tenantry.project_members TO tenantry_definer;

GRANT SELECT ON TABLE tenantry.projects TO tenantry_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tenantry.projects TO tenantry_operator;
GRANT SELECT ON TABLE tenantry.projects TO tenantry_counter;
GRANT SELECT,DELETE,UPDATE ON TABLE tenantry.projects TO tenantry_keeper;

GRANT INSERT(organization_id) ON TABLE tenantry.projects TO tenantry_app;
GRANT SELECT(organization_id) ON TABLE tenantry.projects TO tenantry_definer;

GRANT INSERT(id) ON TABLE tenantry.projects TO tenantry_app;
GRANT SELECT(id) ON TABLE tenantry.projects TO tenantry_definer;

GRANT INSERT(slug),UPDATE(slug) ON TABLE tenantry.projects TO tenantry_app;

GRANT INSERT(name),UPDATE(name) ON TABLE tenantry.projects TO tenantry_app;

GRANT INSERT(description),UPDATE(description) ON TABLE tenantry.projects TO tenantry_app;

GRANT INSERT(created_by) ON TABLE tenantry.projects TO tenantry_app;

GRANT INSERT(client_id),UPDATE(client_id) ON TABLE tenantry.projects TO tenantry_app;

GRANT UPDATE(is_restricted) ON TABLE tenantry.projects TO tenantry_app;
GRANT SELECT(is_restricted) ON TABLE tenantry.projects TO tenantry_definer;

GRANT INSERT(metadata),UPDATE(metadata) ON TABLE tenantry.projects TO tenantry_app;

GRANT UPDATE(settings) ON TABLE tenantry.projects TO tenantry_app;

GRANT UPDATE(deleted_at) ON TABLE tenantry.projects TO tenantry_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tenantry.rate_windows TO tenantry_platform;
GRANT SELECT,DELETE ON TABLE tenantry.rate_windows TO tenantry_keeper;

GRANT SELECT,INSERT,UPDATE ON TABLE tenantry.refresh_tokens TO tenantry_platform;

GRANT SELECT,INSERT,UPDATE ON TABLE tenantry.request_counts TO tenantry_platform;
GRANT SELECT ON TABLE tenantry.request_counts TO tenantry_definer;

GRANT SELECT,INSERT,UPDATE ON TABLE tenantry.sessions TO tenantry_platform;

GRANT SELECT,INSERT,UPDATE ON TABLE tenantry.setup_tokens TO tenantry_platform;

GRANT SELECT,INSERT,UPDATE ON TABLE tenantry.signing_keys TO tenantry_platform;

GRANT SELECT ON TABLE tenantry.usage_counts TO tenantry_app;
GRANT SELECT ON TABLE tenantry.usage_counts TO tenantry_operator;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tenantry.usage_counts TO tenantry_keeper;

GRANT INSERT(organization_id) ON TABLE tenantry.usage_counts TO tenantry_operator;

GRANT INSERT(meter) ON TABLE tenantry.usage_counts TO tenantry_operator;

GRANT INSERT(most),UPDATE(most) ON TABLE tenantry.usage_counts TO tenantry_operator;

GRANT SELECT,INSERT,UPDATE ON TABLE tenantry.users TO tenantry_platform;

GRANT SELECT(id) ON TABLE tenantry.users TO tenantry_definer;

GRANT SELECT(email) ON TABLE tenantry.users TO tenantry_definer;

GRANT SELECT(name) ON TABLE tenantry.users TO tenantry_definer;

GRANT SELECT ON TABLE tenantry_private.context_keys TO tenantry_definer;
