//! Which operations there are for which table, and what comes before what.

use super::*;

const PROJECTS: &str = "
    create table teams (id serial primary key, name text not null, slug text unique);
    create table projects (id serial primary key, team_id int not null references teams on delete cascade, title text);
    create table tasks (id serial primary key, project_id int not null references projects, parent_id int references tasks,
                        state text, number int, unique (project_id, number));
    create table countries (code text primary key, name text not null);
    create index tasks_state on tasks (state);
    insert into teams (name, slug) values ('a', 'a'), ('b', 'b');
    insert into projects (team_id, title) select 1 + i % 2, 'p' from generate_series(1, 10) i;
    insert into tasks (project_id, number, state) select 1 + i % 10, i, 's' from generate_series(1, 100) i;";

const SHARED: &str = "[tables.\"public.countries\"]\nclass = \"shared\"\n";

fn place(plan: &Plan, wanted: &str) -> usize {
    let names: Vec<String> = plan.steps.iter().map(|step| name(&step.operation)).collect();
    names.iter().position(|name| name == wanted).unwrap_or_else(|| panic!("{wanted} in {names:#?}"))
}

#[tokio::test]
async fn a_whole_database_needs_no_backfill_and_no_triggers() {
    let database = database(PROJECTS).await;
    let plan = decided(&database, &Request::default(), SHARED).await;
    assert_eq!(open(&plan), Vec::<String>::new());
    let columns = ["add-organization teams", "add-organization projects", "add-organization tasks"];
    assert_eq!(names(&plan, Phase::Expand), columns);
    assert_eq!(names(&plan, Phase::Backfill), Vec::<String>::new());
    let constrain = names(&plan, Phase::Constrain);
    assert!(!constrain.iter().any(|name| name.starts_with("require")), "{constrain:#?}");
    let count = |kind: &str| constrain.iter().filter(|name| name.starts_with(kind)).count();
    assert_eq!((count("scope-key"), count("scope-foreign-key")), (5, 3), "{constrain:#?}");
    assert_eq!(plan.estimate.rows, 0);
    assert!(plan.objections().is_empty(), "{:#?}", plan.objections());
}

#[tokio::test]
async fn phases_and_numbers_only_go_up() {
    let database = database(PROJECTS).await;
    for request in [Request::default(), split("teams")] {
        let plan = decided(&database, &request, SHARED).await;
        assert_eq!(open(&plan), Vec::<String>::new());
        assert!(plan.steps.is_sorted_by_key(|step| step.phase));
        let numbers: Vec<u32> = plan.steps.iter().map(|step| step.number).collect();
        assert_eq!(numbers, (1..=u32::try_from(plan.steps.len()).unwrap()).collect::<Vec<_>>());
        assert_eq!(names(&plan, Phase::Prove), ["prove"]);
    }
}

#[tokio::test]
async fn a_split_fills_parents_before_children() {
    let database = database(PROJECTS).await;
    let plan = decided(&database, &split("teams"), SHARED).await;
    assert_eq!(open(&plan), Vec::<String>::new());
    assert_eq!(
        names(&plan, Phase::Backfill),
        ["backfill teams", "backfill projects", "backfill tasks"]
    );
    assert_eq!(plan.estimate.rows, 112);
    assert!(place(&plan, "add-organization tasks") < place(&plan, "fill-by-trigger teams"));
    assert!(place(&plan, "require-organization tasks") < place(&plan, "scope-key teams"));
    assert!(place(&plan, "scope-key teams") < place(&plan, "scope-foreign-key projects"));
    let moves = plan.steps.iter().filter_map(|step| match &step.operation {
        Operation::ScopeForeignKey(key) => Some(key.cascades_moves),
        _ => None,
    });
    assert!(moves.into_iter().all(|moves| moves));
}

#[tokio::test]
async fn the_guard_stands_before_anything_is_given_to_the_login_it_binds() {
    let database = database(PROJECTS).await;
    let plan = decided(&database, &Request::default(), SHARED).await;
    for table in ["teams", "projects", "tasks"] {
        assert!(place(&plan, &format!("guard {table}")) < place(&plan, &format!("grant {table}")));
    }
    let rights: Vec<(String, Vec<String>)> = plan
        .steps
        .iter()
        .filter_map(|step| match &step.operation {
            Operation::Grant(grant) => Some((grant.object.shown(), grant.privileges.clone())),
            _ => None,
        })
        .collect();
    let of = |name: &str| &rights.iter().find(|(object, _)| object == name).unwrap().1;
    assert_eq!(of("tasks"), &["select", "insert", "update", "delete"]);
    assert_eq!(of("countries"), &["select"]);
    assert_eq!(of("tasks_id_seq"), &["usage"]);
}

#[tokio::test]
async fn a_used_index_gets_a_scoped_one_and_a_table_without_keys_a_plain_one() {
    let database = database(PROJECTS).await;
    let scan = "set enable_seqscan = off; select count(*) from tasks where state = 's';
                select pg_stat_force_next_flush();";
    database.admin().await.batch_execute(scan).await.unwrap();
    let keep = "keep = [\"teams_pkey\", \"teams_slug_key\"]";
    let answers = format!("{SHARED}\n[tables.\"public.teams\"]\nclass = \"tenant\"\n{keep}\n");
    let plan = decided(&database, &Request::default(), &answers).await;
    assert_eq!(open(&plan), Vec::<String>::new());
    let indexes: Vec<Vec<String>> = plan
        .steps
        .iter()
        .filter_map(|step| match &step.operation {
            Operation::ScopeIndex(index) => Some(index.columns.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(indexes, [vec!["state".to_owned()]]);
    // The kept primary key is referenced, so it has a scoped one beside it; the kept slug is not. Neither is swapped.
    let of = |kind: &str| -> Vec<String> {
        let steps = plan.steps.iter().filter_map(|step| match &step.operation {
            Operation::ScopeKey(key) if kind == "scope" => Some(key.old.name.clone()),
            Operation::SwapKey(key) if kind == "swap" => Some(key.old.name.clone()),
            _ => None,
        });
        steps.collect()
    };
    assert!(of("scope").contains(&"teams_pkey".to_owned()), "{:?}", of("scope"));
    assert!(!of("scope").contains(&"teams_slug_key".to_owned()), "{:?}", of("scope"));
    assert!(!of("swap").iter().any(|name| name.starts_with("teams")), "{:?}", of("swap"));
    assert!(of("swap").contains(&"projects_pkey".to_owned()), "{:?}", of("swap"));
}

const PARTED: &str = "
    create table companies (id uuid primary key, name text);
    create table events (id bigint, at date not null, company_id uuid not null references companies, primary key (id, at))
        partition by range (at);
    create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01') partition by list (id);
    create table events_2025_a partition of events_2025 for values in (1, 2);
    create table events_2025_b partition of events_2025 default;
    create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
    create unique index only_here on events_2026 (company_id, id);
    insert into companies values (gen_random_uuid(), 'a');
    insert into events select i, '2026-02-03', id from companies, generate_series(1, 40) i;";

#[tokio::test]
async fn partitions_are_walked_and_guarded_each_by_itself() {
    let database = database(PARTED).await;
    let plan = decided(&database, &split("companies"), "").await;
    assert_eq!(open(&plan), Vec::<String>::new());
    assert_eq!(
        names(&plan, Phase::Backfill),
        [
            "backfill companies",
            "backfill events_2025_a",
            "backfill events_2025_b",
            "backfill events_2026"
        ]
    );
    let columns = names(&plan, Phase::Expand);
    assert!(!columns.iter().any(|name| name.contains("events_")), "{columns:#?}");
    for table in ["events", "events_2025", "events_2025_a", "events_2025_b", "events_2026"] {
        place(&plan, &format!("guard {table}"));
        place(&plan, &format!("enforce-guard {table}"));
    }
    let last = "require-organization events";
    assert!(place(&plan, "require-organization events_2025_a") < place(&plan, last));
    assert!(place(&plan, "require-organization events_2025") < place(&plan, last));
    let constrain = names(&plan, Phase::Constrain);
    let keys: Vec<&String> =
        constrain.iter().filter(|name| name.starts_with("scope-key")).collect();
    // One for each key of the whole, and one for the key that only one partition has.
    assert_eq!(keys, ["scope-key companies", "scope-key events", "scope-key events_2026"]);
    let foreign = constrain.iter().filter(|name| name.starts_with("scope-foreign-key"));
    assert_eq!(foreign.collect::<Vec<_>>(), ["scope-foreign-key events"]);
    let granted = names(&plan, Phase::Shadow);
    assert!(!granted.iter().any(|name| name.starts_with("grant events_")), "{granted:#?}");
    assert_eq!(plan.estimate.rows, 41);
}

#[tokio::test]
async fn other_databases_come_after_the_keys_have_room_for_equal_ids() {
    let database = database("create table notes (id serial primary key, body text)").await;
    let source = tenantry_adopt::decisions::Source {
        database: "postgres://localhost/other".to_owned(),
        organization: Organization { name: "Other".to_owned(), slug: "other".to_owned() },
    };
    let request = Request { mode: Some(Mode::Merge), merge: vec![source], ..Request::default() };
    let plan = decided(&database, &request, "").await;
    assert_eq!(open(&plan), Vec::<String>::new());
    assert!(place(&plan, "swap-key notes") < place(&plan, "merge"));
    assert!(place(&plan, "enforce-guard notes") < place(&plan, "merge"));
    assert!(place(&plan, "prove") < place(&plan, "merge"), "attacked before other rows are there");
    let last = plan.steps.last().map(|step| name(&step.operation));
    assert_eq!(last.as_deref(), Some("prove"), "and once more with them");
}

#[tokio::test]
async fn the_same_file_makes_the_same_plan() {
    let database = database(PROJECTS).await;
    let first = decided(&database, &split("teams"), SHARED).await;
    let file = first.decisions.write(&first.classification);
    assert_eq!(Decisions::read(&file).unwrap(), first.decisions);
    let again =
        proposed(&database, &Request { decisions: Some(file.clone()), ..Request::default() }).await;
    assert_eq!(again.steps, first.steps);
    assert_eq!(again.sql(), first.sql());
    database.admin().await.batch_execute("create table more (id int primary key)").await.unwrap();
    let request = Request { decisions: Some(file), ..Request::default() };
    let quiet = |_: String| {};
    let error = plan(&database.admin_config(), &request, &quiet).await.unwrap_err();
    let tenantry_adopt::AdoptError::Drifted { difference } = error else { panic!("{error:?}") };
    assert_eq!(difference, ["+ table public.more"]);
}
