//! What would stop a plan half-way, or break the application at enforcement, is asked about before anything is done. Each test
//! lets PostgreSQL itself say that the hindrance is one, and answers it as the help says.

use tenantry_adopt::AdoptError;
use tenantry_adopt::decisions::DecisionsError;
use tenantry_adopt::finding::codes;

use super::*;

/// The only decision that is asked for.
fn only<'a>(plan: &'a Plan, code: &str) -> &'a Finding {
    let asked: Vec<&Finding> =
        plan.findings.iter().filter(|it| it.weight == Weight::Decision).collect();
    let [finding] = asked[..] else { panic!("{:#?}", plan.findings) };
    assert_eq!(finding.code, code, "{finding:#?}");
    assert_eq!(plan.open(), std::slice::from_ref(&finding.title));
    assert!(plan.steps.is_empty());
    finding
}

/// The lines of the plan's file that a finding offers, as answers.
fn pasted(finding: &Finding) -> String {
    let line = finding.help.iter().find(|line| line.contains("in the plan: [tables.")).unwrap();
    let (_, line) = line.split_once("in the plan: ").unwrap();
    let (heading, setting) = line.split_once("] ").unwrap();
    format!("{heading}]\nclass = \"tenant\"\n{setting}\n")
}

async fn refused(database: &TestDatabase, sql: &str) -> String {
    let error = database.admin().await.batch_execute(sql).await.unwrap_err();
    error.as_db_error().map(|it| it.message().to_owned()).unwrap()
}

#[tokio::test]
async fn a_publication_of_some_columns_is_asked_about_and_can_be_kept() {
    let database = database(
        "create table \"odd.na\"\"me\" (id int primary key, title text, secret text);
         create publication narrow for table \"odd.na\"\"me\" (id, title);
         create publication added for table \"odd.na\"\"me\" (title) with (publish = 'insert');",
    )
    .await;
    let plan = decided(&database, &Request::default(), "").await;
    let finding = only(&plan, codes::PUBLICATION);
    assert!(finding.title.contains("narrow"), "{finding:?}");
    let told = found(&plan, codes::PUBLICATION);
    assert_eq!(told.len(), 3, "{told:#?}");
    let column =
        |it: &&&Finding| it.help.iter().any(|line| line.contains("missing replicated column"));
    assert_eq!(told.iter().filter(column).count(), 2, "{told:#?}");
    let kept = decided(&database, &Request::default(), &pasted(finding)).await;
    assert_eq!(open(&kept), Vec::<String>::new());
    assert!(!kept.steps.is_empty());
    let whole = "alter publication narrow drop table \"odd.na\"\"me\"; alter publication narrow add table \"odd.na\"\"me\";";
    database.admin().await.batch_execute(whole).await.unwrap();
    assert_eq!(open(&decided(&database, &Request::default(), "").await), Vec::<String>::new());
}

#[tokio::test]
async fn a_function_that_names_a_key_is_asked_about() {
    let database = database(
        "create table notes (id int primary key, code text constraint notes_code unique);
         create function put(int, text) returns void language sql begin atomic
             insert into notes values ($1, $2) on conflict on constraint notes_code do nothing; end;",
    )
    .await;
    let refusal = refused(&database, "alter table notes drop constraint notes_code").await;
    assert!(refusal.contains("other objects depend on it"), "{refusal}");
    let plan = decided(&database, &Request::default(), "").await;
    let finding = only(&plan, codes::NEEDED);
    assert!(finding.title.contains("put(integer,text)"), "{finding:?}");
    let kept = decided(&database, &Request::default(), &pasted(finding)).await;
    assert_eq!(open(&kept), Vec::<String>::new());
}

#[tokio::test]
async fn a_table_whose_rows_are_stored_elsewhere_is_asked_about() {
    let database = database(
        "create table notes (id int primary key, body text);
         create type change as (at timestamptz, rows notes[]);
         create domain last_change as change;
         create table history (id int primary key, what last_change);",
    )
    .await;
    let add = "alter table notes add column x uuid not null default '00000000-0000-0000-0000-000000000001'";
    let refusal = refused(&database, add).await;
    assert!(refusal.contains("uses its row type"), "{refusal}");
    let plan = decided(&database, &Request::default(), "").await;
    let finding = only(&plan, codes::ROW_TYPE);
    assert_eq!(finding.facts, ["in public.history.what"]);
    database.admin().await.batch_execute("alter table history drop column what").await.unwrap();
    assert_eq!(open(&decided(&database, &Request::default(), "").await), Vec::<String>::new());
}

#[tokio::test]
async fn a_table_of_a_type_is_asked_about() {
    let database = database(
        "create type note as (id int, body text); create table notes of note (primary key (id));",
    )
    .await;
    let refusal = refused(&database, "alter table notes add column x int").await;
    assert!(refusal.contains("typed table"), "{refusal}");
    let plan = decided(&database, &Request::default(), "").await;
    let help = only(&plan, codes::TYPED).help[0].clone();
    database.admin().await.batch_execute(&help).await.unwrap();
    assert_eq!(open(&decided(&database, &Request::default(), "").await), Vec::<String>::new());
}

#[tokio::test]
async fn event_triggers_are_told() {
    let database = database(
        "create table notes (id int primary key);
         create function watch() returns event_trigger language plpgsql as 'begin end';
         create event trigger watching on ddl_command_end when tag in ('ALTER TABLE') execute function watch();
         create event trigger asleep on sql_drop execute function watch();
         alter event trigger asleep disable;",
    )
    .await;
    let plan = decided(&database, &Request::default(), "").await;
    let told = found(&plan, codes::EVENT_TRIGGER);
    let [told] = told[..] else { panic!("{:#?}", plan.findings) };
    assert!(told.weight == Weight::Warning && told.title.contains("watching"), "{told:?}");
    assert!(told.facts[0].contains("ALTER TABLE"), "{told:?}");
    assert!(!plan.steps.is_empty());
}

#[tokio::test]
async fn triggers_that_the_backfill_would_set_off_are_asked_about() {
    let database = database(
        "create table teams (id int primary key, name text);
         create table notes (id int primary key, team_id int not null references teams, body text, seen int default 0);
         create function stamp() returns trigger language plpgsql as 'begin new.seen := old.seen + 1; return new; end';
         create trigger ordinary before update on notes for each row execute function stamp();
         create trigger narrow before update of body on notes for each row execute function stamp();
         create trigger always before update on notes for each row execute function stamp();
         alter table notes enable always trigger narrow, enable always trigger always;
         create table heard (id int); create rule echo as on update to notes do also insert into heard values (new.id);
         create rule loud as on update to notes do also insert into heard values (new.id);
         alter table notes enable replica rule loud;
         insert into teams values (1, 'a'); insert into notes values (1, 1, 'b');
         set session_replication_role = replica; update notes set team_id = team_id;",
    )
    .await;
    let admin = database.admin().await;
    let fired = "select seen, (select count(*)::int from heard) from notes";
    let fired = admin.query_one(fired, &[]).await.unwrap();
    assert_eq!((fired.get::<_, i32>(0), fired.get::<_, i32>(1)), (1, 1));
    let heard = "[tables.\"public.heard\"]\nclass = \"infrastructure\"\n";
    let plan = decided(&database, &split("teams"), heard).await;
    let finding = only(&plan, codes::WOKEN);
    let names: Vec<&str> = finding.facts.iter().filter_map(|it| it.split(',').next()).collect();
    assert_eq!(names, ["trigger always", "rule loud"]);
    // One organization's database is not backfilled.
    let whole = decided(&database, &Request::default(), heard).await;
    assert_eq!(found(&whole, codes::WOKEN), Vec::<&Finding>::new());
    for statement in &finding.help[..2] {
        admin.batch_execute(statement).await.unwrap();
    }
    assert_eq!(open(&decided(&database, &split("teams"), heard).await), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_of_another_database_is_refused_and_an_empty_one_is_read_back() {
    let database = database("").await;
    let plan = proposed(&database, &Request::default()).await;
    let text = plan.decisions.write(&plan.classification);
    let request = Request { decisions: Some(text.clone()), ..Request::default() };
    assert_eq!(proposed(&database, &request).await.decisions, plan.decisions);
    let other =
        text.replace(&format!("database = \"{}\"", database.name()), "database = \"another\"");
    assert_ne!(other, text);
    let request = Request { decisions: Some(other), ..Request::default() };
    let refused = super::plan(&database.admin_config(), &request, &|_| ()).await.unwrap_err();
    let AdoptError::Decisions(DecisionsError::Wrong { table, problem }) = refused else {
        panic!("{refused:?}")
    };
    assert!(table == "database" && problem.contains("another"), "{table} {problem}");
}
