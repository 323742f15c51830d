//! What a person is told. Every kind of finding is provoked once, and every decision that is asked for can be answered.

use std::collections::BTreeSet;

use tenantry_adopt::finding::codes::{self, FINDINGS};

use super::*;

/// One of everything that is odd.
const ODD: &str = "
    create table teams (id serial primary key, slug text unique, avatar oid);
    create table projects (id serial primary key, team_id int not null references teams, price numeric, title text, body tsvector);
    create index projects_price on projects (price);
    create unique index projects_title on projects (title) where title is not null;
    create table rooms (id serial primary key, team_id int not null references teams, during int4range, kind box,
                        exclude using gist (during with &&));
    create table queue (id serial primary key, team_id int not null references teams, place int unique deferrable initially deferred);
    create table tags (project_id int not null references projects, name text);
    create table notes (id serial primary key, team_id int not null references teams, detail jsonb);
    create table old_notes (archived date) inherits (notes);
    create table settings (id serial primary key, team_id int references teams, key text);
    create view team_titles as select t.slug, p.title from teams t join projects p on p.team_id = t.id;
    create view team_totals as select t.*, count(*) from teams t join projects p on p.team_id = t.id group by t.id;
    create view team_settings as select t.slug, s.key from teams t join settings s on s.team_id = t.id;
    create materialized view team_counts as select team_id, count(*) from projects group by 1;
    create function all_titles() returns setof text language sql security definer as 'select title from public.projects';
    create function stamp() returns trigger language plpgsql security definer as 'begin return new; end';
    create trigger stamp before insert on projects for each row execute function stamp();
    create rule keep as on delete to queue do instead nothing;
    create policy everybody on queue using (true);
    alter table projects enable row level security;
    create policy everybody on projects using (true);
    create publication everything for table projects;
    insert into teams (slug) values ('a'), ('b');";

const ANSWERS: &str = "
    [tables.\"public.settings\"]
    class = \"infrastructure\"
    [application]
    logins = []";

async fn odd() -> (TestDatabase, Plan) {
    let database = database(ODD).await;
    let plan = decided(&database, &Request::default(), ANSWERS).await;
    (database, plan)
}

#[tokio::test]
async fn what_is_odd_is_found() {
    let (_database, plan) = odd().await;
    let expected = [
        (codes::CROSSING, 1),
        (codes::SPANNING, 3),
        (codes::MATERIALIZED, 1),
        (codes::OWNERS_VIEW, 3),
        (codes::WITHHELD, 1),
        (codes::GROUPED, 1),
        (codes::DEFINER, 2),
        (codes::DEFINER_TRIGGER, 1),
        (codes::RULE, 1),
        (codes::POLICIES, 1),
        (codes::DORMANT, 1),
        (codes::PUBLICATION, 1),
        (codes::BYPASSED, 2),
        (codes::EXCLUSION, 1),
        (codes::DEFERRABLE, 1),
        (codes::KEYLESS, 2),
        (codes::INHERITED, 2),
        (codes::SEQUENCES, 1),
        (codes::LOSSY, 1),
        (codes::LARGE_OBJECTS, 1),
        (codes::NO_LOGIN, 1),
        (codes::STATEMENTS, 1),
    ];
    for (code, number) in expected {
        let found = found(&plan, code);
        assert_eq!(found.len(), number, "{code}: {found:#?}\n{:#?}", plan.findings);
    }
    assert!(plan.steps.is_empty() && plan.is_open());
    assert!(plan.findings.is_sorted_by(|one, other| one.weight >= other.weight));
    let known: BTreeSet<&str> = FINDINGS.iter().map(|(code, _, _)| *code).collect();
    for finding in plan.findings.iter().filter(|finding| finding.code.as_str() < "TN1250") {
        assert!(known.contains(finding.code.as_str()), "{finding:?}");
    }
}

#[tokio::test]
async fn every_decision_can_be_answered() {
    let (database, plan) = odd().await;
    let admin = database.admin().await;
    // What the help says, as it says it.
    for finding in plan.findings.iter().filter(|it| it.code == codes::KEYLESS) {
        assert!(finding.help.iter().any(|line| line.contains("add primary key")), "{finding:?}");
    }
    admin
        .batch_execute(
            "drop policy everybody on queue;
             alter table public.tags add primary key (project_id, name);
             alter table old_notes no inherit notes;
             alter table old_notes add primary key (id);
             alter table rooms drop constraint rooms_during_excl;
             create or replace view team_totals as
                 select t.*, count(*) from teams t join projects p on p.team_id = t.id group by t.id, t.slug, t.avatar",
        )
        .await
        .unwrap();
    let keep = "[tables.\"public.teams\"]\nclass = \"tenant\"\nkeep = [\"teams_pkey\"]\n";
    let plan = decided(&database, &Request::default(), &format!("{ANSWERS}\n{keep}")).await;
    assert_eq!(open(&plan), Vec::<String>::new());
    assert!(!plan.steps.is_empty());
    // A view that shows what the login may not read is made right, and not given out.
    let granted = names(&plan, Phase::Enforce);
    assert!(granted.contains(&"scope-view team_settings".to_owned()), "{granted:#?}");
    assert!(!granted.contains(&"grant team_settings".to_owned()), "{granted:#?}");
    assert!(granted.contains(&"grant team_titles".to_owned()), "{granted:#?}");
    let shadow = names(&plan, Phase::Shadow);
    assert!(!shadow.contains(&"grant team_titles".to_owned()), "{shadow:#?}");
    assert!(plan.objections().is_empty(), "{:#?}", plan.objections());
}

#[tokio::test]
async fn rows_that_two_paths_lead_apart_are_found() {
    let database = database(
        "create table teams (id serial primary key, name text);
         create table projects (id serial primary key, team_id int not null references teams);
         create table folders (id serial primary key, team_id int not null references teams);
         create table files (id serial primary key, project_id int not null references projects,
                             folder_id int not null references folders);
         insert into teams (name) values ('a'), ('b');
         insert into projects (team_id) values (1), (2);
         insert into folders (team_id) values (1), (2);
         insert into files (project_id, folder_id) values (1, 1), (2, 2), (1, 2);",
    )
    .await;
    let plan = decided(&database, &split("teams"), "").await;
    let disagreements = found(&plan, codes::DISAGREEMENT);
    let [disagreement] = disagreements.as_slice() else { panic!("{:#?}", plan.findings) };
    assert_eq!(disagreement.weight, Weight::Decision);
    assert!(disagreement.title.contains("disagree on 1 row"), "{disagreement:?}");
    assert!(plan.steps.is_empty());
    let repair = "update files set folder_id = 1 where project_id = 1";
    database.admin().await.batch_execute(repair).await.unwrap();
    let plan = decided(&database, &split("teams"), "").await;
    assert_eq!(open(&plan), Vec::<String>::new());
    // Of one organization's database, nothing can disagree.
    let whole = decided(&database, &Request::default(), "").await;
    assert_eq!(whole.agreements.len(), 0);
}

#[tokio::test]
async fn a_column_of_our_name_is_never_taken_over() {
    let database =
        database("create table notes (id serial primary key, organization_id int, body text)")
            .await;
    let plan = decided(&database, &Request::default(), "").await;
    let [taken] = found(&plan, codes::TAKEN)[..] else { panic!("{:#?}", plan.findings) };
    assert_eq!(taken.facts, ["organization_id integer, may be null"]);
    let drops = taken.help.iter().any(|line| line.contains("drop column \"organization_id\""));
    assert!(drops, "nothing is in it: {:?}", taken.help);
    let rename = taken.help.first().unwrap();
    database.admin().await.batch_execute(rename).await.unwrap();
    let plan = decided(&database, &Request::default(), "").await;
    assert_eq!(open(&plan), Vec::<String>::new());
}

/// Half of a conversion by hand: some rows name a company, and the plan says how to go on from there without losing that.
#[tokio::test]
async fn a_conversion_that_was_given_up_half_way_can_be_adopted() {
    let database = database(
        "create table companies (id uuid primary key default gen_random_uuid(), name text not null);
         create table notes (id serial primary key, organization_id uuid references companies, legacy_organization_id int, body text);
         create index on notes (organization_id);
         create view newest as select id, organization_id from notes;
         insert into companies (name) values ('One'), ('Two');
         insert into notes (organization_id) select id from companies;
         insert into notes (body) values ('nobody''s'), ('nobody''s too');
         analyze",
    )
    .await;
    let plan = decided(&database, &Request::default(), "").await;
    let [taken] = found(&plan, codes::TAKEN)[..] else { panic!("{:#?}", plan.findings) };
    assert_eq!(
        taken.facts,
        ["organization_id uuid, null in about 50 % of the rows", "it references companies"]
    );
    assert!(taken.help.iter().any(|line| line.contains("--mode split --root public.companies")));
    assert!(!taken.help.iter().any(|line| line.contains("drop column")), "something is in it");
    database.admin().await.batch_execute(taken.help.first().unwrap()).await.unwrap();
    let whole = decided(&database, &Request::default(), "").await;
    assert_eq!(open(&whole), Vec::<String>::new());
    let split = decided(
        &database,
        &split("companies"),
        "[tables.\"public.notes\"]\nclass = \"tenant\"\norphans = \"default\"",
    )
    .await;
    assert_eq!(open(&split), Vec::<String>::new());
    let links = &split.decisions.tables[&TableName::new("public", "notes")].links;
    assert!(links.iter().any(|link| link.starts_with("old_organization_id")), "{links:?}");
}

#[tokio::test]
async fn what_logins_can_do_around_row_security_is_told() {
    let database = database("create table notes (id serial primary key)").await;
    let name = database.name();
    let [owner, bypasser, superuser] =
        ["owner", "bypasser", "superuser"].map(|kind| format!("{name}_{kind}"));
    let admin = database.admin().await;
    let roles = format!(
        "create role {owner} login; alter table notes owner to {owner};
         create role {bypasser} login bypassrls; grant select on notes to {bypasser};
         create role {superuser} login superuser; create table files (id serial primary key); alter table files owner to {superuser};"
    );
    admin.batch_execute(&roles).await.unwrap();
    let logins = vec![owner.clone(), bypasser.clone(), superuser.clone()];
    let plan = decided(&database, &Request { logins, ..Request::default() }, "").await;
    for (code, login) in
        [(codes::OWNER, &owner), (codes::BYPASSER, &bypasser), (codes::SUPERUSER, &superuser)]
    {
        let found = found(&plan, code);
        assert_eq!(found.len(), 1, "{code} {:#?}", plan.findings);
        assert!(found[0].title.contains(login), "{found:?}");
    }
    // A superuser is asked about, and what the help says answers it; it is told all the same for as long as it is connected.
    assert_eq!(plan.open().len(), 1, "{:#?}", plan.open());
    assert!(plan.open()[0].contains(&superuser) && plan.steps.is_empty());
    let help = &found(&plan, codes::SUPERUSER)[0].help[1];
    let line = help.split_once("[application] ").unwrap().1;
    let plan = decided(&database, &Request::default(), &format!("[application]\n{line}\n")).await;
    assert_eq!(open(&plan), Vec::<String>::new());
    let bound = plan.steps.iter().find_map(|step| match &step.operation {
        Operation::Guard(guard) => Some(guard.logins.clone()),
        _ => None,
    });
    assert_eq!(bound, Some(vec![owner.clone()]));
    let taken: Vec<String> = plan
        .steps
        .iter()
        .filter_map(|step| match &step.operation {
            Operation::TakeRights(take) => Some(take.login.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(taken, [bypasser.clone(), owner.clone()]);
    let without = decided(&database, &Request::default(), "").await;
    let unbound = found(&without, codes::UNBOUND);
    assert!(unbound.iter().any(|it| it.title.contains(&bypasser)), "{unbound:#?}");
    drop(plan);
    let clean = format!(
        "reassign owned by {owner}, {superuser} to current_user; drop owned by {owner}, {bypasser}, {superuser};
         drop role {owner}, {bypasser}, {superuser};"
    );
    admin.batch_execute(&clean).await.unwrap();
}

#[tokio::test]
async fn where_row_security_costs_something_the_plan_offers_not_to_record() {
    let database = database(
        "create table offers (id serial primary key, price numeric); create index on offers (price);
         create table notes (id serial primary key, body text)",
    )
    .await;
    let login = format!("{}_owner", database.name());
    let owns = format!(
        "create role {login} login; alter table offers owner to {login}; alter table notes owner to {login}"
    );
    database.admin().await.batch_execute(&owns).await.unwrap();
    let request = Request { logins: vec![login], ..Request::default() };
    let plan = decided(&database, &request, "").await;
    let offered = |plan: &Plan, code| {
        let help = found(plan, code).into_iter().flat_map(|finding| finding.help.clone());
        help.filter(|line| line.contains("record = false")).count()
    };
    assert_eq!(offered(&plan, codes::BYPASSED), 1, "{:#?}", found(&plan, codes::BYPASSED));
    assert_eq!(offered(&plan, codes::STATEMENTS), 1);
    let recorded = |plan: &Plan| -> Vec<String> {
        let guards = plan.steps.iter().filter_map(|step| match &step.operation {
            Operation::Guard(guard) => Some(guard),
            _ => None,
        });
        guards.filter(|guard| guard.records).map(|guard| guard.table.shown()).collect()
    };
    assert_eq!(recorded(&plan), ["notes", "offers"]);
    let answer = "[tables.\"public.offers\"]\nclass = \"tenant\"\nrecord = false\n";
    let plan = decided(&database, &request, answer).await;
    assert_eq!(recorded(&plan), ["notes"]);
    assert_eq!(offered(&plan, codes::BYPASSED), 0, "it is so already");
}
