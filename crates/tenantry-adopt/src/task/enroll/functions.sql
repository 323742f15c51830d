-- What enrolling reads people with, and what it remembers. Everything here can be run again.
create table if not exists tenantry_adopt.people (
    -- The organization of the person's row, or zeros where the table of people is nobody's.
    home    uuid not null,
    key     text not null,
    user_id uuid not null,
    is_made boolean not null,
    primary key (home, key)
);
create index if not exists people_user_id_idx on tenantry_adopt.people (user_id);
create table if not exists tenantry_adopt.members (
    organization_id uuid not null,
    user_id         uuid not null,
    -- Not, when they were members already.
    is_made         boolean not null,
    primary key (organization_id, user_id)
);
-- An address as the control plane takes it, or null.
create or replace function tenantry_adopt.email_of(given text) returns text
    language sql immutable set search_path = pg_catalog, pg_temp as $$
    select case when length(email) <= 254 and length(split_part(email, '@', 1)) <= 64
                 and email ~ '^[a-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&''*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'
                then email end
      from (select lower(btrim(given, E' \t\n\r\f\x0b') collate "C") as email) cleaned $$;
-- A hash that signing in can check within its bounds, or null.
create or replace function tenantry_adopt.hash_of(given text) returns text
    language sql immutable set search_path = pg_catalog, pg_temp as $$
    select case when given ~ '^\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$' then given
                when length(given) <= 512 and parts is not null
                 and parts[2]::bigint between 1 and 16 and parts[3]::bigint between 1 and 8
                 and parts[1]::bigint between parts[3]::bigint * 8 and 131072
                 and parts[1]::bigint * parts[2]::bigint <= 524288 then given end
      from (select regexp_match(given, '^\$argon2id\$(?:v=(?:16|19)\$)?m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{22,86}$') as parts) read $$;
revoke execute on function tenantry_adopt.email_of(text), tenantry_adopt.hash_of(text) from public;
