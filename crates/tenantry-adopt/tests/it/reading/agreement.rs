//! Whether two paths lead to the same organization.

use tenantry_adopt::classification::{Link, LinkKind};
use tenantry_adopt::evidence::agreement;

use super::{Subject, public};

fn link(columns: &[&str], parent: &str, parent_columns: &[&str]) -> Link {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Link {
        columns: owned(columns),
        parent: public(parent),
        parent_columns: owned(parent_columns),
        kind: LinkKind::Soft,
        is_total: false,
        cast: None,
    }
}

/// RE-2: a reference across organizations that exists already is counted before anything is changed.
#[tokio::test]
async fn paths_that_lead_to_different_organizations_are_counted() {
    let subject = Subject::with(
        "create table teams (id uuid primary key, slug text unique not null);
         create table projects (id int, kind text, team uuid, primary key (kind, id));
         create table tasks (project_kind text, project_id int, team_slug text, holder text, holder_type text);
         insert into teams select md5(n::text)::uuid, 'team-' || n from generate_series(1, 3) as n;
         insert into projects select n, 'x', md5(n::text)::uuid from generate_series(1, 3) as n;
         insert into projects values (4, 'x', null), (1, 'y', md5('2')::uuid);
         insert into tasks values
            ('x', 1, 'team-1', md5('1')::uuid::text, 'team'),
            ('x', 2, 'team-3', 'nobody', 'team'),
            ('y', 1, 'team-2', md5('1')::uuid::text, 'team'),
            ('x', 4, 'team-1', '', 'team'),
            ('x', 3, null, md5('1')::uuid::text, 'other')",
    )
    .await;
    let teams = public("teams");
    let by_project = [
        link(&["project_id", "project_kind"], "projects", &["id", "kind"]),
        link(&["team"], "teams", &["id"]),
    ];
    let by_slug = [link(&["team_slug"], "teams", &["slug"])];
    let found =
        agreement(&subject.admin, &public("tasks"), &by_project, &by_slug, &teams).await.unwrap();
    assert_eq!((found.compared, found.disagree), (3, 1));
    assert_eq!(
        found.paths,
        ["project_id, project_kind → projects, team → teams", "team_slug → teams"]
    );
    let mut holder = link(&["holder"], "teams", &["id"]);
    holder.cast = Some("uuid".to_owned());
    holder.kind = LinkKind::Polymorphic {
        type_column: "holder_type".to_owned(),
        type_value: "team".to_owned(),
    };
    let found =
        agreement(&subject.admin, &public("tasks"), &by_project, &[holder], &teams).await.unwrap();
    assert_eq!((found.compared, found.disagree), (2, 1), "a text that is no key leads nowhere");
}

#[tokio::test]
async fn a_path_that_does_not_end_at_the_root_is_refused() {
    let subject = Subject::with("create table a (id int); create table b (id int)").await;
    let path = [link(&["id"], "b", &["id"])];
    let wrong = agreement(&subject.admin, &public("a"), &path, &[], &public("b")).await;
    assert!(wrong.is_err());
}
