//! The two other logins: the platform's, which has no way to an organization's rows but founding one, and
//! the operators', which sees all of them and leaves a record.

use tenantry_core::scope::Origin;
use tenantry_core::{Clock, RequestId};
use tenantry_db::{Login, Platform, Statement};
use tokio_postgres::Client;

use crate::arena::{Arena, TABLES, backend};
use crate::outcome::Outcome;

const FOUND: [&str; 3] = [
    "insert into tenantry.organizations (organization_id, slug, name) values ('{organization}', 'a-slug', 'a name')",
    "insert into tenantry.memberships (organization_id, user_id, role) values ('{organization}', '{user}', 'owner')",
    "insert into tenantry.audit_events (organization_id, id, actor, via, action, request_id) values ('{organization}', '{fresh}', 'x', 'x', 'a.b', '{fresh}')",
];

async fn run(client: &Client, seal: Option<&str>, sql: &str) -> Outcome {
    client.batch_execute("begin").await.unwrap();
    if let Some(seal) = seal {
        client.execute("select set_config('tenantry.context', $1, true)", &[&seal]).await.unwrap();
    }
    let outcome = Outcome::of(client.simple_query(sql).await);
    client.batch_execute("rollback").await.unwrap();
    outcome
}

/// RL-1. The platform reads, changes and removes no organization's rows, whatever the context.
#[tokio::test]
async fn the_platform_reads_no_organizations_rows() {
    let arena = Arena::new().await;
    let platform = arena.database.raw(Login::Platform).await;
    let here =
        tenantry_core::context::Connection { backend: backend(&platform).await, ..arena.here() };
    let seal = arena.b.scope.seal(&here);
    for seal in [None, Some(seal.expose())] {
        for table in TABLES {
            for sql in [
                "select * from {table}",
                "select 1 from {table}",
                "update {table} set organization_id = organization_id",
                "delete from {table}",
                "truncate {table}",
                "copy {table} to stdout",
            ] {
                let outcome = run(&platform, seal, &sql.replace("{table}", table)).await;
                assert!(outcome.is_refused(), "{sql} {table}: {}", outcome.text());
            }
        }
        for sql in FOUND {
            let returning = arena.b.fill(&format!("{sql} returning *"));
            assert!(run(&platform, seal, &returning).await.is_refused(), "{returning}");
        }
    }
    let control = run(&platform, None, "select * from tenantry.users").await;
    assert!(control.has_rows(), "control: {}", control.text());
}

/// RL-3. The platform founds an organization under that organization's seal, and under no other.
#[tokio::test]
async fn the_platform_founds_only_under_the_right_seal() {
    let arena = Arena::new().await;
    let platform = arena.database.raw(Login::Platform).await;
    let here =
        tenantry_core::context::Connection { backend: backend(&platform).await, ..arena.here() };
    let mut fresh = crate::party::Party::nobody(&arena.keys, arena.now);
    // The account exists; the organization does not yet.
    fresh.user = arena.a.user;
    let right = fresh.scope.seal(&here);
    let others = arena.a.scope.seal(&here);
    let elsewhere = fresh.scope.seal(&arena.here());
    let all = FOUND.map(|sql| fresh.fill(sql)).join(";");
    for seal in [None, Some(""), Some("garbage"), Some(others.expose()), Some(elsewhere.expose())] {
        for sql in FOUND.map(|sql| fresh.fill(sql)).iter().chain([&all]) {
            let outcome = run(&platform, seal, sql).await;
            assert!(outcome.is_refused(), "{sql}: {}", outcome.text());
        }
    }
    // B's memberships are as closed under the new organization's seal as under A's.
    let into_b = arena
        .b
        .fill(FOUND[1])
        .replace(&arena.b.user.uuid().to_string(), &arena.a.user.uuid().to_string());
    for seal in [None, Some(right.expose()), Some(others.expose())] {
        assert!(run(&platform, seal, &into_b).await.is_refused());
    }
    let founded = run(&platform, Some(right.expose()), &all).await;
    assert!(founded.has_rows(), "control: {}", founded.text());
}

/// AZ of the directory: it answers the asked user's memberships, to the platform alone.
#[tokio::test]
async fn the_directory_answers_only_the_platform_and_only_the_asked_user() {
    let arena = Arena::new().await;
    let platform = arena.database.raw(Login::Platform).await;
    for (party, other) in [(&arena.a, &arena.b), (&arena.b, &arena.a)] {
        for call in [
            "select * from tenantry.memberships_of('{user}')",
            "select * from tenantry.membership_of('{user}', '{organization}')",
        ] {
            let answer = run(&platform, None, &party.fill(call)).await;
            assert!(
                answer.has_rows() && party.is_named_in(&answer.text()),
                "control: {}",
                answer.text()
            );
            assert!(!other.is_named_in(&answer.text()), "{}", answer.text());
            for login in [Login::App, Login::Operator] {
                let client = arena.database.raw(login).await;
                assert!(run(&client, None, &party.fill(call)).await.is_refused(), "{call}");
            }
        }
        let crossed = "select * from tenantry.membership_of('{user}', $$other$$)";
        let crossed =
            party.fill(crossed).replace("$$other$$", &format!("'{}'", other.organization.uuid()));
        assert_eq!(run(&platform, None, &crossed).await.text(), "0\n");
    }
}

/// AU-2. Operators state a reason of some length, and no record of theirs is changed or removed, by
/// nobody: not the operators, not the owner, not the superuser.
#[tokio::test]
async fn the_operators_log_needs_a_reason_and_is_only_added_to() {
    let arena = Arena::new().await;
    let operator = arena.database.raw(Login::Operator).await;
    let insert = "insert into tenantry.operator_events (id, user_id, reason, request_id) values (gen_random_uuid(), '{user}', {reason}, '{event}')";
    for (reason, state) in [("null", "23502"), ("''", "23514"), ("'too short'", "23514")] {
        let outcome = run(&operator, None, &arena.a.fill(insert).replace("{reason}", reason)).await;
        assert!(outcome.text().starts_with(state), "{}", outcome.text());
    }
    operator
        .batch_execute(&arena.a.fill(insert).replace("{reason}", "'a customer asked for help'"))
        .await
        .unwrap();
    for sql in [
        "update tenantry.operator_events set reason = 'nothing happened here'",
        "delete from tenantry.operator_events",
        "truncate tenantry.operator_events",
        "update tenantry.audit_events set actor = 'x'",
        "delete from tenantry.audit_events",
    ] {
        assert!(run(&operator, None, sql).await.is_refused(), "{sql}");
        for role in ["reset role", "set role tenantry_owner"] {
            arena.admin.batch_execute(role).await.unwrap();
            assert!(run(&arena.admin, None, sql).await.is_refused(), "{role}: {sql}");
        }
    }
    arena.admin.batch_execute("reset role").await.unwrap();
    assert!(run(&operator, None, "select * from tenantry.operator_events").await.has_rows());
}

/// AU-1. Through the door there is no work across organizations without a reason, and the reason is
/// on record before anything is read: dropping the transaction does not take it back.
#[tokio::test]
async fn the_operators_door_opens_for_a_reason_and_writes_it_down() {
    let arena = Arena::new().await;
    let database = arena.database.open(Clock::system());
    let origin = Origin { request: RequestId::new(), address: None };
    let operator = arena.keys.operator(arena.a.user, origin);
    for reason in ["", "short", "          short          ", "with a \0 in it, but long"] {
        assert!(operator.because(reason).is_err(), "{reason:?}");
    }
    let errand = operator.because("a customer asked for help").unwrap();
    let all: Statement<Platform> =
        Statement::new("ALL", "select organization_id from public.notes");
    let mut tx = database.operator(&errand).await.unwrap();
    assert_eq!(tx.query(&all, &[]).await.unwrap().len(), 2);
    drop(tx);
    let written = "select count(*) from tenantry.operator_events where user_id = $1 and reason = 'a customer asked for help'";
    assert_eq!(arena.database.count(written, arena.a.user.uuid()).await, 1);
}
