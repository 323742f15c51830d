//! The four example databases, planned with the right answers.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::*;
use crate::samples::{GroundTruth, Sample};
use tenantry_adopt::shadow;
use tenantry_embedded::Binaries;
use tokio_postgres::config::Host;

/// The right answers, as a person writes them.
fn answers(truth: &GroundTruth) -> String {
    let mut text = String::new();
    for (table, truth) in &truth.tables {
        let class = serde_json::to_value(truth.class).unwrap();
        write!(text, "[tables.\"public.{table}\"]\nclass = {class}\n").unwrap();
    }
    // A view groups by this key and shows other columns.
    let grouped = "[tables.\"public.agent_content_items\"]\n";
    text.replace(grouped, &format!("{grouped}keep = [\"agent_content_items_pkey\"]\n"))
}

/// Runs a text through psql as the administrator.
#[expect(clippy::disallowed_methods, reason = "where the binaries are is the machine's")]
fn psql(database: &TestDatabase, text: &str) {
    let config = database.admin_config();
    let explicit = std::env::var_os("TENANTRY_POSTGRES_BIN").map(PathBuf::from);
    let path = std::env::var_os("PATH");
    let binaries = Binaries::find(explicit.as_deref(), path.as_deref()).unwrap();
    let Host::Unix(socket_dir) = &config.get_hosts()[0] else { panic!("no socket") };
    let mut child = Command::new(binaries.directory.join("psql"))
        .args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--file", "-"])
        .args(["--port", &config.get_ports()[0].to_string(), "--host"])
        .arg(socket_dir)
        .args(["--username", config.get_user().unwrap(), database.name()])
        .env("PGPASSWORD", String::from_utf8_lossy(config.get_password().unwrap()).as_ref())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Plans a sample, runs the plan's text, and asks the contract what still stands in the way of each table.
async fn run_as_text(sample: Sample) {
    let database = TestDatabase::create().await;
    let loaded = sample.load(&database, 1_000).await;
    let truth = GroundTruth::of(sample);
    let request = Request { logins: vec![loaded.login.clone()], ..Request::default() };
    let plan = decided(&database, &request, &answers(&truth)).await;
    assert_eq!(open(&plan), Vec::<String>::new());
    assert_eq!(plan.objections(), Vec::<String>::new());
    let sql = plan.sql();
    assert_eq!(sql, decided(&database, &request, &answers(&truth)).await.sql());
    let before = "create schema tenantry_adopt; set search_path = pg_catalog;";
    psql(&database, &format!("{before}\n{}\n{sql}", shadow::INSTALL));
    let admin = database.admin().await;
    for (table, decision) in &plan.decisions.tables {
        if decision.class != Some(tenantry_adopt::classification::Class::Tenant) {
            continue;
        }
        let ask = format!("select obstacle from tenantry.obstacles({})", table.regclass());
        let rows = admin.query(&ask, &[]).await.unwrap();
        let mut obstacles: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        obstacles.retain(|text| !text.contains("has no primary key"));
        obstacles.retain(|text| !decision.keep.iter().any(|kept| text.contains(kept.as_str())));
        assert_eq!(obstacles, Vec::<String>::new(), "{table}");
    }
}

#[tokio::test]
async fn the_text_of_insaights_plan_runs() {
    run_as_text(Sample::Insaight).await;
}

#[tokio::test]
async fn the_text_of_teamos_plan_runs() {
    run_as_text(Sample::Teamos).await;
}

#[tokio::test]
async fn the_text_of_aicos_plan_runs() {
    run_as_text(Sample::Aicos).await;
}

#[tokio::test]
async fn the_text_of_voiceforges_plan_runs() {
    run_as_text(Sample::Voiceforge).await;
}

#[tokio::test]
async fn the_samples_can_be_split_where_they_have_a_root() {
    for sample in Sample::ALL {
        let truth = GroundTruth::of(sample);
        let Some(root) = &truth.split else { continue };
        let database = TestDatabase::empty().await;
        let loaded = sample.load(&database, 1_000).await;
        let mut request = split(&root.root);
        request.logins = vec![loaded.login.clone()];
        let mut text = answers(&truth);
        for (table, truth) in &truth.tables {
            let is_own = truth.class == tenantry_adopt::classification::Class::Tenant;
            if is_own && *table != root.root {
                let heading = format!("[tables.\"public.{table}\"]\n");
                text = text.replace(&heading, &format!("{heading}orphans = \"quarantine\"\n"));
            }
        }
        let plan = decided(&database, &request, &text).await;
        assert_eq!(open(&plan), Vec::<String>::new(), "{}", sample.name());
        assert_eq!(plan.objections(), Vec::<String>::new());
        let filled = names(&plan, Phase::Backfill);
        assert_eq!(filled[0], format!("backfill {}", root.root), "{filled:#?}");
    }
}
