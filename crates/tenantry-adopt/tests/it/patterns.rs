//! Answers for many tables at once: what they reach, and what they never do.

use tenantry_adopt::classification::{Class, Mode};
use tenantry_adopt::decisions::{Decisions, Organization, Orphans, Proposal};
use tenantry_adopt::name::TableName;
use tenantry_adopt::schema::{Schema, Table};

use crate::fixture::{Fixture, fixture, name};

fn made() -> Fixture {
    fixture(
        "users 900/2000: id, email!*, full_name, password_hash
         orders 9000/30000: id, user_id!->users, paid_at
         agent_tools 5/5: id, label
         agent_prompts 5/5: id, label
         gadgets 5/5: id, label
         plans 3/3: id, label
         countries 249/249: id, code!*, name",
    )
}

fn proposed(made: &Fixture, mode: Mode) -> Decisions {
    let proposal = Proposal {
        schema: "a".repeat(64),
        mode,
        root: (mode == Mode::Split).then(|| name("users")),
        organization: Organization { name: "Acme".to_owned(), slug: "acme".to_owned() },
        ..Proposal::default()
    };
    let judged = if mode == Mode::Split { made.split("users") } else { made.whole() };
    Decisions::propose(&made.schema, &judged, proposal)
}

fn class(plan: &Decisions, table: &str) -> Option<Class> {
    plan.tables[&name(table)].class
}

fn refused(plan: &mut Decisions, answers: &str) -> String {
    let before = plan.clone();
    let error = plan.answer(answers).unwrap_err().to_string();
    assert_eq!(*plan, before, "refused answers change nothing: {answers}");
    error
}

const ANSWERS: &str = "[tables.\"*\"]\nclass = \"tenant\"\n\
                       [tables.\"public.agent_*\"]\nclass = \"shared\"\n\
                       [tables.\"public.agent_t*\"]\nclass = \"infrastructure\"\n\
                       [tables.\"public.plans\"]\nclass = \"shared\"\n";

/// RE-2: what is sure or decided is never changed by an answer that did not name it.
#[test]
fn a_pattern_answers_what_is_open_and_the_closest_one_wins() {
    let made = made();
    let mut plan = proposed(&made, Mode::Whole);
    let before = plan.clone();
    plan.answer(ANSWERS).unwrap();
    plan.check(&made.schema).unwrap();
    for (table, expected) in [
        ("gadgets", Class::Tenant),
        ("agent_prompts", Class::Shared),
        ("agent_tools", Class::Infrastructure),
        ("plans", Class::Shared),
    ] {
        assert_eq!(class(&before, table), None, "{table} was open");
        assert_eq!(class(&plan, table), Some(expected), "{table}");
        assert_eq!(plan.tables[&name(table)].decide, None, "{table}");
    }
    for table in ["users", "orders", "countries"] {
        assert_eq!(plan.tables[&name(table)], before.tables[&name(table)], "{table} was sure");
    }
    assert_eq!(class(&plan, "countries"), Some(Class::Shared));
    let written = plan.write(&made.whole());
    assert!(!written.contains("\n[tables.\"*\"]"), "what is written names each table: {written}");
    assert_eq!(Decisions::read(&written).unwrap(), plan);
    let answered = plan.clone();
    plan.answer(ANSWERS).unwrap();
    assert_eq!(plan, answered, "the same answers again change nothing");
}

#[test]
fn the_plans_file_may_have_patterns_too() {
    let made = made();
    let fresh = proposed(&made, Mode::Whole);
    let text = fresh.write(&made.whole());
    let mut answered = fresh.clone();
    answered.answer(ANSWERS.split("[tables.\"public.plans\"]").next().unwrap()).unwrap();
    let patterns = ANSWERS.split("[tables.\"public.plans\"]").next().unwrap();
    let read = Decisions::read(&format!("{text}\n{patterns}")).unwrap();
    assert_eq!(read, answered);
    assert_eq!(read.hash(), answered.hash(), "it is the same plan, however it was said");
    let by_hand = text.replacen("\ndecide = \"?\"", "\nclass = \"infrastructure\"", 1);
    let read = Decisions::read(&format!("{by_hand}\n{patterns}")).unwrap();
    assert_eq!(class(&read, "agent_prompts"), Some(Class::Infrastructure), "it was decided");
}

#[test]
fn what_somebody_leaves_open_on_purpose_stays_open() {
    let made = made();
    let mut plan = proposed(&made, Mode::Whole);
    plan.answer("[tables.\"*\"]\nclass = \"tenant\"\n[tables.\"public.plans\"]\ndecide = \"?\"\n")
        .unwrap();
    let open = plan.check(&made.schema).unwrap_err().to_string();
    assert_eq!(open, "one table is still to be decided: plans");
}

#[test]
fn rows_without_a_parent_are_answered_for_open_tables_only() {
    let made = fixture(
        "teams 30/30: id, name
         notes 900/990: id, team_id%0.3->teams, body
         drafts 900/990: id, team_id%0.3->teams, body
         hints 5/5: id, label
         posts 900/990: id, team_id!->teams, body",
    );
    let judged = made.split("teams");
    let mut plan = {
        let proposal = Proposal {
            mode: Mode::Split,
            root: Some(name("teams")),
            organization: Organization { name: "Rest".to_owned(), slug: "rest".to_owned() },
            schema: "a".repeat(64),
            ..Proposal::default()
        };
        Decisions::propose(&made.schema, &judged, proposal)
    };
    let answers = "[tables.\"*\"]\nclass = \"tenant\"\norphans = \"default\"\n\
                   [tables.\"public.drafts\"]\norphans = \"quarantine\"\n\
                   [tables.\"public.hints\"]\nclass = \"shared\"\n";
    let fresh = plan.write(&judged);
    plan.answer(answers).unwrap();
    plan.check(&made.schema).unwrap();
    let orphans = |plan: &Decisions, table: &str| plan.tables[&name(table)].orphans;
    assert_eq!(orphans(&plan, "notes"), Some(Orphans::Default), "`stop` was only proposed");
    assert_eq!(orphans(&plan, "drafts"), Some(Orphans::Quarantine), "its own answer is closer");
    assert_eq!(class(&plan, "drafts"), Some(Class::Tenant), "and its class was still open");
    assert_ne!(orphans(&plan, "hints"), Some(Orphans::Default), "it is nobody's");
    assert_eq!(orphans(&plan, "posts"), None, "it was sure");
    let broad = "[tables.\"*\"]\nclass = \"tenant\"\norphans = \"default\"\n";
    let read = Decisions::read(&format!("{fresh}\n{broad}")).unwrap();
    assert_eq!(orphans(&read, "notes"), Some(Orphans::Default));
}

#[test]
fn a_pattern_that_says_too_much_or_nothing_is_refused() {
    let made = made();
    let mut plan = proposed(&made, Mode::Whole);
    for (answers, words) in [
        ("[tables.\"*\"]\nclass = \"shared\"", "what is not guarded has to be named"),
        ("[tables.\"**\"]\nclass = \"identity\"", "what is not guarded has to be named"),
        ("[tables.\"public.agnet_*\"]\nclass = \"tenant\"", "no table of the plan has such a name"),
        ("[tables.\"agent_*\"]\nclass = \"tenant\"", "begins with the schema"),
        ("[tables.\"*\"]\nkeep = [\"x\"]", "keep is for one table"),
        ("[tables.\"*\"]\nvia = \"x\"", "via is for one table"),
        ("[tables.\"*\"]\nrecord = false", "record is for one table"),
        ("[tables.\"*\"]\nreason = \"so\"", "it answers nothing"),
        (
            "[tables.\"public.agent_*\"]\nclass = \"tenant\"\n[tables.\"*ublic.agent_*\"]\nclass = \"shared\"\n\
             [tables.\"public.*gent_t*\"]\nclass = \"shared\"\n[tables.\"public.agent*t*\"]\nclass = \"tenant\"",
            "name the table",
        ),
    ] {
        let error = refused(&mut plan, answers);
        assert!(error.contains(words), "{answers}: {error}");
        let text = proposed(&made, Mode::Whole).write(&made.whole());
        let error = Decisions::read(&format!("{text}\n{answers}\n")).unwrap_err().to_string();
        assert!(error.contains(words), "{answers}: {error}");
    }
    let orphans = "[tables.\"*\"]\nclass = \"tenant\"\norphans = \"default\"";
    plan.answer(orphans).unwrap();
    let error = plan.check(&made.schema).unwrap_err().to_string();
    assert!(error.contains("orphans is for mode = \"split\" only"), "{error}");
}

#[test]
fn a_table_with_a_star_in_its_name_is_one_table() {
    let mut made = made();
    let starred = TableName::new("public", "agent_*");
    made.schema.tables.push(Table { name: starred.clone(), ..Table::default() });
    let mut plan = proposed(&made, Mode::Whole);
    plan.answer("[tables.'public.\"agent_*\"']\nclass = \"shared\"").unwrap();
    assert_eq!(plan.tables[&starred].class, Some(Class::Shared));
    assert_eq!(class(&plan, "agent_tools"), None, "it is no pattern");
    assert_eq!(Decisions::read(&plan.write(&made.whole())).unwrap(), plan);
}

/// RE-2: recording is turned off where somebody said so, and nowhere else.
#[test]
fn a_table_may_be_left_out_of_what_is_recorded() {
    let made = made();
    let mut plan = proposed(&made, Mode::Whole);
    plan.answer(
        "[tables.\"*\"]\nclass = \"tenant\"\n[tables.\"public.orders\"]\nrecord = false\n\
         [tables.\"public.countries\"]\nclass = \"shared\"\n",
    )
    .unwrap();
    assert_eq!(plan.tables[&name("orders")].record, Some(false));
    let written = plan.write(&made.whole());
    assert!(written.contains("record = false"), "{written}");
    assert_eq!(Decisions::read(&written).unwrap(), plan);
    let mut recording = plan.clone();
    recording.tables.get_mut(&name("orders")).unwrap().record = None;
    assert_ne!(plan.hash(), recording.hash(), "it is a decision");
    plan.check(&made.schema).unwrap();
    let records = records(&made.schema, &plan, &made);
    assert!(!records["orders"] && records["users"] && records["gadgets"], "{records:?}");
    plan.answer("[tables.\"public.countries\"]\nrecord = true\n").unwrap();
    let error = plan.check(&made.schema).unwrap_err().to_string();
    assert!(error.contains("record is for class = \"tenant\" only"), "{error}");
}

/// What the guards of a plan record, by table.
fn records(
    schema: &Schema,
    plan: &Decisions,
    made: &Fixture,
) -> std::collections::BTreeMap<String, bool> {
    use tenantry_adopt::operations::Operation;
    let id = uuid::Uuid::from_u128(1);
    let steps =
        tenantry_adopt::plan::steps(schema, plan, &made.whole(), &made.evidence, id, id).unwrap();
    let guards = steps.into_iter().filter_map(|step| match step.operation {
        Operation::Guard(guard) => Some((guard.table.shown(), guard.records)),
        _ => None,
    });
    guards.collect()
}
