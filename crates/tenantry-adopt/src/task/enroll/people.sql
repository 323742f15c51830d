-- Everybody in the table of people, with who they are in the control plane. Filled in: the source of each value.
create temporary table tenantry_people on commit drop as
    select p.{{key}}::text as key, {{home}} as home, tenantry_adopt.email_of(p.{{email}}::text) as email,
           tenantry_adopt.name_of({{name}}, split_part(tenantry_adopt.email_of(p.{{email}}::text), '@', 1)) as name,
           tenantry_adopt.hash_of({{hash}}) as hash, nullif({{hash}}, '') is not null as had_hash,
           nullif(pg_catalog.btrim(p.{{email}}::text), '') is not null as had_email,
           {{role}} as role, pg_catalog.row_number() over (order by {{age}}p.{{key}}) as age,
           null::uuid as user_id, false as is_known
      from {{table}} p {{scope}};
update pg_temp.tenantry_people p set user_id = k.user_id, is_known = true
  from tenantry_adopt.people k
 where k.home = coalesce(p.home, '00000000-0000-0000-0000-000000000000') and k.key = p.key;
analyze pg_temp.tenantry_people;
-- Of several with one address the oldest makes the account: whoever signs up again under somebody's address in other
-- letters gets nothing of theirs.
create temporary table tenantry_accounts on commit drop as
    select distinct on (email) email, name, hash, had_hash, tenantry_adopt.new_id() as id, false as is_made
      from pg_temp.tenantry_people where email is not null and not is_known order by email, age;
with made as (
    insert into tenantry.users (id, email, name, password_hash)
        select id, email, pg_catalog.left(name, 120), hash from pg_temp.tenantry_accounts order by id
        on conflict (email) do nothing returning id)
update pg_temp.tenantry_accounts a set is_made = true from made where made.id = a.id;
update pg_temp.tenantry_people p set user_id = u.id
  from tenantry.users u where u.email = p.email and not p.is_known;
insert into tenantry_adopt.people (home, key, user_id, is_made)
    select coalesce(p.home, '00000000-0000-0000-0000-000000000000'), p.key, p.user_id, coalesce(a.is_made and a.id = p.user_id, false)
      from pg_temp.tenantry_people p left join pg_temp.tenantry_accounts a on a.email = p.email
     where p.user_id is not null and not p.is_known;
