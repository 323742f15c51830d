//! Functions, and what calls them by itself: triggers, defaults, checks, policies. Rows 6, 25, 47, 50, 54.

use super::mutant::Mutant;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::setting(
        6,
        "a function that answers everything",
        "atrium.list_rooms",
        &["TN0731", "call"],
        "create function atrium.list_rooms() returns setof atrium.rooms language sql stable security definer set search_path = pg_catalog, pg_temp as 'select * from atrium.rooms'",
    ),
    Mutant::setting(
        6,
        "a function that believes its argument",
        "atrium.count_members",
        &["TN0731", "TN0733", "call"],
        "create function atrium.count_members(organization uuid) returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp as 'select count(*) from atrium.members where organization_id = $1'",
    ),
    Mutant::setting(
        6,
        "a function that looks somebody up",
        "atrium.find_member",
        &["TN0731", "TN0733", "call"],
        "create function atrium.find_member(email text) returns table (organization_id uuid, id uuid) language sql stable security definer set search_path = pg_catalog, pg_temp as 'select m.organization_id, m.id from atrium.members m where m.email = $1'",
    ),
    Mutant::setting(
        6,
        "a procedure that writes where it is told",
        "atrium.announce",
        &["TN0731", "TN0733", "call"],
        "create procedure atrium.announce(organization_id uuid, what text) language sql security definer set search_path = pg_catalog, pg_temp \
         as 'insert into atrium.imports (organization_id, line, text) values ($1, 99, $2)'",
    ),
    Mutant::setting(
        6,
        "a function that runs what it is given",
        "atrium.report",
        &["TN0731"],
        "create function atrium.report(query text) returns setof jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp \
         as 'begin return query execute format(''select to_jsonb(q) from (%s) q'', query); end'",
    ),
    Mutant::sealed(
        6,
        "a function past the seal",
        "app.any_task",
        &["TN0731", "TN0733", "call"],
        "create function app.any_task(task uuid) returns text language sql stable security definer set search_path = pg_catalog, pg_temp as 'select title from app.tasks where id = $1'",
    ),
    Mutant::sealed(
        6,
        "a function of the owner of an unforced table",
        "app.task_titles",
        &["TN0731", "TN0704", "call"],
        "alter table app.tasks no force row level security; \
         create function app.task_titles() returns setof text language sql stable security definer set search_path = pg_catalog, pg_temp as 'select title from app.tasks'; \
         alter function app.task_titles() owner to tenantry_owner",
    ),
    Mutant::setting(
        25,
        "a function that is said not to leak",
        "atrium.looks_like",
        &["TN0734"],
        "create function atrium.looks_like(text, text) returns boolean language plpgsql immutable cost 0.0001 leakproof as 'begin raise notice ''%'', $1; return true; end'",
    ),
    Mutant::setting(
        47,
        "the caller's names in a definer function",
        "atrium.rename_site",
        &["TN0732"],
        "alter function atrium.rename_site(bigint, text) reset search_path",
    ),
    Mutant::setting(
        47,
        "temporary names first in a definer function",
        "atrium.rename_site",
        &["TN0732"],
        "alter function atrium.rename_site(bigint, text) set search_path = public, atrium; grant create on schema public to {app}",
    ),
    Mutant::setting(
        50,
        "a trigger that logs where everybody reads",
        "atrium.log",
        &["TN0735", "TN0703", "TN0705"],
        "create table atrium.log (at timestamptz not null default now(), what text not null); grant select on atrium.log to {app}; \
         create function atrium.write_log() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp \
         as 'begin insert into atrium.log (what) values (to_jsonb(new)::text); return new; end'; \
         create trigger logged after insert on atrium.members for each row execute function atrium.write_log()",
    ),
    Mutant::setting(
        54,
        "a default that asks an administrator's function",
        "atrium.imports",
        &["TN0736"],
        "create function atrium.last_line() returns integer language sql stable security definer set search_path = pg_catalog, pg_temp as 'select max(line) + 1 from atrium.imports'; \
         revoke execute on function atrium.last_line() from public; grant execute on function atrium.last_line() to {app}; \
         alter table atrium.imports alter column line set default atrium.last_line()",
    ),
    Mutant::setting(
        54,
        "a check that asks an administrator's function",
        "atrium.imports",
        &["TN0736"],
        "create function atrium.is_known(text) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as 'select not exists (select from atrium.members where email = $1)'; \
         alter table atrium.imports add constraint imports_text_unknown check (atrium.is_known(text))",
    ),
    Mutant::setting(
        54,
        "a policy that asks an administrator's function",
        "atrium.teams",
        &["TN0736", "TN0731", "scan"],
        "create function atrium.is_mine(uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as 'select exists (select from atrium.members where organization_id = $1)'; \
         alter policy guard on atrium.teams using (atrium.is_mine(organization_id))",
    ),
];
