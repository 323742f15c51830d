//! The plan's file: written, read, answered and checked, with everything that people and enemies put into it.

use tenantry_adopt::classification::{Class, Mode};
use tenantry_adopt::decisions::{Decisions, DecisionsError, Organization, Proposal, Source};
use tenantry_adopt::name::TableName;
use tenantry_adopt::schema::{Login, Table};

use crate::fillings::decided;
use crate::fixture::{Fixture, fixture, name};

fn shop() -> Fixture {
    let mut made = fixture(
        "users 900/2000: id, email!*, full_name, role, password_hash
         orders 9000/30000: id, user_id!->users, paid_at
         gadgets 5/5: id, label
         plans 3/3: id, label",
    );
    let role = made.schema.tables.iter_mut().find(|it| it.name.name == "users").unwrap();
    role.columns.iter_mut().find(|it| it.name == "role").unwrap().labels =
        ["ADMIN", "MEMBER", "WIZARD"].map(str::to_owned).to_vec();
    made.schema.logins.push(Login { name: "shop".to_owned(), ..Login::default() });
    made
}

fn proposed(made: &Fixture) -> Decisions {
    let proposal = Proposal {
        schema: "a".repeat(64),
        organization: Organization { name: "Acme".to_owned(), slug: "acme".to_owned() },
        logins: vec!["shop".to_owned()],
        ..Proposal::default()
    };
    Decisions::propose(&made.schema, &made.whole(), proposal)
}

/// Why a file is refused.
fn refusal(result: Result<(), DecisionsError>) -> String {
    match result {
        Err(error) => error.to_string(),
        Ok(()) => "it is accepted".to_owned(),
    }
}

#[test]
fn a_fresh_plan_says_what_it_asks_and_is_read_back_as_it_was_written() {
    let made = shop();
    let plan = proposed(&made);
    let text = plan.write(&made.whole());
    insta::assert_snapshot!(text);
    assert_eq!(Decisions::read(&text).unwrap(), plan);
    let open = plan.check(&made.schema).unwrap_err();
    assert_eq!(open.to_string(), "some tables are still to be decided: gadgets, plans");
}

#[test]
fn what_was_decided_has_a_hash_and_what_is_only_said_has_none() {
    let made = shop();
    let plan = proposed(&made);
    let mut other = plan.clone();
    for decision in other.tables.values_mut() {
        decision.confidence = 0.1;
        decision.reason = "because".to_owned();
        decision.links.clear();
    }
    assert_eq!(plan.hash(), other.hash());
    let changes: [fn(&mut Decisions); 6] = [
        |it| it.tables.get_mut(&name("plans")).unwrap().class = Some(Class::Shared),
        |it| it.tables.get_mut(&name("users")).unwrap().keep.clear(),
        |it| it.organization.slug.push('x'),
        |it| it.application.logins.clear(),
        |it| it.people = None,
        |it| it.mode = Mode::Split,
    ];
    for change in changes {
        let mut changed = plan.clone();
        change(&mut changed);
        assert_ne!(plan.hash(), changed.hash(), "{changed:?}");
    }
    assert_eq!(plan.hash().len(), 64);
}

#[test]
fn names_that_were_made_to_break_out_stay_names() {
    let hostile = "a\"]\nclass = \"shared\"\n[tables.\"b\u{7}\\#'";
    let mut made = shop();
    let mut table = Table { name: TableName::new("o.dd", hostile), ..Table::default() };
    table.columns.push(made.schema.tables[0].columns[0].clone());
    made.schema.tables.push(table);
    let judged = made.whole();
    let mut plan = decided(&made, &judged, Mode::Merge, None);
    plan.merge.push(Source {
        database: "postgres://x/\"\n[root]".to_owned(),
        organization: Organization { name: "B\n#".to_owned(), slug: "b".to_owned() },
    });
    plan.tables.values_mut().for_each(|it| it.reason = hostile.to_owned());
    let text = plan.write(&judged);
    assert_eq!(Decisions::read(&text).unwrap(), {
        plan.tables.values_mut().for_each(|it| it.decide = None);
        plan
    });
}

#[test]
fn a_file_that_is_no_plan_is_refused_with_its_line() {
    let made = shop();
    let text = proposed(&made).write(&made.whole());
    let broken = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let error = Decisions::read(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.starts_with("the plan cannot be read: "), "{error}");
        error
    };
    for (from, to, words) in [
        ("\ndecide = \"?\"", "\nclas = \"tenant\"", "unknown field `clas`"),
        ("\ndecide = \"?\"", "\nclass = \"tennant\"", "unknown variant `tennant`"),
        ("\ndecide = \"?\"", "\ndecide = ?", "line"),
        ("\ndecide = \"?\"", "\ndecide = \"?\"\ndecide = \"?\"", "duplicate key"),
        ("mode = \"whole\"", "mode = \"all\"", "unknown variant `all`"),
        ("[application]", "[aplication]", "unknown field `aplication`"),
        ("[tables.\"public.gadgets\"]", "[tables.gadgets]", "with its schema"),
        ("email = ", "e_mail = ", "unknown field `e_mail`"),
    ] {
        let error = broken(from, to);
        assert!(error.contains(words) && error.contains("line "), "{words}: {error}");
    }
    assert!(broken("format = 1", "format = 2").contains("its format is 2"));
    let twice = broken(
        "[tables.\"public.gadgets\"]",
        "[tables.'public.\"plans\"']\nclass = \"shared\"\n\n[tables.\"public.gadgets\"]",
    );
    assert!(twice.contains("two sections"), "{twice}");
    for junk in ["", "\0", "[[tables]]", "tables = 1", &"[".repeat(5000)] {
        assert!(matches!(Decisions::read(junk), Err(DecisionsError::Form(_))), "{junk:?}");
    }
}

#[test]
fn answers_change_the_lines_they_name_and_nothing_else() {
    let made = shop();
    let mut plan = proposed(&made);
    let before = plan.clone();
    plan.answer(
        "[tables.\"public.gadgets\"]\nclass = \"tenant\"\n[tables.\"public.plans\"]\nclass = \"shared\"\n\
         [people]\nowner = \"anna@example.com\"\n[people.roles]\nWIZARD = \"admin\"",
    )
    .unwrap();
    plan.check(&made.schema).unwrap();
    let people = plan.people.clone().unwrap();
    assert_eq!(people.owner.as_deref(), Some("anna@example.com"));
    assert_eq!(people.email, "email");
    assert_eq!(plan.tables[&name("orders")], before.tables[&name("orders")]);
    assert_eq!(plan.tables[&name("gadgets")].reason, before.tables[&name("gadgets")].reason);
    let answered = plan.clone();
    for (answers, words) in [
        ("[tables.\"public.gadgetz\"]\nclass = \"tenant\"", "no such table"),
        ("[tables.\"public.gadgets\"]\nclas = \"tenant\"", "unknown field `clas`"),
        ("[table.\"public.gadgets\"]\nclass = \"tenant\"", "unknown field `table`"),
        ("[people]\nmail = \"x\"", "unknown field `mail`"),
        ("database = \"other\"", "the plan is for fixture"),
        ("mode = \"split\"", "the plan is for whole"),
        ("class = ", "line 1"),
    ] {
        let refused = refusal(plan.answer(answers));
        assert!(refused.contains(words), "{answers}: {refused}");
        assert_eq!(plan, answered, "refused answers change nothing");
    }
}

#[test]
fn what_cannot_be_is_refused_with_what_to_write() {
    let made = {
        let mut made = shop();
        let mut part = made.schema.tables[0].clone();
        part.partition_of = Some(name("orders"));
        part.name = name("orders_2024");
        made.schema.tables.push(part);
        made
    };
    let judged = made.whole();
    let good = decided(&made, &judged, Mode::Whole, None);
    good.check(&made.schema).unwrap();
    type Change = fn(&mut Decisions);
    let changes: [(Change, &str); 16] = [
        (|it| set(it, "orders", Class::Shared), "write class = \"tenant\""),
        (|it| set(it, "users", Class::Identity), "write class = \"tenant\""),
        (|it| set(it, "users", Class::Shared), "it is the table of people"),
        (|it| drop(it.tables.remove(&name("plans"))), "public.plans: nothing is decided"),
        (|it| copy(it, "plans", "planz"), "did you mean \"public.plans\"?"),
        (
            |it| copy(it, "plans", "orders_2024"),
            "it is a partition and belongs as public.orders does",
        ),
        (
            |it| it.tables.get_mut(&name("plans")).unwrap().decide = Some("?".to_owned()),
            "remove the line decide",
        ),
        (|it| it.tables.get_mut(&name("plans")).unwrap().class = None, "write class"),
        (
            |it| it.tables.get_mut(&name("plans")).unwrap().via = Some("x".to_owned()),
            "mode = \"split\" only",
        ),
        (
            |it| {
                it.tables.get_mut(&name("users")).unwrap().keep = vec!["users_emial_key".to_owned()]
            },
            "did you mean \"users_email_key\"?",
        ),
        (|it| it.people.as_mut().unwrap().email = "emial".to_owned(), "did you mean \"email\"?"),
        (|it| it.people.as_mut().unwrap().key = "email".to_owned(), "is not what tells rows"),
        (
            |it| drop(it.people.as_mut().unwrap().roles.insert("X".to_owned(), "boss".to_owned())),
            "owner, admin, member or viewer",
        ),
        (|it| it.application.logins = vec!["shp".to_owned()], "did you mean \"shop\"?"),
        (|it| it.organization.slug = "A B".to_owned(), "slug \"A B\""),
        (|it| it.mode = Mode::Split, "needs [root]"),
    ];
    for (change, words) in changes {
        let mut plan = good.clone();
        change(&mut plan);
        let refused = refusal(plan.check(&made.schema));
        assert!(refused.contains(words), "{words}: {refused}");
    }
}

fn set(plan: &mut Decisions, table: &str, class: Class) {
    plan.tables.get_mut(&name(table)).unwrap().class = Some(class);
}

fn copy(plan: &mut Decisions, from: &str, to: &str) {
    let decision = plan.tables[&name(from)].clone();
    plan.tables.insert(name(to), decision);
}
