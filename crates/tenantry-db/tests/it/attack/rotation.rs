//! Keys that take over from one another: both are good while they do, and the old one is not afterwards.

use tenantry_core::ContextKeys;
use tenantry_core::context::ContextKey;
use tenantry_core::secret::Key;
use tenantry_db::migrate::Migrator;
use tenantry_testkit::secret;

use crate::arena::Arena;
use crate::party::scope;

/// RL-3. While a key rotates, seals of both are accepted; two minutes later only the new one's are.
#[tokio::test]
async fn two_keys_are_good_while_one_takes_over_and_one_afterwards() {
    let arena = Arena::new().await;
    let old = arena.keys.live().next().unwrap().clone();
    let new = ContextKey::new(Key::new([9; 32]));
    let rotating = ContextKeys::rotating(new.clone(), old);
    let seal_of = |keys: &ContextKeys| {
        arena.seal(&scope(keys, arena.a.organization, arena.a.user, arena.now))
    };
    let (seal_of_old, seal_of_new) = (seal_of(&arena.keys), seal_of(&rotating));
    let rows = "select * from public.notes";
    assert!(arena.run(Some(&seal_of_old), rows, "rollback").await.has_rows());
    assert!(arena.run(Some(&seal_of_new), rows, "rollback").await.is_refused());

    let config = arena.database.admin_config();
    let mut migrator =
        Migrator::connect(&config, Vec::new(), arena.database.tasks()).await.unwrap();
    migrator.install_secrets(&secret(), &rotating).await.unwrap();
    for seal in [&seal_of_old, &seal_of_new] {
        let answer = arena.run(Some(seal), rows, "rollback").await;
        assert!(answer.has_rows() && !arena.b.is_named_in(&answer.text()), "{}", answer.text());
    }

    migrator.install_secrets(&secret(), &ContextKeys::new(new)).await.unwrap();
    // Whatever was sealed a moment ago is still good; nothing is, once the two minutes are over.
    assert!(arena.run(Some(&seal_of_old), rows, "rollback").await.has_rows());
    let retired: i64 = arena
        .admin
        .query_one(
            "select count(*) from tenantry_private.context_keys where retired_at between statement_timestamp() + interval '100 s' and statement_timestamp() + interval '120 s'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(retired, 1);
    let later = "update tenantry_private.context_keys set retired_at = retired_at - interval '121 s' where retired_at is not null";
    arena.admin.batch_execute(later).await.unwrap();
    assert!(arena.run(Some(&seal_of_old), rows, "rollback").await.is_refused());
    assert!(arena.run(Some(&seal_of_new), rows, "rollback").await.has_rows());
}
