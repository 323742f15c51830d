//! A plan, a run and their ends that were made up to be looked at: the figures are of nobody's database.

use std::time::Duration;

use tenantry_adopt::classification::{Class, Classification, Link, LinkKind, Mode, Verdict};
use tenantry_adopt::decisions::{Application, Decision, Decisions, Organization};
use tenantry_adopt::error::Holder;
use tenantry_adopt::evidence::Evidence;
use tenantry_adopt::finding::{Finding, Weight};
use tenantry_adopt::name::TableName;
use tenantry_adopt::operations::{AddOrganization, Operation, Prove, ScopeView};
use tenantry_adopt::plan::{Estimate, Plan};
use tenantry_adopt::progress::{Denial, Event, PhaseProgress, State, Status, TableProgress};
use tenantry_adopt::run::{Outcome, Undoing};
use tenantry_adopt::schema::{Function, Schema, Statistics, Table, View};
use tenantry_adopt::step::{Phase, Step};

const ID: uuid::Uuid = uuid::Uuid::from_u128(0x0192_3f1c_2e00_7000_8000_0000_0000_0001);

pub(super) fn name(name: &str) -> TableName {
    TableName::new("public", name)
}

/// A table in a line.
type Made = (&'static str, i64, Class, bool, &'static [(&'static str, &'static str)]);

/// Each table: its rows, what it is, what is decided, and by which columns it hangs on what.
const TABLES: &[Made] = &[
    ("projects", 611, Class::Tenant, true, &[]),
    ("crawls", 9_127, Class::Tenant, true, &[("project_id", "projects")]),
    ("contents", 48_210, Class::Tenant, true, &[("crawl_id", "crawls")]),
    ("content_chunks", 1_204_553, Class::Tenant, true, &[("content_id", "contents")]),
    ("agent_runs", 77_120, Class::Tenant, true, &[("project_id", "projects")]),
    ("qa_interactions", 310_442, Class::Tenant, true, &[("run_id", "agent_runs")]),
    ("usage_metrics", 88_310, Class::Tenant, true, &[("project_id", "projects")]),
    ("audit_log", 148_802, Class::Tenant, true, &[]),
    ("documents", 15_208, Class::Tenant, true, &[("project_id", "projects")]),
    ("attachments", 1_204, Class::Tenant, true, &[("document_id", "documents")]),
    ("marketing_templates", 84, Class::Tenant, true, &[]),
    ("countries", 249, Class::Shared, true, &[]),
    ("schema_migrations", 41, Class::Infrastructure, true, &[]),
    ("feedback", 1_000, Class::Tenant, false, &[("project_id", "projects"), ("user_id", "users")]),
];

fn verdict(name_of: &str, class: Class, is_decided: bool, links: &[(&str, &str)]) -> Verdict {
    let link = |(column, parent): &(&str, &str)| Link {
        columns: vec![(*column).to_owned()],
        parent: name(parent),
        parent_columns: vec!["id".to_owned()],
        kind: LinkKind::Soft,
        is_total: true,
        cast: None,
    };
    Verdict {
        table: name(name_of),
        class,
        confidence: if is_decided { 0.97 } else { 0.5 },
        reason: "made up".to_owned(),
        links: links.iter().map(link).collect(),
    }
}

fn schema() -> Schema {
    let table = |(table, rows, ..): &Made| Table {
        name: name(table),
        statistics: Statistics { rows: *rows, bytes: rows * 200, writes: 10 },
        ..Table::default()
    };
    Schema {
        database: "voiceforge".to_owned(),
        server_version: 150_018,
        tables: TABLES.iter().map(table).collect(),
        views: vec![View::default()],
        functions: vec![Function::default(), Function::default()],
        ..Schema::default()
    }
}

/// A plan with one table open.
pub(super) fn open_plan() -> Plan {
    let decision = |class, is_decided: bool| Decision {
        class: is_decided.then_some(class),
        decide: (!is_decided).then(|| "?".to_owned()),
        ..Decision::default()
    };
    let tables = TABLES.iter();
    let decisions = Decisions {
        format: 1,
        database: "voiceforge".to_owned(),
        schema: "5e1f".to_owned(),
        mode: Mode::Whole,
        organization: Organization { name: "VoiceForge".into(), slug: "voiceforge".into() },
        application: Application { logins: vec!["voiceforge_app".to_owned()] },
        tables: tables
            .clone()
            .map(|(table, _, class, is_decided, _)| (name(table), decision(*class, *is_decided)))
            .collect(),
        ..Decisions::default()
    };
    let verdicts = tables
        .map(|(table, _, class, is_decided, links)| verdict(table, *class, *is_decided, links));
    Plan {
        schema: schema(),
        evidence: Evidence::default(),
        classification: Classification {
            verdicts: verdicts.collect(),
            ..Classification::default()
        },
        agreements: Vec::new(),
        decisions,
        findings: findings(),
        steps: Vec::new(),
        estimate: Estimate::default(),
    }
}

/// The same when everything is decided: each row of a table is an organization.
pub(super) fn plan() -> Plan {
    let mut plan = open_plan();
    plan.decisions.mode = Mode::Split;
    if let Some(feedback) = plan.decisions.tables.get_mut(&name("feedback")) {
        *feedback = Decision {
            class: Some(Class::Tenant),
            via: Some("project_id".to_owned()),
            ..Decision::default()
        };
    }
    plan.findings.retain(|finding| finding.weight != Weight::Decision);
    let operations =
        TABLES.iter().filter(|(_, _, class, ..)| *class == Class::Tenant).map(|(table, ..)| {
            (
                Phase::Expand,
                Operation::from(AddOrganization {
                    table: name(table),
                    constant: None,
                    partitions: Vec::new(),
                }),
            )
        });
    let operations = operations.chain([
        (Phase::Enforce, Operation::from(ScopeView { view: name("content_search") })),
        (Phase::Prove, Operation::from(Prove { shared: vec![name("countries")] })),
    ]);
    let numbered = (1..).zip(operations);
    plan.steps =
        numbered.map(|(number, (phase, operation))| Step { number, phase, operation }).collect();
    plan.estimate =
        Estimate { rows: 1_904_671, time: Duration::from_secs(742), growth: 241_000_000 };
    plan
}

fn finding(
    code: u16,
    weight: Weight,
    table: &str,
    title: &str,
    facts: &[&str],
    help: &[&str],
) -> Finding {
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    Finding {
        code: format!("TN{code}"),
        weight,
        table: Some(name(table)),
        title: title.to_owned(),
        facts: owned(facts),
        help: owned(help),
    }
}

fn findings() -> Vec<Finding> {
    let mut findings = vec![
        finding(
            1202,
            Weight::Decision,
            "feedback",
            "feedback reaches an organization in two ways that disagree on 3 rows",
            &[
                "project_id → projects and user_id → users lead to different organizations in 3 of 1,000 rows",
            ],
            &["[tables.\"public.feedback\"]  via = \"project_id\""],
        ),
        finding(
            1204,
            Weight::Warning,
            "marketing_templates",
            "the unique key marketing_templates_slug_key spans organizations",
            &[
                "at enforcement it becomes (organization_id, slug), and two organizations may use one slug",
                "looked up by slug alone 4,211 times: SELECT * FROM marketing_templates WHERE slug = $1",
            ],
            &[
                "[tables.\"public.marketing_templates\"]  keep = [\"marketing_templates_slug_key\"]   keeps it",
            ],
        ),
    ];
    for table in ["documents", "contents", "content_chunks", "attachments", "audit_log"] {
        let title = format!("an index on {table} is not used any more once row security is on");
        findings.push(finding(
            1211,
            Weight::Warning,
            table,
            &title,
            &["its operator is not leak-proof"],
            &[],
        ));
    }
    findings.push(finding(
        1230,
        Weight::Note,
        "countries",
        "countries is read by every organization",
        &[],
        &[],
    ));
    findings
}

fn progress(
    phase: Phase,
    done: usize,
    of: usize,
    words: &str,
    seconds: f64,
    lock: f64,
) -> PhaseProgress {
    PhaseProgress {
        phase,
        done,
        of,
        words: words.to_owned(),
        seconds,
        longest_lock_ms: lock,
        rows: if phase == Phase::Backfill { 1_902_869 } else { 0 },
    }
}

fn phases(reached: Phase) -> Vec<PhaseProgress> {
    let all = [
        progress(Phase::Prepare, 1, 1, "control plane, 1 organization", 1.2, 0.0),
        progress(Phase::Expand, 33, 33, "11 columns, 22 triggers", 8.1, 2.6),
        progress(Phase::Backfill, 11, 11, "11 tables filled", 702.4, 0.0),
        progress(
            Phase::Constrain,
            52,
            52,
            "11 not null, 15 unique indexes, 14 foreign keys, 12 indexes",
            38.0,
            14.2,
        ),
        progress(
            Phase::Shadow,
            35,
            35,
            "11 defaults, 11 guards, rights of the new login, 31 people",
            2.2,
            1.8,
        ),
        progress(Phase::Enforce, 28, 28, "15 keys, 1 view, 1 login, 11 tables bound", 0.4, 8.4),
        progress(Phase::Prove, 1, 1, "every table attacked", 2.9, 0.0),
    ];
    let mut all = all.to_vec();
    for known in &mut all {
        if known.phase == reached && reached == Phase::Backfill {
            (known.done, known.seconds) = (8, 381.0);
        } else if known.phase > reached {
            (known.done, known.seconds, known.longest_lock_ms) = (0, 0.0, 0.0);
        }
    }
    all
}

/// Where a run stands.
pub(super) fn status(state: State, phase: Phase) -> Status {
    let filled = |table, done, of| TableProgress {
        table: name(table),
        done,
        of,
        changed: done,
        is_done: done == of,
    };
    Status {
        database: "voiceforge".to_owned(),
        state,
        phase,
        started_at: "2026-11-22T14:09:02Z".to_owned(),
        plan: "9f3c1e2ab417".to_owned(),
        organization: ("VoiceForge".to_owned(), ID),
        holder: (state == State::Applying).then(holder),
        error: None,
        phases: phases(phase),
        tables: vec![
            filled("projects", 611, 611),
            filled("contents", 48_210, 48_210),
            filled("content_chunks", 612_880, 1_204_553),
            filled("qa_interactions", 178_204, 310_442),
            filled("audit_log", 0, 148_802),
        ],
        denials: if phase >= Phase::Shadow { denials() } else { Vec::new() },
        unbound: Vec::new(),
        copies: Vec::new(),
    }
}

fn denials() -> Vec<Denial> {
    let denial = |statement: &str, application: &str, minute: u8| Denial {
        statement: statement.to_owned(),
        table: name("content_chunks"),
        login: "voiceforge_app".to_owned(),
        application: application.to_owned(),
        first_at: "2026-11-22T15:00:00Z".to_owned(),
        last_at: format!("2026-11-22T15:{minute}:00Z"),
    };
    vec![
        denial(
            "select id, content_id, body\n  from content_chunks\n where content_id = ? order by position",
            "web",
            20,
        ),
        denial("update content_chunks set embedding = ? where id = any (?)", "", 41),
    ]
}

pub(super) fn holder() -> Holder {
    Holder {
        pid: 8_812,
        role: "reporting".to_owned(),
        application: "nightly-export".to_owned(),
        state: "idle in transaction".to_owned(),
        seconds: 41 * 60 + 12,
        query: "select * from contents where crawl_id = $1".to_owned(),
    }
}

/// What happens in a backfill, in the middle of it.
pub(super) fn backfilling() -> Vec<Event> {
    let batch =
        |table, done, of, rate| Event::Batch { table: name(table), done, of, rate, size: 2_000 };
    vec![
        Event::PhaseBegun { phase: Phase::Backfill, steps: 11 },
        Event::StepBegun { number: 41, title: "fill content_chunks".to_owned() },
        batch("content_chunks", 612_880, 1_204_553, 2_698.4),
        batch("qa_interactions", 178_204, 310_442, 1_904.0),
        Event::Slowed { reason: "replica lag 240 ms (limit 150)".to_owned() },
    ]
}

/// A lock that somebody else has.
pub(super) fn waiting() -> Vec<Event> {
    vec![
        Event::PhaseBegun { phase: Phase::Constrain, steps: 52 },
        Event::StepBegun {
            number: 62,
            title: "replace the foreign key contents_crawl_id_fkey of contents".to_owned(),
        },
        Event::Blocked { table: name("contents"), attempt: 3, holders: vec![holder()] },
    ]
}

/// What came of a run.
pub(super) fn outcome(state: State, phase: Phase, was_stopped: bool) -> Outcome {
    Outcome { status: status(state, phase), report: None, was_stopped }
}

/// What taking back would do.
pub(super) fn undoing() -> Undoing {
    let status = status(State::Enforced, Phase::Enforce);
    let lines = status.phases.iter().rev().filter(|phase| phase.done > 0);
    Undoing {
        lines: lines.map(|phase| (phase.phase, phase.words.clone())).collect(),
        obstacles: vec![
            "the unique key marketing_templates_slug_key of marketing_templates cannot come back: organizations now share values".to_owned(),
        ],
        help: vec!["keep it per organization with --keep marketing_templates_slug_key, or change one of the rows first".to_owned()],
        status,
    }
}
