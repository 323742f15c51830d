//! Seals that are not genuine: edited in every field, expired, for another connection, another database,
//! under another key. Each gives zero rows or 42501, in the same words for every organization.

use tenantry_core::ContextKeys;
use tenantry_core::context::{Connection, ContextKey};
use tenantry_core::secret::Key;
use tenantry_db::Login;

use crate::arena::{Arena, TABLES, backend};
use crate::party::{Party, scope};

/// What a bad seal must not do, for the organization that it names.
const ATTEMPTS: [&str; 6] = [
    "select * from {table}",
    "select * from {table} where organization_id = '{organization}'",
    "select count(*) from {table} having count(*) > 0",
    "select * from {table} where organization_id = '{organization}' union all select * from {table}",
    "select 1 where tenantry.organization() is not null",
    "select 1 where tenantry.actor() <> '' or tenantry.role() <> ''",
];
const WRITES: [&str; 4] = [
    "insert into public.notes (organization_id, id, body) values ('{organization}', '{fresh}', 'x')",
    "insert into public.notes (id, body) values ('{fresh}', 'x')",
    "update public.notes set body = 'x' where organization_id = '{organization}'",
    "delete from public.notes where organization_id = '{organization}'",
];

impl Arena {
    /// Under this seal there is nothing of a party, and nothing is changed.
    async fn is_worthless(&self, what: &str, seal: &str, party: &Party) {
        for table in TABLES {
            for sql in ATTEMPTS {
                self.opens_nothing(what, seal, party, &sql.replace("{table}", table)).await;
            }
        }
        for sql in WRITES {
            self.opens_nothing(what, seal, party, sql).await;
        }
    }

    async fn opens_nothing(&self, what: &str, seal: &str, party: &Party, sql: &str) {
        let outcome = self.run(Some(seal), &party.fill(sql), "commit").await;
        self.count();
        assert!(outcome.is_denied(), "{what}: {sql}\n{}", outcome.text());
        assert!(!self.b.is_named_in(&outcome.text()), "{what}: {sql}\n{}", outcome.text());
    }

    /// A genuine seal opens everything of its party that the attempts ask for.
    async fn is_genuine(&self, seal: &str, party: &Party) {
        for table in TABLES {
            for sql in ATTEMPTS {
                let outcome = self
                    .run(Some(seal), &party.fill(&sql.replace("{table}", table)), "rollback")
                    .await;
                assert!(outcome.has_rows(), "control: {sql}\n{}", outcome.text());
            }
        }
        for sql in WRITES {
            let outcome = self.run(Some(seal), &party.fill(sql), "rollback").await;
            assert!(outcome.has_rows(), "control: {sql}\n{}", outcome.text());
        }
    }
}

/// RL-3. Every field of A's seal edited to say something else, without the key to sign it.
#[tokio::test]
async fn an_edited_seal_opens_nothing() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    let seal = arena.seal(&arena.a.scope);
    let fields: Vec<&str> = seal.split('.').collect();
    let organization = arena.b.organization.uuid().to_string();
    let other_seal = arena.seal(&arena.b.scope);
    let other_mac = other_seal.rsplit('.').next().unwrap();
    let edits: [&[&str]; 9] = [
        &["v0", "v2", "", "V1"],
        &["", "0000000000000000", "'; select 1; --"],
        &[&organization, "", "null", "not-a-uuid"],
        &["usr:00000000-0000-0000-0000-000000000000", "", "root"],
        &["admin", "superuser", ""],
        &["9999999999", "99999999999999999999999", "-1", "x", ""],
        &["0", "1", "-1", "99999999999999999999", "x"],
        &["ffffff", "", "'"],
        &[other_mac, "", "0", &other_mac[1..]],
    ];
    for (place, replacements) in edits.iter().enumerate() {
        for replacement in *replacements {
            let mut edited = fields.clone();
            edited[place] = replacement;
            arena.is_worthless("an edited seal", &edited.join("."), &arena.b).await;
        }
    }
    arena.is_genuine(&seal, &arena.a).await;
    arena.is_genuine(&other_seal, &arena.b).await;
    arena.ends_with(&before).await;
}

/// RL-3. One character changed, anywhere in the seal.
#[tokio::test]
async fn every_character_of_a_seal_counts() {
    let arena = Arena::new().await;
    let seal = arena.seal(&arena.a.scope);
    for place in 0..seal.len() {
        let mut edited = seal.clone().into_bytes();
        edited[place] = if edited[place] == b'0' { b'1' } else { b'0' };
        let edited = String::from_utf8(edited).unwrap();
        let outcome = arena.run(Some(&edited), "select * from public.notes", "commit").await;
        arena.count();
        assert!(outcome.is_denied(), "{place}: {}", outcome.text());
    }
    arena.is_genuine(&seal, &arena.a).await;
}

/// RL-2, RL-3. Text that is no seal at all.
#[tokio::test]
async fn garbage_opens_nothing_and_nothing_is_only_no_rows() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    let genuine = arena.seal(&arena.b.scope);
    let organization = arena.b.organization.uuid().to_string();
    let long = "x".repeat(100_000);
    let garbage = [
        " ",
        ".",
        "........",
        "v1",
        "v1........",
        &organization,
        &long,
        "ü".repeat(80).leak(),
        "\u{1F512}",
        "null",
        "%s%n",
        "\\x00",
        &genuine[1..],
        &genuine[..genuine.len() - 1],
        &genuine.to_uppercase(),
        &genuine.replace('.', ","),
        &format!("{genuine} "),
        &format!(" {genuine}"),
        &format!("{genuine}.{genuine}"),
        &genuine.replace('-', ""),
    ]
    .map(str::to_owned);
    for text in &garbage {
        arena.is_worthless("garbage", text, &arena.b).await;
    }
    // Without a context, and with an empty one, reading is no error: there are simply no rows.
    for none in [None, Some("")] {
        for table in TABLES {
            let outcome = arena.run(none, &format!("select * from {table}"), "commit").await;
            assert_eq!(outcome.text(), "0\n", "{table}");
        }
    }
    arena.is_genuine(&genuine, &arena.b).await;
    arena.ends_with(&before).await;
}

/// RL-3. Genuine signatures in the wrong place or at the wrong time.
#[tokio::test]
async fn a_seal_is_good_only_here_and_now() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    let here = arena.here();
    let seal = |connection: Connection<'_>| arena.b.scope.seal(&connection).expose().to_owned();
    let other = arena.database.raw(Login::App).await;
    let captured = seal(Connection { backend: backend(&other).await, ..here });
    for (what, bad) in [
        ("expired a second ago", seal(Connection { now: arena.now - 62, ..here })),
        ("expired yesterday", seal(Connection { now: arena.now - 86_400, ..here })),
        ("of a caller who is expired", {
            let ended = scope(&arena.keys, arena.b.organization, arena.b.user, arena.now - 7_200);
            arena.seal(&ended)
        }),
        ("for another database", seal(Connection { database: "postgres", ..here })),
        ("for no database", seal(Connection { database: "", ..here })),
        ("captured from another connection", captured.clone()),
        ("for the process beside", seal(Connection { backend: here.backend + 1, ..here })),
    ] {
        arena.is_worthless(what, &bad, &arena.b).await;
    }
    // On its own connection the captured seal is genuine.
    other.execute("select set_config('tenantry.context', $1, false)", &[&captured]).await.unwrap();
    assert_eq!(other.query("select * from public.notes", &[]).await.unwrap().len(), 1);
    // A seal for no connection in particular is what a pooler needs; it lives ten seconds.
    arena.is_genuine(&seal(Connection { backend: 0, ..here }), &arena.b).await;
    arena
        .is_worthless(
            "unbound and old",
            &seal(Connection { backend: 0, now: arena.now - 12, ..here }),
            &arena.b,
        )
        .await;
    arena.ends_with(&before).await;
}

/// RL-3. A seal under a key that the database does not have, and under its own with the wrong id.
#[tokio::test]
async fn a_seal_under_another_key_opens_nothing() {
    let arena = Arena::new().await;
    let genuine = arena.seal(&arena.b.scope);
    let kid = genuine.split('.').nth(1).unwrap();
    for byte in [0, 1, 0x36, 0x5c, 0xff] {
        let keys = ContextKeys::new(ContextKey::new(Key::new([byte; 32])));
        let forged = arena.seal(&scope(&keys, arena.b.organization, arena.b.user, arena.now));
        arena.is_worthless("another key", &forged, &arena.b).await;
        let mut fields: Vec<&str> = forged.split('.').collect();
        fields[1] = kid;
        arena.is_worthless("another key under a known id", &fields.join("."), &arena.b).await;
    }
    arena.is_genuine(&genuine, &arena.b).await;
}

/// RL-5. A bad seal for B, for A and for nobody is answered in the same words.
#[tokio::test]
async fn a_refusal_does_not_tell_which_organizations_exist() {
    let arena = Arena::new().await;
    let nobody = Party::nobody(&arena.keys, arena.now);
    let mut answers = Vec::new();
    for party in [&arena.a, &arena.b, &nobody] {
        let mut fields: Vec<String> =
            arena.seal(&arena.a.scope).split('.').map(str::to_owned).collect();
        fields[2] = party.organization.uuid().to_string();
        fields[7] = "ffffffff".to_owned();
        for sql in ["select * from tenantry.projects", "select tenantry.organization()"] {
            let outcome = arena.run(Some(&fields.join(".")), sql, "commit").await;
            answers.push(outcome.text());
        }
    }
    answers.dedup();
    assert_eq!(answers, ["42501 tenantry: the sealed context was refused None"]);
}
