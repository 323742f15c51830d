//! What the contract does not cover, so that nobody believes it does: each of these holds inside of one
//! database for whoever runs any SQL as the request path. None shows or changes a row of another organization.

use crate::arena::Arena;
use crate::outcome::Outcome;

/// RL-4. LISTEN and NOTIFY cannot be revoked: nothing of an organization may ever stand in a payload. Ours carries
/// none, and says no more than that somebody's access changed somewhere.
#[tokio::test]
async fn channels_are_not_covered_and_what_we_send_over_one_carries_nothing() {
    let arena = Arena::new().await;
    let seal = arena.seal(&arena.a.scope);
    let listened =
        arena.run(Some(&seal), "listen anything; notify anything, 'x'; unlisten *", "commit").await;
    assert!(matches!(listened, Outcome::Ran { .. }), "{}", listened.text());
    let users = "select proname::text, prosrc from pg_proc \
                 where pronamespace in ('tenantry'::regnamespace, 'tenantry_private'::regnamespace) and prosrc ~* 'notify'";
    for user in arena.admin.query(users, &[]).await.unwrap() {
        let (name, source): (&str, &str) = (user.get(0), user.get(1));
        assert_eq!(source.to_lowercase().matches("notify").count(), 1, "{name}");
        assert!(source.contains("perform pg_notify('tenantry_access', '');"), "{name}");
    }
}

/// Advisory locks and table locks stop others for as long as the server's time limits allow, and show nothing.
#[tokio::test]
async fn locks_are_not_covered_and_show_no_rows() {
    let arena = Arena::new().await;
    let seal = arena.seal(&arena.a.scope);
    for sql in
        ["select pg_advisory_xact_lock(1)", "lock table public.notes in access exclusive mode"]
    {
        let locked = arena.run(Some(&seal), sql, "rollback").await;
        assert!(matches!(locked, Outcome::Ran { .. }), "{}", locked.text());
        assert!(!arena.b.is_named_in(&locked.text()));
    }
    // The audit log cannot be locked against its writers.
    arena
        .is_refused_without_control("lock table tenantry.audit_events in access exclusive mode")
        .await;
}

/// An account's id is no oracle: the request path makes no memberships, whoever the account is.
#[tokio::test]
async fn account_ids_are_not_told_from_unknown_ones() {
    let arena = Arena::new().await;
    let seal = arena.seal(&arena.a.scope);
    let insert = "insert into tenantry.memberships (organization_id, user_id, role) values ('{own}', '{user}', 'viewer')";
    let known = arena.run(Some(&seal), &arena.b.fill(&arena.own(insert)), "rollback").await;
    let unknown = arena
        .run(
            Some(&seal),
            &arena.b.fill(&arena.own(&insert.replace("{user}", "{fresh}"))),
            "rollback",
        )
        .await;
    assert!(known.is_denied(), "{}", known.text());
    assert_eq!(known.text(), unknown.text());
}
