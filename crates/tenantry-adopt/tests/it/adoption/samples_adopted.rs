//! Each sample is adopted under load, as one organization and split by its root; then it is attacked.

use std::time::Duration;

use tenantry_adopt::classification::Mode;
use tenantry_adopt::progress::State;
use tenantry_adopt::step::Phase;
use tenantry_core::Clock;
use tenantry_db::preflight;
use tenantry_prove::report::Severity;

use super::Adoption;
use crate::samples::{Sample, contents_checksum};
use crate::workload::{Options, Workload};

/// The application goes on unchanged to the end of shadow, nothing it wrote is lost, and what is enforced afterwards holds.
async fn adopted_under_load(sample: Sample, mode: Mode) {
    let adoption = Adoption::of(sample, 1_000).await;
    let plan = adoption.plan(mode).await;
    let workload = Workload::start(&adoption.loaded, Options::default()).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let outcome = adoption.apply(Some(&plan), Phase::Shadow).await.unwrap();
    assert_eq!(outcome.status.state, State::Shadow, "{sample:?} {:#?}", outcome.status);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let worked = workload.stop().await;
    let admin = adoption.database.admin().await;
    assert!(worked.failures.is_empty(), "{sample:?} {mode:?} {:#?}", worked.failures);
    assert_eq!(worked.verify(&admin).await, Vec::<String>::new(), "{sample:?}");
    let status = tenantry_adopt::run::status(&adoption.database.admin_config()).await.unwrap();
    assert!(
        !status.denials.is_empty(),
        "{sample:?}: shadow saw nothing of an unchanged application"
    );
    let before = contents_checksum(&admin).await;
    let enforced = adoption.enforce(None).await.unwrap();
    assert_eq!(enforced.status.state, State::Enforced);
    let report = enforced.report.unwrap();
    let leaks: Vec<_> =
        report.findings.iter().filter(|finding| finding.severity == Severity::Leak).collect();
    assert!(leaks.is_empty(), "{sample:?} {leaks:#?}");
    assert!(report.totals().attacks > 20, "{:?}", report.totals());
    assert_eq!(before, contents_checksum(&admin).await, "{sample:?}");
    assert_eq!(in_the_way_of_serving(&adoption).await, Vec::<String>::new(), "{sample:?} {mode:?}");
}

/// What keeps `tenantry serve` from serving the database.
async fn in_the_way_of_serving(adoption: &Adoption) -> Vec<String> {
    let served = adoption.database.open(Clock::system());
    let report = preflight::run(&served, &adoption.database.keys()).await;
    report.unwrap().findings.iter().map(|finding| format!("{finding:?}")).collect()
}

#[tokio::test]
async fn voiceforge_becomes_one_organization_while_it_is_in_use() {
    adopted_under_load(Sample::Voiceforge, Mode::Whole).await;
}

#[tokio::test]
async fn teamos_becomes_one_organization_while_it_is_in_use() {
    adopted_under_load(Sample::Teamos, Mode::Whole).await;
}

#[tokio::test]
async fn aicos_becomes_one_organization_while_it_is_in_use() {
    adopted_under_load(Sample::Aicos, Mode::Whole).await;
}

#[tokio::test]
async fn insaight_becomes_one_organization_while_it_is_in_use() {
    adopted_under_load(Sample::Insaight, Mode::Whole).await;
}

#[tokio::test]
async fn voiceforge_is_split_by_its_root_while_it_is_in_use() {
    adopted_under_load(Sample::Voiceforge, Mode::Split).await;
}

#[tokio::test]
async fn teamos_is_split_by_its_root_while_it_is_in_use() {
    adopted_under_load(Sample::Teamos, Mode::Split).await;
}

/// After `finish` a table is what `tenantry.protect()` makes of one: asking for it again changes nothing, and nothing stands
/// in its way.
#[tokio::test]
async fn what_is_finished_is_what_protect_would_have_made() {
    let adoption = Adoption::of(Sample::Voiceforge, 300).await;
    let plan = adoption.plan(Mode::Whole).await;
    adoption.enforce(Some(&plan)).await.unwrap();
    let finished = adoption.finish().await.unwrap();
    assert_eq!(finished.status.state, State::Finished);
    let admin = adoption.database.admin().await;
    let before = crate::tasks::dump(&adoption.database);
    for table in ["crawls", "contents", "content_chunks"] {
        let rows = admin
            .query(
                "select obstacle from tenantry.obstacles($1::text::regclass)",
                &[&format!("public.{table}")],
            )
            .await
            .unwrap();
        let obstacles: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(obstacles, Vec::<String>::new(), "{table}");
        admin.batch_execute(&format!("select tenantry.protect('public.{table}'); drop trigger if exists tenantry_touch on public.{table}")).await.unwrap();
    }
    similar(&before, &crate::tasks::dump(&adoption.database));
}

fn similar(before: &str, after: &str) {
    let lines = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        lines.sort();
        lines
    };
    let (before, after) = (lines(before), lines(after));
    let missing: Vec<_> = before.iter().filter(|line| !after.contains(line)).collect();
    let added: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
    assert!(missing.is_empty() && added.is_empty(), "missing {missing:#?}\nadded {added:#?}");
}
