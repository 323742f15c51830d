//! What is refused: a schema that moved, a second process, a lock that somebody keeps, an application that is not ready.

use std::time::Duration;

use tenantry_adopt::AdoptError;
use tenantry_adopt::classification::Mode;
use tenantry_adopt::progress::{Event, State};
use tenantry_adopt::run::{self, Options, Patience};
use tenantry_adopt::step::Phase;

use super::Adoption;
use crate::samples::Sample;
use crate::tasks::dump;

#[tokio::test]
async fn a_schema_that_moved_since_the_plan_is_refused_with_what_is_different() {
    let adoption = Adoption::of(Sample::Voiceforge, 200).await;
    let plan = adoption.plan(Mode::Whole).await;
    let admin = adoption.database.admin().await;
    admin.batch_execute("alter table contents add column embedding_v2 text").await.unwrap();
    let before = dump(&adoption.database);
    let refused = adoption.apply(Some(&plan), Phase::Shadow).await.unwrap_err();
    let AdoptError::Drifted { difference } = refused else { panic!("{refused:?}") };
    assert!(
        difference.iter().any(|line| line.starts_with('+') && line.contains("embedding_v2")),
        "{difference:?}"
    );
    assert!(before == dump(&adoption.database), "nothing was changed");
}

#[tokio::test]
async fn a_schema_that_moves_on_the_way_stops_the_next_phase() {
    let adoption = Adoption::of(Sample::Voiceforge, 200).await;
    let plan = adoption.plan(Mode::Whole).await;
    adoption.apply(Some(&plan), Phase::Expand).await.unwrap();
    let admin = adoption.database.admin().await;
    admin
        .batch_execute(
            "create table invoices (id int primary key, crawl_id uuid references crawls (id))",
        )
        .await
        .unwrap();
    let refused = adoption.apply(None, Phase::Shadow).await.unwrap_err();
    let AdoptError::Drifted { difference } = refused else { panic!("{refused:?}") };
    assert!(difference.iter().any(|line| line.contains("invoices")), "{difference:?}");
    admin.batch_execute("drop table invoices").await.unwrap();
    let done = adoption.apply(None, Phase::Shadow).await.unwrap();
    assert_eq!(done.status.state, State::Shadow);
}

#[tokio::test]
async fn of_two_at_once_the_second_is_refused() {
    let adoption = Adoption::of(Sample::Voiceforge, 200).await;
    let plan = adoption.plan(Mode::Whole).await;
    let holder = adoption.database.admin().await;
    holder.batch_execute("set application_name = 'the first one'; select pg_advisory_lock(hashtextextended('tenantry.adopt', 0))").await.unwrap();
    let refused = adoption.apply(Some(&plan), Phase::Shadow).await.unwrap_err();
    let AdoptError::Busy { pid, holder: said } = refused else { panic!("{refused:?}") };
    assert!(pid > 0 && said.contains("the first one"), "{said}");
    holder.batch_execute("select pg_advisory_unlock_all()").await.unwrap();
    adoption.apply(Some(&plan), Phase::Expand).await.unwrap();
}

/// RE-3: whoever keeps a lock is named, nobody's session is ended, and a reader never waits for longer than a try.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the reader ends by itself and is waited for")]
async fn a_lock_that_somebody_keeps_is_named_and_the_application_never_waits_for_long() {
    let adoption = Adoption::of(Sample::Voiceforge, 200).await;
    let plan = adoption.plan(Mode::Whole).await;
    let holder = adoption.loaded.connect().await;
    holder
        .batch_execute(
            "set application_name = 'nightly-export'; begin; select count(*) from contents",
        )
        .await
        .unwrap();
    let reader = adoption.loaded.connect().await;
    let reading = tokio::spawn(async move {
        let mut longest = Duration::ZERO;
        for _ in 0..60 {
            let started = std::time::Instant::now();
            reader.query("select title from contents limit 1", &[]).await.unwrap();
            longest = longest.max(started.elapsed());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        longest
    });
    let patience = Patience { tries: 4, ..Patience::default() };
    let options = Options { until: Phase::Shadow, patience, ..Options::default() };
    let refused = adoption.apply_as(Some(&plan), options).await.unwrap_err();
    let AdoptError::Blocked { table, holders, tries, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!((table.name.as_str(), *tries), ("contents", 4));
    assert!(
        holders.iter().any(|holder| holder.application == "nightly-export"
            && holder.state == "idle in transaction"),
        "{holders:?}"
    );
    assert!(
        adoption.events.lock().unwrap().iter().any(|event| matches!(event, Event::Blocked { .. }))
    );
    let longest = reading.await.unwrap();
    assert!(longest < Duration::from_secs(2), "{longest:?}");
    let status = run::status(&adoption.database.admin_config()).await.unwrap();
    assert_eq!(status.state, State::Stopped);
    assert!(status.error.is_some_and(|error| error.contains("contents")));
    holder.batch_execute("commit").await.unwrap();
    let done = adoption.apply(None, Phase::Shadow).await.unwrap();
    assert_eq!(done.status.state, State::Shadow);
}

#[tokio::test]
async fn an_application_that_is_not_ready_is_not_bound() {
    let adoption = Adoption::of(Sample::Voiceforge, 200).await;
    let plan = adoption.plan(Mode::Whole).await;
    adoption.apply(Some(&plan), Phase::Shadow).await.unwrap();
    let client = adoption.loaded.connect().await;
    client.query("select title from contents where language = 'en' limit 3", &[]).await.unwrap();
    let refused = adoption.apply(None, Phase::Prove).await.unwrap_err();
    let AdoptError::Refused(said) = &refused else { panic!("{refused:?}") };
    assert!(said.contains("contents"), "{said}");
    let rows = client.query("select from contents", &[]).await.unwrap();
    assert!(!rows.is_empty(), "still in shadow");
}

/// A leak that the attack finds puts the guard back to shadow, and the next try goes through when it is mended.
#[tokio::test]
async fn a_leak_returns_the_guard_to_shadow() {
    let adoption = Adoption::of(Sample::Voiceforge, 200).await;
    let plan = adoption.plan(Mode::Whole).await;
    adoption.apply(Some(&plan), Phase::Shadow).await.unwrap();
    let admin = adoption.database.admin().await;
    admin
        .batch_execute("create view public.everything as select * from public.contents; grant select on public.everything to tenantry_app")
        .await
        .unwrap();
    let drifted = adoption.enforce(None).await.unwrap_err();
    assert!(matches!(drifted, AdoptError::Drifted { .. }), "{drifted:?}");
    // What the shape does not show: rights.
    admin
        .batch_execute("drop view public.everything; alter role tenantry_app set row_security = on")
        .await
        .unwrap();
    admin.batch_execute("alter role tenantry_app reset row_security; grant truncate on public.contents to tenantry_app").await.unwrap();
    let leaked = adoption.enforce(None).await.unwrap_err();
    assert!(matches!(leaked, AdoptError::Leaks { .. }), "{leaked:?}");
    let status = run::status(&adoption.database.admin_config()).await.unwrap();
    assert_eq!(status.state, State::Shadow);
    let client = adoption.loaded.connect().await;
    assert!(
        !client.query("select from contents", &[]).await.unwrap().is_empty(),
        "the old login is not bound"
    );
    admin.batch_execute("revoke truncate on public.contents from tenantry_app").await.unwrap();
    assert_eq!(adoption.enforce(None).await.unwrap().status.state, State::Enforced);
}
