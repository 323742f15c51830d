//! What counts as a change of the schema, and what does not.

use tenantry_adopt::schema::{Schema, difference};

use super::Subject;

/// Two organizations' application, small enough to be changed in every way.
const APPLICATION: &str = "
    create table teams (id uuid primary key, name text not null);
    create table users (id uuid primary key, team uuid references teams, email text unique, age int check (age > 0));
    create index users_team on users (team);
    create unique index users_lower on users (lower(email));
    create view everybody as select * from users;
    create function count_users() returns bigint language sql as 'select count(*) from users';
    create function touch() returns trigger language plpgsql as 'begin return new; end';
    create trigger touched before update on users for each row execute function touch();
    create policy own on users using (true);
    create sequence numbers;
    create publication changes for table users;
    insert into teams values (gen_random_uuid(), 'a');";

async fn read(subject: &Subject) -> Schema {
    Schema::read(&subject.admin).await.unwrap()
}

/// RE-3: whoever changes the schema between the plan and its application is noticed, whatever is changed.
#[tokio::test]
async fn each_kind_of_change_is_seen_and_named() {
    let subject = Subject::with(APPLICATION).await;
    let before = read(&subject).await;
    for (change, expected) in [
        ("create table notes ()", "+ table public.notes"),
        ("drop table notes", ""),
        ("alter table users add phone text", "+ column public.users.phone text"),
        ("alter table users alter team set not null", "+ column public.users.team uuid not null"),
        (
            "alter table teams alter name type varchar(9)",
            "- column public.teams.name text not null",
        ),
        (
            "alter table teams alter name set default 'x'",
            "+ column public.teams.name character varying(9) not null default 'x'",
        ),
        (
            "alter table users rename constraint users_email_key to mail",
            "+ constraint public.users.mail",
        ),
        (
            "alter table users drop constraint users_age_check",
            "- constraint public.users.users_age_check",
        ),
        (
            "alter table users drop constraint users_team_fkey",
            "- constraint public.users.users_team_fkey",
        ),
        ("create index on users (age)", "+ index public.users.users_age_idx "),
        ("drop index users_lower", "- index public.users.users_lower"),
        (
            "drop index users_team; create index users_team on users (team, age)",
            "- index public.users.users_team ",
        ),
        (
            "create or replace view everybody as select *, 1 as one from users",
            "- view public.everybody ",
        ),
        (
            "create or replace function count_users() returns bigint language sql as 'select 1::bigint'",
            "+ function public.count_users() ",
        ),
        ("drop trigger touched on users", "- trigger public.users.touched"),
        ("create rule r as on delete to users do nothing", "+ rule public.users.r"),
        ("drop policy own on users", "- policy public.users.own"),
        ("drop sequence numbers", "- sequence public.numbers"),
        (
            "alter publication changes add table teams",
            "+ publication changes for public.teams, public.users",
        ),
    ] {
        let old = read(&subject).await;
        subject.run(change).await;
        let new = read(&subject).await;
        let lines = difference(&old.shape(), &new.shape());
        assert!(lines.iter().any(|line| line.starts_with(expected)), "{change}: {lines:#?}");
        assert_ne!(old.hash(), new.hash(), "{change}");
    }
    assert!(!difference(&before.shape(), &read(&subject).await.shape()).is_empty());
}

#[tokio::test]
async fn what_changes_from_day_to_day_is_no_change() {
    let subject = Subject::with(APPLICATION).await;
    let before = read(&subject).await;
    let counted =
        |schema: &Schema| -> i64 { schema.tables.iter().map(|table| table.statistics.rows).sum() };
    subject
        .run(
            "insert into users select gen_random_uuid(), null, n::text, n from generate_series(1, 50) as n;
             analyze; create role {database}_new login; grant select on users to {database}_new;
             set enable_seqscan = off; select * from users where email = '7'; reset enable_seqscan",
        )
        .await;
    let after = read(&subject).await;
    assert_eq!((counted(&before), counted(&after)), (1, 51));
    assert_ne!(before, after);
    assert_eq!((before.hash(), before.shape()), (after.hash(), after.shape()));
    subject.run("drop owned by {database}_new; drop role {database}_new").await;
}

#[tokio::test]
async fn a_dump_that_is_restored_is_the_same_schema() {
    let one = Subject::with(APPLICATION).await;
    let other = Subject::with(&dumped(&one)).await;
    let (before, after) = (read(&one).await, read(&other).await);
    assert_eq!(before.shape(), after.shape());
    assert_eq!(before.hash(), after.hash());
}

/// What the steps of an adoption do, by hand: the shape holds through all of them.
#[tokio::test]
async fn no_step_of_an_adoption_is_a_change() {
    let subject = Subject::with(APPLICATION).await;
    let before = read(&subject).await.shape();
    for step in [
        "alter table teams add organization_id uuid not null default gen_random_uuid();
         alter table users add organization_id uuid",
        "create schema tenantry_adopt; create function tenantry_adopt.fill() returns trigger language plpgsql
            as 'begin return new; end';
         create trigger tenantry_fill before insert on users for each row execute function tenantry_adopt.fill()",
        "update users set organization_id = gen_random_uuid();
         alter table users add constraint users_filled check (organization_id is not null) not valid",
        "alter table users alter organization_id set not null; alter table users drop constraint users_filled",
        "create unique index concurrently teams_id_key on teams (organization_id, id)",
        "create unique index concurrently users_id_key on users (organization_id, id)",
        "create unique index concurrently users_mail_key on users (organization_id, email)",
        "create unique index concurrently users_made_key on users (organization_id, lower(email))",
        "alter table users add constraint users_team_new foreign key (organization_id, team)
            references teams (organization_id, id) not valid",
        "alter table users drop constraint users_team_fkey;
         alter table users rename constraint users_team_new to users_team_fkey",
        "alter table users enable row level security; alter table users force row level security;
         create policy tenantry_guard on users as restrictive using (true)",
        "alter table teams drop constraint teams_pkey, add constraint teams_pkey primary key using index teams_id_key",
        "alter table users drop constraint users_email_key, add constraint users_email_key unique using index users_mail_key",
        "drop index users_lower; alter index users_made_key rename to users_lower",
        "create role {database}_keeper; alter view everybody set (security_invoker = true);
         alter view everybody owner to {database}_keeper; alter function count_users() owner to {database}_keeper;
         alter function count_users() set search_path = pg_catalog;
         alter table users owner to {database}_keeper",
    ] {
        // Building an index concurrently is refused in a transaction, which several statements at once would be.
        subject.run(step).await;
        let now = read(&subject).await.shape();
        assert_eq!(difference(&before, &now), Vec::<String>::new(), "{step}");
    }
    subject.run("drop table users cascade").await;
    let gone = difference(&before, &read(&subject).await.shape());
    assert!(gone.contains(&"- constraint public.users.users_team_fkey".to_owned()), "{gone:#?}");
    subject.run("drop owned by {database}_keeper cascade; drop role {database}_keeper").await;
}

/// The schema as statements, without who owns it.
fn dumped(subject: &Subject) -> String {
    subject.database.dump(&["--no-owner"])
}
