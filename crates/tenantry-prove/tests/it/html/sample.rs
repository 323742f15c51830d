//! Reports to write: one that leaks, one that holds, one that holds in part, one as large as they come, one of a
//! database that means harm. They are made by hand, so that every outcome and every part of the page is in one.

use tenantry_prove::attack::{Attack, Group};
use tenantry_prove::report::{
    Cell, Evidence, Finding, Kind, Object, Outcome, Part, Report, Severity,
};

/// A report of nothing yet.
pub(crate) fn empty() -> Report {
    Report {
        format: 1,
        tenantry: "0.1.0".into(),
        database: "quillworks".into(),
        server: "16.10".into(),
        role: "quillworks_app".into(),
        started_at: "2026-11-22T10:04:25.120Z".into(),
        seconds: 3.84,
        way: "a sealed context, made for this connection and good for 60 seconds".into(),
        schema: "9f3c1e".into(),
        parts: vec![Part::Lint, Part::Attack, Part::Plan],
        left_out: Vec::new(),
        objects: Vec::new(),
        findings: Vec::new(),
        remarks: vec!["The login of the application may become no other role.".into()],
    }
}

/// One view leaks, one table reveals, one cell could not be tried.
pub(crate) fn leaking() -> Report {
    let mut report = empty();
    report.objects = vec![view("public.content_search"), revealing("public.marketing_templates")];
    for (name, belongs) in TABLES {
        report.objects.push(held(name, belongs));
    }
    let why = "the generated column embedding has no value that passes its check";
    outcome(&mut report.objects[7], Attack::Copy, Outcome::NotRun { why: why.into() });
    report.objects.extend([
        reached(
            "public.credit(organization uuid, amount numeric)",
            Kind::Function,
            Outcome::Refused,
        ),
        reached("public.touch_updated_at()", Kind::Function, Outcome::NoRows),
        reached("public.invoice_number_seq", Kind::Sequence, Outcome::Revealed),
    ]);
    report.findings = vec![definer_view(), global_unique(), sequential_scan()];
    report
}

/// Everything held.
pub(crate) fn clean() -> Report {
    let mut report = empty();
    report.objects = TABLES.iter().map(|(name, belongs)| held(name, belongs)).collect();
    report
}

/// What was tried held, and three attacks could not be tried.
pub(crate) fn held_in_part() -> Report {
    let mut report = clean();
    let why = "no row of public.crawls could be made: the domain url_text accepts none of the values tried";
    for attack in [Attack::Insert, Attack::Upsert] {
        outcome(&mut report.objects[3], attack, Outcome::NotRun { why: why.into() });
    }
    let why = "the server lets nobody open a second connection";
    outcome(&mut report.objects[0], Attack::Stale, Outcome::NotRun { why: why.into() });
    report.findings = vec![sequential_scan()];
    report
}

/// As large as they come: three hundred objects, every thirtieth leaks.
pub(crate) fn large() -> Report {
    let mut report = empty();
    for number in 0..300 {
        let name = format!("tenant_data.table_number_{number}_of_a_rather_large_database");
        report.objects.push(if number % 30 == 0 {
            view(&name)
        } else {
            held(&name, "organization_id")
        });
    }
    report
}

/// Text that would do something if it were markup, were it not read as text.
pub(crate) const HOSTILE: [&str; 6] = [
    "</script><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)\" x=\"",
    "' onfocus='alert(1)",
    "safe\u{202e}evil\u{202c}\u{2066}\u{200b}",
    "<style>*{display:none}</style><!-- ]]> &lt; &#x3c;",
    "\r\n\u{0}\u{1}\u{85}]]>\u{feff}",
];

/// Hostile text wherever a report has text.
pub(crate) fn hostile() -> Report {
    let text = |number: usize| HOSTILE[number % HOSTILE.len()].to_owned();
    let mut report = leaking();
    let report_texts = [
        &mut report.tenantry,
        &mut report.database,
        &mut report.server,
        &mut report.role,
        &mut report.started_at,
        &mut report.way,
        &mut report.schema,
    ];
    for (number, field) in report_texts.into_iter().enumerate() {
        *field = text(number);
    }
    report.remarks = HOSTILE.map(str::to_owned).to_vec();
    for (number, object) in report.objects.iter_mut().enumerate() {
        object.name = text(number);
        object.belongs = text(number + 1);
        for cell in &mut object.cells {
            for field in [&mut cell.sql, &mut cell.expected, &mut cell.got, &mut cell.control] {
                *field = text(number);
            }
            if let Outcome::NotRun { why } | Outcome::DoesNotApply { why } = &mut cell.outcome {
                *why = text(number);
            }
        }
    }
    for (number, finding) in report.findings.iter_mut().enumerate() {
        let Finding { code, object, title, cause, fix, lock, evidence, .. } = finding;
        for field in [code, object, title, cause, fix, lock] {
            *field = text(number);
        }
        if let Some(Evidence { sql, expected, got, .. }) = evidence {
            [sql, expected, got].into_iter().for_each(|field| *field = text(number + 3));
        }
    }
    report
}

const TABLES: [(&str, &str); 14] = [
    ("public.organizations", "root"),
    ("public.projects", "organization_id"),
    ("public.memberships", "organization_id"),
    ("public.crawls", "organization_id"),
    ("public.contents", "via crawls"),
    ("public.content_chunks", "via contents"),
    ("public.agent_runs", "via projects"),
    ("public.qa_interactions", "via agent_runs"),
    ("public.documents", "via projects"),
    ("public.invitations", "organization_id"),
    ("public.api_keys", "organization_id"),
    ("public.usage_metrics", "organization_id"),
    ("public.audit_log", "organization_id"),
    ("public.a_table_whose_name_has_every_character_that_a_name_can_have_all", "organization_id"),
];

/// A table on which every attack was stopped.
pub(crate) fn held(name: &str, belongs: &str) -> Object {
    let attacks = Attack::ALL.into_iter().filter(|attack| attack.group() != Group::Reach);
    let cells = attacks.map(|attack| held_cell(name, attack)).collect();
    Object { name: name.into(), kind: Kind::Table, belongs: belongs.into(), cells }
}

fn held_cell(name: &str, attack: Attack) -> Cell {
    let is_refused = matches!(
        attack,
        Attack::Insert
            | Attack::Move
            | Attack::Upsert
            | Attack::Reference
            | Attack::Forged
            | Attack::Expired
            | Attack::Replayed
    );
    let (outcome, got) = if is_refused {
        (Outcome::Refused, "42501: new row violates row-level security policy")
    } else {
        (Outcome::NoRows, "0 rows")
    };
    Cell {
        attack,
        outcome,
        sql: format!(
            "begin;\nset local role quillworks_app;\n-- entered as organization A\nselect count(*) from {name} where id = '0192f0c1-0000-7000-8000-00000000000b';\nrollback;"
        ),
        expected: "0 rows, or 42501".into(),
        got: got.into(),
        control: "its own organization gets 1 row".into(),
    }
}

fn view(name: &str) -> Object {
    let mut object = held(name, "via contents");
    object.kind = Kind::View;
    for cell in &mut object.cells {
        cell.outcome = match cell.attack.group() {
            Group::Read | Group::Context => {
                let rows = if cell.attack == Attack::Select { 1 } else { 1_204 };
                Outcome::Leaked { rows: if cell.attack == Attack::Unset { 48_000 } else { rows } }
            }
            Group::Write | Group::Infer | Group::Reach => {
                Outcome::DoesNotApply { why: "nothing can be written through this view".into() }
            }
        };
        if matches!(cell.outcome, Outcome::DoesNotApply { .. }) {
            [&mut cell.sql, &mut cell.expected, &mut cell.got, &mut cell.control]
                .into_iter()
                .for_each(String::clear);
        } else {
            cell.got = "1,204 rows, all of the other throwaway organization".into();
        }
    }
    object
}

fn revealing(name: &str) -> Object {
    let mut object = held(name, "organization_id");
    outcome(&mut object, Attack::Probe, Outcome::Revealed);
    object
}

fn reached(name: &str, kind: Kind, outcome: Outcome) -> Object {
    let attack = if kind == Kind::Sequence { Attack::Count } else { Attack::Call };
    let cells = vec![Cell { outcome, ..held_cell(name, attack) }];
    Object { name: name.into(), kind, belongs: String::new(), cells }
}

fn outcome(object: &mut Object, attack: Attack, outcome: Outcome) {
    let cell = object.cells.iter_mut().find(|cell| cell.attack == attack).unwrap();
    cell.outcome = outcome;
}

fn definer_view() -> Finding {
    Finding {
        code: "TN0703".into(),
        severity: Severity::Leak,
        part: Part::Attack,
        object: "public.content_search".into(),
        title: "view content_search shows rows of other organizations".into(),
        cause: "The view runs with the rights of its owner, postgres, who is not subject to row-level security on \
                contents. The policy on the table never sees the caller."
            .into(),
        fix: "alter view public.content_search set (security_invoker = true);".into(),
        lock: "ACCESS EXCLUSIVE on the view for an instant".into(),
        evidence: Some(Evidence {
            attacks: vec![
                Attack::Select, Attack::Scan, Attack::Join, Attack::Copy, Attack::Unset, Attack::Forged,
                Attack::Expired, Attack::Replayed, Attack::Stale,
            ],
            sql: "-- as quillworks_app, entered as organization A\nselect count(*) from public.content_search\nwhere organization_id <> tenantry.org();".into(),
            expected: "0 rows".into(),
            got: "1,204 rows, all of the other throwaway organization".into(),
        }),
    }
}

fn global_unique() -> Finding {
    Finding {
        code: "TN0710".into(),
        severity: Severity::Oracle,
        part: Part::Attack,
        object: "public.marketing_templates".into(),
        title: "marketing_templates_slug_key tells whether a slug exists in another organization".into(),
        cause: "The index is unique over all organizations, so an insert fails with 23505 exactly when another \
                organization has the slug."
            .into(),
        fix: "create unique index concurrently marketing_templates_organization_id_slug_key\n  on public.marketing_templates (organization_id, slug);\nalter table public.marketing_templates drop constraint marketing_templates_slug_key;".into(),
        lock: "SHARE UPDATE EXCLUSIVE while the index is built, then ACCESS EXCLUSIVE for an instant".into(),
        evidence: Some(Evidence {
            attacks: vec![Attack::Probe],
            sql: "insert into public.marketing_templates (slug) values ('launch');".into(),
            expected: "the same answer for a slug that the other has and for one that nobody has".into(),
            got: "23505 for the other’s slug, 1 row for a new one".into(),
        }),
    }
}

fn sequential_scan() -> Finding {
    Finding {
        code: "TN0901".into(),
        severity: Severity::Warning,
        part: Part::Plan,
        object: "public.usage_metrics".into(),
        title: "an organization’s rows of usage_metrics are found by reading the whole table".into(),
        cause: "No index begins with organization_id, so the planner reads every row and throws most of them away.".into(),
        fix: "create index concurrently usage_metrics_organization_id_idx on public.usage_metrics (organization_id);".into(),
        lock: "SHARE UPDATE EXCLUSIVE while the index is built; writes go on".into(),
        evidence: None,
    }
}
