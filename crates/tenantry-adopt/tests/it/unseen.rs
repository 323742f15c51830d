//! Databases that no rule was written for: read from PostgreSQL, judged, and compared with what their application's author
//! would say. A question is a right answer; a silent mistake is none.

use tenantry_adopt::classification::{Classification, LinkKind, Mode};
use tenantry_adopt::classify::{Told, classify};
use tenantry_adopt::decisions::{Decisions, Organizations, Proposal};
use tenantry_adopt::evidence::Evidence;
use tenantry_adopt::name::TableName;
use tenantry_adopt::schema::Schema;
use tenantry_testkit::TestDatabase;
use uuid::Uuid;

use crate::fixture::{expect, name};

async fn read(sql: &str) -> (Schema, Evidence) {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    admin.batch_execute(sql).await.unwrap();
    admin.batch_execute("analyze").await.unwrap();
    let schema = Schema::read(&admin).await.unwrap();
    let evidence = Evidence::read(&admin, &schema).await.unwrap();
    (schema, evidence)
}

fn split(schema: &Schema, evidence: &Evidence, root: &str) -> Classification {
    let told = Told { mode: Some(Mode::Split), root: Some(name(root)), ..Told::default() };
    classify(schema, evidence, &told)
}

#[tokio::test]
async fn a_platform_without_a_foreign_key_is_found_by_its_values() {
    let (schema, evidence) = read(include_str!("unseen/campus.sql")).await;
    let judged = split(&schema, &evidence, "School");
    expect(
        &judged,
        "School tenant
         User tenant?
         Course tenant
         Lesson tenant
         _CourseToUser tenant?
         Submission tenant
         Comment tenant?
         Session tenant
         PageView tenant
         Country shared
         Setting shared?
         _prisma_migrations infrastructure",
    );
    let comments = judged.verdict(&name("Comment")).unwrap();
    let is_pair = |kind: &LinkKind| matches!(kind, LinkKind::Polymorphic { .. });
    assert_eq!(comments.links.iter().filter(|link| is_pair(&link.kind)).count(), 2, "{comments:?}");
    assert_eq!(judged.people, Some(name("User")));
    let blind = Told { root: Some(name("School")), foreign_keys_only: true, ..Told::default() };
    let blind = classify(&schema, &evidence, &blind);
    let asked = blind.verdicts.iter().filter(|it| it.confidence < 0.9).count();
    assert_eq!(asked, 8, "without values nearly everything has to be asked: {blind:#?}");
}

#[tokio::test]
async fn the_roles_of_an_enumeration_are_proposed_and_no_more_than_they_say() {
    let (schema, evidence) = read(include_str!("unseen/campus.sql")).await;
    let judged = classify(&schema, &evidence, &Told::default());
    let plan = Decisions::propose(&schema, &judged, Proposal::default());
    let people = plan.people.unwrap();
    let roles: Vec<(&str, &str)> =
        people.roles.iter().map(|(label, role)| (label.as_str(), role.as_str())).collect();
    assert_eq!(roles, [("GUEST", "viewer"), ("OWNER", "owner")]);
    assert_eq!(people.password_hash.as_deref(), Some("passwordHash"));
    assert_eq!(judged.roots[0].0, name("School"), "{:?}", judged.roots);
}

#[tokio::test]
async fn a_crm_with_owners_of_two_kinds_asks_where_an_owner_may_be_missing() {
    let (schema, evidence) = read(include_str!("unseen/crm.sql")).await;
    let judged = split(&schema, &evidence, "crm_organization");
    expect(
        &judged,
        "crm_organization tenant
         auth_user identity
         crm_membership tenant
         crm_account tenant
         crm_contact tenant?
         crm_deal tenant?
         crm_stage shared?
         crm_note tenant
         crm_folder tenant?
         crm_tag tenant?
         crm_deal_tags tenant
         crm_saved_search tenant?
         delayed_jobs infrastructure?
         django_migrations infrastructure",
    );
    assert_eq!(judged.roots[0].0, name("crm_organization"), "{:?}", judged.roots);
    let deals = judged.verdict(&name("crm_deal")).unwrap();
    assert!(deals.reason.contains("owner_org_id") && deals.reason.contains("33 %"), "{deals:?}");
    assert!(
        judged
            .findings
            .iter()
            .any(|it| it.code == "TN1251" && it.table == Some(name("crm_folder")))
    );
}

#[tokio::test]
async fn an_answered_crm_has_a_way_for_every_row() {
    let (schema, evidence) = read(include_str!("unseen/crm.sql")).await;
    let judged = split(&schema, &evidence, "crm_organization");
    let proposal = Proposal {
        mode: Mode::Split,
        root: Some(name("crm_organization")),
        schema: schema.hash(),
        organization: tenantry_adopt::decisions::Organization {
            name: "Rest".to_owned(),
            slug: "rest".to_owned(),
        },
        ..Proposal::default()
    };
    let mut plan = Decisions::propose(&schema, &judged, proposal);
    let class = |table: &str, lines: &str| format!("[tables.\"public.{table}\"]\n{lines}\n");
    let answers = [
        class("crm_contact", "class = \"tenant\"\norphans = \"stop\""),
        class("crm_deal", "class = \"tenant\"\nvia = \"owner_org_id\"\norphans = \"quarantine\""),
        class("crm_stage", "class = \"shared\""),
        class("crm_folder", "class = \"tenant\""),
        class("crm_tag", "class = \"tenant\"\norphans = \"default\""),
        class("crm_saved_search", "class = \"identity\""),
        class("delayed_jobs", "class = \"infrastructure\""),
    ];
    plan.answer(&answers.concat()).unwrap();
    plan.check(&schema).unwrap();
    let organizations = Organizations { own: Uuid::from_u128(1), quarantine: Uuid::from_u128(2) };
    let order = plan.order(&schema, &judged);
    for (table, _) in &order {
        plan.filling(&schema, &judged, table, organizations).unwrap();
    }
    let repeats: Vec<&TableName> = order.iter().filter(|it| it.1).map(|it| &it.0).collect();
    assert_eq!(repeats, [&name("crm_folder")], "{order:?}");
    let read = Decisions::read(&plan.write(&judged)).unwrap();
    assert_eq!(read, plan, "an answered plan is read back as it was written");
}
