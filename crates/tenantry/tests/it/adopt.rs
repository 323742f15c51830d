//! `tenantry adopt` from the first look to the last step, on a database of an application that knows nothing of it.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::Value;

use crate::harness::{Ran, Sandbox};
use crate::server::Server;

const APPLICATION: &str = "
    create role clipper_app login;
    create table projects (id bigint generated always as identity primary key, name text not null unique);
    create table crawls (id bigint generated always as identity primary key,
                         project_id bigint not null references projects on delete cascade, url text not null);
    create table countries (code text primary key, name text not null);
    grant select, insert, update, delete on all tables in schema public to clipper_app;
    insert into projects (name) select 'project ' || i from generate_series(1, 20) i;
    insert into crawls (project_id, url) select 1 + i % 20, 'https://example.com/' || i from generate_series(1, 400) i;
    insert into countries values ('DE', 'Germany'), ('BR', 'Brazil');";
const ANSWERS: &str = "[tables.\"public.projects\"]\nclass = \"tenant\"\n\n[tables.\"public.crawls\"]\nclass = \"tenant\"\n\n\
                       [tables.\"public.countries\"]\nclass = \"shared\"\n";

/// A cluster with the application's database in it.
struct Place {
    sandbox: Sandbox,
    address: String,
    _server: Server,
}

impl Place {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let server = Server::start(&sandbox, &[]);
        sandbox.sql("postgres", "create database clipper");
        sandbox.sql("clipper", APPLICATION);
        sandbox.write("answers.toml", ANSWERS);
        let address = sandbox.address("clipper", true);
        Self { sandbox, address, _server: server }
    }

    fn adopt(&self, arguments: &[&str]) -> Ran {
        let arguments = [&["adopt"], arguments].concat();
        let variables = [("DATABASE_URL", self.address.as_str()), ("COLUMNS", "120")];
        self.sandbox.run_with(&arguments, &variables)
    }

    fn plan(&self) {
        let ran = self
            .adopt(&["plan", "--answers", "answers.toml", "--login", "clipper_app"])
            .ends_with(0);
        assert!(ran.stdout.contains("Review it, then:  tenantry adopt apply"), "{}", ran.stdout);
    }

    fn sql(&self, statement: &str) -> String {
        self.sandbox.sql("clipper", statement)
    }

    fn status(&self) -> Value {
        let ran = self.adopt(&["status", "--json"]).ends_with(0);
        serde_json::from_str(&ran.stdout).unwrap()
    }
}

#[test]
fn an_application_is_adopted_connected_enforced_and_given_back() {
    // RE-2
    let place = Place::new();
    let columns = "select string_agg(table_name || '.' || column_name, ',' order by 1) from information_schema.columns where table_schema = 'public'";
    let before = place.sql(columns);
    place.plan();
    assert_eq!(place.sql(columns), before, "planning changes nothing");

    let refused = place.adopt(&["apply"]).ends_with(4);
    refused.complains(&["TN1113", "tenantry adopt apply --yes", "Nothing was changed."]);
    let done = place.adopt(&["apply", "--yes"]).ends_with(0);
    for part in ["nothing is enforced on its old logins", "tenantry adopt connect", "5 shadow"] {
        assert!(done.stdout.contains(part), "{part} in {}", done.stdout);
    }
    let status = place.status();
    assert_eq!((&status["state"], &status["phase"]), (&"shadow".into(), &"shadow".into()));
    place
        .sql("set role clipper_app; insert into projects (name) values ('one that knows nothing')");
    let nobodys = place.sql("select count(*) from projects where organization_id is null");
    assert_eq!(nobodys, "0");

    connected(&place);

    let done =
        place.adopt(&["apply", "--enforce", "--accept-denials", "--yes", "--json"]).ends_with(0);
    let lines: Vec<Value> =
        done.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.last().unwrap();
    assert_eq!((&last["event"], &last["status"]["state"]), (&"outcome".into(), &"enforced".into()));
    assert_eq!(last["report"]["verdict"], "held");
    assert!(
        lines
            .iter()
            .any(|line| line["event"] == "phase-done" && line["progress"]["phase"] == "prove")
    );

    let refused = place.adopt(&["rollback"]).ends_with(4);
    assert!(
        refused.stdout.contains("Rolling back to the state before adopt"),
        "{}",
        refused.stdout
    );
    refused.complains(&["TN1113", "Nothing was changed."]);
    let done = place.adopt(&["rollback", "--yes"]).ends_with(0);
    assert!(done.stdout.contains("plus your application's writes"), "{}", done.stdout);
    assert_eq!(place.sql(columns), before);
    assert_eq!(
        place.sql("select count(*) from projects"),
        "21",
        "what was written meanwhile stays"
    );
    place.adopt(&["status"]).ends_with(4).complains(&["TN1107"]);
}

/// The environment that is written lets an application in, and nobody else read it.
fn connected(place: &Place) {
    let ran = place.adopt(&["connect"]).ends_with(0);
    assert!(ran.stdout.contains("The login was tried, and works."), "{}", ran.stdout);
    let path = place.sandbox.data_dir().join("clipper.env");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.unwrap().trim_matches('\'').to_owned()
    };
    assert_eq!(value("TENANTRY_DATABASE"), "clipper");
    let key = value("TENANTRY_CONTEXT_KEY");
    let (kid, secret) = key.split_once(':').unwrap();
    assert_eq!((kid.len(), secret.len()), (16, 64));
    assert!(!ran.stdout.contains(secret), "a secret is not shown: {}", ran.stdout);
    let seen = Command::new(crate::harness::psql())
        .args([
            "-XAtq",
            "-d",
            &value("DATABASE_URL"),
            "-c",
            "select current_user, count(*) from projects",
        ])
        .output()
        .unwrap();
    let seen = String::from_utf8_lossy(&seen.stdout).trim().to_owned();
    assert_eq!(seen, "tenantry_app|0", "without a seal the new login sees nothing");
}

#[test]
fn finishing_is_asked_for_and_nothing_goes_back_from_there() {
    let place = Place::new();
    place.plan();
    place.adopt(&["apply", "--yes"]).ends_with(0);
    place.adopt(&["finish", "--yes"]).ends_with(4).complains(&["TN1108", "adopt apply --enforce"]);
    place.adopt(&["resume", "--enforce", "--accept-denials", "--yes"]).ends_with(0);
    place.adopt(&["finish"]).ends_with(4).complains(&["TN1113"]);
    let done = place.adopt(&["finish", "--yes"]).ends_with(0);
    assert!(done.stdout.contains("nothing of the old way is left"), "{}", done.stdout);
    place.adopt(&["rollback", "--yes"]).ends_with(4).complains(&["TN1109", "Nothing was changed."]);
}

#[test]
fn a_plan_that_somebody_edited_is_kept_and_read() {
    let place = Place::new();
    let path = place.sandbox.path().join("tenantry.plan.toml");
    place.plan();
    let written = std::fs::read_to_string(&path).unwrap();
    place.plan();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        written,
        "the same plan twice is the same file"
    );
    place.adopt(&["plan", "--answers", "answers.toml", "--exit-code"]).ends_with(3);

    let edited = written.replace("class = \"shared\"", "class = \"tenant\"");
    assert_ne!(edited, written);
    std::fs::write(&path, &edited).unwrap();
    let ran = place.adopt(&["plan"]).ends_with(0);
    assert!(ran.stdout.contains("is as you edited it"), "{}", ran.stdout);
    assert!(ran.stdout.contains("3 tenant"), "{}", ran.stdout);
    let refused = place.adopt(&["plan", "--answers", "answers.toml"]).ends_with(4);
    refused.complains(&["TN1103", "--force", "--out FILE"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), edited);
    let ran =
        place.adopt(&["plan", "--diff", "--answers", "answers.toml", "--exit-code"]).ends_with(3);
    assert!(ran.stdout.contains("  ~ countries: tenant → shared\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\u{1b}') && !ran.stdout.contains("u{1b}"), "{}", ran.stdout);

    place.sql("create table invoices (id int primary key)");
    place.adopt(&["apply", "--yes"]).ends_with(4).complains(&[
        "TN1104",
        "invoices",
        "Nothing was changed.",
    ]);
    place.adopt(&["plan"]).ends_with(4).complains(&["TN1104", "--force"]);
    place.adopt(&["plan", "--force", "--answers", "answers.toml"]).ends_with(0);
    assert!(std::fs::read_to_string(&path).unwrap().contains("invoices"));
}

#[test]
fn a_plan_made_again_is_for_the_same_organization_and_logins() {
    let place = Place::new();
    let path = place.sandbox.path().join("tenantry.plan.toml");
    let first = ["plan", "--name", "Acme", "--root", "projects", "--login", "clipper_app"];
    place.adopt(&first).ends_with(0);
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written.contains("Acme") && written.contains("split"), "{written}");
    place.adopt(&["plan"]).ends_with(0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), written);
    let same = place.adopt(&["plan", "--diff", "--exit-code"]).ends_with(0);
    assert!(same.stdout.contains("says what"), "{}", same.stdout);
    place.adopt(&["plan", "--force"]).ends_with(0);
    let fresh = std::fs::read_to_string(&path).unwrap();
    assert!(!fresh.contains("Acme"), "--force begins from nothing: {fresh}");
}

#[test]
fn a_run_that_stops_on_its_way_says_what_is_done_and_what_to_do() {
    // RE-3
    let place = Place::new();
    place.plan();
    place.adopt(&["apply", "--until", "expand", "--yes"]).ends_with(0);
    place.sql("create table invoices (id int primary key)");
    place.adopt(&["resume", "--yes"]).ends_with(4).complains(&[
        "TN1104",
        "invoices",
        "tenantry adopt rollback",
        "This command changed nothing. Done before: prepare and expand.",
    ]);
    place.sql("drop table invoices");
    place.adopt(&["resume", "--yes"]).ends_with(0);
}

#[test]
fn who_is_not_bound_and_what_keeps_copies_is_named_at_the_end() {
    // SC-3
    let place = Place::new();
    place.sql(
        "create role clipper_root login superuser;
         create materialized view crawl_counts as select project_id, count(*) from crawls group by 1;
         create materialized view country_codes as select code from countries;
         grant select on crawl_counts, country_codes to clipper_app;",
    );
    let both = "clipper_app,clipper_root";
    let asked = place.adopt(&["plan", "--answers", "answers.toml", "--login", both, "--exit-code"]);
    assert!(asked.ends_with(3).stdout.contains("clipper_root"), "nothing binds a superuser");
    let login = "clipper_app";
    place.adopt(&["plan", "--answers", "answers.toml", "--login", login, "--force"]).ends_with(0);
    let done = place.adopt(&["apply", "--enforce", "--accept-denials", "--yes"]).ends_with(0);
    for part in [
        "a request has to come with a context",
        "TN1109",
        "Old logins can read crawl_counts:",
        "docs/guides/connect-your-application.md",
    ] {
        assert!(done.stdout.contains(part), "{part} in {}", done.stdout);
    }
    let status = place.status();
    assert_eq!(status["unbound"], serde_json::json!([]), "clipper_root is not connected");
    assert_eq!(status["copies"], serde_json::json!(["public.crawl_counts"]));
}

#[test]
fn what_is_planned_can_be_had_as_statements_as_toml_and_as_json() {
    let place = Place::new();
    let plan =
        |more: &[&str]| place.adopt(&[&["plan", "--answers", "answers.toml"], more].concat());
    let sql = plan(&["--sql"]).ends_with(0).stdout;
    assert!(sql.contains("add column") && sql.contains("ACCESS EXCLUSIVE"), "{sql}");
    assert!(!place.sandbox.path().join("tenantry.plan.toml").exists(), "--sql writes nothing");
    let toml = plan(&["--out", "-"]).ends_with(0).stdout;
    assert!(toml.contains("[tables.\"public.crawls\"]"), "{toml}");
    let json: Value = serde_json::from_str(&plan(&["--json"]).ends_with(0).stdout).unwrap();
    assert_eq!(json["is_open"], false);
    assert!(json["estimate"]["time_ms"].is_number(), "{}", json["estimate"]);
    assert!(json["hash"].as_str().unwrap().len() >= 12);
    plan(&["--out", "-", "--json"]).ends_with(2).complains(&["over each other"]);
    plan(&["--out", "absent/plan.toml"]).ends_with(2).complains(&["TN1114"]);
}

#[test]
fn a_file_that_is_no_plan_is_refused_before_a_database_is_asked() {
    let sandbox = Sandbox::new();
    let nowhere = ("DATABASE_URL", "postgres://127.0.0.1:1/x");
    let run = |arguments: &[&str]| sandbox.run_with(arguments, &[nowhere]);
    std::fs::create_dir(sandbox.path().join("folder")).unwrap();
    sandbox.write("broken.toml", "format = 1\n\n[tables\n");
    sandbox.write("empty.toml", "# nothing\n");
    for (file, part) in [
        ("absent.toml", "there is no such file"),
        ("folder", "it is a directory"),
        ("broken.toml", "is not TOML, line 3"),
        ("empty.toml", "says nothing"),
    ] {
        run(&["adopt", "plan", "--answers", file]).ends_with(2).complains(&["TN1101", part]);
    }
    run(&["adopt", "plan", "--out", "folder"]).ends_with(2).complains(&["TN1101", "directory"]);
    run(&["adopt", "plan"]).ends_with(6).complains(&["TN0501", "Nothing was changed."]);
}

#[test]
fn a_command_line_of_adopt_that_is_not_understood_says_what_would_be() {
    // SC-3
    let sandbox = Sandbox::new();
    for command in ["plan", "apply", "status", "pause", "resume", "rollback", "finish", "connect"] {
        let ran = sandbox.run(&["adopt", command]).ends_with(2);
        ran.complains(&["no database was named to adopt", "DATABASE_URL", "Nothing was changed."]);
    }
    let adopt = |arguments: &[&str]| sandbox.run(&[&["adopt"], arguments].concat()).ends_with(2);
    adopt(&["aply"]).complains(&["did you mean  apply ?"]);
    adopt(&["apply", "--until", "finish"]).complains(&["prepare, expand, backfill"]);
    adopt(&["apply", "--batch-time", "0"]).complains(&["from 1 to 60000"]);
    adopt(&["apply", "--until", "shadow", "--enforce"]);
    adopt(&["plan", "--mode", "half"]).complains(&["whole, split, merge"]);
    adopt(&["plan", "--database", "hunter2 is no address"]).complains(&["TN0305"]);
    let ran =
        adopt(&["plan", "--database", "postgres://h/d", "--merge", "postgres://a:hunter2@h/e"]);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
    ran.complains(&["it holds a password", "PGPASSWORD"]);
    assert!(!sandbox.data_dir().exists(), "nothing was made");
}
