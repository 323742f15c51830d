//! Entries that are genuine and entries that are not.

use tenantry_core::ContextKeys;
use tenantry_core::context::{Connection, ContextKey};
use tenantry_core::secret::Key;
use tenantry_db::Login;

use super::{Visitor, WHO};
use crate::arena::{Arena, TABLES};
use crate::outcome::Outcome;
use crate::party::scope;

impl Visitor<'_> {
    /// In a transaction of its own: 42501, and afterwards there is nothing of anybody.
    async fn is_refused(&self, what: &str, parameters: &[&str; 5]) {
        self.client.batch_execute("begin; savepoint before").await.unwrap();
        let error = self.enter_with(parameters).await.unwrap_err();
        let refusal = "42501 tenantry: the sealed context was refused None";
        assert_eq!(Outcome::failed(&error).text(), refusal, "{what}");
        self.client.batch_execute("rollback to before").await.unwrap();
        self.is_nobody(what).await;
        self.client.batch_execute("rollback").await.unwrap();
        self.arena.count();
    }
}

/// RL-2, RL-3. Whoever entered is who the entry says, sees what is its own, and writes by the column's default.
#[tokio::test]
async fn who_enters_sees_its_own_organization_and_nothing_else() {
    let arena = Arena::new().await;
    let visitor = Visitor::new(&arena, Login::App).await;
    for (party, other) in [(&arena.a, &arena.b), (&arena.b, &arena.a)] {
        visitor.client.batch_execute("begin").await.unwrap();
        visitor.enter(&visitor.entry(&party.scope)).await.unwrap();
        let who = visitor.text(WHO).await;
        let expected = party.fill("1\n{organization}\nusr:{user}\nowner\n0 ");
        assert!(who.starts_with(&expected), "{who}");
        for table in TABLES {
            let seen = visitor.text(&format!("select * from {table}")).await;
            assert!(party.is_named_in(&seen) && !other.is_named_in(&seen), "{table}: {seen}");
        }
        let insert =
            "insert into public.notes (id, body) values ('{fresh}', 'x') returning organization_id";
        assert!(party.is_named_in(&visitor.text(&party.fill(insert)).await));
        let foreign = visitor
            .run(&other.fill("insert into public.notes (organization_id, id, body) values ('{organization}', '{fresh}', 'x')"))
            .await;
        assert!(foreign.is_refused(), "{}", foreign.text());
        visitor.client.batch_execute("rollback").await.unwrap();
        visitor.is_nobody("afterwards").await;
    }
}

/// RL-3. Every part edited, without the key to sign it; by each of the three logins.
#[tokio::test]
async fn an_edited_entry_is_refused() {
    let arena = Arena::new().await;
    for login in Login::ALL {
        let visitor = Visitor::new(&arena, login).await;
        let (mine, theirs) = (visitor.entry(&arena.a.scope), visitor.entry(&arena.b.scope));
        let genuine = mine.parameters().each_ref().map(String::as_str);
        let other = theirs.parameters().each_ref().map(String::as_str);
        let longer = format!("{} 00", genuine[1]);
        let admin = genuine[1].replace(&hex("owner"), &hex("admin"));
        let later = (arena.now + 3_600).to_string();
        let edits: [(usize, &[&str]); 4] = [
            (0, &["", "0000000000000000", "' or true --", other[3]]),
            (1, &["", "0", other[1], &longer, &admin, "main", "0 null"]),
            (2, &["", "0", "-1", "x", "infinity", "NaN", "99999999999", &later]),
            (3, &["", other[3], &genuine[3][1..], "null", &genuine[3].to_uppercase().leak()[..]]),
        ];
        for (place, replacements) in edits {
            for replacement in replacements {
                let mut edited = genuine;
                edited[place] = replacement;
                visitor.is_refused(&format!("{place}: {replacement}"), &edited).await;
            }
        }
        // The parts of one entry beside those of another, and the place where two parts meet moved.
        let moved = format!("{}\n{}", genuine[2], genuine[1]);
        visitor.is_refused("moved", &[genuine[0], "", &moved, genuine[3], ""]).await;
        for place in 0..genuine[3].len() {
            let mut edited = genuine[3].to_owned().into_bytes();
            edited[place] = if edited[place] == b'0' { b'1' } else { b'0' };
            let edited = String::from_utf8(edited).unwrap();
            visitor
                .is_refused("one digit", &[genuine[0], genuine[1], genuine[2], &edited, ""])
                .await;
        }
        // A seal is no entry, and its signature is none for one.
        let seal = arena.a.scope.seal(&visitor.here()).expose().to_owned();
        let (payload, mac) = seal.rsplit_once('.').unwrap();
        visitor.is_refused("a seal", &[genuine[0], payload, genuine[2], mac, ""]).await;
        visitor.client.batch_execute("begin").await.unwrap();
        visitor.enter(&mine).await.unwrap();
        visitor.client.batch_execute("rollback").await.unwrap();
    }
    println!("{} attacks", arena.attacks());
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// RL-3. Genuine, but expired, for another connection or database, or under another key.
#[tokio::test]
async fn an_entry_is_good_only_here_and_now() {
    let arena = Arena::new().await;
    let visitor = Visitor::new(&arena, Login::App).await;
    let other = Visitor::new(&arena, Login::App).await;
    let here = visitor.here();
    let keys = ContextKeys::new(ContextKey::new(Key::new([7; 32])));
    let forger = scope(&keys, arena.b.organization, arena.b.user, arena.now);
    let ended = scope(&arena.keys, arena.b.organization, arena.b.user, arena.now - 7_200);
    let kid = visitor.entry(&arena.b.scope).parameters()[0].clone();
    let forged = forger.entry(&here).unwrap();
    let b = &arena.b.scope;
    let bad = [
        ("expired", b.entry(&Connection { now: arena.now - 62, ..here })),
        ("of a caller who is expired", ended.entry(&here)),
        ("captured from another connection", b.entry(&other.here())),
        ("for another database", b.entry(&Connection { database: "postgres", ..here })),
        ("under another key", forger.entry(&here)),
    ];
    for (what, entry) in bad {
        let entry = entry.unwrap();
        visitor.is_refused(what, &entry.parameters().each_ref().map(String::as_str)).await;
    }
    let mut under_ours = forged.parameters().each_ref().map(String::as_str);
    under_ours[0] = &kid;
    visitor.is_refused("another key under our id", &under_ours).await;
    // The control: on its own connection the captured one is genuine. Behind a pooler there is none.
    other.client.batch_execute("begin").await.unwrap();
    other.enter(&b.entry(&other.here()).unwrap()).await.unwrap();
    assert!(arena.b.is_named_in(&other.text(WHO).await));
    assert!(b.entry(&Connection { backend: 0, ..here }).is_none());
    println!("{} attacks", arena.attacks());
}

/// RL-3. A retired key opens nothing once its two minutes are over.
#[tokio::test]
async fn an_entry_under_a_retired_key_is_refused() {
    let arena = Arena::new().await;
    let visitor = Visitor::new(&arena, Login::App).await;
    let entry = visitor.entry(&arena.a.scope);
    let retire =
        "update tenantry_private.context_keys set retired_at = statement_timestamp() + interval";
    arena.admin.batch_execute(&format!("{retire} '1 minute'")).await.unwrap();
    visitor.client.batch_execute("begin").await.unwrap();
    visitor.enter(&entry).await.unwrap();
    visitor.client.batch_execute("rollback").await.unwrap();
    arena.admin.batch_execute(&format!("{retire} '-1 second'")).await.unwrap();
    visitor.is_refused("retired", &entry.parameters().each_ref().map(String::as_str)).await;
}
