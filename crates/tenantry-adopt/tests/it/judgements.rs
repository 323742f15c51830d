//! What tables are judged to be, on schemas in the spirit of well-known kinds of applications.

use tenantry_adopt::classification::{LinkKind, Mode};
use tenantry_adopt::classify::{Told, classify};
use tenantry_adopt::evidence::{Polymorphic, SoftReference};

use crate::fixture::{Fixture, expect, fixture, name, word};

/// An issue tracker with workspaces.
fn tracker() -> Fixture {
    fixture(
        "users 900/2000: id, email!*, name, password_hash
         workspaces 40/60: id, name!, slug!*
         workspace_members 950/990: id, workspace_id!->workspaces, user_id!->users, role
         projects 300/400: id, workspace_id!->workspaces, lead_id->users, name
         issues 50000/90000: id, project_id!->projects, parent_id->issues, created_by->users, title
         labels 200/200: id, workspace_id!->workspaces, name
         issue_labels 900/900: issue_id!->issues, label_id!->labels
         comments 9000/9900: id, issue_id!->issues, author_id!->users, body
         attachments 900/900: id, issue_id%0.4->issues, comment_id%0.6->comments, url
         sessions 500/9000: id, user_id!->users, token!, expires_at
         user_settings 900/1000: id, user_id!->users, theme
         countries 249/249: id, code!*, name
         schema_migrations 80/80: version!*",
    )
}

#[test]
fn in_a_split_tracker_only_what_hangs_on_people_or_on_nullable_links_is_asked() {
    let judged = tracker().split("workspaces");
    expect(
        &judged,
        "users identity
         workspaces tenant
         workspace_members tenant
         projects tenant
         issues tenant
         labels tenant
         issue_labels tenant
         comments tenant
         attachments tenant?
         sessions identity
         user_settings tenant?
         countries shared
         schema_migrations infrastructure",
    );
    let verdict = judged.verdict(&name("attachments")).unwrap();
    assert!(verdict.reason.contains("null in about 40 % of the rows"), "{}", verdict.reason);
    assert_eq!(verdict.links[0].columns, ["issue_id"]);
    let issues = judged.verdict(&name("issues")).unwrap();
    assert_eq!(
        issues.reason,
        "project_id is never null and references projects, 2 links from workspaces"
    );
    let order: Vec<&str> = judged.verdicts.iter().map(|it| it.table.name.as_str()).collect();
    let place = |table: &str| order.iter().position(|it| *it == table).unwrap();
    assert!(place("workspaces") < place("projects") && place("projects") < place("issues"));
    assert!(place("labels") < place("issue_labels") && place("issues") < place("issue_labels"));
}

#[test]
fn a_tracker_that_is_one_organization_is_tenant_but_for_lists_and_tools() {
    let judged = tracker().whole();
    expect(
        &judged,
        "users tenant
         workspaces tenant
         workspace_members tenant
         projects tenant
         issues tenant
         labels tenant
         issue_labels tenant
         comments tenant
         attachments tenant
         sessions tenant
         user_settings tenant
         countries shared
         schema_migrations infrastructure",
    );
}

#[test]
fn what_hangs_on_something_that_people_belong_to_is_no_list() {
    let judged = fixture(
        "users 900/2000: id, email!*, name, password_hash
         accounts 40/60: id, name!
         account_people 950/990: id, account_id!->accounts, user_id!->users
         labels 200/200: id, account_id!->accounts, name
         plan_features 20/20: id, account_id!->accounts, name
         events 900/900: id, user_id%0.4->users, account_id%0.6->accounts
         cards 900/900: id, user_id%0.4->users, account_id%0.6->accounts
         slots 900/900: id, user_id%0.4->users, account_id%0.9->accounts
         badges 60/60: id, user_id=>users, title
         hint_types 20/20: id, edited_by%0.0->users, title
         stores 5/5: id, name!
         shelves 50/50: id, store_id!->stores, name",
    )
    .whole();
    expect(
        &judged,
        "users tenant
         accounts tenant
         account_people tenant
         labels tenant
         plan_features tenant
         events tenant
         cards tenant
         slots tenant?
         badges tenant?
         hint_types tenant?
         stores tenant?
         shelves tenant?",
    );
}

#[test]
fn what_says_something_of_each_person_is_no_list_for_everybody() {
    let judged = fixture(
        "users 900/2000: id, email!*, name, password_hash
         teams 40/60: id, name!
         members 950/990: id, team_id!->teams, user_id!->users
         features 20/20: id, name!*
         user_features 50/50: id, user_id!->users, feature_id!->features
         user_passwords 900/900: id, user_id!->users, hash
         reset_password_requests 30/30: id, email, expires",
    )
    .split("teams");
    expect(
        &judged,
        "users identity
         teams tenant
         members tenant
         features shared?
         user_features tenant?
         user_passwords identity?
         reset_password_requests identity?",
    );
}

#[test]
fn the_workspace_is_offered_as_a_root_before_the_people() {
    let judged = tracker().whole();
    assert_eq!(judged.roots[0].0, name("workspaces"), "{:?}", judged.roots);
    assert_eq!(judged.people, Some(name("users")));
    let told =
        judged.findings.iter().any(|it| it.code == "TN1253" && it.title.starts_with("workspaces"));
    assert!(told, "{:?}", judged.findings);
    let split = Told { mode: Some(Mode::Split), ..Told::default() };
    let tracker = tracker();
    let judged = classify(&tracker.schema, &tracker.evidence, &split);
    assert_eq!(word(&judged, "workspaces"), "tenant?", "a person confirms the root");
    assert!(judged.findings.iter().any(|it| it.code == "TN1252"));
    let by_root = classify(
        &tracker.schema,
        &tracker.evidence,
        &Told { root: Some(name("users")), ..Told::default() },
    );
    assert_eq!(word(&by_root, "users"), "tenant", "people are a root only when a person says so");
}

#[test]
fn ownership_never_goes_upward() {
    // The checkpoint references a conversation, which is somebody's, and a flow, which is everybody's.
    let judged = fixture(
        "teams 30/30: id, name
         conversations 900/990: id, team_id!->teams, title
         agents 8/8: id, name
         flows 12/12: id, agent_id!->agents, steps
         checkpoints 5000/5000: id, conversation_id!->conversations, flow_id!->flows",
    )
    .split("teams");
    expect(
        &judged,
        "teams tenant
         conversations tenant
         agents tenant?
         flows tenant?
         checkpoints tenant",
    );
    let links = &judged.verdict(&name("checkpoints")).unwrap().links;
    assert_eq!(links[0].columns, ["conversation_id"], "the link that leads somewhere comes first");
}

#[test]
fn a_shop_without_an_organization_is_asked_about_its_lists() {
    let judged = fixture(
        "customers 4000/9000: id, email!, first_name, phone
         products 800/2500: id, category_id->categories, title, price
         categories 25/25: id, parent_id->categories, name
         orders 9000/30000: id, customer_id!->customers, currency_id!->currencies, status, paid_at
         order_lines 30000/30000: id, order_id!->orders, product_id!->products, quantity
         currencies 30/30: id, code!*, name
         tax_rates 12/12: id, country, rate
         carts 3000/9000: id, customer_id->customers, checked_out_at
         coupons 40/90: id, code!*, percent",
    )
    .whole();
    expect(
        &judged,
        "customers tenant
         products tenant?
         categories shared?
         orders tenant
         order_lines tenant
         currencies shared
         tax_rates shared?
         carts tenant
         coupons tenant?",
    );
    assert_eq!(judged.people, None, "customers are nobody's accounts");
}

#[test]
fn a_course_platform_without_foreign_keys_is_found_by_what_its_rows_say() {
    let platform = fixture(
        "schools 12/14: id, name
         users 900/1900: id, school_id!~>schools, email!*, password_digest
         courses 80/90: id, school_id!~>schools, title
         lessons 900/950: id, course_id!~>courses, title
         enrollments 5000/5500: id, course_id!~>courses, user_id!~>users
         sessions 300/300: id, lesson_id=>lessons, starts_at
         submissions 9000/9900: id, ref!?>lessons, grade
         languages 40/40: id, code!*, name
         badges 20/20: id, title",
    );
    let judged = platform.split("schools");
    expect(
        &judged,
        "schools tenant
         users tenant
         courses tenant
         lessons tenant
         enrollments tenant
         sessions tenant?
         submissions tenant?
         languages shared
         badges tenant?",
    );
    let only = Told { root: Some(name("schools")), foreign_keys_only: true, ..Told::default() };
    let blind = classify(&platform.schema, &platform.evidence, &only);
    let owned = blind.verdicts.iter().filter(|it| word(&blind, &it.table.name) == "tenant").count();
    assert_eq!(owned, 1, "foreign keys alone lead nowhere: only the root is known");
}

#[test]
fn owners_in_two_nullable_columns_are_asked_about_with_both() {
    let judged = fixture(
        "organizations 50/60: id, name
         users 300/400: id, email!*, password_hash
         memberships 310/320: id, organization_ref!->organizations, user_id!->users
         deals 4000/9000: id, owner_user_id%0.7->users, owner_org_id%0.3->organizations, stage
         deal_notes 9000/9000: id, deal_id!->deals, body",
    )
    .split("organizations");
    expect(
        &judged,
        "organizations tenant
         users identity
         memberships tenant
         deals tenant?
         deal_notes tenant",
    );
    let deals = judged.verdict(&name("deals")).unwrap();
    assert_eq!(deals.links[0].columns, ["owner_org_id"]);
    assert!(deals.reason.contains("30 %"), "{}", deals.reason);
}

#[test]
fn a_cycle_does_not_vouch_for_itself() {
    // Each user has a team and each team has a manager; only the nullable column leads out of the circle.
    let judged = fixture(
        "companies 10/10: id, name
         teams 30/30: id, manager_id!->staff_members, company_id->companies
         staff_members 90/90: id, team_id!->teams",
    )
    .split("companies");
    assert_eq!(word(&judged, "teams"), "tenant?");
    assert_eq!(word(&judged, "staff_members"), "tenant?");
    assert!(judged.findings.iter().any(|it| it.code == "TN1250" && it.facts.len() == 2));
    let teams = judged.verdict(&name("teams")).unwrap();
    assert_eq!(teams.links[0].columns, ["company_id"], "the way out comes before the circle");
}

#[test]
fn rows_that_may_be_everybodys_templates_are_asked_about() {
    let judged = fixture(
        "users 90/90: id, email!*, password_hash
         templates 40/40: id, user_id%0.5->users, body
         template_items 200/200: id, template_id!->templates, text
         plans 3/3: id, created_by!->users, price",
    )
    .whole();
    expect(
        &judged,
        "users tenant
         templates tenant?
         template_items tenant?
         plans tenant?",
    );
}

#[test]
fn pairs_of_kind_and_key_are_links_that_count_sometimes() {
    let mut tracker = tracker();
    let more = fixture("reactions 900/900: id, target_type!, target_id!");
    tracker.schema.tables.extend(more.schema.tables);
    let target = |parent: &str| {
        Some(SoftReference {
            parent: name(parent),
            parent_column: "id".to_owned(),
            sampled: 400,
            filled: 400,
            is_named: true,
            ..SoftReference::default()
        })
    };
    tracker.evidence.polymorphic.push(Polymorphic {
        child: name("reactions"),
        type_column: "target_type".to_owned(),
        id_column: "target_id".to_owned(),
        targets: vec![
            ("Issue".to_owned(), target("issues")),
            ("comment".to_owned(), target("comments")),
            ("page".to_owned(), None),
        ],
    });
    let judged = tracker.split("workspaces");
    let reactions = judged.verdict(&name("reactions")).unwrap();
    assert_eq!(word(&judged, "reactions"), "tenant?");
    assert_eq!(reactions.links.len(), 2);
    assert!(reactions.links.iter().all(|it| matches!(it.kind, LinkKind::Polymorphic { .. })));
    assert!(!reactions.links[0].is_total);
}

#[test]
fn nothing_stays_without_a_verdict_whatever_the_schema() {
    // A generator without state, so that a failure comes again.
    let mut seed = 7_u64;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let names = [
        "users",
        "teams",
        "orders",
        "countries",
        "sessions",
        "a",
        "Team",
        "settings",
        "order_items",
        "x_y",
    ];
    let arrows = ["->", "~>", "=>", "?>"];
    for round in 0..300 {
        let count = 1 + next(10) as usize;
        let lines: Vec<String> = (0..count)
            .map(|at| {
                let links: Vec<String> = (0..next(4))
                    .map(|link| {
                        let nullable = if next(2) == 0 { "!" } else { "" };
                        let arrow = arrows[next(4) as usize];
                        format!("l{link}_id{nullable}{arrow}{}", names[next(count as u64) as usize])
                    })
                    .collect();
                format!(
                    "{} {}/{}: id, email, {}",
                    names[at],
                    next(9000),
                    next(9000),
                    [links, vec!["z".to_owned()]].concat().join(", ")
                )
            })
            .collect();
        let made = fixture(&lines.join("\n"));
        for judged in [made.whole(), made.split(names[0])] {
            assert_eq!(judged.verdicts.len(), count, "round {round}");
            for verdict in &judged.verdicts {
                assert!((0.0..=1.0).contains(&verdict.confidence) && !verdict.reason.is_empty());
            }
        }
    }
}
