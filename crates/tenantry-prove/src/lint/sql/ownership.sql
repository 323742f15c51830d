-- An owner can switch row security off, drop the policies and replace what they call. Nothing holds it.
, heir (name, is_there) as (
    -- Who should own it instead: the owner that most tables of organizations have already, else a role made for it.
    select coalesce(
               (select t.owner from tenants t join pg_catalog.pg_roles r on r.oid = t.relowner
                 where t.relowner not in (select h.oid from held h) and not r.rolsuper and not r.rolbypassrls
                 group by t.owner order by pg_catalog.count(*) desc, t.owner limit 1),
               $1::text || '_owner'),
           exists (select from pg_catalog.pg_roles r where r.rolname = $1::text || '_owner')
           or exists (select from tenants t join pg_catalog.pg_roles r on r.oid = t.relowner
                       where t.relowner not in (select h.oid from held h) and not r.rolsuper and not r.rolbypassrls)
), owners as (
    select h.oid, h.name, h.by_way_of, pg_catalog.string_agg(distinct h.way_out, ' ') as way_out
      from held h where not h.rolsuper group by h.oid, h.name, h.by_way_of
), owned as (
    select pg_catalog.format('%s %s', r.kind, r.name) as what, r.name as object, o.oid as owner,
           case when r.oid in (select t.oid from tenants t) then 'leak' else 'warning' end as severity,
           case when r.oid in (select t.oid from tenants t)
                then 'An owner can switch row security off and drop the policies, forced or not, so nothing holds this role.'
                else 'An owner can replace it with something else under the same name, which other organizations then use.' end as cause,
           case r.relkind
                when 'v' then pg_catalog.format('alter view %s owner to {heir}; alter view %s set (security_invoker = true); grant select on %s to %I;', r.name, r.name, r.name, $1::text)
                when 'S' then pg_catalog.format('alter sequence %s owner to {heir}; grant usage on sequence %s to %I;', r.name, r.name, $1::text)
                when 'm' then pg_catalog.format('alter materialized view %s owner to {heir};', r.name)
                when 'f' then pg_catalog.format('alter foreign table %s owner to {heir};', r.name)
                else pg_catalog.format('grant usage on schema %I to {heir}; alter table %s owner to {heir}; grant select, insert, update, delete on %s to %I;', s.name, r.name, r.name, $1::text)
           end as transfer,
           case when r.relkind in ('r', 'p', 'f', 'm') and r.oid in (select t.oid from tenants t)
                then pg_catalog.format(' grant select, insert, update, delete on %s to %I;', r.name, $1::text) else '' end as keep,
           pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', r.name) as lock
      from relations r
      join spaces s on s.oid = r.space
      join owners o on o.oid = r.relowner
     where not (r.relkind = 'S' and exists (select from pg_catalog.pg_depend d
                 where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = r.oid and d.deptype in ('a', 'i')))
    union all
    select pg_catalog.format('schema %s', pg_catalog.quote_ident(s.name)), pg_catalog.quote_ident(s.name), o.oid, 'warning',
           'The owner of a schema can drop every table in it and put another in its place.',
           pg_catalog.format('alter schema %I owner to {heir}; grant usage on schema %I to %I;', s.name, s.name, $1::text), '', 'none'
      from spaces s
      join pg_catalog.pg_namespace n on n.oid = s.oid
      join owners o on o.oid = n.nspowner
    union all
    select pg_catalog.format('database %s', pg_catalog.quote_ident(d.datname)), pg_catalog.quote_ident(d.datname), o.oid, 'warning',
           'The owner of a database can make schemas in it, and owns the schema public of it.',
           pg_catalog.format('alter database %I owner to {heir};', d.datname), '', 'none'
      from pg_catalog.pg_database d
      join owners o on o.oid = d.datdba
     where d.datname = pg_catalog.current_database()
    union all
    select distinct pg_catalog.format('function %I.%I', s.name, p.proname), pg_catalog.format('%I.%I', s.name, p.proname), o.oid, 'leak',
           'A policy calls this function, and its owner can replace it with one that answers any organization.',
           pg_catalog.format('alter function %I.%I(%s) owner to {heir}; grant execute on function %I.%I(%s) to %I;',
               s.name, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid),
               s.name, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid), $1::text), '', 'none'
      from pg_catalog.pg_depend d
      join pg_catalog.pg_policy y on y.oid = d.objid
      join tenants t on t.oid = y.polrelid
      join pg_catalog.pg_proc p on p.oid = d.refobjid and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      join spaces s on s.oid = p.pronamespace
      join owners o on o.oid = p.proowner
     where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
), numbered as (
    select w.*, pg_catalog.row_number() over (partition by o.by_way_of is null order by w.severity, w.object, w.what) as place
      from owned w join owners o on o.oid = w.owner
)
select n.object,
       case when o.by_way_of is null then pg_catalog.format('%s belongs to the role %s', n.what, $1::text)
            else pg_catalog.format('%s belongs to %s, which the role %s is a member of', n.what, o.name, $1::text) end as title,
       n.cause as cause,
       case when o.by_way_of is null
            -- The role is made once, by the first statement in the order of the report.
            then case when not heir.is_there and n.place = 1 then pg_catalog.format('create role %I nologin; ', heir.name) else '' end
                 || pg_catalog.replace(n.transfer, '{heir}', pg_catalog.quote_ident(heir.name))
            else o.way_out || n.keep end as fix,
       case when o.by_way_of is null then n.lock else 'none' end as lock,
       n.severity
  from numbered n
  join owners o on o.oid = n.owner
 cross join heir
