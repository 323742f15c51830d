//! How decided tables are filled, and in which order.

use tenantry_adopt::classification::{Class, Classification, Mode};
use tenantry_adopt::decisions::{
    Decisions, DecisionsError, Filling, Organization, Organizations, Orphans, Proposal, Root,
};
use uuid::Uuid;

use crate::fixture::{Fixture, fixture, name};

const ORGANIZATIONS: Organizations =
    Organizations { own: Uuid::from_u128(1), quarantine: Uuid::from_u128(2) };

/// A plan in which every proposal was taken as it stands.
pub(crate) fn decided(
    made: &Fixture,
    judged: &Classification,
    mode: Mode,
    root: Option<&str>,
) -> Decisions {
    let proposal = Proposal {
        schema: "a".repeat(64),
        mode,
        root: root.map(name),
        organization: Organization { name: "Acme".to_owned(), slug: "acme".to_owned() },
        ..Proposal::default()
    };
    let mut plan = Decisions::propose(&made.schema, judged, proposal);
    for (table, decision) in &mut plan.tables {
        decision.class = judged.verdict(table).map(|verdict| verdict.class);
        decision.decide = None;
    }
    plan
}

fn links(filling: Filling) -> (Vec<String>, Option<Uuid>) {
    match filling {
        Filling::Links { links, otherwise } => {
            (links.iter().map(|link| link.columns.join("+")).collect(), otherwise)
        }
        other => panic!("{other:?}"),
    }
}

fn crm() -> Fixture {
    fixture(
        "organizations 50/60: id, name
         users 300/400: id, email!*, password_hash
         deals 4000/9000: id, user_id->users, primary_id->organizations, former_id->organizations, stage
         notes 9000/9000: id, deal_id!->deals, parent_id->notes
         replies 90/90: id, note_id->notes, reply_id->replies
         badges 20/20: id, title",
    )
}

#[test]
fn one_organization_fills_every_table_with_itself() {
    let made = crm();
    let judged = made.whole();
    let plan = decided(&made, &judged, Mode::Whole, None);
    let filling = plan.filling(&made.schema, &judged, &name("notes"), ORGANIZATIONS).unwrap();
    assert_eq!(filling, Filling::Constant(Uuid::from_u128(1)));
    let order = plan.order(&made.schema, &judged);
    assert!(order.iter().all(|(_, repeats)| !repeats), "nothing is filled in rounds: {order:?}");
}

#[test]
fn one_link_that_every_row_has_is_enough_and_others_are_tried_in_turn() {
    let made = crm();
    let judged = made.split("organizations");
    let plan = decided(&made, &judged, Mode::Split, Some("organizations"));
    let filling = |table: &str| plan.filling(&made.schema, &judged, &name(table), ORGANIZATIONS);
    let root = Filling::Root { key: "id".to_owned(), name: Some("name".to_owned()) };
    assert_eq!(filling("organizations").unwrap(), root);
    assert_eq!(links(filling("notes").unwrap()), (vec!["deal_id".to_owned()], None));
    assert_eq!(links(filling("deals").unwrap()).0, ["former_id", "primary_id"], "never by users");
    assert_eq!(links(filling("replies").unwrap()).0, ["note_id", "reply_id"]);
    let order: Vec<(String, bool)> =
        plan.order(&made.schema, &judged).into_iter().map(|(table, it)| (table.name, it)).collect();
    let place = |table: &str| order.iter().position(|(it, _)| it == table).unwrap();
    assert!(place("organizations") < place("deals") && place("deals") < place("notes"));
    assert!(place("notes") < place("replies"));
    let repeats: Vec<&str> = order.iter().filter(|it| it.1).map(|it| it.0.as_str()).collect();
    assert_eq!(repeats, ["replies"], "notes need no rounds: each has a deal");
}

#[test]
fn a_parent_that_may_lack_an_organization_is_not_enough() {
    // Each conversation has a manager, but not every manager has a team; the conversation's own team is tried then.
    let made = fixture(
        "teams 30/30: id, name
         users 300/400: id, email!*, password_hash, team_id->teams
         conversations 900/990: id, manager_id!~>users, team_id=>teams
         messages 9000/9000: id, conversation_id!->conversations",
    );
    let judged = made.split("teams");
    let mut plan = decided(&made, &judged, Mode::Split, Some("teams"));
    let ways = |plan: &Decisions, table: &str| {
        links(plan.filling(&made.schema, &judged, &name(table), ORGANIZATIONS).unwrap()).0
    };
    assert_eq!(ways(&plan, "conversations"), ["manager_id", "team_id"]);
    assert_eq!(ways(&plan, "messages"), ["conversation_id"]);
    plan.tables.get_mut(&name("users")).unwrap().orphans = Some(Orphans::Quarantine);
    assert_eq!(ways(&plan, "conversations"), ["manager_id"], "now every manager has one");
}

#[test]
fn a_way_that_was_said_is_taken_in_its_order() {
    let made = crm();
    let judged = made.split("organizations");
    let mut plan = decided(&made, &judged, Mode::Split, Some("organizations"));
    let deals = plan.tables.get_mut(&name("deals")).unwrap();
    deals.via = Some("primary_id, former_id".to_owned());
    deals.orphans = Some(Orphans::Quarantine);
    let filling = plan.filling(&made.schema, &judged, &name("deals"), ORGANIZATIONS).unwrap();
    assert_eq!(
        links(filling),
        (vec!["primary_id".to_owned(), "former_id".to_owned()], Some(Uuid::from_u128(2)))
    );
    for (via, words) in [("stage", "no link"), ("user_id", "nothing leads to the root")] {
        plan.tables.get_mut(&name("deals")).unwrap().via = Some(via.to_owned());
        let refused = plan.filling(&made.schema, &judged, &name("deals"), ORGANIZATIONS);
        let text = refused.unwrap_err().to_string();
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn rows_that_nothing_gives_to_anybody_need_a_word() {
    let made = crm();
    let judged = made.split("organizations");
    let mut plan = decided(&made, &judged, Mode::Split, Some("organizations"));
    let badges = name("badges");
    plan.tables.get_mut(&badges).unwrap().class = Some(Class::Tenant);
    let refused = plan.filling(&made.schema, &judged, &badges, ORGANIZATIONS).unwrap_err();
    assert!(refused.to_string().contains("write orphans = \"default\""), "{refused}");
    plan.tables.get_mut(&badges).unwrap().orphans = Some(Orphans::Default);
    let filling = plan.filling(&made.schema, &judged, &badges, ORGANIZATIONS).unwrap();
    assert_eq!(links(filling), (vec![], Some(Uuid::from_u128(1))));
}

#[test]
fn a_child_of_a_table_that_was_decided_otherwise_is_refused() {
    let made = crm();
    let judged = made.split("organizations");
    let mut plan = decided(&made, &judged, Mode::Split, Some("organizations"));
    plan.tables.get_mut(&name("deals")).unwrap().class = Some(Class::Infrastructure);
    let refused = plan.filling(&made.schema, &judged, &name("notes"), ORGANIZATIONS).unwrap_err();
    let DecisionsError::Wrong { table, problem } = refused else { panic!("{refused:?}") };
    assert_eq!(table, "public.notes");
    assert!(problem.starts_with("it hangs on deals"), "{problem}");
}

#[test]
fn a_cycle_is_filled_together_by_the_link_that_leads_out_of_it() {
    let made = fixture(
        "companies 10/10: id, name
         teams 30/30: id, manager_id!->staff_members, company_id->companies
         staff_members 90/90: id, team_id!->teams",
    );
    let judged = made.split("companies");
    let plan = decided(&made, &judged, Mode::Split, Some("companies"));
    let order = plan.order(&made.schema, &judged);
    let teams = plan.filling(&made.schema, &judged, &name("teams"), ORGANIZATIONS).unwrap();
    assert_eq!(links(teams).0, ["company_id", "manager_id"]);
    let wanted = [("companies", false), ("staff_members", true), ("teams", true)];
    assert_eq!(order, wanted.map(|(table, repeats)| (name(table), repeats)));
}

#[test]
fn a_root_that_points_at_its_manager_is_filled_first() {
    let made = fixture(
        "teams 30/30: id, name, manager_id->users
         users 300/400: id, email!*, password_hash, team_id->teams",
    );
    let judged = made.split("teams");
    let mut plan = decided(&made, &judged, Mode::Split, Some("teams"));
    assert_eq!(
        plan.root,
        Some(Root { table: name("teams"), key: "id".to_owned(), name: Some("name".to_owned()) })
    );
    plan.tables.get_mut(&name("users")).unwrap().class = Some(Class::Tenant);
    let order = plan.order(&made.schema, &judged);
    assert_eq!(order, [(name("teams"), false), (name("users"), false)]);
}

#[test]
fn five_hundred_tables_are_judged_ordered_and_filled() {
    // Each table has its parent, and a nullable link to a table that was not nearer to the root.
    let lines: Vec<String> = (1..500)
        .map(|at| format!("t{at} 90/90: id, up_id!->t{}, side_id->t{}", at / 2, at * 7 / 9))
        .collect();
    let made = fixture(&format!("t0 9/9: id, name\n{}", lines.join("\n")));
    let judged = made.split("t0");
    let plan = decided(&made, &judged, Mode::Split, Some("t0"));
    let order = plan.order(&made.schema, &judged);
    assert_eq!(order.len(), 500);
    for (at, (table, repeats)) in order.iter().enumerate().skip(1) {
        let filling = plan.filling(&made.schema, &judged, table, ORGANIZATIONS).unwrap();
        assert_eq!(links(filling).0, ["up_id"]);
        let number: usize = table.name[1..].parse().unwrap();
        let parent = name(&format!("t{}", number / 2));
        let place = order.iter().position(|(it, _)| *it == parent).unwrap();
        assert!(place < at && !repeats, "{table}");
    }
}
