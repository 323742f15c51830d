//! References that nobody declared: those that are there are found, and those that only look so are not.

use std::collections::BTreeMap;

use tenantry_adopt::evidence::{Evidence, SoftReference};
use tenantry_adopt::schema::Schema;

use super::{Subject, public};

async fn measured() -> (Subject, Evidence) {
    let subject = Subject::with(include_str!("evidence.sql")).await;
    let evidence = read(&subject).await;
    (subject, evidence)
}

async fn read(subject: &Subject) -> Evidence {
    let schema = Schema::read(&subject.admin).await.unwrap();
    Evidence::read(&subject.admin, &schema).await.unwrap()
}

fn target(reference: &SoftReference) -> String {
    let how = match (reference.is_named, reference.needs_cast) {
        (true, false) => "named",
        (true, true) => "named, cast",
        (false, false) => "by value",
        (false, true) => "by value, cast",
    };
    format!("{}.{}, {how}", reference.parent.name, reference.parent_column)
}

/// RE-2: without a single foreign key, each reference is found, and no other.
#[tokio::test]
async fn every_reference_is_found_and_nothing_that_only_looks_like_one() {
    let (_subject, evidence) = measured().await;
    let found: BTreeMap<String, String> = evidence
        .soft
        .iter()
        .map(|one| (format!("{}.{}", one.child.name, one.column), target(one)))
        .collect();
    let expected: BTreeMap<String, String> = [
        ("Users.teamId", "teams.id, named"),
        ("agent_notes.priority_id", "priorities.id, named"),
        ("agent_notes.user_id", "Users.id, named, cast"),
        ("agent_qa_interactions.reviewed_by", "Users.id, named, cast"),
        ("agent_qa_interactions.thread_parent_id", "agent_qa_interactions.id, named"),
        ("agent_threads.holder", "Users.id, by value"),
        ("agent_threads.interaction_id", "agent_qa_interactions.id, named"),
        ("agent_threads.teamID", "teams.id, named"),
        ("comments.parentCommentId", "comments.id, named"),
        ("comments.post_id", "posts.id, named"),
        ("logs.user_email", "Users.email, named"),
        ("mixed.who", "Users.id, by value, cast"),
        ("posts.author", "Users.id, named"),
        ("profiles.id", "Users.id, by value"),
        ("reactions.post_id", "posts.id, named"),
        ("places.code", "codes.code, named"),
        ("silent.team_id", "teams.id, named"),
        ("silent.users_id", "Users.id, named"),
    ]
    .into_iter()
    .map(|(from, to)| (from.to_owned(), to.to_owned()))
    .collect();
    assert_eq!(found, expected);
    assert_eq!(evidence.skipped.len(), 1, "{:?}", evidence.skipped);
    assert!(evidence.skipped[0].starts_with("public.settings.broken: "), "{:?}", evidence.skipped);
}

#[tokio::test]
async fn nothing_and_an_empty_text_point_nowhere_and_a_missing_parent_is_counted() {
    let (_subject, evidence) = measured().await;
    let figures = |child: &str, column: &str| {
        let is_it = |one: &&SoftReference| one.child == public(child) && one.column == column;
        let one = evidence.soft.iter().find(is_it).unwrap();
        (one.sampled, one.filled, one.missing)
    };
    assert_eq!(figures("Users", "teamId"), (300, 206, 0));
    assert_eq!(figures("agent_notes", "user_id"), (60, 60, 1));
    assert_eq!(figures("silent", "team_id"), (0, 0, 0));
}

#[tokio::test]
async fn a_pair_of_columns_names_several_tables() {
    let (_subject, evidence) = measured().await;
    let pairs: Vec<String> = evidence
        .polymorphic
        .iter()
        .map(|pair| {
            let mut targets: Vec<String> = pair
                .targets
                .iter()
                .map(|(kind, target)| {
                    let table = target.as_ref().map_or("?", |one| one.parent.name.as_str());
                    format!("{kind}={table}")
                })
                .collect();
            targets.sort();
            format!("{}.{}: {}", pair.child.name, pair.id_column, targets.join(" "))
        })
        .collect();
    assert_eq!(
        pairs,
        [
            "mixed.subject_ref: person=Users squad=teams unknown=?",
            "reactions.target_id: Comment=comments Post=posts",
            "reactions.owner_id: App\\Models\\Mixed=mixed App\\Models\\User=Users",
        ]
    );
}

#[tokio::test]
async fn keys_inside_json_are_reported() {
    let (_subject, evidence) = measured().await;
    let found: Vec<String> =
        evidence.json.iter().map(|one| format!("{} {}", one.column, target(one))).collect();
    assert_eq!(
        found,
        [
            "payload ->> 'made_by_id' mixed.id, by value, cast",
            "payload ->> 'postId' posts.id, named, cast",
            "payload ->> 'user_id' Users.id, named, cast",
        ]
    );
}

#[tokio::test]
async fn a_declared_reference_is_not_guessed_again() {
    let subject = Subject::with(
        "create table teams (id uuid primary key);
         create table users (id uuid primary key, team_id uuid references teams, \"team.id\" uuid)",
    )
    .await;
    let evidence = read(&subject).await;
    let columns: Vec<&str> = evidence.soft.iter().map(|one| one.column.as_str()).collect();
    assert_eq!(columns, ["team.id"]);
}

/// A view of that name stands for the extension's: the test's server does not load its library.
#[tokio::test]
async fn statements_are_read_with_their_tables_and_without_ours() {
    let subject = Subject::with(
        "create table orders (id int); create table \"User\" (id int); create schema collected;
         create view collected.pg_stat_statements as
            select r.oid as userid, d.oid as dbid, s.query, s.calls
            from (values ('insert into orders values ($1)', 7), ('select * from \"User\" join ORDERS', 9),
                ('select now()', 99), ('/* tenantry */ select count(*) from orders', 50)) as s (query, calls)
            cross join pg_roles as r cross join pg_database as d where r.rolname = current_user",
    )
    .await;
    let sent = read(&subject).await.statements.unwrap();
    let texts: Vec<(&str, i64)> = sent.iter().map(|one| (one.text.as_str(), one.calls)).collect();
    assert_eq!(
        texts,
        [("select * from \"User\" join ORDERS", 9), ("insert into orders values ($1)", 7)]
    );
    assert_eq!(sent[0].tables, [public("User"), public("orders")]);
    assert!(!sent[0].role.is_empty());
}

#[tokio::test]
async fn without_collected_statements_there_are_none_and_that_is_no_error() {
    let subject = Subject::with("create table orders (id int)").await;
    assert_eq!(read(&subject).await.statements, None);
    subject.run("create extension pg_stat_statements").await;
    let evidence = read(&subject).await;
    assert_eq!(evidence.statements, None, "the view is there, but the library is not loaded");
    assert!(evidence.skipped[0].contains("shared_preload_libraries"), "{:?}", evidence.skipped);
}

/// Two tables with the same keys point at each other as far as values say.
#[tokio::test]
async fn of_two_tables_with_the_same_keys_the_one_that_others_point_at_is_the_parent() {
    let subject = Subject::with(
        "create table people_data (id uuid primary key);
         create table extras (id uuid primary key);
         create table bills (id uuid primary key, payer uuid);
         insert into people_data select md5(n::text)::uuid from generate_series(1, 50) as n;
         insert into extras select id from people_data;
         insert into bills select md5('bill' || n)::uuid, md5((n % 40 + 1)::text)::uuid from generate_series(1, 50) as n;
         create table more_bills as select * from bills;
         delete from extras where id = md5('7')::uuid",
    )
    .await;
    let evidence = read(&subject).await;
    let found: Vec<String> = evidence
        .soft
        .iter()
        .map(|one| format!("{}.{} {}", one.child.name, one.column, target(one)))
        .collect();
    assert_eq!(
        found,
        [
            "bills.payer people_data.id, by value",
            "extras.id people_data.id, by value",
            "more_bills.id bills.id, by value",
            "more_bills.payer people_data.id, by value",
        ]
    );
}

/// RE-2: a gap in what was measured is named, and nobody waits for it for long.
#[tokio::test]
async fn a_table_that_somebody_locks_is_left_out_and_named() {
    let subject = Subject::with(
        "create table teams (id uuid primary key); create table notes (id int, team_id uuid);
         insert into teams values (md5('1')::uuid); insert into notes values (1, md5('1')::uuid)",
    )
    .await;
    let schema = Schema::read(&subject.admin).await.unwrap();
    let other = subject.database.admin().await;
    other.batch_execute("begin; lock table notes in access exclusive mode").await.unwrap();
    let evidence = Evidence::read(&subject.admin, &schema).await.unwrap();
    other.batch_execute("rollback").await.unwrap();
    assert!(!evidence.skipped.is_empty());
    assert!(evidence.skipped.iter().all(|line| line.contains("lock timeout")), "{evidence:?}");
    // What the name says is still said, without figures.
    let [found] = evidence.soft.as_slice() else { panic!("{evidence:?}") };
    assert_eq!((found.column.as_str(), found.filled), ("team_id", 0));
    // The session is usable and as it was.
    assert_eq!(read(&subject).await.soft[0].filled, 1);
}
