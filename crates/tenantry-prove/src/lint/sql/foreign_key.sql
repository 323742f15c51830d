-- A foreign key is checked past row security: without the tenant column on both sides it accepts another organization's row.
, key as (
    select o.oid, o.conname, child.oid as child, parent.oid as parent, child.name as child_name, parent.name as parent_name,
           child.class as child_class, parent.class as parent_class, child.relname as child_relname, parent.relname as parent_relname,
           child.tenant_column as child_tenant, parent.tenant_column as parent_tenant,
           child.tenant_attnum as child_attnum, parent.tenant_attnum as parent_attnum,
           child.relkind = 'p' as is_child_partitioned, parent.relkind = 'p' as is_parent_partitioned,
           o.conkey, o.confkey, o.confdeltype, o.confupdtype, o.confdelsetcols, o.condeferrable, o.condeferred, o.confmatchtype,
           exists (select from rows from (pg_catalog.unnest(o.conkey), pg_catalog.unnest(o.confkey)) as pair (mine, theirs)
                    where pair.mine = child.tenant_attnum and pair.theirs = parent.tenant_attnum) as is_bound
      from pg_catalog.pg_constraint o
      join tenant as child on child.oid = o.conrelid
      join tenant as parent on parent.oid = o.confrelid
     where o.contype = 'f' and o.conparentid = 0 and parent.class in ('direct', 'via') and child.class in ('direct', 'via')
), loose as (
    -- The key by which a table belongs to its organization is its own policy's matter, and so is every key that a policy looks at.
    select key.* from key
     where not key.is_bound
       and not (key.child_class = 'via' and not exists (select from key as other where other.child = key.child and other.oid <> key.oid))
       and exists (select from pg_catalog.unnest(key.conkey) as mine (attnum)
                    where not exists (select from pg_catalog.pg_policy p
                                        join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and d.objid = p.oid
                                       where p.polrelid = key.child and d.refobjid = key.child and d.refobjsubid = mine.attnum))
), text as (
    select loose.*,
           (select pg_catalog.string_agg(pg_catalog.format('%I', a.attname), ', ' order by pair.place)
              from pg_catalog.unnest(loose.conkey) with ordinality as pair (attnum, place)
              join pg_catalog.pg_attribute a on a.attrelid = loose.child and a.attnum = pair.attnum) as mine,
           (select pg_catalog.string_agg(pg_catalog.format('%I', a.attname), ', ' order by pair.place)
              from pg_catalog.unnest(loose.confkey) with ordinality as pair (attnum, place)
              join pg_catalog.pg_attribute a on a.attrelid = loose.parent and a.attnum = pair.attnum) as theirs,
           exists (select from pg_catalog.pg_index i
                    where i.indrelid = loose.parent and i.indisunique and i.indisvalid and i.indimmediate and i.indpred is null and i.indexprs is null
                      and i.indnkeyatts = pg_catalog.cardinality(loose.confkey) + 1
                      and (loose.confkey || loose.parent_attnum) <@ (i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1]) as has_index,
           -- It carries the organization, but not the one that the row belongs to.
           coalesce(loose.parent_attnum = any (loose.confkey) or loose.child_attnum = any (loose.conkey), false) as is_crossed,
           exists (select from acting where pg_catalog.has_any_column_privilege(acting.oid, loose.child, 'insert, update')) as is_reached,
           exists (select from pg_catalog.pg_trigger g join pg_catalog.pg_proc p on p.oid = g.tgfoid
                    where g.tgrelid = loose.child and not g.tgisinternal
                      and pg_catalog.strpos(pg_catalog.lower(p.prosrc), pg_catalog.lower(loose.parent_relname)) > 0) as is_watched
      from loose
), action as (
    select text.*,
           pg_catalog.concat(
               case text.confdeltype when 'c' then ' on delete cascade' when 'r' then ' on delete restrict'
                    when 'n' then pg_catalog.format(' on delete set null (%s)', text.mine) when 'd' then pg_catalog.format(' on delete set default (%s)', text.mine) end,
               case text.confupdtype when 'c' then ' on update cascade' when 'r' then ' on update restrict' end,
               case when text.condeferrable then ' deferrable' end, case when text.condeferred then ' initially deferred' end) as clauses
      from text
)
select pg_catalog.format('foreign key %I of %s', action.conname, action.child_name) as object,
       pg_catalog.format('foreign key %I of %s accepts rows of %s of another organization', action.conname, action.child_name, action.parent_name) as title,
       pg_catalog.format('Foreign keys are checked past row security, and (%s) references (%s) without the organization. ', action.mine, action.theirs)
       || 'Whether a key is accepted tells whether another organization has it. '
       || case action.confdeltype
               when 'c' then 'It is ON DELETE CASCADE: deleting the referenced row deletes another organization''s row.'
               when 'n' then 'It is ON DELETE SET NULL: deleting the referenced row changes another organization''s row.'
               when 'd' then 'It is ON DELETE SET DEFAULT: deleting the referenced row changes another organization''s row.'
               else 'Deleting the referenced row is refused for the sake of another organization''s row, which cannot be seen.' end
       || case when action.is_watched then ' A trigger of the table names the other table and may forbid it.' else '' end as cause,
       case when action.child_attnum is null or action.parent_attnum is null
            then pg_catalog.format('decide: give %s a tenant column of its own, so that the key can carry it on both sides, or let the policy of %s check it',
                     case when action.child_attnum is null then action.child_name else action.parent_name end, action.child_name)
            when action.is_crossed
            then pg_catalog.format('decide: let the key use %I for the organization on both sides, or forbid by a check that its own column for it says another', action.child_tenant)
            else case when action.has_index then ''
                      else pg_catalog.format(E'create unique index %s%I on %s (%I, %s);\n', case when action.is_parent_partitioned then '' else 'concurrently ' end,
                               pg_catalog.left(action.parent_relname, 30) || '_' || pg_catalog.left(pg_catalog.md5(action.theirs), 6) || '_tenant_key',
                               action.parent_name, action.parent_tenant, action.theirs) end
                 || pg_catalog.format('alter table %s add constraint %I foreign key (%I, %s) references %s (%I, %s)%s', action.child_name,
                        pg_catalog.left(action.conname, 56) || '_tenant', action.child_tenant, action.mine, action.parent_name, action.parent_tenant, action.theirs, action.clauses)
                 || case when action.is_child_partitioned then E';\n'
                         else pg_catalog.format(E' not valid;\nalter table %s validate constraint %I;\n', action.child_name, pg_catalog.left(action.conname, 56) || '_tenant') end
                 || pg_catalog.format('alter table %s drop constraint %I;', action.child_name, action.conname)
       end as fix,
       case when action.child_attnum is null or action.parent_attnum is null or action.is_crossed then 'none'
            when action.is_child_partitioned or action.is_parent_partitioned
            then 'SHARE ROW EXCLUSIVE on both tables while every row is read; ACCESS EXCLUSIVE for an instant to drop the old key'
            else 'the index is built beside running work; SHARE ROW EXCLUSIVE on both tables for an instant to add the key, none that stops writing while it is validated; ACCESS EXCLUSIVE for an instant to drop the old one' end as lock,
       case when not action.is_reached or action.is_watched then 'warning' else 'leak' end as severity
  from action
union all
select pg_catalog.format('foreign key %I of %s', key.conname, key.child_name),
       pg_catalog.format('foreign key %I of %s takes the organization away when %s is deleted', key.conname, key.child_name, key.parent_name),
       pg_catalog.format('Its ON DELETE SET %s covers %I too, so the deletion fails or leaves a row of no organization.',
           case key.confdeltype when 'n' then 'NULL' else 'DEFAULT' end, key.child_tenant),
       pg_catalog.format(E'alter table %1$s drop constraint %2$I, add constraint %2$I foreign key (%3$s) references %4$s (%5$s) on delete set %6$s (%7$s)%8$s;',
           key.child_name, key.conname, names.mine, key.parent_name, names.theirs, case key.confdeltype when 'n' then 'null' else 'default' end, names.others,
           case when key.is_child_partitioned then '' else pg_catalog.format(E' not valid;\nalter table %s validate constraint %I', key.child_name, key.conname) end),
       'SHARE ROW EXCLUSIVE on both tables for an instant, none that stops writing while it is validated; partitioned tables are read under the lock',
       'warning'
  from key
 cross join lateral (
       select pg_catalog.string_agg(pg_catalog.format('%I', a.attname), ', ' order by pair.place) as mine,
              pg_catalog.string_agg(pg_catalog.format('%I', b.attname), ', ' order by pair.place) as theirs,
              pg_catalog.string_agg(pg_catalog.format('%I', a.attname), ', ' order by pair.place) filter (where a.attnum <> key.child_attnum) as others
         from rows from (pg_catalog.unnest(key.conkey), pg_catalog.unnest(key.confkey)) with ordinality as pair (mine, theirs, place)
         join pg_catalog.pg_attribute a on a.attrelid = key.child and a.attnum = pair.mine
         join pg_catalog.pg_attribute b on b.attrelid = key.parent and b.attnum = pair.theirs) as names
 where key.is_bound and key.confdeltype in ('n', 'd') and names.others is not null
   and (key.confdelsetcols is null or key.child_attnum = any (key.confdelsetcols))
 order by 1
