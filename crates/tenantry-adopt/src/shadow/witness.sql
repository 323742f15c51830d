-- The recorder of shadow mode. A policy of the old logins calls witness() when a statement touches a row that the guard would
-- hide from it. It runs inside the application's own statement, so it must never fail, wait or write where nothing may be written.
create table if not exists tenantry_adopt.denials (
    digest      bigint not null,
    relation    text not null,
    statement   text not null,
    login       text not null,
    application text not null,
    first_at    timestamptz not null,
    last_at     timestamptz not null
);
-- Not unique, neither of them: a unique index makes one writer wait for another's commit. Readers drop what is there twice.
create index if not exists denials_digest_idx on tenantry_adopt.denials (digest);
create index if not exists denials_relation_idx on tenantry_adopt.denials (relation, digest);
revoke all on tenantry_adopt.denials from public;

-- A statement without its values and comments. Whatever cannot be told from a value is taken for one: everything behind a dollar
-- quote, and behind a comment inside of a comment.
create or replace function tenantry_adopt.masked(query text) returns text
    language plpgsql stable set search_path = pg_catalog, pg_temp as $masked$
declare
    plain text := case when current_setting('standard_conforming_strings') = 'on'
                       then $$(?:(')[^']*(?:'|$))+$$
                       else $$(')(?:[^'\\]|\\.|'')*(?:'|$)$$ end;
    answer text;
begin
    -- In one pass, because a quote in a comment and a comment in a quote are neither. What is captured stays: names in
    -- quotes whole, of a string one quote. The blank keeps what a comment stands between apart.
    answer := regexp_replace(regexp_replace(query, $$/\*|--$$, $$ \&$$, 'g'), $$("[^"]*(?:"|$))$$
        || $$|--[^\n]*$$
        || $$|/\*(?:[^*/]|\*(?!/)|/(?!\*))*(?:\*/|/\*.*|\*?$)$$
        || $$|(?<!\w)[eE](')(?:[^'\\]|\\.|'')*(?:'|$)$$
        || '|' || plain
        || $$|(?<!\w)(\$)(?:[[:alpha:]_]\w*)?\$.*$$, '\1\2\3\4', 'g');
    answer := regexp_replace(answer, $$'|(?<!\w)\$\d*|(?<!\w)\.?\d[\w.]*(?:[eE][+-]\d+)?$$, '?', 'g');
    answer := regexp_replace(answer, $$\?(?:\s*,\s*\?)+$$, '?', 'g');
    answer := regexp_replace(answer, $$\(\s*\?\s*\)(?:\s*,\s*\(\s*\?\s*\))+$$, '(?)', 'g');
    return btrim(regexp_replace(answer, $$\s+$$, ' ', 'g'), ' ;');
end $masked$;

-- Writes a denial down, or that it was seen again, at most once a minute for each text. The lock timeout is for a schema that is
-- being dropped, and for a file that is being extended.
create or replace function tenantry_adopt.record(relation text, query text) returns void
    language plpgsql volatile set search_path = pg_catalog, pg_temp set lock_timeout = '10ms' as $record$
declare
    text_only   text := left(tenantry_adopt.masked(query), 2000);
    caller      text := current_setting('application_name');
    key         bigint := hashtextextended(concat_ws(chr(10), $1, session_user, caller, text_only), 0);
    moment      timestamptz := clock_timestamp();
    known_first timestamptz;
    known_last  timestamptz;
begin
    -- Reading in a serializable transaction would let it collide with every other one that records. So nothing is read
    -- there, and what is there twice is dropped later.
    if current_setting('transaction_isolation') <> 'serializable' then
        select min(d.first_at), max(d.last_at) into known_first, known_last from tenantry_adopt.denials d where d.digest = key;
        if known_last > moment - interval '1 minute' then
            return;
        elsif known_first is null and (select count(distinct d.digest) from tenantry_adopt.denials d where d.relation = $1) >= 500 then
            return;
        end if;
        delete from tenantry_adopt.denials
         where ctid = any (array(select d.ctid from tenantry_adopt.denials d where d.digest = key for update skip locked));
    end if;
    if pg_relation_size('tenantry_adopt.denials') > 64 * 1024 * 1024 then
        return;
    end if;
    insert into tenantry_adopt.denials (digest, relation, statement, login, application, first_at, last_at)
    values (key, $1, text_only, session_user, caller, coalesce(known_first, moment), moment);
end $record$;

-- Always true. Belongs to the administrator, so that the application needs no right on the table. Parallel unsafe on purpose: a
-- parallel plan would ask before it knows whether any row is hidden, at a time when nothing can be written.
-- What a session has recorded in this minute it remembers in a setting of its own, so that a busy application pays for
-- reading the table once a minute.
create or replace function tenantry_adopt.witness(relation text) returns boolean
    language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $witness$
declare
    query  text;
    minute text;
    seen   text;
    mark   text;
    stack  text;
begin
    if current_setting('transaction_read_only') = 'on' then
        return true;
    end if;
    query := left(current_query(), 4000);
    minute := floor(extract(epoch from clock_timestamp()) / 60)::text;
    mark := ',' || hashtextextended(concat_ws(chr(10), relation, session_user, current_setting('application_name'), query), 0) || ',';
    seen := current_setting('tenantry_adopt.seen', true);
    if starts_with(seen, minute || ',') and strpos(seen, mark) > 0 then
        return true;
    end if;
    -- Below a parallel plan not even the block below could be entered. This statement has none of its own; but a function that
    -- it calls may be declared safe for one, and then the statement around it may have one. Such a function is not recorded.
    get diagnostics stack = pg_context;
    if strpos(stack, chr(10)) > 0 and current_setting('max_parallel_workers_per_gather') <> '0' and exists (
           select from pg_proc p join pg_language l on l.oid = p.prolang
            where p.proparallel <> 'u' and p.pronamespace <> 'pg_catalog'::regnamespace and l.lanname not in ('internal', 'c')
              and (strpos(stack, '"' || p.proname || '"') > 0 or strpos(translate(stack, '.', ' '), ' ' || p.proname || '(') > 0)) then
        return true;
    end if;
    begin
        perform tenantry_adopt.record(relation, query);
        if starts_with(seen, minute || ',') and length(seen) < 4000 then
            perform set_config('tenantry_adopt.seen', seen || mark, false);
        else
            perform set_config('tenantry_adopt.seen', minute || mark, false);
        end if;
    exception when others then
        null; -- The application's statement matters more than our knowledge of it.
    end;
    return true;
end $witness$;

revoke execute on function tenantry_adopt.masked(text), tenantry_adopt.record(text, text) from public;
-- The guards let the old logins execute it, and nobody else; they have no business in the schema.
revoke execute on function tenantry_adopt.witness(text) from public;
