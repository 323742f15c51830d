//! Taking back, from each phase: the schema's dump is what it was, and every row is there.

use tenantry_adopt::AdoptError;
use tenantry_adopt::classification::Mode;
use tenantry_adopt::progress::State;
use tenantry_adopt::run::UndoOptions;
use tenantry_adopt::step::Phase;

use super::Adoption;
use crate::samples::{Sample, contents_checksum};
use crate::tasks::dump;

/// RE-2: whatever phase it is taken back from, nothing of it is left.
async fn taken_back_from_each_phase(sample: Sample, mode: Mode) {
    let adoption = Adoption::of(sample, 400).await;
    let admin = adoption.database.admin().await;
    let (schema, rows) = (dump(&adoption.database), contents_checksum(&admin).await);
    for until in Phase::ALL.into_iter().filter(|phase| *phase < Phase::Finish) {
        let plan = adoption.plan(mode).await;
        let options =
            tenantry_adopt::run::Options { until, accepts_denials: true, ..Default::default() };
        adoption.apply_as(Some(&plan), options).await.unwrap();
        adoption.rollback(&UndoOptions::default()).await.unwrap();
        let now = dump(&adoption.database);
        assert!(now == schema, "{sample:?} from {until:?}: {}", difference(&schema, &now));
        assert_eq!(contents_checksum(&admin).await, rows, "{sample:?} from {until:?}");
    }
}

pub(crate) fn difference(before: &str, after: &str) -> String {
    let only = |one: &str, other: &str, mark: &str| {
        let kept: Vec<&str> = other.lines().collect();
        let lines = one.lines().filter(|line| !line.trim().is_empty() && !kept.contains(line));
        lines.map(|line| format!("{mark} {line}\n")).collect::<String>()
    };
    format!("\n{}{}", only(before, after, "-"), only(after, before, "+"))
}

#[tokio::test]
async fn voiceforge_is_taken_back_from_each_phase() {
    taken_back_from_each_phase(Sample::Voiceforge, Mode::Whole).await;
}

#[tokio::test]
async fn teamos_is_taken_back_from_each_phase() {
    taken_back_from_each_phase(Sample::Teamos, Mode::Whole).await;
}

#[tokio::test]
async fn aicos_is_taken_back_from_each_phase() {
    taken_back_from_each_phase(Sample::Aicos, Mode::Whole).await;
}

#[tokio::test]
async fn insaight_is_taken_back_from_each_phase() {
    taken_back_from_each_phase(Sample::Insaight, Mode::Whole).await;
}

#[tokio::test]
async fn a_split_teamos_is_taken_back_from_each_phase() {
    taken_back_from_each_phase(Sample::Teamos, Mode::Split).await;
}

#[tokio::test]
async fn a_phase_can_be_taken_back_and_done_again() {
    let adoption = Adoption::of(Sample::Voiceforge, 300).await;
    let plan = adoption.plan(Mode::Whole).await;
    adoption.enforce(Some(&plan)).await.unwrap();
    for to in [Phase::Shadow, Phase::Constrain, Phase::Expand] {
        let undone = adoption
            .rollback(&UndoOptions { to: Some(to), ..UndoOptions::default() })
            .await
            .unwrap();
        assert_eq!(undone.status.phase, to);
        let again = adoption.enforce(None).await.unwrap();
        assert_eq!(again.status.state, State::Enforced, "{to:?}");
    }
}

/// Two organizations' rows are never mixed by accident.
#[tokio::test]
async fn rows_of_another_organization_stop_the_column_from_being_dropped() {
    let adoption = Adoption::of(Sample::Voiceforge, 300).await;
    let plan = adoption.plan(Mode::Whole).await;
    adoption.apply(Some(&plan), Phase::Shadow).await.unwrap();
    let admin = adoption.database.admin().await;
    let other = "insert into crawls (organization_id, domain) values ('0190a000-0000-7000-8000-00000000000b', 'other.example')";
    admin.batch_execute(other).await.unwrap();
    let before = dump(&adoption.database);
    let refused = adoption.rollback(&UndoOptions::default()).await.unwrap_err();
    let AdoptError::Lossy { obstacles, help } = &refused else { panic!("{refused:?}") };
    assert!(obstacles.iter().any(|line| line.contains("crawls")), "{obstacles:?}");
    assert!(!help.is_empty());
    assert!(before == dump(&adoption.database), "nothing was changed");
    let undo = UndoOptions { mixes_organizations: true, ..UndoOptions::default() };
    adoption.rollback(&undo).await.unwrap();
}

#[tokio::test]
async fn a_unique_key_does_not_come_back_while_two_organizations_share_a_value() {
    let adoption = Adoption::of(Sample::Voiceforge, 300).await;
    let plan = adoption.plan(Mode::Whole).await;
    adoption.enforce(Some(&plan)).await.unwrap();
    let admin = adoption.database.admin().await;
    let shared = "insert into marketing_templates (organization_id, id, slug, name, platform, tone, body) \
                  select '0190a000-0000-7000-8000-00000000000b', id + 1000000, slug, name, platform, tone, body from marketing_templates limit 1";
    admin.batch_execute(shared).await.unwrap();
    let undo = UndoOptions { mixes_organizations: true, ..UndoOptions::default() };
    let refused = adoption.rollback(&undo).await.unwrap_err();
    let AdoptError::Lossy { obstacles, .. } = &refused else { panic!("{refused:?}") };
    assert!(
        obstacles.iter().any(|line| line.contains("marketing_templates_slug_key")),
        "{obstacles:?}"
    );
    let keep = UndoOptions { keep: vec!["marketing_templates_slug_key".into()], ..undo };
    let lifted = UndoOptions { to: Some(Phase::Shadow), ..keep.clone() };
    adoption.rollback(&lifted).await.unwrap();
    let again = adoption.enforce(None).await.unwrap();
    assert_eq!(again.status.state, State::Enforced, "a key that was kept is no obstacle");
    adoption.rollback(&keep).await.unwrap();
}
