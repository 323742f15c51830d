//! Interruptions: told to stop, told to pause, and the session killed at any moment.

use std::time::Duration;

use tenantry_adopt::classification::Mode;
use tenantry_adopt::progress::State;
use tenantry_adopt::run::{self, Options, Pace};
use tenantry_adopt::step::Phase;

use super::Adoption;
use crate::samples::{Sample, contents_checksum};

/// Small batches with rests, so that there is time to interrupt.
fn slow(until: Phase) -> Options {
    let pace = Pace {
        first_batch: 50,
        largest_batch: 50,
        rest: Duration::from_millis(20),
        ..Pace::default()
    };
    Options { until, pace, accepts_denials: true, ..Options::default() }
}

#[tokio::test]
async fn a_pause_holds_between_two_batches_and_the_same_command_goes_on() {
    let adoption = Adoption::of(Sample::Voiceforge, 3_000).await;
    let plan = adoption.plan(Mode::Split).await;
    let address = adoption.database.admin_config();
    let pausing = async {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let Ok(status) = run::status(&address).await else { continue };
            if status.tables.iter().any(|table| table.done > 0) {
                break run::pause(&address).await.unwrap();
            }
        }
    };
    let (applied, paused) =
        tokio::join!(adoption.apply_as(Some(&plan), slow(Phase::Shadow)), pausing);
    let applied = applied.unwrap();
    assert!(applied.was_stopped);
    assert_eq!((applied.status.state, paused.state), (State::Paused, State::Paused));
    let done = adoption.apply(None, Phase::Shadow).await.unwrap();
    assert_eq!(done.status.state, State::Shadow);
}

#[tokio::test]
async fn told_to_stop_it_stops_at_a_safe_point() {
    let adoption = Adoption::of(Sample::Voiceforge, 3_000).await;
    let plan = adoption.plan(Mode::Split).await;
    let stop = adoption.stop.clone();
    let stopping = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        stop.cancel();
    };
    let (applied, ()) = tokio::join!(adoption.apply_as(Some(&plan), slow(Phase::Shadow)), stopping);
    let applied = applied.unwrap();
    assert!(applied.was_stopped);
    assert_eq!(applied.status.state, State::Paused);
}

/// How many rows each organization has in each table. The organizations' ids differ from run to run.
async fn shares(adoption: &Adoption) -> Vec<(&'static str, Vec<i64>)> {
    let admin = adoption.database.admin().await;
    let mut shares = Vec::new();
    for table in ["Team", "User", "Conversation", "Message", "FlowCheckpoint"] {
        let sql = format!("select count(*) from \"{table}\" group by organization_id order by 1");
        let rows = admin.query(sql.as_str(), &[]).await.unwrap();
        shares.push((table, rows.iter().map(|row| row.get(0)).collect()));
    }
    shares
}

/// RE-2: the session is killed at moments spread over the whole way; the same command goes on each time, and the result is that
/// of an undisturbed run. (Whole processes are killed by the binary's tests.)
#[tokio::test]
async fn a_session_that_is_killed_again_and_again_converges() {
    let undisturbed = Adoption::of(Sample::Teamos, 600).await;
    let plan = undisturbed.plan(Mode::Split).await;
    undisturbed.enforce(Some(&plan)).await.unwrap();
    let shares = shares(&undisturbed).await;

    let adoption = Adoption::of(Sample::Teamos, 600).await;
    let admin = adoption.database.admin().await;
    let wanted = contents_checksum(&admin).await;
    let plan = adoption.plan(Mode::Split).await;
    let mut kills: u64 = 0;
    loop {
        let applying = adoption.enforce(Some(&plan));
        let killing = async {
            tokio::time::sleep(Duration::from_millis(60 + 150 * kills)).await;
            let killed = admin
                .query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tenantry adopt' and datname = current_database()", &[])
                .await
                .unwrap();
            killed.len()
        };
        let (applied, killed) = tokio::join!(applying, killing);
        if applied.is_ok() {
            break;
        }
        kills += u64::from(killed > 0);
        assert!(kills < 300);
    }
    assert!(kills > 5, "{kills} kills");
    assert_eq!(contents_checksum(&admin).await, wanted);
    assert_eq!(self::shares(&adoption).await, shares, "whose the rows are");
    let invalid = admin.query("select from pg_index where not indisvalid", &[]).await.unwrap();
    assert!(invalid.is_empty());
    let locks = admin.query("select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())", &[]).await.unwrap();
    assert!(locks.is_empty());
}

/// A row that moves to another parent after its children were filled takes them along when the keys come.
#[tokio::test]
async fn a_row_that_moves_after_the_backfill_takes_its_children_along() {
    let adoption = Adoption::of(Sample::Voiceforge, 400).await;
    let plan = adoption.plan(Mode::Split).await;
    adoption.apply(Some(&plan), Phase::Backfill).await.unwrap();
    let application = adoption.loaded.connect().await;
    let moved = "update contents c set crawl_id = (select id from crawls where id <> c.crawl_id order by id limit 1) \
                 where exists (select from content_chunks k where k.content_id = c.id)";
    assert!(application.execute(moved, &[]).await.unwrap() > 0);
    let admin = adoption.database.admin().await;
    let apart = "select count(*) from content_chunks k join contents c on c.id = k.content_id \
                 where k.organization_id <> c.organization_id";
    let count = async || admin.query_one(apart, &[]).await.unwrap().get::<_, i64>(0);
    assert!(count().await > 0, "the children were left behind");
    adoption.apply(None, Phase::Shadow).await.unwrap();
    assert_eq!(count().await, 0);
}

/// Bound and not attacked is not shadow, and going on goes through with it.
#[tokio::test]
async fn what_is_bound_and_not_attacked_yet_is_not_called_shadow() {
    let adoption = Adoption::of(Sample::Voiceforge, 200).await;
    let plan = adoption.plan(Mode::Whole).await;
    let bound = adoption.apply_as(Some(&plan), slow(Phase::Enforce)).await.unwrap();
    assert_eq!((bound.status.state, bound.status.phase), (State::Paused, Phase::Enforce));
    let done = adoption.apply(None, Phase::Shadow).await.unwrap();
    assert_eq!(done.status.state, State::Enforced);
}
