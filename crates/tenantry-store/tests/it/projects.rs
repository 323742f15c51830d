//! Projects of two organizations.

use tenantry_core::name::Slug;
use tenantry_core::permission::project;
use tenantry_core::{Metadata, Page, ProjectId};
use tenantry_db::Event;
use tenantry_store::StoreError;
use tenantry_store::projects::{self, NewProject, Project, ProjectFilter, ProjectPatch};

use crate::founding::{Ground, Owner};

fn named(name: &str, slug: Option<&str>) -> NewProject {
    NewProject {
        name: name.parse().unwrap(),
        description: String::new().parse().unwrap(),
        slug: slug.map(|slug| slug.parse().unwrap()),
        client_id: None,
        visibility: None,
        metadata: Metadata::default(),
        organization_id: None,
    }
}

async fn create(ground: &Ground, owner: &Owner, new: &NewProject) -> Result<Project, StoreError> {
    let mut tx = ground.tx::<project::Create>(owner).await;
    let project = projects::create(&mut tx, new).await?;
    let event = Event::new("project.created", project.id);
    Ok(tx.commit(event, project).await.map_err(StoreError::from)?.into_inner())
}

/// AZ-3. Another organization's project is found by nobody, changed by nobody and deleted by nobody.
#[tokio::test]
async fn another_organizations_project_is_not_found() {
    let ground = Ground::new().await;
    let theirs = create(&ground, &ground.b, &named("Theirs", None)).await.unwrap();
    let nobodys = ProjectId::new();
    let patch = ProjectPatch { name: Some("Taken".parse().unwrap()), ..ProjectPatch::default() };
    for id in [theirs.id, nobodys] {
        let mut tx = ground.tx::<project::Read>(&ground.a).await;
        assert_eq!(projects::get(&mut tx, id).await.unwrap(), None);
        let mut tx = ground.tx::<project::Update>(&ground.a).await;
        assert_eq!(projects::update(&mut tx, id, &patch).await.unwrap(), None);
        let mut tx = ground.tx::<project::Delete>(&ground.a).await;
        assert_eq!(projects::delete(&mut tx, id).await.unwrap(), None);
    }
    let mut tx = ground.tx::<project::Read>(&ground.b).await;
    assert_eq!(projects::get(&mut tx, theirs.id).await.unwrap(), Some(theirs));
}

/// AU-1. A project is made, changed and deleted, and each leaves one record in its own organization.
#[tokio::test]
async fn a_project_is_made_changed_and_deleted_with_one_record_each() {
    let ground = Ground::new().await;
    for owner in [&ground.a, &ground.b] {
        let made = create(&ground, owner, &named("A project", None)).await.unwrap();
        assert_eq!(made.organization_id, owner.scope.organization());
        let patch = ProjectPatch {
            name: Some("Another name".parse().unwrap()),
            slug: Some("another-slug".parse().unwrap()),
            ..ProjectPatch::default()
        };
        let mut tx = ground.tx::<project::Update>(owner).await;
        let (before, after) = projects::update(&mut tx, made.id, &patch).await.unwrap().unwrap();
        tx.commit(Event::new("project.updated", made.id), ()).await.unwrap();
        assert_eq!(before, made);
        assert_eq!((after.name.as_str(), after.slug.as_str()), ("Another name", "another-slug"));
        assert!(after.updated_at > before.updated_at && after.created_at == before.created_at);
        let mut tx = ground.tx::<project::Delete>(owner).await;
        let (before, deleted) = projects::delete(&mut tx, made.id).await.unwrap().unwrap();
        assert_eq!(before, after);
        assert!(deleted.deleted_at.is_some());
        tx.commit(Event::new("project.deleted", made.id), ()).await.unwrap();
        for action in ["project.created", "project.updated", "project.deleted"] {
            assert_eq!(ground.records(owner, action).await, 1, "{action}");
        }
    }
}

/// RL-5. A slug is taken in its own organization only; one that nobody asked for gets an ending.
#[tokio::test]
async fn a_slug_is_taken_only_in_its_own_organization() {
    let ground = Ground::new().await;
    for owner in [&ground.a, &ground.b] {
        let made = create(&ground, owner, &named("First", Some("the-slug"))).await.unwrap();
        assert_eq!(made.slug.as_str(), "the-slug");
        let again = create(&ground, owner, &named("Second", Some("the-slug"))).await;
        assert!(matches!(again, Err(StoreError::SlugTaken)), "{again:?}");
        let other = create(&ground, owner, &named("The slug", None)).await.unwrap();
        assert!(other.slug.as_str().starts_with("the-slug-"), "{}", other.slug);
        let patch = ProjectPatch {
            slug: Some("the-slug".parse::<Slug>().unwrap()),
            ..ProjectPatch::default()
        };
        let mut tx = ground.tx::<project::Update>(owner).await;
        let moved = projects::update(&mut tx, other.id, &patch).await;
        assert!(matches!(moved, Err(StoreError::SlugTaken)), "{moved:?}");
    }
}

/// A list is walked in pages, the newest first, without gaps, repeats or another organization's projects.
#[tokio::test]
async fn a_list_is_walked_in_pages_of_its_own_projects() {
    let ground = Ground::new().await;
    let mut made = Vec::new();
    for number in 0..7 {
        made.push(create(&ground, &ground.a, &named(&format!("A {number}"), None)).await.unwrap());
        create(&ground, &ground.b, &named(&format!("B {number}"), None)).await.unwrap();
    }
    made.reverse();
    let mut seen = Vec::new();
    let mut page = Page { limit: 3, after: None };
    let mut sizes = Vec::new();
    loop {
        let mut tx = ground.tx::<project::Read>(&ground.a).await;
        let answer = projects::list(&mut tx, ProjectFilter::default(), &page).await.unwrap();
        sizes.push(answer.data.len());
        seen.extend(answer.data);
        page.after = answer.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [3, 3, 1]);
    assert_eq!(seen, made);
}
