//! `tenantry adopt plan --merge`: three databases whose rows have the same ids become three organizations of one, from the
//! command line to what a tenant sees.

use std::process::Command;

use serde_json::Value;

use crate::adopt_ground::{Adopted, Ground};
use crate::harness::psql;

const SCHEMA: &str = "
    create table users (id int generated always as identity primary key, email text not null unique, name text not null);
    create table projects (id int generated always as identity primary key, owner int not null references users, name text not null unique);
    create table tasks (id int generated always as identity primary key, project int not null references projects on delete cascade, title text not null);
    create table countries (code text primary key, name text not null);";
const ANSWERS: &str = "[tables.\"public.users\"]\nclass = \"tenant\"\n\n[tables.\"public.projects\"]\nclass = \"tenant\"\n\n\
    [tables.\"public.tasks\"]\nclass = \"tenant\"\n\n[tables.\"public.countries\"]\nclass = \"shared\"\n";
const LOGIN: &str = "plans_app";

/// One of the databases: the ids are the same in each, and so are some of the names.
fn database<'a>(ground: &'a Ground, name: &str, tasks: u32) -> Adopted<'a> {
    let rows = format!(
        "insert into users (email, name) select '{name}' || n || '@example.com', 'Person ' || n from generate_series(1, 3) n;
         insert into projects (owner, name) select n, 'Project ' || n from generate_series(1, 3) n;
         insert into tasks (project, title) select 1 + n % 3, '{name} ' || n from generate_series(1, {tasks}) n;
         insert into countries values ('DE', 'Germany'), ('{code}', 'Land of {name}')",
        code = &name[..2]
    );
    ground.database(name, LOGIN, &[SCHEMA, &rows])
}

/// What the request path's login sees with a seal of an organization.
fn seen(adopted: &Adopted<'_>, organization: &str, question: &str) -> String {
    let sealed = format!(
        "with said as (select 'v1.' || kid || '.{organization}.usr:00000000-0000-7000-8000-000000000009.owner.' \
                || (extract(epoch from now())::bigint + 60) || '.0.1' as payload, inner_pad, outer_pad \
           from tenantry_private.context_keys where retired_at is null limit 1) \
         select payload || '.' || encode(sha256(outer_pad || sha256(inner_pad || convert_to( \
                'tenantry.context.v1' || chr(10) || current_database() || chr(10) || payload, 'UTF8'))), 'hex') from said"
    );
    let seal = adopted.sql(&sealed);
    let connected = adopted.adopt(&["connect", "--out", "-", "--json"]).ends_with(0);
    let environment: Value = serde_json::from_str(&connected.stdout).unwrap();
    let address = environment["DATABASE_URL"].as_str().unwrap();
    let output = Command::new(psql())
        .args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", address, "-c"])
        .arg(format!("set tenantry.context = '{seal}'; {question}"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn three_databases_with_equal_ids_become_three_organizations_of_one() {
    let ground = Ground::new();
    let adopted = database(&ground, "alpha", 30);
    let others = [database(&ground, "beta", 40), database(&ground, "gamma", 50)];
    let own_tasks =
        "select string_agg(id || ':' || project || ':' || title, ',' order by id) from tasks";
    let theirs: Vec<String> = others.iter().map(|other| other.sql(own_tasks)).collect();
    let addresses: Vec<String> =
        others.iter().map(|other| ground.sandbox.address(&other.name, true)).collect();
    // A plan holds no password: it is given when the work is done.
    let (addresses, password) = without_passwords(&addresses);
    let plan = adopted.plan_with(
        ANSWERS,
        &["--login", LOGIN, "--merge", &addresses],
        &[("PGPASSWORD", &password)],
    );
    let text = std::fs::read_to_string(ground.sandbox.path().join(&plan)).unwrap();
    assert!(text.contains("mode = \"merge\"") && !text.contains(&password), "{text}");

    let apply = ["apply", "--enforce", "--accept-denials", "--yes", "--json", "--plan", &plan];
    let done = adopted.adopt_with(&apply, &[("PGPASSWORD", &password)]).ends_with(0);
    let last: Value = serde_json::from_str(done.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["status"]["state"], "enforced");
    assert_eq!(last["report"]["verdict"], "held", "{}", last["report"]);

    let organizations = adopted
        .sql("select name || '=' || organization_id from tenantry.organizations order by name");
    let organizations: Vec<(&str, &str)> =
        organizations.lines().map(|line| line.split_once('=').unwrap()).collect();
    assert_eq!(organizations.len(), 3, "{organizations:?}");
    assert_eq!(adopted.sql("select count(*) from tasks"), "120");
    assert_eq!(
        adopted.sql("select string_agg(code, ',' order by code) from countries"),
        "DE,al,be,ga"
    );
    let id = |name: &str| {
        let found = organizations.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| panic!("{name} in {organizations:?}")).1
    };
    assert_eq!(seen(&adopted, id("beta"), own_tasks), theirs[0]);
    assert_eq!(seen(&adopted, id("gamma"), own_tasks), theirs[1]);
    let names = "select count(*) || ' ' || min(title) from tasks where id = 1";
    assert_eq!(seen(&adopted, id("alpha"), names), "1 alpha 1");
    // The next id is in none of them, and a row without an organization is nobody's.
    let insert = "insert into tasks (project, title) values (1, 'new') returning id";
    assert_eq!(seen(&adopted, id("alpha"), insert), "51");
    assert_eq!(seen(&adopted, id("beta"), "select count(*) from tasks where title = 'new'"), "0");
    adopted.assert_clean();
}

/// The addresses as the command line takes them, and the password that they share.
fn without_passwords(addresses: &[String]) -> (String, String) {
    let part = |address: &String| {
        let (login, place) = address.split_once('@').unwrap();
        let (user, password) = login.rsplit_once(':').unwrap();
        (format!("{user}@{place}"), password.to_owned())
    };
    let parts: Vec<(String, String)> = addresses.iter().map(part).collect();
    let plain: Vec<&str> = parts.iter().map(|(address, _)| address.as_str()).collect();
    (plain.join(","), parts[0].1.clone())
}

/// Ctrl-C between two databases: the one that is loaded stays, and the other one is loaded by the next command.
#[test]
fn a_merge_that_is_stopped_between_two_databases_loads_the_rest_when_it_goes_on() {
    let ground = Ground::new();
    let adopted = database(&ground, "alpha", 30);
    let others = [database(&ground, "beta", 40_000), database(&ground, "gamma", 50)];
    let addresses: Vec<String> =
        others.iter().map(|other| ground.sandbox.address(&other.name, true)).collect();
    let (addresses, password) = without_passwords(&addresses);
    let secret = [("PGPASSWORD", password.as_str())];
    let plan = adopted.plan_with(ANSWERS, &["--login", LOGIN, "--merge", &addresses], &secret);
    let apply = ["apply", "--enforce", "--accept-denials", "--yes", "--plan", &plan];
    let child = adopted.begin_with(&apply, &secret);
    // The first of them is seen in pg_stat_activity while it is read.
    let reading = "select count(*) from pg_stat_activity where datname = 'beta'";
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(90);
    while adopted.sql(reading) == "0" {
        assert!(std::time::Instant::now() < deadline, "nothing is merged");
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    let ran: crate::harness::Ran = child.wait_with_output().unwrap().into();
    ran.ends_with(130);
    assert_eq!(adopted.sql("select count(*) from tenantry_adopt.sources"), "1");

    adopted.adopt_with(&apply, &secret).ends_with(0);
    assert_eq!(adopted.sql("select count(*) from tenantry_adopt.sources"), "2");
    assert_eq!(adopted.sql("select count(*) from tasks"), "40080");
    assert_eq!(adopted.state(), "enforced prove");
    adopted.assert_clean();
}
