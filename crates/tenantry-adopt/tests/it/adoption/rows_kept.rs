//! What becomes of rows while each is given its organization.

use tenantry_adopt::classification::Mode;
use tenantry_adopt::progress::State;
use tenantry_adopt::step::Phase;

use super::Adoption;
use crate::samples::{Sample, contents_checksum};

/// RE-2: the application's triggers note when a row was changed, and nobody has changed any.
#[tokio::test]
async fn a_row_that_is_given_its_organization_is_otherwise_as_it_was() {
    let adoption = Adoption::of(Sample::Voiceforge, 3_000).await;
    let admin = adoption.database.admin().await;
    let before = contents_checksum(&admin).await;
    let plan = adoption.plan(Mode::Split).await;
    adoption.apply(Some(&plan), Phase::Backfill).await.unwrap();
    assert_eq!(contents_checksum(&admin).await, before);
}

/// Between the making of the organizations and the trigger that makes more of them, the application goes on.
#[tokio::test]
async fn a_root_row_that_comes_before_the_triggers_becomes_an_organization_of_its_own() {
    let adoption = Adoption::of(Sample::Voiceforge, 300).await;
    let plan = adoption.plan(Mode::Split).await;
    adoption.apply(Some(&plan), Phase::Prepare).await.unwrap();
    let application = adoption.loaded.connect().await;
    for domain in ["late-1.example", "late-2.example"] {
        application.execute("insert into crawls (domain) values ($1)", &[&domain]).await.unwrap();
    }
    let done = adoption.apply(None, Phase::Shadow).await.unwrap();
    assert_eq!(done.status.state, State::Shadow);
    let asked = "select count(distinct c.organization_id), count(distinct o.name) from crawls c \
                 join tenantry.organizations o on o.organization_id = c.organization_id where c.domain like 'late-%'";
    let row = adoption.database.admin().await.query_one(asked, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (2, 2));
}
