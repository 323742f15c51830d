//! What a run leaves behind, what its report tells, and whether the reference shows the statements that are really sent.

use tenantry_core::Clock;
use tenantry_prove::attack::Attack;
use tenantry_prove::catalogue::CATALOGUE;
use tenantry_prove::report::{Deny, Kind, Part, Report, html, json, junit};
use tenantry_prove::rule::FORMS;
use tenantry_prove::{Options, prove};
use tenantry_testkit::TestDatabase;

/// Everything that the tables hold, and where the sequences are.
const STATE: &str = "select md5(string_agg(line, '|' order by line)) || ' ' || (select last_value from ledger_id_seq) from (
    select r::text as line from organizations r union all select r::text from projects r
    union all select r::text from notes r union all select r::text from ledger r) as lines";

async fn database() -> TestDatabase {
    let database = TestDatabase::empty().await;
    let sql = include_str!("traces/database.sql")
        .replace("{app}", &role(&database))
        .replace("{database}", database.name());
    database.admin().await.batch_execute(&sql).await.unwrap();
    database
}

fn role(database: &TestDatabase) -> String {
    format!("{}_app", database.name())
}

async fn run(database: &TestDatabase) -> Report {
    let options = Options { role: Some(role(database)), ..Options::default() };
    Box::pin(prove(&database.admin_config(), &options, &Clock::system(), &|_| {})).await.unwrap()
}

#[tokio::test]
async fn a_run_leaves_every_row_as_it_was_and_its_report_tells_none() {
    let database = database().await;
    let admin = database.admin().await;
    let state = async || -> String { admin.query_one(STATE, &[]).await.unwrap().get(0) };
    let number = async || -> i64 {
        admin.query_one("select last_value from notes_number_seq", &[]).await.unwrap().get(0)
    };
    let (before, drawn) = (state().await, number().await);
    let report = run(&database).await;
    assert!(report.totals().leaked > 0, "the view shows everybody's titles");
    assert_eq!(state().await, before);
    assert!(number().await > drawn, "a default that draws a number is not rolled back");
    let told = [json(&report), html(&report), junit(&report, Deny::default())];
    for text in told {
        assert!(!text.contains("squirrel"), "{text}");
    }
}

/// The last statement of a cell without its values.
fn bare(sql: &str) -> String {
    let mut out = String::new();
    let mut is_text = false;
    for letter in sql.lines().last().unwrap_or_default().trim_end_matches(';').chars() {
        match letter {
            '\'' if !is_text && out.ends_with('?') => is_text = true,
            '\'' if !is_text => {
                out.push('?');
                is_text = true;
            }
            '\'' => is_text = false,
            _ if is_text => {}
            _ => out.push(letter),
        }
    }
    out.replace(" or strpos(line, ?) > 0", "")
}

#[tokio::test]
async fn the_reference_shows_the_statements_that_are_sent() {
    let database = database().await;
    let held = run(&database).await;
    let open = format!(
        "alter table notes disable row level security; revoke select on notes_number_seq from {0}; grant usage on notes_number_seq to {0}",
        role(&database)
    );
    database.admin().await.batch_execute(&open).await.unwrap();
    let open = run(&database).await;
    let mut compared = std::collections::BTreeSet::new();
    let objects = held.objects.iter().chain(&open.objects);
    let wanted = objects.filter(|object| match object.kind {
        Kind::Table => object.name == "public.notes",
        Kind::Function | Kind::Sequence => !object.name.contains("asked("),
        _ => false,
    });
    for object in wanted {
        for cell in object.cells.iter().filter(|cell| !cell.sql.is_empty()) {
            let sent = bare(&cell.sql);
            let mut forms = FORMS.iter().filter(|form| form.attack == cell.attack);
            let is_shown =
                forms.any(|form| bare(form.sql) == sent) || object.name.contains("ledger");
            assert!(is_shown, "{} on {} is not in the reference: {sent}", cell.attack, object.name);
            compared.insert(cell.attack);
        }
    }
    let sealed = [Attack::Expired, Attack::Replayed];
    let all: std::collections::BTreeSet<_> =
        Attack::ALL.into_iter().filter(|attack| !sealed.contains(attack)).collect();
    assert_eq!(compared, all);
}

/// What mutants are killed by, the catalogue says of their row.
#[test]
fn the_catalogue_names_what_kills_the_mutants() {
    for mutant in crate::mutants::all() {
        let row = CATALOGUE.iter().find(|row| row.number == mutant.row).unwrap();
        let code = |word: &'static str| {
            let attack = Attack::ALL.iter().find(|attack| attack.name() == word);
            attack.map_or(word, |attack| attack.code())
        };
        let is_named = mutant
            .expected
            .iter()
            .any(|word| row.codes.iter().any(|it| it.starts_with(code(word))));
        assert!(is_named, "{}: {:?}", mutant.name, mutant.expected);
    }
}

/// The plans tell an index that is missing from a policy that cannot use one.
#[tokio::test]
async fn a_missing_index_and_a_policy_that_uses_none_are_told_apart() {
    let database = database().await;
    let admin = database.admin().await;
    let plans = async || -> Vec<(String, String)> {
        let report = run(&database).await;
        let plans = report.findings.into_iter().filter(|finding| finding.part == Part::Plan);
        plans.map(|finding| (finding.code, finding.object)).collect()
    };
    let of = |code: &str, names: &[&str]| -> Vec<(String, String)> {
        names.iter().map(|name| (code.to_owned(), format!("public.{name}"))).collect()
    };
    assert_eq!(plans().await, of("TN0902", &["ledger", "notes", "projects"]));
    let indexes = "create index on ledger (organization_id); create index on notes (organization_id); create index on projects (organization_id)";
    admin.batch_execute(indexes).await.unwrap();
    assert_eq!(plans().await, []);
    let slow = "create policy either on notes as restrictive using (organization_id in (select id from organizations)); drop policy organization on notes; create policy organization on notes using (true)";
    admin.batch_execute(slow).await.unwrap();
    assert_eq!(plans().await, of("TN0901", &["notes"]));
    admin.batch_execute("alter table ledger disable row level security").await.unwrap();
    assert_eq!(plans().await, of("TN0901", &["notes"]));
}
