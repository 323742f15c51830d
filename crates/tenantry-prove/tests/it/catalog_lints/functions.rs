//! Functions that run as somebody else.

use super::stage::Stage;

/// RL-4
#[tokio::test]
async fn a_definer_function_of_a_superuser_that_reads_customers_is_a_leak() {
    let stage = Stage::wrong(
        "create function shop.everybody() returns setof shop.customers language sql security definer
            set search_path = pg_catalog, pg_temp as $$ select * from shop.customers $$",
    )
    .await;
    stage.finds_and_mends("TN0731", "shop.everybody()", "leak").await;
}

/// RL-4
#[tokio::test]
async fn a_definer_function_reaches_a_table_by_a_view_and_by_a_body_that_was_bound() {
    let stage = Stage::wrong(
        r#"create view shop."All" as select * from shop.customers;
        create function shop."byView"() returns bigint language sql security definer
            set search_path = pg_catalog, pg_temp as $$ select count(*) from shop."All" $$;
        create function shop.by_atom() returns bigint language sql security definer
            begin atomic select count(*) from shop.invoices; end"#,
    )
    .await;
    let findings = stage.findings("TN0731").await;
    let objects: Vec<_> = findings.iter().map(|found| found.object.as_str()).collect();
    assert_eq!(objects, ["shop.\"byView\"()", "shop.by_atom()"]);
    assert!(findings.iter().all(|found| found.severity == "leak"), "{findings:#?}");
    for found in &findings {
        stage.mend(found).await;
    }
    assert!(stage.findings("TN0732").await.is_empty());
}

/// RL-4
#[tokio::test]
async fn a_definer_function_whose_owner_is_not_held_by_unforced_row_security_is_a_leak() {
    let stage = Stage::wrong(
        "create function shop.everybody() returns bigint language sql security definer
            set search_path = pg_catalog, pg_temp as $$ select count(*) from shop.customers $$;
        alter function shop.everybody() owner to {owner}",
    )
    .await;
    assert!(stage.findings("TN0731").await.is_empty(), "forced row security holds the owner");
    stage.run("alter table shop.customers no force row level security").await;
    stage.finds_and_mends("TN0731", "shop.everybody()", "leak").await;
}

/// RL-4
#[tokio::test]
async fn a_definer_function_that_reads_the_context_or_touches_nothing_is_a_warning() {
    let stage = Stage::wrong(
        "create function shop.mine() returns setof shop.customers language sql security definer
            set search_path = pg_catalog, pg_temp as $$ select * from shop.customers where organization_id = shop.organization() $$",
    )
    .await;
    let found = stage.finds_and_mends("TN0731", "shop.mine()", "warning").await;
    assert!(!found.cause.contains("believes"), "it takes no argument: {}", found.cause);
    stage
        .run(
            "create function shop.one() returns int language sql security definer
                set search_path = pg_catalog, pg_temp as $$ select 1 -- from shop.customers
                $$",
        )
        .await;
    stage.finds_and_mends("TN0731", "shop.one()", "warning").await;
}

/// RL-4
#[tokio::test]
async fn a_definer_function_without_a_search_path_is_found_and_fixed() {
    let stage = Stage::wrong(
        "create function shop.open() returns bigint language plpgsql security definer
            as $$ begin return (select count(*) from customers); end $$;
        alter function shop.open() owner to {definer}",
    )
    .await;
    let found = stage.finds_and_mends("TN0732", "shop.open()", "warning").await;
    assert_eq!(
        found.fix,
        "alter function shop.open() set search_path = pg_catalog, shop, pg_temp;"
    );
    stage.run("alter function shop.open() reset search_path; alter function shop.open() owner to current_user; create schema scratch; grant create on schema scratch to {app}").await;
    stage.finds_and_mends("TN0732", "shop.open()", "leak").await;
}

/// RL-4
#[tokio::test]
async fn a_search_path_with_an_open_schema_or_temporary_tables_first_is_found() {
    let stage = Stage::wrong(
        "create schema scratch; grant create on schema scratch to {app};
        create function shop.open() returns bigint language plpgsql security definer set search_path = shop, scratch
            as $$ begin return (select count(*) from shop.customers); end $$",
    )
    .await;
    stage.finds_and_mends("TN0732", "shop.open()", "leak").await;
    stage
        .run(
            "grant temporary on database {database} to {app};
            create function shop.shadowed() returns bigint language plpgsql security definer set search_path = shop
                as $$ begin return (select count(*) from customers); end $$;
            create function shop.qualified() returns bigint language plpgsql security definer set search_path = shop
                as $$ begin return (select count(*) from shop.customers); end $$",
        )
        .await;
    assert_eq!(
        rows_by_shadow(&stage).await,
        2,
        "a temporary view reads both organizations as the owner"
    );
    stage.finds_and_mends("TN0732", "shop.shadowed()", "leak").await;
    assert_eq!(rows_by_shadow(&stage).await, 0);
}

/// How many customers somebody with the role sees who puts a view before the table that the function means.
async fn rows_by_shadow(stage: &Stage) -> i64 {
    stage
        .run(
            "begin; set local role {app};
            create temporary table seen (rows bigint);
            grant insert on seen to public;
            create function pg_temp.look() returns bigint language plpgsql
                as $$ begin insert into seen select count(*) from shop.customers; return 1; end $$;
            create temporary view customers as select pg_temp.look() as one;
            select shop.shadowed()",
        )
        .await;
    let seen = stage
        .admin
        .query_one("select coalesce(sum(rows), 0)::bigint from pg_temp.seen", &[])
        .await
        .unwrap();
    stage.run("rollback").await;
    seen.get(0)
}

/// RL-4
#[tokio::test]
async fn a_definer_function_that_is_told_the_organization_is_left_to_a_person() {
    let stage = Stage::wrong(
        "create function shop.credit(p_org_id uuid, amount numeric) returns void language sql security definer
            set search_path = pg_catalog, pg_temp as $$ update shop.invoices set total = total - amount where organization_id = p_org_id $$;
        create function shop.enter(organization uuid) returns text language sql security definer
            set search_path = pg_catalog, pg_temp as $$ select set_config('shop.organization', organization::text, true) $$;
        alter function shop.enter(uuid) owner to {definer};
        create function shop.held(organization uuid) returns bigint language sql security definer
            set search_path = pg_catalog, pg_temp as $$ select count(*) from shop.customers $$;
        alter function shop.held(uuid) owner to {definer}",
    )
    .await;
    let findings = stage.findings("TN0733").await;
    let objects: Vec<_> = findings.iter().map(|found| found.object.as_str()).collect();
    assert_eq!(objects, ["shop.credit(uuid, numeric)", "shop.enter(uuid)"]);
    assert!(
        findings
            .iter()
            .all(|found| found.severity == "warning" && found.fix.starts_with("decide: "))
    );
    let leak = stage.only("TN0731", "shop.credit(uuid, numeric)").await;
    assert_eq!(leak.severity, "leak");
}

/// RL-4
#[tokio::test]
async fn a_leakproof_function_is_found() {
    let stage = Stage::wrong(
        "create function shop.tell(value text) returns boolean language plpgsql leakproof
            as $$ begin raise notice '%', value; return true; end $$",
    )
    .await;
    stage.finds_and_mends("TN0734", "shop.tell(text)", "leak").await;
    stage.run("create function shop.quiet(value text) returns boolean language sql leakproof as $$ select true $$").await;
    stage.finds_and_mends("TN0734", "shop.quiet(text)", "warning").await;
}

/// RL-4
#[tokio::test]
async fn a_trigger_that_copies_rows_to_where_everybody_reads_is_a_leak() {
    let stage = Stage::wrong(
        "create table shop.outbox (id bigint generated always as identity primary key, body jsonb);
        grant select on shop.outbox to {app};
        create function shop.post() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
            as $$ begin insert into shop.outbox (body) values (to_jsonb(new)); return new; end $$;
        create trigger post after insert on shop.customers for each row execute function shop.post()",
    )
    .await
    .with("shop.outbox", "unclassified", None);
    stage.leaves_to_a_person("TN0735", "trigger post on shop.customers", "leak").await;
    stage.run("revoke select on shop.outbox from {app}").await;
    assert!(stage.findings("TN0735").await.is_empty());
}

/// RL-4
#[tokio::test]
async fn a_definer_trigger_that_goes_by_a_key_alone_is_found() {
    let stage = Stage::wrong(
        "create function shop.add_up() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
            as $$ begin update shop.invoices set total = total + 1 where id = new.id; return new; end $$;
        create trigger add_up after insert on shop.customers for each row execute function shop.add_up()",
    )
    .await;
    stage.finds_and_mends("TN0735", "trigger add_up on shop.customers", "warning").await;
}

/// RL-4
#[tokio::test]
async fn a_check_a_default_and_a_policy_that_ask_a_definer_function_are_found() {
    let stage = Stage::wrong(
        r#"create function shop.is_new(name text) returns boolean language sql security definer set search_path = pg_catalog, pg_temp
            as $$ select not exists (select from shop.customers c where c."displayName" = name) $$;
        alter table shop.invoices add column note text check (shop.is_new(note));
        create function shop.next_number() returns bigint language sql security definer set search_path = pg_catalog, pg_temp
            as $$ select count(*) + 1 from shop.customers $$;
        alter table shop.customers add column place bigint default shop.next_number();
        create function shop.whoami() returns text language sql stable security definer set search_path = pg_catalog, pg_temp
            as $$ select current_user::text $$;
        alter function shop.whoami() owner to {definer};
        create policy self on shop.changes using (what = shop.whoami())"#,
    )
    .await;
    let findings = stage.findings("TN0736").await;
    let found: Vec<_> =
        findings.iter().map(|found| (found.object.as_str(), found.severity.as_str())).collect();
    assert_eq!(
        found,
        [
            ("check invoices_note_check of shop.invoices", "oracle"),
            ("default of shop.customers.place", "warning"),
            ("policy self on shop.changes", "warning"),
        ]
    );
    stage.run("alter function shop.is_new(text) security invoker; alter function shop.next_number() security invoker; alter function shop.whoami() security invoker").await;
    assert!(stage.findings("TN0736").await.is_empty());
}

/// RL-4
#[tokio::test]
async fn what_a_group_may_call_is_taken_from_the_group() {
    let stage = Stage::wrong(
        "create role \"{database} Group\" nologin; grant \"{database} Group\" to {app}; alter role {app} noinherit;
        grant usage on schema shop to \"{database} Group\";
        create function shop.everybody() returns bigint language sql security definer
            set search_path = pg_catalog, pg_temp as $$ select count(*) from shop.customers $$;
        revoke execute on function shop.everybody() from public",
    )
    .await;
    assert!(stage.findings("TN0731").await.is_empty(), "it may not be called");
    stage.run("grant execute on function shop.everybody() to \"{database} Group\"").await;
    let found = stage.finds_and_mends("TN0731", "shop.everybody()", "leak").await;
    assert!(found.fix.ends_with("Group\";"), "{found:#?}");
}

/// RL-4
#[tokio::test]
async fn functions_that_the_role_cannot_call_and_those_of_extensions_are_left_out() {
    let stage = Stage::wrong(
        "create schema hidden;
        create function hidden.everybody() returns bigint language sql security definer as $$ select count(*) from shop.customers $$;
        create schema tools; grant usage on schema tools to {app}; create extension citext schema tools;
        create function tools.everybody() returns bigint language sql security definer as $$ select count(*) from shop.customers $$;
        alter extension citext add function tools.everybody()",
    )
    .await;
    let findings = stage.all().await;
    assert!(findings.iter().all(|found| !found.object.contains("everybody")), "{findings:#?}");
}
