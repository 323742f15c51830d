//! Reports to show, made up: one that leaks in every way the formats have to tell, and one that holds. The tests of
//! the command line include this file too.

use tenantry_prove::attack::{Attack, Group};
use tenantry_prove::report::{
    Cell, Evidence, Finding, Kind, Object, Outcome, Part, Report, Severity,
};

const ENTER: &str =
    "select set_config('app.organization', '018f0c2e-0000-7000-8000-00000000000a', true);";

/// A report that holds: fifteen tables and a view, every attack stopped.
pub(crate) fn held() -> Report {
    let mut objects: Vec<Object> = TABLES.iter().map(|name| table(name)).collect();
    objects.push(view("public.content_search"));
    Report {
        format: 1,
        tenantry: "0.1.0".to_owned(),
        database: "quillworks".to_owned(),
        server: "15.18".to_owned(),
        role: "quillworks_app".to_owned(),
        started_at: "2026-03-14T09:26:53.589Z".to_owned(),
        seconds: 3.842,
        way: "by the setting app.organization, which the role can set itself".to_owned(),
        schema: "9f3c1e08".to_owned(),
        parts: vec![Part::Lint, Part::Attack, Part::Plan],
        left_out: Vec::new(),
        objects,
        findings: Vec::new(),
        remarks: vec![
            "Row security does not hide what EXPLAIN estimates, how large a table is, or that NOTIFY was sent.".to_owned(),
        ],
    }
}

/// A report with a view that leaks, a definer function that pays into foreign accounts, a unique key that reveals,
/// attacks that could not be tried, and warnings.
pub(crate) fn leaking() -> Report {
    let mut report = held();
    let search = report.objects.last_mut().unwrap();
    for (attack, rows) in [
        (Attack::Select, 1),
        (Attack::Scan, 1_204),
        (Attack::Join, 1_204),
        (Attack::Copy, 1_204),
        (Attack::Unset, 10_000),
        (Attack::Forged, 1_204),
    ] {
        set(search, attack, Outcome::Leaked { rows }, &format!("{rows} rows"));
    }
    report.objects.sort_by_key(|object| !object.leaks());
    let template = object(&mut report, "public.marketing_templates");
    set(
        template,
        Attack::Probe,
        Outcome::Revealed,
        "23505 for a slug of the other, none for a new one",
    );
    let invoices = object(&mut report, "billing.\"InvoiceLines\"");
    let why = "no row satisfies the check \"amount_matches_items\"";
    for attack in [Attack::Insert, Attack::Move, Attack::Upsert] {
        set(invoices, attack, Outcome::NotRun { why: why.to_owned() }, "");
    }
    report.objects.extend(reachable());
    report.findings = findings();
    report
}

fn object<'a>(report: &'a mut Report, name: &str) -> &'a mut Object {
    report.objects.iter_mut().find(|object| object.name == name).unwrap()
}

const TABLES: [&str; 15] = [
    "public.organizations",
    "public.projects",
    "public.crawls",
    "public.contents",
    "public.content_chunks",
    "public.agent_runs",
    "public.marketing_templates",
    "public.qa_interactions",
    "public.feedback",
    "public.usage_events",
    "public.api_keys",
    "public.memberships",
    "public.attachments",
    "billing.invoices",
    "billing.\"InvoiceLines\"",
];

fn table(name: &str) -> Object {
    let attacks = Attack::ALL.iter().filter(|attack| attack.group() != Group::Reach);
    let cells = attacks.map(|attack| tried(name, *attack)).collect();
    let belongs = if name.ends_with("organizations") { "root" } else { "organization_id" };
    Object { name: name.to_owned(), kind: Kind::Table, belongs: belongs.to_owned(), cells }
}

fn view(name: &str) -> Object {
    let mut view = Object { kind: Kind::View, belongs: "via contents".to_owned(), ..table(name) };
    for cell in &mut view.cells {
        if matches!(cell.attack.group(), Group::Write | Group::Infer) {
            let why = "nothing can be written into the view".to_owned();
            cell.outcome = Outcome::DoesNotApply { why };
            cell.sql = String::new();
        }
    }
    view
}

fn reachable() -> Vec<Object> {
    let mut all = Vec::new();
    for (name, outcome) in [
        ("public.credit_wallet(uuid, integer)", Outcome::Leaked { rows: 1 }),
        ("public.slugify(text)", Outcome::NoRows),
        ("public.search(text)", Outcome::NoRows),
        (
            "public.close_month(uuid)",
            Outcome::NotRun { why: "it calls what does not exist: pg_later.enqueue".to_owned() },
        ),
    ] {
        all.push(single(name, Kind::Function, Attack::Call, outcome));
    }
    for (name, outcome) in [
        ("public.invoice_numbers", Outcome::Revealed),
        ("public.projects_id_seq", Outcome::Refused),
    ] {
        all.push(single(name, Kind::Sequence, Attack::Count, outcome));
    }
    all
}

fn single(name: &str, kind: Kind, attack: Attack, outcome: Outcome) -> Object {
    let mut cell = tried(name, attack);
    cell.outcome = outcome;
    Object { name: name.to_owned(), kind, belongs: String::new(), cells: vec![cell] }
}

fn tried(name: &str, attack: Attack) -> Cell {
    let (outcome, got) = match attack.group() {
        Group::Write => (Outcome::Refused, "42501: new row violates row-level security policy"),
        _ => (Outcome::NoRows, "0 rows"),
    };
    Cell {
        attack,
        outcome,
        sql: format!(
            "begin;\n{ENTER}\nselect count(*) from {name} where organization_id = '018f0c2e-0000-7000-8000-00000000000b';"
        ),
        expected: "0 rows, or 42501".to_owned(),
        got: got.to_owned(),
        control: "4 rows for the organization itself".to_owned(),
    }
}

fn set(object: &mut Object, attack: Attack, outcome: Outcome, got: &str) {
    let cell = object.cells.iter_mut().find(|cell| cell.attack == attack).unwrap();
    cell.outcome = outcome;
    got.clone_into(&mut cell.got);
}

fn findings() -> Vec<Finding> {
    let mut all = vec![
        Finding {
            code: "TN0721".to_owned(),
            severity: Severity::Leak,
            part: Part::Attack,
            object: "public.content_search".to_owned(),
            title: "view content_search shows rows of other organizations".to_owned(),
            cause: "The view runs with the rights of its owner, postgres, and row security on contents does not see who asks.".to_owned(),
            fix: "alter view public.content_search set (security_invoker = true);".to_owned(),
            lock: "ACCESS EXCLUSIVE on the view, for an instant".to_owned(),
            evidence: Some(Evidence {
                attacks: vec![Attack::Select, Attack::Scan, Attack::Join, Attack::Copy, Attack::Unset, Attack::Forged],
                sql: format!("begin;\n{ENTER}\nselect count(*) from public.content_search;"),
                expected: "0 rows of the other organization".to_owned(),
                got: "1,204 rows, all of the other throwaway organization".to_owned(),
            }),
        },
        Finding {
            code: "TN0817".to_owned(),
            severity: Severity::Leak,
            part: Part::Attack,
            object: "public.credit_wallet(uuid, integer)".to_owned(),
            title: "function credit_wallet pays into the wallet of another organization".to_owned(),
            cause: "It runs with the rights of postgres and believes the organization that its caller names.".to_owned(),
            fix: "alter function public.credit_wallet(uuid, integer) security invoker;\nrevoke execute on function public.credit_wallet(uuid, integer) from public;".to_owned(),
            lock: "none that a reader or writer waits for".to_owned(),
            evidence: Some(Evidence {
                attacks: vec![Attack::Call],
                sql: format!("{ENTER}\nselect public.credit_wallet('018f0c2e-0000-7000-8000-00000000000b', 1);"),
                expected: "42501, or no row changed".to_owned(),
                got: "1 row of the other organization changed".to_owned(),
            }),
        },
        Finding {
            code: "TN0711".to_owned(),
            severity: Severity::Oracle,
            part: Part::Attack,
            object: "public.marketing_templates".to_owned(),
            title: "marketing_templates_slug_key tells whether another organization uses a slug".to_owned(),
            cause: "The key spans all organizations, so a value of another one is refused as a duplicate.".to_owned(),
            fix: "decide: where a slug need not be unique across organizations, put organization_id in front of it".to_owned(),
            lock: "SHARE UPDATE EXCLUSIVE while the new index is built concurrently".to_owned(),
            evidence: Some(Evidence {
                attacks: vec![Attack::Probe],
                sql: format!("{ENTER}\ninsert into public.marketing_templates (slug) values ('launch');"),
                expected: "the same answer as for a slug that nobody has".to_owned(),
                got: "23505 for a slug of the other, none for a new one".to_owned(),
            }),
        },
    ];
    all.extend(
        [
            "public.usage_events",
            "public.feedback",
            "public.agent_runs",
            "public.crawls",
            "public.attachments",
        ]
        .map(warning),
    );
    all
}

fn warning(table: &str) -> Finding {
    Finding {
        code: "TN0901".to_owned(),
        severity: Severity::Warning,
        part: Part::Plan,
        object: table.to_owned(),
        title: format!("a page of {table} is found by reading the whole table"),
        cause: "No index begins with organization_id.".to_owned(),
        fix: format!("create index concurrently on {table} (organization_id, id);"),
        lock: "SHARE UPDATE EXCLUSIVE while it is built; writers go on".to_owned(),
        evidence: None,
    }
}
