//! The keys that make seals: nothing that the request path can read contains them.

use tenantry_db::Login;

use crate::arena::Arena;

/// RL-3. The key table is refused in every form, also by way of its statistics and its definer.
#[tokio::test]
async fn the_signing_keys_are_not_read() {
    let arena = Arena::new().await;
    arena.admin.batch_execute("analyze tenantry_private.context_keys").await.unwrap();
    for sql in [
        "select * from tenantry_private.context_keys",
        "select inner_pad from tenantry_private.context_keys",
        "select count(*) from tenantry_private.context_keys",
        "copy tenantry_private.context_keys to stdout",
        "insert into tenantry_private.context_keys values ('mine', '', '')",
        "update tenantry_private.context_keys set retired_at = null",
        "lock table tenantry_private.context_keys in access share mode",
        "select table_to_xml('tenantry_private.context_keys', true, false, '')",
    ] {
        if sql.starts_with("copy") || sql.starts_with("insert") {
            arena.is_refused_without_control(sql).await;
        } else {
            arena.is_refused(sql).await;
        }
    }
    let hidden = "select * from pg_stats where tablename = 'context_keys'";
    let seal = arena.seal(&arena.a.scope);
    assert_eq!(arena.run(Some(&seal), hidden, "rollback").await.text(), "0\n");
    assert!(
        !arena
            .admin
            .query("select from pg_stats where tablename = 'context_keys'", &[])
            .await
            .unwrap()
            .is_empty(),
        "control"
    );
}

/// RL-3. No catalog that every login may read contains a key: function texts, policies, settings, defaults.
#[tokio::test]
async fn no_readable_catalog_contains_a_key() {
    let arena = Arena::new().await;
    let pads: Vec<String> = arena
        .admin
        .query("select encode(unnest(array[inner_pad, outer_pad]), 'hex') from tenantry_private.context_keys", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(pads.len(), 2);
    let passwords: Vec<String> =
        Login::ALL.iter().map(|login| login.password(&tenantry_testkit::secret())).collect();
    for login in Login::ALL {
        let client = arena.database.raw(login).await;
        for sql in [
            "select p::text from pg_proc p",
            "select pg_get_functiondef(oid) from pg_proc where pronamespace in ('tenantry'::regnamespace, 'tenantry_private'::regnamespace)",
            "select p::text from pg_policies p",
            "select s::text from pg_settings s",
            "select s::text from pg_db_role_setting s",
            "select pg_get_expr(adbin, adrelid) from pg_attrdef",
            "select d::text from pg_description d",
            "select c::text from pg_class c",
        ] {
            let rows = client.query(sql, &[]).await.unwrap();
            assert!(!rows.is_empty() || sql.contains("role_setting"), "control: {sql}");
            for row in rows {
                let text: String = row.get(0);
                let has = |secret: &String| text.contains(secret.as_str());
                assert!(!pads.iter().any(has) && !passwords.iter().any(has), "{sql}");
            }
        }
    }
}

/// RL-3. What a refused seal says contains nothing of a key, nor of the signature that would have been right.
#[tokio::test]
async fn a_refusal_says_nothing_of_the_right_signature() {
    let arena = Arena::new().await;
    let seal = arena.seal(&arena.b.scope);
    let right = seal.rsplit('.').next().unwrap();
    let mut wrong = seal.clone();
    wrong.replace_range(seal.len() - 1.., if seal.ends_with('0') { "1" } else { "0" });
    for level in ["debug5", "notice"] {
        arena.app.batch_execute(&format!("set client_min_messages = {level}")).await.unwrap();
        let outcome = arena.run(Some(&wrong), "select tenantry.organization()", "rollback").await;
        assert!(outcome.is_refused());
        assert!(!outcome.text().contains(&right[..16]), "{}", outcome.text());
    }
    arena.app.batch_execute("reset client_min_messages").await.unwrap();
}
