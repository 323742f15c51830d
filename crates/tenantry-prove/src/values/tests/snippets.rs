//! The tables of the tests: types, checks and partitions as frameworks and people write them.

/// One table.
pub(super) struct Snippet {
    /// What it is about.
    pub(super) name: &'static str,
    /// What makes the table `t`.
    pub(super) sql: &'static str,
    /// What the refusal must say, where there is one.
    pub(super) says: &'static str,
}

/// What the tables need.
pub(super) const EXTENSIONS: &str = "create extension citext; create extension hstore; create extension ltree; \
     create extension cube; create extension seg; create extension isn; create extension intarray; create extension btree_gist;";

/// Tables that get rows.
pub(super) const FILLABLE: &[Snippet] = &[
    Snippet {
        name: "numbers",
        sql: r#"create table t (a bool not null, b int2 not null unique, c int4 not null unique, d int8 not null unique, e numeric not null, f numeric(5,2) not null, g numeric(3,3) not null, h real not null, i double precision not null, j money not null, k numeric(2,0) not null)"#,
        says: "",
    },
    Snippet {
        name: "texts",
        sql: r#"create table t (a text not null unique, b varchar(3) not null unique, c char(2) not null unique, d name not null, e "char" not null, f varchar not null, g bpchar not null, h char not null, i varchar(255) not null)"#,
        says: "",
    },
    Snippet {
        name: "times",
        sql: r#"create table t (a date not null, b time not null, c timetz not null, d timestamp not null, e timestamptz not null unique, f interval not null, g timestamptz(3) not null, h interval year to month not null, i interval day to second not null)"#,
        says: "",
    },
    Snippet {
        name: "documents and bytes",
        sql: r#"create table t (a json not null, b jsonb not null, c bytea not null, d uuid not null unique, e xml not null, f jsonpath not null)"#,
        says: "",
    },
    Snippet {
        name: "network",
        sql: r#"create table t (a inet not null, b cidr not null, c macaddr not null, d macaddr8 not null)"#,
        says: "",
    },
    Snippet {
        name: "geometry",
        sql: r#"create table t (a point not null, b line not null, c lseg not null, d box not null, e path not null, f polygon not null, g circle not null)"#,
        says: "",
    },
    Snippet {
        name: "bits",
        sql: r#"create table t (a bit not null, b bit(8) not null, c varbit not null, d varbit(5) not null, e bit(64) not null)"#,
        says: "",
    },
    Snippet {
        name: "system types",
        sql: r#"create table t (a oid not null, b regclass not null, c regtype not null, d regrole not null, e regproc not null, f regprocedure not null, g regconfig not null, h pg_lsn not null, i pg_snapshot not null, j xid8 not null, k regnamespace not null, l tid not null, m int2vector not null, n oidvector not null, o regdictionary not null, p xid not null, q txid_snapshot not null, r regcollation not null, s regoper not null, u regoperator not null)"#,
        says: "",
    },
    Snippet {
        name: "text search",
        sql: r#"create table t (a tsvector not null, b tsquery not null)"#,
        says: "",
    },
    Snippet {
        name: "arrays",
        sql: r#"create table t (a int[] not null, b text[] not null, c uuid[] not null, d jsonb[] not null, e date[] not null, f numeric(5,2)[] not null, g varchar(4)[] not null, h bytea[] not null, i int[][] not null, j point[] not null, k inet[] not null, l bool[] not null, m interval[] not null)"#,
        says: "",
    },
    Snippet {
        name: "enums",
        sql: r#"create type mood as enum ('sad', 'it''s ok', 'a,"b\c'); create table t (a mood not null, b mood[] not null)"#,
        says: "",
    },
    Snippet {
        name: "ranges",
        sql: r#"create table t (a int4range not null, b int8range not null, c numrange not null, d tsrange not null, e tstzrange not null, f daterange not null, g int4multirange not null, h tstzmultirange not null, i datemultirange not null, j nummultirange not null)"#,
        says: "",
    },
    Snippet {
        name: "own range",
        sql: r#"create type span as range (subtype = float8, subtype_diff = float8mi); create table t (a span not null)"#,
        says: "",
    },
    Snippet {
        name: "composite",
        sql: r#"create type address as (street text, number int, tags text[], at timestamptz); create table t (a address not null, b address[] not null)"#,
        says: "",
    },
    Snippet {
        name: "domains",
        sql: r#"create domain email as text check (value ~ '^[^@ ]+@[^@ ]+\.[a-z]{2,}$'); create domain work_email as email not null check (value like '%@example.com' or length(value) > 5); create domain cents as bigint check (value >= 0 and value < 100000); create domain short as varchar(6); create table t (a work_email, b cents not null, c short not null, d email[] not null)"#,
        says: "",
    },
    Snippet {
        name: "domain in composite",
        sql: r#"create domain rating as int check (value between 1 and 5); create type review as (stars rating, words text); create table t (a review not null, b rating[] not null)"#,
        says: "",
    },
    Snippet {
        name: "contrib types",
        sql: r#"create table t (a citext not null unique, b hstore not null, c ltree not null, d cube not null, e seg not null, f citext[] not null, g ltree[] not null)"#,
        says: "",
    },
    Snippet {
        name: "isn types",
        sql: r#"create table t (a isbn not null, b ean13 not null, c issn not null)"#,
        says: "",
    },
    Snippet {
        name: "query types of contrib",
        sql: r#"create table t (a lquery not null, b ltxtquery not null, c query_int not null)"#,
        says: "",
    },
    Snippet {
        name: "vector stand-in",
        sql: r#"create domain embedding as double precision[] check (cardinality(value) = 3); create table t (a embedding not null)"#,
        says: "",
    },
    Snippet {
        name: "identity always",
        sql: r#"create table t (id bigint generated always as identity primary key, name text not null)"#,
        says: "",
    },
    Snippet {
        name: "serial",
        sql: r#"create table t (id bigserial primary key, name varchar(255) not null, created_at timestamp(6) not null, updated_at timestamp(6) not null)"#,
        says: "",
    },
    Snippet {
        name: "generated",
        sql: r#"create table t (id uuid primary key default gen_random_uuid(), first text not null, last text not null, whole text generated always as (first || ' ' || last) stored, check (length(whole) <= 60))"#,
        says: "",
    },
    Snippet {
        name: "generated unique",
        sql: r#"create table t (id int primary key, email text not null, lower_email text generated always as (lower(email)) stored unique, check (lower_email like '%@%'))"#,
        says: "",
    },
    Snippet {
        name: "generated on amounts",
        sql: r#"create table t (net int not null, tax int not null, gross int generated always as (net + tax) stored, check (gross < 1000 and gross > net))"#,
        says: "",
    },
    Snippet {
        name: "unique expression",
        sql: r#"create table t (id int primary key, email text not null default ''); create unique index on t (lower(email))"#,
        says: "",
    },
    Snippet {
        name: "unique default",
        sql: r#"create table t (id uuid primary key default gen_random_uuid(), code text not null default 'x' unique)"#,
        says: "",
    },
    Snippet {
        name: "only defaults",
        sql: r#"create table t (a int default 1, b text default 'x', c timestamptz not null default now())"#,
        says: "",
    },
    Snippet { name: "no columns", sql: r#"create table t ()"#, says: "" },
    Snippet {
        name: "hostile names",
        sql: r#"create table t ("Order" int not null, "a""b" text not null check ("a""b" <> ''), "user" text not null check ("user" in ('it''s', 'b\c')), "tenantry_rank_0" int not null check (tenantry_rank_0 < 5), "n n" text not null)"#,
        says: "",
    },
    Snippet {
        name: "Rails",
        sql: r#"create table t (id bigserial primary key, email character varying default '' not null, encrypted_password character varying default '' not null, role integer default 0 not null, kind character varying not null, settings jsonb default '{}' not null, slug varchar not null, position int not null, constraint role_range check (role >= 0 and role <= 3), constraint kind_in check (kind in ('Personal', 'Team')), check (jsonb_typeof(settings) = 'object'), check (position > 0)); create unique index on t (email)"#,
        says: "",
    },
    Snippet {
        name: "Django",
        sql: r#"create table t (id integer generated by default as identity primary key, password varchar(128) not null, last_login timestamptz, is_superuser boolean not null, username varchar(150) not null unique, ip inet, duration interval not null, count integer not null check (count >= 0), small smallint not null check (small >= 0), data jsonb not null, slug varchar(50) not null check (slug ~ '^[-a-zA-Z0-9_]+\Z' or slug ~ '^[-a-zA-Z0-9_]+$'))"#,
        says: "",
    },
    Snippet {
        name: "Prisma",
        sql: r#"create type "Role" as enum ('USER', 'ADMIN'); create table t ("id" text not null, "createdAt" timestamp(3) not null default current_timestamp, "updatedAt" timestamp(3) not null, "role" "Role" not null default 'USER', "tags" text[], "price" decimal(65,30) not null, constraint "t_pkey" primary key ("id"))"#,
        says: "",
    },
    Snippet {
        name: "Supabase",
        sql: r#"create table t (id uuid not null primary key, updated_at timestamptz, username text unique, full_name text, avatar_url text, website text, constraint username_length check (char_length(username) >= 3), constraint url check (website is null or website ~ '^https?://'))"#,
        says: "",
    },
    Snippet {
        name: "slug",
        sql: r#"create table t (slug text not null unique check (slug ~ '^[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])?$'), sub text not null check (sub ~* '^[a-z][a-z0-9-]{2,62}$'))"#,
        says: "",
    },
    Snippet {
        name: "patterns",
        sql: r#"create table t (a text not null check (a ~ '^[A-Z]{2}$'), b text not null check (b ~ '^\+?[0-9]{7,15}$'), c text not null check (c ~ '^[0-9a-f]{64}$'), d text not null check (d ~ '^#[0-9A-Fa-f]{6}$'), e text not null check (e ~ '^(cus|sub)_[A-Za-z0-9]{14,}$'), f text not null check (f ~ '^\d{4}-\d{2}$'), g text not null check (g ~ '^[[:alpha:]_][[:alnum:]_]*$'), h text not null check (h ~ '^\w+([.-]?\w+)*@\w+([.-]?\w+)*(\.\w{2,3})+$'))"#,
        says: "",
    },
    Snippet {
        name: "more patterns",
        sql: r#"create table t (a text not null check (a ~ '^v?\d+\.\d+\.\d+(-[a-z]+)?$'), b text not null check (b ~ '^(?!-)[a-z0-9-]{1,63}(?<!-)$'), c text not null check (c similar to '[A-Z]{3}-[0-9]+'), d text not null check (d like 'sk\_%'), e text not null check (e not like '% %' and e = lower(e)), f text not null check (f !~ '[^a-z0-9]'), g text not null check (g ~ '^/([a-z0-9_-]+/?)*$'), h text not null check (h like 'https://%.example.com/%'))"#,
        says: "",
    },
    Snippet {
        name: "regexp functions",
        sql: r#"create table t (a text not null check (regexp_like(a, '^[a-z]{5}[0-9]{2}$')), b text not null check (regexp_match(b, '^x[0-9]+$') is not null), c text not null check (starts_with(c, 'acct_')), d text not null check (d ilike '%@EXAMPLE.com'))"#,
        says: "",
    },
    Snippet {
        name: "lengths",
        sql: r#"create table t (a text not null check (length(a) between 6 and 8), b text not null check (char_length(b) = 40), c bytea not null check (octet_length(c) = 32), d text not null check (length(trim(d)) > 0 and length(d) <= 5), e varchar(20) not null check (char_length(e) >= 12), f text not null check (octet_length(f) = 2))"#,
        says: "",
    },
    Snippet {
        name: "numbers with bounds",
        sql: r#"create table t (a int not null check (a between 0 and 100), b numeric(5,4) not null check (b >= 0 and b <= 1), c smallint not null check (c in (1, 2, 4, 8)), d int not null check (d % 5 = 0 and d > 0), e numeric(12,2) not null check (e > 0), f int not null check (f < 0), g float8 not null check (g between -90 and 90), h bigint not null check (h > 5000000000), i int not null check (i <> 0), j numeric not null check (j > 0.1 and j < 0.2))"#,
        says: "",
    },
    Snippet {
        name: "unique within bounds",
        sql: r#"create table t (a int not null unique check (a between 1 and 12), b text not null unique check (b in ('free', 'pro', 'team')), c bool not null unique)"#,
        says: "",
    },
    Snippet {
        name: "states",
        sql: r#"create table t (id int primary key, status text not null default 'open', closed_at timestamptz, check (status in ('open', 'closed')), check ((status = 'closed') = (closed_at is not null)))"#,
        says: "",
    },
    Snippet {
        name: "states without default",
        sql: r#"create type state as enum ('draft', 'published', 'archived'); create table t (status state not null, published_at timestamptz, body text, check (status <> 'draft' or published_at is null), check (status = 'draft' or body is not null))"#,
        says: "",
    },
    Snippet {
        name: "exactly one",
        sql: r#"create table t (id int primary key, a_id int, b_id int, c_id int, check (num_nonnulls(a_id, b_id, c_id) = 1))"#,
        says: "",
    },
    Snippet {
        name: "one of two",
        sql: r#"create table t (user_email text, phone text, check ((user_email is not null and phone is null) or (user_email is null and phone is not null)))"#,
        says: "",
    },
    Snippet {
        name: "xor with type",
        sql: r#"create table t (kind text not null, url text, body text, check ((kind = 'link' and url is not null and body is null) or (kind = 'post' and body is not null and url is null)))"#,
        says: "",
    },
    Snippet {
        name: "intervals of time",
        sql: r#"create table t (starts_at timestamptz not null, ends_at timestamptz not null, check (ends_at > starts_at), check (ends_at - starts_at <= interval '90 days'))"#,
        says: "",
    },
    Snippet {
        name: "days",
        sql: r#"create table t (starts date not null, ends date, check (ends is null or ends >= starts), check (starts >= '2015-01-01'), born date not null check (born < current_date and born > '1900-01-01'), due date not null check (due > current_date))"#,
        says: "",
    },
    Snippet {
        name: "sums",
        sql: r#"create table t (net numeric(10,2) not null, tax numeric(10,2) not null, total numeric(10,2) not null, check (total = net + tax), check (tax >= 0), low int not null, high int not null, check (low < high), check (high <= 100))"#,
        says: "",
    },
    Snippet {
        name: "currency",
        sql: r#"create table t (amount bigint not null check (amount > 0), currency char(3) not null check (currency = upper(currency) and currency ~ '^[A-Z]{3}$'), country varchar(2) not null check (length(country) = 2), locale text not null check (locale ~ '^[a-z]{2}(-[A-Z]{2})?$'))"#,
        says: "",
    },
    Snippet {
        name: "arrays with checks",
        sql: r#"create table t (tags text[] not null check (cardinality(tags) > 0), scopes text[] not null check (scopes <@ array['read', 'write', 'admin'] and array_length(scopes, 1) >= 1), days int[] not null check (array_length(days, 1) = 7), empty text[] not null check (cardinality(empty) = 0), roles varchar[] check ('owner' = any (roles)))"#,
        says: "",
    },
    Snippet {
        name: "json with checks",
        sql: r#"create table t (a jsonb not null check (jsonb_typeof(a) = 'array'), b jsonb not null check (b ? 'email'), c jsonb not null check (jsonb_typeof(c -> 'items') = 'array'), d json not null check (json_typeof(d) = 'object'), e jsonb not null check (e @> '{"v": 2}'), f jsonb not null check ((f ->> 'type') in ('card', 'bank')), g jsonb not null check ((g ->> 'n')::int > 0), h jsonb not null check (jsonb_typeof(h) = 'string'), i jsonb not null check (i ?& array['a', 'b']))"#,
        says: "",
    },
    Snippet {
        name: "ranges with checks",
        sql: r#"create table t (a tstzrange not null check (not isempty(a) and lower_inc(a) and not upper_inf(a)), b int4range not null check (lower(b) >= 0 and upper(b) < 2000), c daterange not null check (not lower_inf(c)), d numrange not null check (isempty(d)))"#,
        says: "",
    },
    Snippet {
        name: "exclusion",
        sql: r#"create table t (id int primary key, room int not null, during tstzrange not null, exclude using gist (room with =, during with &&))"#,
        says: "",
    },
    Snippet {
        name: "function in a check",
        sql: r#"create function is_slug(text) returns boolean language sql immutable as $$ select $1 ~ '^[a-z0-9-]+$' $$; create function is_email(text) returns boolean language plpgsql immutable as $$ begin return $1 like '%_@_%._%'; end $$; create table t (a text not null check (is_slug(a)), b text not null check (is_email(b)))"#,
        says: "",
    },
    Snippet {
        name: "function that raises",
        sql: r#"create function strict_code(text) returns boolean language plpgsql immutable as $$ begin if $1 !~ '^[A-Z]{3}[0-9]{3}$' then raise exception 'bad code'; end if; return true; end $$; create table t (a text not null check (strict_code(a) and a ~ '^[A-Z]{3}[0-9]{3}$'))"#,
        says: "",
    },
    Snippet {
        name: "division by zero",
        sql: r#"create table t (part int not null, whole int not null, check (part / whole < 1), check (whole < 1000))"#,
        says: "",
    },
    Snippet {
        name: "cast in a check",
        sql: r#"create table t (n text not null check (n::int between 5 and 9))"#,
        says: "",
    },
    Snippet {
        name: "raising over two columns",
        sql: r#"create table t (kind text not null, v text not null, check (kind in ('int', 'date')), check (case when kind = 'int' then v::int < 100 else v::date > '2020-01-01' end))"#,
        says: "",
    },
    Snippet {
        name: "json schema style",
        sql: r#"create table t (a jsonb not null check (a ? 'name' and jsonb_typeof(a -> 'name') = 'string'), b jsonb not null default '[]' check (jsonb_typeof(b) = 'array' and jsonb_array_length(b) <= 10))"#,
        says: "",
    },
    Snippet {
        name: "not valid check",
        sql: r#"create table t (a int not null); alter table t add constraint young check (a < 10) not valid"#,
        says: "",
    },
    Snippet {
        name: "many columns in one check",
        sql: r#"create table t (a bool not null, b bool not null, c bool not null, d bool not null, e bool not null, f bool not null, g bool not null, h bool not null, i bool not null, j bool not null, k bool not null, l bool not null, check (a::int + b::int + c::int + d::int + e::int + f::int + g::int + h::int + i::int + j::int + k::int + l::int = 11))"#,
        says: "",
    },
    Snippet {
        name: "many nullable columns in one check",
        sql: r#"create table t (c0 uuid, c1 uuid, c2 uuid, c3 uuid, c4 uuid, c5 uuid, c6 uuid, c7 uuid, c8 uuid, c9 uuid, c10 uuid, c11 uuid, c12 uuid, c13 uuid, c14 uuid, c15 uuid, c16 uuid, c17 uuid, check (num_nonnulls(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17) = 1))"#,
        says: "",
    },
    Snippet {
        name: "network with checks",
        sql: r#"create table t (a inet not null check (family(a) = 6), b cidr not null check (masklen(b) <= 24), c inet not null check (c << '192.168.0.0/16'))"#,
        says: "",
    },
    Snippet {
        name: "interval with checks",
        sql: r#"create table t (a interval not null check (a > '0' and a <= '7 days'), b time not null, c time not null, check (b < c))"#,
        says: "",
    },
    Snippet {
        name: "uuid version",
        sql: r#"create table t (id uuid primary key check (substring(id::text from 15 for 1) = '4'))"#,
        says: "",
    },
    Snippet {
        name: "prefixed id",
        sql: r#"create table t (id text primary key check (id ~ '^org_[0-9A-HJKMNP-TV-Z]{26}$'), other text not null check (other like 'prj\_%' and length(other) = 30))"#,
        says: "",
    },
    Snippet {
        name: "enum with check",
        sql: r#"create type role as enum ('viewer', 'admin', 'owner'); create table t (role role not null check (role <> 'viewer'), other role not null default 'viewer', check (other = 'viewer' or role = 'owner'))"#,
        says: "",
    },
    Snippet {
        name: "time zone table",
        sql: r#"create table t (tz text not null check (now() at time zone tz is not null), cron text not null check (cron ~ '^(\S+ ){4}\S+$'))"#,
        says: "",
    },
    Snippet {
        name: "range root",
        sql: r#"create table t (id bigint generated always as identity, at timestamptz not null, primary key (id, at)) partition by range (at); create table t_1 partition of t for values from ('2024-01-01') to ('2024-02-01'); create table t_2 partition of t for values from ('2024-02-01') to ('2024-03-01')"#,
        says: "",
    },
    Snippet {
        name: "range leaf",
        sql: r#"create table r (id bigint not null, at timestamptz not null default now(), primary key (id, at)) partition by range (at); create table t partition of r for values from ('2024-01-01') to ('2024-02-01')"#,
        says: "",
    },
    Snippet {
        name: "day leaf",
        sql: r#"create table r (id bigint not null, at date not null, note text) partition by range (at); create table t partition of r for values from ('2024-01-31') to ('2024-02-01')"#,
        says: "",
    },
    Snippet {
        name: "number leaf",
        sql: r#"create table r (id bigint primary key) partition by range (id); create table t partition of r for values from (1000) to (2000)"#,
        says: "",
    },
    Snippet {
        name: "list leaf",
        sql: r#"create table r (id int, region text not null, primary key (id, region)) partition by list (region); create table t partition of r for values in ('eu', 'us')"#,
        says: "",
    },
    Snippet {
        name: "list of null leaf",
        sql: r#"create table r (id int, region text) partition by list (region); create table t partition of r for values in (null)"#,
        says: "",
    },
    Snippet {
        name: "hash leaf",
        sql: r#"create table r (id uuid primary key, name text not null) partition by hash (id); create table t partition of r for values with (modulus 16, remainder 7)"#,
        says: "",
    },
    Snippet {
        name: "hash leaf of a number",
        sql: r#"create table r (org int not null, id bigint not null, primary key (org, id)) partition by hash (org); create table t partition of r for values with (modulus 8, remainder 3)"#,
        says: "",
    },
    Snippet {
        name: "default leaf",
        sql: r#"create table r (id int, kind text not null) partition by list (kind); create table r_a partition of r for values in ('a', 'b'); create table t partition of r default"#,
        says: "",
    },
    Snippet {
        name: "nested leaf",
        sql: r#"create table r (id int not null, region text not null, at date not null) partition by list (region); create table r_eu partition of r for values in ('eu') partition by range (at); create table t partition of r_eu for values from ('2025-01-01') to ('2026-01-01')"#,
        says: "",
    },
    Snippet {
        name: "default root",
        sql: r#"create table t (id int primary key) partition by hash (id); create table t_0 partition of t for values with (modulus 2, remainder 0); create table t_1 partition of t for values with (modulus 2, remainder 1)"#,
        says: "",
    },
    Snippet {
        name: "only a default partition",
        sql: r#"create table t (id int not null, at date not null) partition by range (at); create table t_d partition of t default"#,
        says: "",
    },
    Snippet {
        name: "expression leaf",
        sql: r#"create table r (id int not null, email text not null) partition by list (left(email, 1)); create table t partition of r for values in ('a', 'b')"#,
        says: "",
    },
    Snippet {
        name: "two keys of a range",
        sql: r#"create table r (a int not null, b date not null) partition by range (a, b); create table t partition of r for values from (10, '2024-01-01') to (10, '2024-06-01')"#,
        says: "",
    },
    Snippet {
        name: "inherits",
        sql: r#"create table base (id int not null check (id < 50), name text not null); create table t (extra text not null check (extra in ('x'))) inherits (base)"#,
        says: "",
    },
    Snippet {
        name: "order life cycle",
        sql: r#"create table t (id uuid primary key default gen_random_uuid(), status text not null default 'pending' check (status in ('pending','paid','shipped','delivered','cancelled','refunded')), paid_at timestamptz, shipped_at timestamptz, delivered_at timestamptz, cancelled_at timestamptz, total_cents bigint not null check (total_cents >= 0), check (status <> 'paid' or paid_at is not null), check (shipped_at is null or paid_at is not null), check (delivered_at is null or delivered_at >= shipped_at), check ((status = 'cancelled') = (cancelled_at is not null)))"#,
        says: "",
    },
    Snippet {
        name: "invoice",
        sql: r#"create table t (id serial primary key, number text not null unique check (number ~ '^INV-[0-9]{4}-[0-9]{6}$'), issued_on date not null default current_date, due_on date not null, check (due_on >= issued_on), subtotal numeric(14,2) not null, discount numeric(14,2) not null default 0, tax_rate numeric(5,4) not null check (tax_rate >= 0 and tax_rate < 1), check (discount >= 0 and discount <= subtotal))"#,
        says: "",
    },
    Snippet {
        name: "subscription",
        sql: r#"create type plan as enum ('free','pro','enterprise'); create table t (organization_id uuid primary key, plan plan not null, seats int not null check (seats > 0), trial_ends_at timestamptz, current_period tstzrange not null check (not isempty(current_period) and not lower_inf(current_period) and not upper_inf(current_period)), check (plan <> 'free' or seats <= 3), check (plan = 'free' or trial_ends_at is null or trial_ends_at > lower(current_period)))"#,
        says: "",
    },
    Snippet {
        name: "api key",
        sql: r#"create table t (id uuid primary key, prefix char(8) not null unique check (prefix ~ '^[a-z0-9]{8}$'), hash bytea not null check (length(hash) = 32), scopes text[] not null default '{}' check (scopes <@ array['read','write']::text[]), last_four text not null check (length(last_four) = 4), expires_at timestamptz check (expires_at > created_at), created_at timestamptz not null default now(), revoked_at timestamptz, check (revoked_at is null or revoked_at >= created_at))"#,
        says: "",
    },
    Snippet {
        name: "membership",
        sql: r#"create table t (organization_id uuid not null, user_id uuid not null, role text not null check (role = any (array['owner','admin','member','viewer'])), invited_by uuid, check (invited_by is distinct from user_id), primary key (organization_id, user_id))"#,
        says: "",
    },
    Snippet {
        name: "polymorphic comment",
        sql: r#"create table t (id bigserial primary key, commentable_type varchar not null check (commentable_type in ('Post','Photo')), commentable_id bigint not null, body text not null check (btrim(body) <> '' and char_length(body) <= 10000), depth smallint not null default 0 check (depth between 0 and 5), parent_id bigint check (parent_id <> id))"#,
        says: "",
    },
    Snippet {
        name: "address",
        sql: r#"create table t (line1 text not null check (line1 <> ''), city citext not null check (length(city::text) > 1), postal_code varchar(10) not null check (postal_code ~ '^\d{5}(-\d{4})?$'), country_code character(2) not null check (country_code ~ '^[A-Z][A-Z]$'), latitude double precision check (latitude >= -90 and latitude <= 90), longitude double precision, check ((latitude is null) = (longitude is null)))"#,
        says: "",
    },
    Snippet {
        name: "feature flag",
        sql: r#"create table t (key text primary key check (key ~ '^[a-z][a-z0-9_.]*$' and length(key) <= 64), rollout smallint not null default 0 check (rollout between 0 and 100), rules jsonb not null default '[]'::jsonb check (jsonb_typeof(rules) = 'array'), enabled boolean not null default false, check (enabled or rollout = 0))"#,
        says: "",
    },
    Snippet {
        name: "webhook",
        sql: r#"create table t (url text not null check (url ~ '^https://[^[:space:]]+$' and length(url) < 2048), secret text not null check (secret ~ '^whsec_[A-Za-z0-9+/=]{24,}$'), events text[] not null check (array_length(events, 1) between 1 and 50 and array_position(events, null) is null), timeout interval not null default '10 s' check (timeout between '1 s' and '60 s'))"#,
        says: "",
    },
    Snippet {
        name: "job queue",
        sql: r#"create table t (id bigint generated always as identity primary key, state text not null check (state in ('queued','running','done','failed')), attempts int not null default 0 check (attempts >= 0), max_attempts int not null check (max_attempts between 1 and 25), check (attempts <= max_attempts), locked_by text, locked_at timestamptz, check ((locked_by is null) = (locked_at is null)), check (state <> 'running' or locked_by is not null), run_at timestamptz not null default now(), payload jsonb not null check (octet_length(payload::text) < 65536))"#,
        says: "",
    },
    Snippet {
        name: "file",
        sql: r#"create table t (sha256 char(64) not null check (sha256 ~ '^[a-f0-9]{64}$'), size bigint not null check (size > 0 and size <= 5368709120), mime text not null check (mime ~ '^[a-z]+/[a-z0-9.+-]+$'), path text not null check (path like '/%' and path not like '%..%' and path not like '%//%'), name text not null check (name !~ '[/\x00-\x1f]'))"#,
        says: "",
    },
    Snippet {
        name: "money pair",
        sql: r#"create domain currency_code as char(3) check (value ~ '^[A-Z]{3}$'); create domain positive_amount as numeric(19,4) constraint positive check (value > 0); create table t (amount positive_amount not null, currency currency_code not null, fx_rate numeric(18,8) not null check (fx_rate > 0 and fx_rate < 1000), credit positive_amount, debit positive_amount, check ((credit is null) <> (debit is null)))"#,
        says: "",
    },
    Snippet {
        name: "booking",
        sql: r#"create table t (id uuid primary key, room_id uuid not null, starts_at timestamptz not null, ends_at timestamptz not null, during tstzrange generated always as (tstzrange(starts_at, ends_at, '[)')) stored, check (ends_at > starts_at), check (extract(minute from starts_at) >= 0), exclude using gist (during with &&))"#,
        says: "",
    },
    Snippet {
        name: "quota",
        sql: r#"create table t (used bigint not null default 0, reserved bigint not null default 0, quota bigint not null, check (used >= 0), check (reserved >= 0), check (used + reserved <= quota), window_start timestamptz not null check (window_start = date_trunc('hour', window_start)))"#,
        says: "",
    },
    Snippet {
        name: "month",
        sql: r#"create table t (month date not null check (extract(day from month) = 1), year int not null check (year >= 2000 and year <= 2100), quarter int not null check (quarter in (1,2,3,4)), week text not null check (week ~ '^[0-9]{4}-W[0-5][0-9]$'))"#,
        says: "",
    },
    Snippet {
        name: "settings",
        sql: r#"create table t (settings jsonb not null check (settings ?& array['theme','locale'] and settings ->> 'theme' in ('dark','light')), limits jsonb not null check ((limits ->> 'seats')::int >= 1), meta json not null default '{}')"#,
        says: "",
    },
    Snippet {
        name: "contact",
        sql: r#"create table t (email citext not null unique check (email ~ '^[a-zA-Z0-9.!#$%&''*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$'), phone text check (phone ~ '^\+[1-9]\d{1,14}$'), handle text not null check (handle = lower(handle) and handle ~ '^@[a-z_]{3,15}$'), check (email is not null or phone is not null))"#,
        says: "",
    },
    Snippet {
        name: "tree",
        sql: r#"create table t (id int primary key, path ltree not null unique, level int not null check (level = nlevel(path)), lft int not null, rgt int not null, check (lft < rgt))"#,
        says: "",
    },
    Snippet {
        name: "survey",
        sql: r#"create table t (score numeric(3,1) not null check (score >= 0 and score <= 10 and score * 2 = floor(score * 2)), stars int not null check (stars = any ('{1,2,3,4,5}'::int[])), answers int[] not null check (0 <= all (answers) and array_length(answers, 1) = 3), weight real not null check (weight > 0 and weight < 1))"#,
        says: "",
    },
    Snippet {
        name: "version",
        sql: r#"create table t (version text not null unique check (version ~ '^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$'), channel text not null check (channel in ('stable','beta') or channel like 'pr-%'), checksum text not null check (length(checksum) in (32, 40, 64)), parts int[] not null check (cardinality(parts) = 3))"#,
        says: "",
    },
    Snippet {
        name: "audit",
        sql: r#"create table t (id uuid default gen_random_uuid(), at timestamptz not null default clock_timestamp(), actor_type text not null, actor_id text, action text not null check (action ~ '^[a-z]+(\.[a-z_]+)+$'), before jsonb, after jsonb, check (before is not null or after is not null), check (actor_type in ('user','key','system')), check ((actor_type = 'system') = (actor_id is null)), ip inet check (family(ip) in (4,6)), primary key (at, id))"#,
        says: "",
    },
    Snippet {
        name: "nulls not distinct",
        sql: r#"create table t (org uuid not null, external_id text, email text, unique nulls not distinct (external_id), unique (org, email))"#,
        says: "",
    },
    Snippet {
        name: "partial unique",
        sql: r#"create table t (id int primary key, org int not null, is_default bool not null default false, name text not null); create unique index on t (org) where is_default; create unique index on t (org, lower(name)); create unique index on t (org, (name || '')) include (is_default)"#,
        says: "",
    },
    Snippet {
        name: "hstore checks",
        sql: r#"create table t (attrs hstore not null check (attrs ? 'color' and length(attrs -> 'color') > 0), tags text not null check (tags ~ '^([a-z]+,)*[a-z]+$'))"#,
        says: "",
    },
    Snippet {
        name: "bit flags",
        sql: r#"create table t (flags bit(8) not null check (get_bit(flags, 0) = 1), mask int not null check (mask & 3 = 3), perms int not null check (perms between 0 and 511 and (perms & ~511) = 0))"#,
        says: "",
    },
    Snippet {
        name: "shape",
        sql: r#"create table t (area polygon not null check (npoints(area) >= 3), position point not null check (position[0] between -180 and 180 and position[1] between -90 and 90), reach circle not null check (radius(reach) < 100))"#,
        says: "",
    },
    Snippet {
        name: "schedule",
        sql: r#"create table t (opens time not null, closes time not null, weekday int not null check (weekday between 0 and 6), tz text not null default 'UTC', check (closes > opens), check (opens >= '06:00' and closes <= '22:00'), every interval not null check (every in ('1 day', '1 week', '1 month')))"#,
        says: "",
    },
    Snippet {
        name: "case",
        sql: r#"create table t (kind text not null, amount int, percent numeric(5,2), check (case kind when 'fixed' then amount is not null and percent is null when 'percent' then percent is not null and percent between 0 and 100 else false end))"#,
        says: "",
    },
    Snippet {
        name: "coalesced",
        sql: r#"create table t (a text, b text, c text, check (coalesce(a, b, c) is not null), check (a is null or b is null), check (length(coalesce(a, '') || coalesce(b, '')) < 40))"#,
        says: "",
    },
    Snippet {
        name: "row comparison",
        sql: r#"create table t (a int not null, b int not null, c date not null, d date not null, check ((a, c) < (b, d)), check (a > 0), check (greatest(a, b) < 100), check (d - c between 1 and 30))"#,
        says: "",
    },
    Snippet {
        name: "unicode",
        sql: r#"create table t ("größe" int not null check ("größe" between 1 and 9), "名前" text not null check ("名前" in ('あ', 'い')), emoji text not null check (emoji ~ '^[😀-😎]$'))"#,
        says: "",
    },
    Snippet {
        name: "schema and type in another schema",
        sql: r#"create schema app; create type app."Kind" as enum ('A', 'b c'); create domain app."E mail" as text check (value like '%@%'); create table t (k app."Kind" not null, m app."E mail" not null, ks app."Kind"[] not null)"#,
        says: "",
    },
    Snippet {
        name: "monthly leaf of text",
        sql: r#"create table r (org uuid not null, month text not null check (month ~ '^\d{4}-\d{2}$'), id uuid not null, primary key (org, month, id)) partition by range (month); create table t partition of r for values from ('2024-01') to ('2024-04')"#,
        says: "",
    },
    Snippet {
        name: "tenant list then hash leaf",
        sql: r#"create table r (org uuid not null, id bigint not null, kind text not null, primary key (org, id)) partition by list (org); create table r_1 partition of r for values in ('11111111-1111-4111-8111-111111111111') partition by hash (id); create table t partition of r_1 for values with (modulus 4, remainder 1)"#,
        says: "",
    },
    Snippet {
        name: "open leaf",
        sql: r#"create table r (at timestamp not null, n int not null) partition by range (at); create table t partition of r for values from (minvalue) to ('2000-01-01')"#,
        says: "",
    },
    Snippet {
        name: "upper open leaf",
        sql: r#"create table r (at timestamptz not null, n int not null) partition by range (at); create table t partition of r for values from ('2090-01-01 05:30:00+05:30') to (maxvalue)"#,
        says: "",
    },
    Snippet {
        name: "hash leaf of two keys",
        sql: r#"create table r (org uuid not null, id text not null, n int, primary key (org, id)) partition by hash (org, id); create table t partition of r for values with (modulus 32, remainder 31)"#,
        says: "",
    },
    Snippet {
        name: "oid and large",
        sql: r#"create table t (lo oid not null check (lo > 0), big numeric(40,0) not null check (big > 1000000000000000000000), tiny numeric(4,4) not null check (tiny > 0), neg int not null check (neg between -50 and -10), real_ real not null check (real_ = 1.5), sci float8 not null check (sci > 1e10))"#,
        says: "",
    },
    Snippet {
        name: "check over casts",
        sql: r#"create table t (ip text not null check (ip::inet is not null), d text not null check (to_date(d, 'YYYY-MM-DD') > '2000-01-01'), u text not null check (u::uuid is not null), j text not null check (j::jsonb ? 'mark' or j::jsonb = '{}'), n text not null check (n ~ '^[0-9]+$' and n::bigint > 1000))"#,
        says: "",
    },
    Snippet {
        name: "encoded",
        sql: r#"create table t (b64 text not null check (decode(b64, 'base64') is not null and b64 <> ''), hex text not null check (length(decode(hex, 'hex')) = 16), ulid text not null check (ulid ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'), nano text not null check (nano ~ '^[A-Za-z0-9_-]{21}$'), jwt text not null check (jwt ~ '^[\w-]+\.[\w-]+\.[\w-]+$'))"#,
        says: "",
    },
    Snippet {
        name: "workspace",
        sql: r#"create table t (id uuid primary key default gen_random_uuid(), name text not null check (char_length(trim(both from name)) between 1 and 80), subdomain text not null unique check (subdomain ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' and char_length(subdomain) between 3 and 63 and subdomain not in ('www','api','admin')), plan text not null default 'free', billing_email text check (billing_email ~* '^.+@.+\..+$'), deleted_at timestamptz, check (plan = 'free' or billing_email is not null))"#,
        says: "",
    },
    Snippet {
        name: "message",
        sql: r#"create table t (id uuid primary key, thread_id uuid not null, direction text not null check (direction in ('in','out')), channel text not null check (channel = any (array['email','sms']::text[])), sender text not null, subject text, body text not null, check (channel <> 'sms' or (subject is null and char_length(body) <= 160)), check (channel <> 'email' or subject is not null), sent_at timestamptz, delivered_at timestamptz, failed_at timestamptz, check (not (delivered_at is not null and failed_at is not null)), check (delivered_at is null or sent_at is not null and delivered_at >= sent_at))"#,
        says: "",
    },
    Snippet {
        name: "ledger entry",
        sql: r#"create table t (id bigint generated by default as identity primary key, account_id bigint not null, amount numeric(20,6) not null check (amount <> 0), kind text not null, check ((kind = 'credit' and amount > 0) or (kind = 'debit' and amount < 0)), balance_after numeric(20,6) not null check (balance_after >= 0), posted_on date not null check (posted_on <= current_date), reference text unique check (reference ~ '^[A-Z]{3}[0-9]{8,12}$'))"#,
        says: "",
    },
    Snippet {
        name: "product",
        sql: r#"create table t (sku text not null unique check (sku ~ '^[A-Z0-9]{3,}-[A-Z0-9]{2,}(-[A-Z0-9]+)*$'), ean char(13) check (ean ~ '^\d{13}$'), price numeric(10,2) not null check (price >= 0.01), sale_price numeric(10,2), check (sale_price is null or sale_price < price), weight_grams int check (weight_grams > 0), dimensions numeric(8,2)[] check (array_length(dimensions, 1) = 3 and 0 < all (dimensions)), stock int not null default 0 check (stock >= reserved), reserved int not null default 0 check (reserved >= 0))"#,
        says: "",
    },
    Snippet {
        name: "employee",
        sql: r#"create table t (id int primary key, ssn text unique check (ssn ~ '^\d{3}-\d{2}-\d{4}$'), hired date not null, left_on date, salary numeric(9,2) not null check (salary between 10000 and 500000), check (left_on > hired), manager_id int check (manager_id <> id), employment text not null check (employment in ('full','part','contract')), hours numeric(4,1) not null check (hours > 0 and hours <= 60), check (employment <> 'full' or hours >= 35))"#,
        says: "",
    },
    Snippet {
        name: "coupon",
        sql: r#"create table t (code text primary key check (code = upper(code) and code ~ '^[A-Z0-9]{4,20}$'), percent_off int check (percent_off between 1 and 100), amount_off int check (amount_off > 0), currency text check (currency ~ '^[a-z]{3}$'), check ((percent_off is null) <> (amount_off is null)), check ((amount_off is null) = (currency is null)), max_redemptions int, redeemed int not null default 0, check (max_redemptions is null or redeemed <= max_redemptions), starts timestamptz not null default now(), ends timestamptz, check (ends > starts))"#,
        says: "",
    },
    Snippet {
        name: "integration",
        sql: r#"create type provider as enum ('slack','github'); create table t (id uuid primary key, provider provider not null, external_id text not null, config jsonb not null, check (provider <> 'slack' or config ? 'channel'), check (provider <> 'github' or (config ? 'repo' and config ? 'owner')), token_encrypted bytea check (octet_length(token_encrypted) > 28), scopes text[] not null default array[]::text[], unique (provider, external_id))"#,
        says: "",
    },
    Snippet {
        name: "device",
        sql: r#"create table t (mac macaddr not null unique check (mac <> '00:00:00:00:00:00'), ip inet not null check (masklen(ip) = 32 and not ip <<= '127.0.0.0/8'), serial varchar(12) not null unique check (serial similar to '[A-Z]{2}[0-9]{8}([A-Z]|[0-9]){2}'), firmware text not null check (firmware ~ '^\d+(\.\d+){1,3}$'), battery real check (battery >= 0 and battery <= 1), seen_at timestamptz not null check (seen_at <= now() + interval '5 minutes'))"#,
        says: "",
    },
    Snippet {
        name: "event",
        sql: r#"create table t (id uuid not null, tenant text not null check (tenant ~ '^t_[a-z0-9]{12}$'), name text not null check (name ~ '^[a-z]+(?:_[a-z]+)*$'), properties jsonb not null default '{}' check (pg_column_size(properties) < 8192), ts timestamptz not null, ts_day date generated always as ((ts at time zone 'UTC')::date) stored, primary key (id, ts))"#,
        says: "",
    },
    Snippet {
        name: "calendar entry",
        sql: r#"create table t (title text not null, all_day boolean not null, starts_on date, starts_at timestamptz, duration interval, check (all_day = (starts_on is not null)), check (all_day <> (starts_at is not null)), check (all_day or duration > interval '0'), rrule text check (rrule like 'FREQ=%'), color char(7) not null default '#000000' check (color ~ '^#[0-9a-f]{6}$'), reminder_minutes int[] check (reminder_minutes <@ array[5,10,15,30,60]))"#,
        says: "",
    },
    Snippet {
        name: "permission",
        sql: r#"create table t (subject_type text not null, user_id uuid, group_id uuid, api_key_id uuid, resource text not null check (resource ~ '^(project|folder):(\*|[0-9a-f-]{36})$'), actions text[] not null check (actions <> '{}' and actions <@ '{read,write,delete,*}'::text[]), check (case subject_type when 'user' then user_id is not null when 'group' then group_id is not null when 'key' then api_key_id is not null else false end), check (num_nonnulls(user_id, group_id, api_key_id) = 1))"#,
        says: "",
    },
    Snippet {
        name: "measurement",
        sql: r#"create table t (sensor int not null, at timestamptz not null, value double precision not null check (value = value and value <> 'Infinity'), unit text not null check (unit in ('°C', 'µg/m³', '%')), quality "char" not null check (quality in ('g','b')), primary key (sensor, at)) partition by range (at); create table t_2024 partition of t for values from ('2024-01-01') to ('2025-01-01'); create index on t (at)"#,
        says: "",
    },
    Snippet {
        name: "translation",
        sql: r#"create table t (key text not null check (key ~ '^[a-z0-9_]+(\.[a-z0-9_]+)*$'), locale text not null check (locale ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$'), value text not null, plural text[] check (cardinality(plural) between 2 and 6), fallback text check (fallback <> locale), primary key (key, locale))"#,
        says: "",
    },
    Snippet {
        name: "geo fence",
        sql: r#"create table t (name name not null, center point not null, radius_m int not null check (radius_m between 10 and 50000), bounds box not null, check (bounds @> center), zoom smallint check (zoom >= 0 and zoom < 23), ring path check (isclosed(ring)))"#,
        says: "",
    },
    Snippet {
        name: "vote",
        sql: r#"create table t (poll_id bigint not null, voter_id bigint not null, choice smallint not null, weight smallint not null default 1 check (weight in (1,2,3)), value smallint not null check (value = any (array[-1,1])), primary key (poll_id, voter_id), check (choice >= 1 and choice <= 8))"#,
        says: "",
    },
    Snippet {
        name: "document version",
        sql: r#"create table t (document_id uuid not null, version int not null check (version >= 1), previous int, check (previous = version - 1 or version = 1 and previous is null), state text not null default 'draft', published_by uuid, published_at timestamptz, check ((published_by is null) = (published_at is null)), check ((state = 'published') = (published_at is not null)), checksum text not null check (checksum ~ '^(sha256|md5):[0-9a-f]+$'), content xml, primary key (document_id, version))"#,
        says: "",
    },
    Snippet {
        name: "rate",
        sql: r#"create table t (from_currency char(3) not null, to_currency char(3) not null, check (from_currency <> to_currency), rate numeric(18,9) not null check (rate > 0), valid daterange not null check (lower(valid) is not null), primary key (from_currency, to_currency, valid), exclude using gist (from_currency with =, to_currency with =, valid with &&))"#,
        says: "",
    },
    Snippet {
        name: "card",
        sql: r#"create domain pan4 as text check (value ~ '^[0-9]{4}$'); create domain exp_month as smallint check (value between 1 and 12); create domain exp_year as smallint check (value between 2020 and 2099); create table t (last4 pan4 not null, month exp_month not null, year exp_year not null, brand text not null check (brand in ('visa','amex')), check (brand <> 'amex' or last4 <> '0000'), bin varchar(8) not null check (bin ~ '^[3-6]\d{5,7}$'))"#,
        says: "",
    },
    Snippet {
        name: "composite of domains",
        sql: r#"create domain nonempty as text not null check (value <> ''); create domain zip as char(5) check (value ~ '^\d{5}$'); create type place as (street nonempty, zip zip, at timestamptz); create table t (home place not null check ((home).zip is not null and (home).street is not null), work place)"#,
        says: "",
    },
    Snippet {
        name: "two level domains of arrays",
        sql: r#"create domain tag as text check (value ~ '^[a-z]+$'); create domain tags as tag[] check (cardinality(value) between 1 and 5); create table t (tags tags not null, more tags)"#,
        says: "",
    },
    Snippet {
        name: "mixed case",
        sql: r#"create table t ("Id" text primary key, "orgId" text not null, "Kind" text not null check ("Kind" in ('A','B')), "validFrom" timestamp(3) not null, "validTo" timestamp(3), check ("validTo" > "validFrom"), "amount" integer generated always as (case when "Kind" = 'A' then 1 else 2 end) stored check ("amount" = 2))"#,
        says: "",
    },
    Snippet {
        name: "check by trigger style function",
        sql: r#"create function only_known_zone(zone text) returns boolean language sql stable as $$ select zone in ('UTC', 'Europe/Paris') $$; create table t (zone text not null check (only_known_zone(zone)), n numeric not null check (scale(n) <= 2 and n >= 0))"#,
        says: "",
    },
    Snippet {
        name: "token",
        sql: r#"create table t (id text primary key check (id like 'tok\_%' and length(id) between 20 and 40), kind smallint not null check (kind in (1,2)), user_id int, client_id int, check (kind <> 1 or user_id is not null), check (kind <> 2 or client_id is not null), issued_at bigint not null check (issued_at > 1500000000 and issued_at < 4102444800), ttl int not null check (ttl > 0 and ttl <= 86400 and ttl % 60 = 0))"#,
        says: "",
    },
    Snippet {
        name: "percentages that add up",
        sql: r#"create table t (a numeric(5,2) not null, b numeric(5,2) not null, c numeric(5,2) not null, check (a + b + c = 100), check (a >= 0 and b >= 0 and c >= 0))"#,
        says: "",
    },
    Snippet {
        name: "leaf by tenant",
        sql: r#"create table r (organization_id uuid not null, id uuid not null, body text, primary key (organization_id, id)) partition by hash (organization_id); create table t partition of r for values with (modulus 64, remainder 63)"#,
        says: "",
    },
    Snippet {
        name: "leaf of a year and own check",
        sql: r#"create table r (at timestamptz not null, kind text not null) partition by range (at); create table t (at timestamptz not null, kind text not null, constraint y check (kind in ('x','y'))); alter table r attach partition t for values from ('2023-01-01') to ('2024-01-01')"#,
        says: "",
    },
    Snippet {
        name: "many leaves",
        sql: r#"create table t (at date not null, id int) partition by range (at); do $$ begin for m in 1..12 loop execute format('create table t_%s partition of t for values from (%L) to (%L)', m, make_date(2022, m, 1), (make_date(2022, m, 1) + interval '1 month')::date); end loop; end $$"#,
        says: "",
    },
    Snippet {
        name: "list leaf of an enum",
        sql: r#"create type tier as enum ('free','paid'); create table r (tier tier not null, id int not null) partition by list (tier); create table t partition of r for values in ('paid')"#,
        says: "",
    },
    Snippet {
        name: "list leaf of a boolean",
        sql: r#"create table r (archived bool not null, id int not null) partition by list (archived); create table t partition of r for values in (true)"#,
        says: "",
    },
    Snippet {
        name: "range leaf by expression",
        sql: r#"create table r (at timestamp not null, id int) partition by range (date_trunc('day', at)); create table t partition of r for values from ('2024-03-01') to ('2024-03-08')"#,
        says: "",
    },
];

/// Tables that get none, and what is said of them.
pub(super) const UNFILLABLE: &[Snippet] = &[
    Snippet {
        name: "a contradiction",
        sql: r#"create table t (a int not null constraint never check (a < 1 and a > 2))"#,
        says: "never",
    },
    Snippet {
        name: "a false check",
        sql: r#"create table t (a int not null, constraint closed check (false))"#,
        says: "closed: the values that are given break it",
    },
    Snippet {
        name: "a whole row",
        sql: r#"create table t (a int not null); alter table t add constraint whole check (t is not null)"#,
        says: "whole: it looks at the whole row",
    },
    Snippet {
        name: "a system column",
        sql: r#"create table t (a int not null, constraint placed check (tableoid <> 0))"#,
        says: "placed: it looks at the whole row or at a system column",
    },
    Snippet {
        name: "a hash of a secret",
        sql: r#"create table t (a text not null constraint secret check (md5(a) = 'd41d8cd98f00b204e9800998ecf8427f0'))"#,
        says: "secret",
    },
    Snippet {
        name: "a checksum",
        sql: r#"create table t (a text not null constraint luhn check (a ~ '^[0-9]{16}$' and a::numeric % 999983 = 7))"#,
        says: "luhn: none of",
    },
    Snippet {
        name: "a back reference",
        sql: r#"create table t (a text not null constraint twice check (a ~ '^([b-f]{3})x\1$'))"#,
        says: "twice: none of",
    },
    Snippet {
        name: "a function that refuses all",
        sql: r#"create function no(text) returns boolean language plpgsql immutable as $$ begin raise exception 'no'; end $$; create table t (a text not null constraint refused check (no(a)))"#,
        says: "refused: none of",
    },
    Snippet {
        name: "a domain nobody meets",
        sql: r#"create domain odd as text check (md5(value) = 'x'); create table t (a odd not null)"#,
        says: "a: none of",
    },
    Snippet {
        name: "no partition",
        sql: r#"create table t (a int not null) partition by range (a)"#,
        says: "the partition bound",
    },
    Snippet {
        name: "an empty enum",
        sql: r#"create type nothing as enum (); create table t (a nothing not null)"#,
        says: "a: none of 0 texts is a value of the type nothing",
    },
    Snippet {
        name: "three numbers that multiply",
        sql: r#"create table t (a int not null, b int not null, c int not null, constraint product check (a * b = c and a > 1000 and b > 1000 and a <> b and c % 7919 = 13))"#,
        says: "product",
    },
    Snippet {
        name: "no PL/pgSQL to try with",
        sql: r#"drop extension plpgsql; create domain short as text check (length(value) < 9); create table t (a short not null)"#,
        says: "a: language \"plpgsql\" does not exist",
    },
];
