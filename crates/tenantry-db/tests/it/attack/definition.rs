//! Making or changing things in the database: the login of the request path makes nothing and owns nothing.

use crate::arena::{Arena, TABLES};

const MADE: [&str; 27] = [
    "create table public.mine (x int)",
    "create table tenantry.mine (x int)",
    "create table public.mine as select 1",
    "select 1 as x into public.mine",
    "create unlogged table public.mine (x int)",
    "create table public.mine (like public.notes)",
    "create table public.child () inherits (public.notes)",
    "create temp table notes (x int)",
    "create temp view notes as select 1",
    "create temp sequence mine",
    "select 1 as x into temp mine",
    "create view public.mine as select * from public.notes",
    "create materialized view public.mine as select * from public.notes",
    "create sequence public.mine",
    "create function public.mine() returns int language sql as 'select 1'",
    "create or replace function tenantry.organization() returns uuid language sql as $$select '{organization}'::uuid$$",
    "create procedure public.mine() language plpgsql as 'begin end'",
    "create operator public.= (function = pg_catalog.texteq, leftarg = text, rightarg = text)",
    "create type public.mine as enum ('x')",
    "create domain public.mine as text",
    "create schema mine",
    "create extension if not exists pg_trgm",
    "create collation public.mine from \"C\"",
    "create text search dictionary public.mine (template = simple)",
    "create event trigger mine on ddl_command_end execute function tenantry.touch()",
    "create publication mine for all tables",
    "create role mine",
];

const CHANGED: [&str; 20] = [
    "alter table {table} disable row level security",
    "alter table {table} no force row level security",
    "alter table {table} owner to tenantry_app",
    "alter table {table} alter column organization_id drop not null",
    "alter table {table} add column mine text default current_user",
    "alter table {table} disable trigger all",
    "alter table {table} rename to mine",
    "alter table {table} set schema public",
    "alter policy tenantry_guard on {table} using (true)",
    "drop policy tenantry_guard on {table}",
    "create policy mine on {table} using (true)",
    "create trigger mine before insert on {table} for each row execute function tenantry.touch()",
    "create rule mine as on insert to {table} do also select 1",
    "create index on {table} (organization_id)",
    "create statistics mine on organization_id, ctid from {table}",
    "drop table {table}",
    "grant select on {table} to public",
    "security label on table {table} is 'mine'",
    "comment on table {table} is 'mine'",
    "reindex table {table}",
];

/// RL-1. No object of any kind, in any schema; nothing temporary, which could stand in a real table's way.
#[tokio::test]
async fn the_login_makes_nothing() {
    let arena = Arena::new().await;
    for sql in MADE {
        arena.is_refused(sql).await;
    }
}

/// RL-1. No table, policy, trigger or privilege is changed.
#[tokio::test]
async fn the_login_changes_no_definition() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    for table in TABLES {
        for sql in CHANGED {
            // GRANT without the right to grant is a warning; it is looked at below.
            let sql = sql.replace("{table}", table);
            if !sql.starts_with("grant")
                && !sql.starts_with("security label")
                && !sql.starts_with("create statistics")
            {
                arena.is_refused(&sql).await;
            } else {
                arena.is_not_done(&sql).await;
            }
        }
    }
    for sql in [
        "alter function tenantry.organization() owner to tenantry_app",
        "alter function tenantry.verified_context() reset search_path",
        "drop function tenantry.organization() cascade",
        "drop schema tenantry cascade",
        "alter schema tenantry owner to tenantry_app",
        "alter default privileges for role tenantry_owner grant select on tables to public",
        "alter database postgres set tenantry.context = 'x'",
        "select tenantry.protect('public.notes')",
        "select tenantry_private.guard('public.notes')",
        "reassign owned by tenantry_owner to tenantry_app",
        "drop owned by tenantry_owner",
    ] {
        arena.is_refused(sql).await;
    }
    arena.ends_with(&before).await;
}

impl Arena {
    /// Whatever is answered, the definitions and privileges are as before.
    async fn is_not_done(&self, sql: &str) {
        let catalog = "select (select md5(string_agg(c::text, '' order by oid)) from pg_class c where relnamespace in ('public'::regnamespace, 'tenantry'::regnamespace))
                           || (select count(*) from pg_statistic_ext) || (select count(*) from pg_seclabel)";
        let look = async || -> String { self.admin.query_one(catalog, &[]).await.unwrap().get(0) };
        let before = look().await;
        let seal = self.seal(&self.a.scope);
        self.run(Some(&seal), sql, "commit").await;
        self.count();
        assert_eq!(look().await, before, "{sql}");
    }
}
