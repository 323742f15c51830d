//! People become members, whatever their table holds.

use std::collections::BTreeMap;

use tenantry_adopt::AdoptError;
use tenantry_adopt::classification::Mode;
use tenantry_adopt::decisions::People;
use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::{Operate, Task};
use tenantry_adopt::operations::Enroll;
use tenantry_adopt::task::{Done, losses};
use tenantry_core::OrganizationId;
use tenantry_core::name::{DisplayName, Email};
use tenantry_identity::PasswordHash;
use tenantry_testkit::{App, TestDatabase};
use tokio_postgres::Client;

use super::prepare::split;
use super::{ORGANIZATION, ask, dump, is_done, run, whole};

/// Of the password `U*U`.
const BCRYPT: &str = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
const ARGON: &str =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
const TABLE: &str = "People \"and\" co";

fn people() -> People {
    let roles = [("boss", "admin"), ("reader", "viewer"), ("staff", "member")];
    People {
        table: TableName::new("public", TABLE),
        key: "Id".to_owned(),
        email: "Mail".to_owned(),
        name: Some("Full name".to_owned()),
        password_hash: Some("hash".to_owned()),
        role: Some("role".to_owned()),
        roles: roles.map(|(value, role)| (value.to_owned(), role.to_owned())).into(),
        owner: None,
    }
}

fn enroll(people: People, mode: Mode) -> Enroll {
    Enroll { people: Some(people), mode, is_again: false }
}

async fn table(client: &Client, rows: &[(&str, &str, &str, &str)]) {
    let sql = "create table public.\"People \"\"and\"\" co\" (\"Id\" serial primary key, \"Mail\" text, \"Full name\" text, hash text, role text)";
    client.batch_execute(sql).await.unwrap();
    add(client, rows).await;
}

async fn add(client: &Client, rows: &[(&str, &str, &str, &str)]) {
    let sql = "insert into public.\"People \"\"and\"\" co\" (\"Mail\", \"Full name\", hash, role) values (nullif($1, 'null'), nullif($2, 'null'), nullif($3, ''), $4)";
    for (mail, name, hash, role) in rows {
        client.execute(sql, &[mail, name, hash, role]).await.unwrap();
    }
}

async fn members(client: &Client) -> BTreeMap<String, String> {
    let sql = "select u.email, m.role from tenantry.memberships m join tenantry.users u on u.id = m.user_id";
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn says(done: &Done, words: &str) {
    assert!(done.lines.iter().any(|line| line.contains(words)), "{words}: {:#?}", done.lines);
}

/// Addresses, names and hashes as they are found, and as somebody would like them to be found.
async fn hostile(admin: &Client) {
    let long = format!("{}@example.com", "x".repeat(300));
    let long_name = "n".repeat(300);
    table(
        admin,
        &[
            (" Ann@Example.COM ", "Ann", BCRYPT, "staff"),
            ("bob@example.com", &long_name, ARGON, "boss"),
            ("ANN@example.com", "Not Ann", "$2b$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "boss"),
            ("null", "Nobody", "", "boss"),
            ("", "Nobody", "", "boss"),
            (&long, "Long", "", "staff"),
            ("jürgen@example.com", "Jürgen", "", "staff"),
            ("no at sign", "x", "", "staff"),
            ("a@b", "x", "", "staff"),
            ("a@b.c'); drop table tenantry.users; --", "x", "", "staff"),
            ("o'brien@example.com", "');drop table x;--", "pbkdf2_sha256$1$x$y", "reader"),
            ("zoe@example.com", "\u{202e}\u{200b}", "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "unknown"),
            ("dot@sub.example.com", "null", "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "owner"),
        ],
    )
    .await;
}

#[tokio::test]
async fn people_of_every_kind_are_members_or_counted() {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    hostile(&admin).await;
    run(&database, Task::Prepare, whole()).await.unwrap();
    let operation = enroll(people(), Mode::Whole);
    assert!(!is_done(&admin, &operation.start()[0].done).await);
    let done = run(&database, Task::Enroll, operation.clone()).await.unwrap();
    assert!(is_done(&admin, &operation.start()[0].done).await);
    let expected = [
        ("ann@example.com", "member"),
        ("bob@example.com", "owner"),
        ("dot@sub.example.com", "member"),
        ("o'brien@example.com", "viewer"),
        ("zoe@example.com", "member"),
    ];
    let expected: BTreeMap<String, String> =
        expected.map(|(mail, role)| (mail.to_owned(), role.to_owned())).into();
    assert_eq!(members(&admin).await, expected);
    for words in [
        "6 new people of People \"and\" co: 5 accounts made, 5 members",
        "2 have no address",
        "5 have an address that is none",
        "1 have the address of an older row",
        "2 sign in with the password they have",
        "3 have a password hash that cannot be checked here",
    ] {
        says(&done, words);
    }
    // What the control plane reads back, it can.
    for row in
        admin.query("select email, name, password_hash from tenantry.users", &[]).await.unwrap()
    {
        let (email, name, hash): (String, String, Option<String>) =
            (row.get(0), row.get(1), row.get(2));
        assert_eq!(email.parse::<Email>().unwrap().as_str(), email);
        assert_eq!(name.parse::<DisplayName>().unwrap().as_str(), name);
        assert!(hash.is_none_or(|hash| PasswordHash::parse(&hash).is_ok()));
    }
    assert_eq!(
        ask(&admin, "select name from tenantry.users where email = 'zoe@example.com'").await,
        "zoe"
    );
    assert_eq!(
        ask(&admin, "select password_hash from tenantry.users where email = 'ann@example.com'")
            .await,
        BCRYPT
    );
    assert_eq!(
        ask(&admin, "select used from tenantry.usage_counts where meter = 'members'").await,
        "5"
    );
}

/// RE-3
#[tokio::test]
async fn asked_again_only_who_is_new_is_added_and_taking_back_leaves_nothing() {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    hostile(&admin).await;
    let before = dump(&database);
    run(&database, Task::Prepare, whole()).await.unwrap();
    let operation = enroll(people(), Mode::Whole);
    run(&database, Task::Enroll, operation.clone()).await.unwrap();
    // Somebody new, somebody removed and somebody whose role was changed by hand.
    admin.batch_execute("delete from tenantry.memberships where role = 'viewer'; update tenantry.memberships set role = 'viewer' where user_id = (select id from tenantry.users where email = 'zoe@example.com')").await.unwrap();
    add(&admin, &[("new@example.com", "New", "", "boss")]).await;
    let done = run(&database, Task::Enroll, operation.clone()).await.unwrap();
    says(&done, "1 new people of People \"and\" co: 1 accounts made, 1 members");
    let now = members(&admin).await;
    assert_eq!(now.len(), 5);
    assert_eq!(now["new@example.com"], "admin");
    assert_eq!(now["zoe@example.com"], "viewer");
    assert!(losses(&admin).await.unwrap().is_empty());

    for action in operation.rollback() {
        assert!(!is_done(&admin, &action.done).await);
        admin.batch_execute(&format!("begin; {}; commit", action.sql)).await.unwrap();
        assert!(is_done(&admin, &action.done).await);
    }
    assert_eq!(ask(&admin, "select count(*) from tenantry.users").await, "0");
    run(&database, Task::Withdraw, whole()).await.unwrap();
    admin.batch_execute("drop schema tenantry_adopt").await.unwrap();
    assert_eq!(dump(&database), before);
}

#[tokio::test]
async fn the_owner_is_the_one_who_is_named_or_the_oldest() {
    for (owner, roles, expected) in [
        (Some("C@example.com "), ["staff", "boss", "staff"], "c@example.com"),
        (Some("1"), ["staff", "boss", "staff"], "a@example.com"),
        (None, ["staff", "staff", "boss"], "c@example.com"),
        (None, ["staff", "staff", "staff"], "a@example.com"),
        (None, ["reader", "chief", "chief"], "b@example.com c@example.com"),
    ] {
        let database = TestDatabase::empty().await;
        let admin = database.admin().await;
        table(
            &admin,
            &[
                ("a@example.com", "A", "", roles[0]),
                ("b@example.com", "B", "", roles[1]),
                ("c@example.com", "C", "", roles[2]),
            ],
        )
        .await;
        run(&database, Task::Prepare, whole()).await.unwrap();
        let mut people = People { owner: owner.map(str::to_owned), ..people() };
        people.roles.insert("chief".to_owned(), "owner".to_owned());
        run(&database, Task::Enroll, enroll(people, Mode::Whole)).await.unwrap();
        let owners: Vec<String> = members(&admin)
            .await
            .into_iter()
            .filter(|(_, role)| role == "owner")
            .map(|(mail, _)| mail)
            .collect();
        assert_eq!(owners.join(" "), expected);
        run(&database, Task::Withdraw, whole()).await.unwrap();
    }
}

#[tokio::test]
async fn an_owner_who_is_not_there_and_a_column_that_is_not_there_are_refused() {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    table(&admin, &[("a@example.com", "A", "", "staff")]).await;
    run(&database, Task::Prepare, whole()).await.unwrap();
    for people in [
        People { owner: Some("z@example.com".to_owned()), ..people() },
        People { role: Some("rank".to_owned()), ..people() },
    ] {
        let refused = run(&database, Task::Enroll, enroll(people, Mode::Whole)).await;
        assert!(matches!(refused, Err(AdoptError::Refused(_))), "{refused:?}");
    }
    assert_eq!(ask(&admin, "select count(*) from tenantry.users").await, "0");
    let none = Enroll { people: None, mode: Mode::Whole, is_again: false };
    says(&run(&database, Task::Enroll, none).await.unwrap(), "nobody is a member yet");
}

/// The server manages whoever was enrolled at once: the same accounts, the same passwords.
#[tokio::test]
async fn whoever_was_enrolled_signs_in_with_the_password_they_had_and_is_listed() {
    let app = App::start().await;
    let admin = app.database.admin().await;
    app.owner("known").await;
    table(
        &admin,
        &[
            ("old@example.com", "Old", BCRYPT, "boss"),
            ("Known@example.com", "Known", "", "reader"),
            ("x@example.com", "X", "", "staff"),
        ],
    )
    .await;
    run(&app.database, Task::Prepare, whole()).await.unwrap();
    let operation = enroll(people(), Mode::Whole);
    let done = run(&app.database, Task::Enroll, operation.clone()).await.unwrap();
    says(&done, "1 had an account already");
    let body = serde_json::json!({ "email": "old@example.com", "password": "U*U" });
    let answer = app.anonymous().post("/auth/login", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let caller = app.anonymous().with_token(answer.str("/access_token"));
    let listed = caller
        .get(&format!("/api/v1/organizations/{}/members", OrganizationId::from_uuid(ORGANIZATION)))
        .await;
    assert_eq!(listed.status, 200, "{}", listed.text);
    for email in ["old@example.com", "known@example.com", "x@example.com"] {
        assert!(listed.text.contains(email), "{}", listed.text);
    }
    let wrong = serde_json::json!({ "email": "old@example.com", "password": "U*V" });
    assert_eq!(app.anonymous().post("/auth/login", &wrong).await.status, 401);
    // The account that was there keeps its password and its own organization, also when adopting is taken back.
    assert_eq!(app.login("known").await.status, 200);
    admin.batch_execute(&format!("begin; {}; commit", operation.rollback()[0].sql)).await.unwrap();
    run(&app.database, Task::Withdraw, whole()).await.unwrap();
    assert_eq!(app.login("known").await.status, 200);
    assert_eq!(ask(&admin, "select count(*) from tenantry.users").await, "1");
    assert_eq!(ask(&admin, "select count(*) from tenantry.memberships").await, "1");
}

#[tokio::test]
async fn more_people_than_the_limit_raise_it() {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    table(&admin, &[]).await;
    admin.batch_execute("insert into public.\"People \"\"and\"\" co\" (\"Mail\", role) select 'p' || n || '@example.com', 'staff' from generate_series(1, 3000) n").await.unwrap();
    run(&database, Task::Prepare, whole()).await.unwrap();
    run(&database, Task::Enroll, enroll(people(), Mode::Whole)).await.unwrap();
    assert_eq!(
        ask(&admin, "select used || ' ' || most from tenantry.usage_counts").await,
        "3000 6000"
    );
    assert_eq!(
        ask(&admin, "select count(*) from tenantry.memberships where role = 'owner'").await,
        "1"
    );
    // One more is counted by the trigger as ever.
    admin.batch_execute(&format!("insert into tenantry.users (id, email, name) values ('{ORGANIZATION}', 'q@example.com', 'q'); insert into tenantry.memberships (organization_id, user_id, role) values ('{ORGANIZATION}', '{ORGANIZATION}', 'member')")).await.unwrap();
    assert_eq!(ask(&admin, "select used from tenantry.usage_counts").await, "3001");
    assert_eq!(
        losses(&admin).await.unwrap(),
        ["1 member added to the control plane since", "1 account added to the control plane since"]
    );
}

/// Of a table that links people and teams, with a role in each.
#[tokio::test]
async fn in_a_split_database_people_are_members_where_the_table_of_memberships_says() {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    admin
        .batch_execute(
            "create table public.teams (id int primary key, name text); insert into public.teams values (1, 'One'), (2, 'Two'), (3, 'Three'); \
             create table public.users (id int primary key, email text); \
             insert into public.users values (1, 'a@example.com'), (2, 'b@example.com'), (3, 'c@example.com'), (4, 'A@example.com'); \
             create table public.in_team (team int references public.teams, who int references public.users, rank text, primary key (who, team)); \
             insert into public.in_team values (1, 1, 'boss'), (2, 1, 'staff'), (2, 2, 'boss'), (1, 4, 'staff'); \
             create table public.posts (id int primary key, team int references public.teams, author int references public.users); \
             insert into public.posts values (1, 3, 3)",
        )
        .await
        .unwrap();
    run(&database, Task::Prepare, split("teams", "id", Some("name"))).await.unwrap();
    let people = People {
        table: TableName::new("public", "users"),
        key: "id".to_owned(),
        email: "email".to_owned(),
        name: None,
        password_hash: None,
        role: Some("rank".to_owned()),
        ..people()
    };
    let done = run(&database, Task::Enroll, enroll(people.clone(), Mode::Split)).await.unwrap();
    let sql = "select string_agg(o.name || ' ' || u.email || ' ' || m.role, ', ' order by o.name, u.email) from tenantry.memberships m join tenantry.users u on u.id = m.user_id join tenantry.organizations o using (organization_id)";
    // Whoever wrote a post is no member of its team.
    assert_eq!(
        ask(&admin, sql).await,
        "One a@example.com owner, Two a@example.com member, Two b@example.com owner"
    );
    says(&done, "1 are in no organization");
    admin.batch_execute("insert into public.in_team values (3, 3, 'reader')").await.unwrap();
    run(&database, Task::Enroll, enroll(people, Mode::Split)).await.unwrap();
    assert!(ask(&admin, sql).await.contains("Three c@example.com owner"));
}

/// Where each person's row is an organization's.
#[tokio::test]
async fn in_a_split_database_people_are_members_where_their_row_is() {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    admin
        .batch_execute("create table public.teams (id int primary key, name text); insert into public.teams values (1, 'One'), (2, 'Two')")
        .await
        .unwrap();
    run(&database, Task::Prepare, split("teams", "id", Some("name"))).await.unwrap();
    table(
        &admin,
        &[
            ("a@example.com", "A", "", "staff"),
            ("b@example.com", "B", "", "staff"),
            ("A@example.com", "A", "", "boss"),
        ],
    )
    .await;
    admin
        .batch_execute(
            "alter table public.\"People \"\"and\"\" co\" add organization_id uuid; \
             update public.\"People \"\"and\"\" co\" p set organization_id = (select organization_id from tenantry_adopt.roots r where r.key = case when p.\"Id\" = 3 then '2' else '1' end)",
        )
        .await
        .unwrap();
    run(&database, Task::Enroll, enroll(people(), Mode::Split)).await.unwrap();
    let sql = "select string_agg(o.name || ' ' || u.email || ' ' || m.role, ', ' order by o.name, u.email) from tenantry.memberships m join tenantry.users u on u.id = m.user_id join tenantry.organizations o using (organization_id)";
    assert_eq!(
        ask(&admin, sql).await,
        "One a@example.com owner, One b@example.com member, Two a@example.com owner"
    );
}
