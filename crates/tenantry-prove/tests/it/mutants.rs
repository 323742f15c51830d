//! Misconfigurations, each applied to a copy of a database that is right: what `prove` has to find (assurance: the proof
//! proves itself). A newcomer's usual mistake is to expect a mutant to be killed by anything new in the report; it must
//! be one of the codes or attacks that the mutant is about, on the object that it spoiled.

mod context;
mod copy;
mod functions;
mod keys;
mod kill;
mod mutant;
mod partitions;
mod policies;
mod rights;
mod roles;
mod surroundings;
mod tables;
mod views;

use std::collections::BTreeSet;

use copy::Template;
use mutant::{Base, Mutant};

/// The mutants by theme: a test and an output file each, so that they run side by side.
const CHAPTERS: [(&str, &[Mutant]); 10] = [
    ("roles", roles::MUTANTS),
    ("tables", tables::MUTANTS),
    ("partitions", partitions::MUTANTS),
    ("policies", policies::MUTANTS),
    ("keys", keys::MUTANTS),
    ("views", views::MUTANTS),
    ("functions", functions::MUTANTS),
    ("context", context::MUTANTS),
    ("rights", rights::MUTANTS),
    ("surroundings", surroundings::MUTANTS),
];

/// Rows of the catalogue that no statement can bring about, and why.
const BEYOND: [(u8, &str); 12] = [
    (16, "COPY FROM is refused under row security: nothing leaks, something is missing"),
    (27, "the planner's estimates are there in every database"),
    (31, "a server's version cannot be changed by a statement"),
    (32, "a server's version cannot be changed by a statement"),
    (38, "advisory locks are there in every database"),
    (39, "an application's name is there in every database; reading it is row 35"),
    (42, "a habit of the pool: statements that another borrower prepared"),
    (44, "a habit of the pool: cursors that another borrower left"),
    (46, "every role may change its own password"),
    (53, "backups are made outside of the database"),
    (59, "which login a job uses is seen in the job"),
    (60, "a conversion that is under way is no misconfiguration"),
];

/// Mutants that are known to survive, by name; the documents say what that means.
const SURVIVORS: [&str; 0] = [];

pub(crate) fn all() -> impl Iterator<Item = &'static Mutant> {
    CHAPTERS.iter().flat_map(|(_, mutants)| mutants.iter())
}

#[test]
fn every_row_of_the_catalogue_has_a_mutant_or_a_reason() {
    let mut rows: BTreeSet<u8> = all().map(|mutant| mutant.row).collect();
    for (row, why) in BEYOND {
        assert!(rows.insert(row), "row {row} has a mutant, and a reason: {why}");
    }
    assert_eq!(rows, (1..=60).collect());
}

#[test]
fn every_mutant_has_a_name_of_its_own_and_something_to_be_found() {
    let mut names = BTreeSet::new();
    for mutant in all() {
        assert!(names.insert((mutant.base, mutant.name)), "{}", mutant.name);
        assert!(!mutant.expected.is_empty() && !mutant.object.is_empty(), "{}", mutant.name);
        let changes_roles =
            ["alter role", "create role", "grant {owner}", "grant pg_", "grant tenantry_"];
        let changes_roles = changes_roles.iter().any(|words| mutant.sql.contains(words));
        assert_eq!(changes_roles, !mutant.undo.is_empty(), "{} and its undoing", mutant.name);
    }
}

/// Applies each mutant of a database and takes it back, in a transaction that is rolled back.
async fn apply_and_undo(base: Base) {
    let template = Template::of(base).await;
    let admin = template.prepared.database.admin().await;
    // Roles outlive the database, so what a mutant does to them has to be taken back by its own statement.
    let roles = "select to_jsonb(r)::text || coalesce((select string_agg(m.roleid::text, ',' order by 1) from pg_auth_members m \
                 where m.member = r.oid), '') from pg_roles r where rolname = $1";
    let role = template.prepared.role();
    let before: String = admin.query_one(roles, &[&role]).await.unwrap().get(0);
    for mutant in all().filter(|mutant| mutant.base == base) {
        if !template.has(mutant.extension).await {
            continue;
        }
        admin.batch_execute("begin").await.unwrap();
        for (what, sql) in [("applied", mutant.sql), ("undone", mutant.undo)] {
            let database = template.prepared.database.name();
            let done = admin.batch_execute(&template.named(sql, database)).await;
            done.unwrap_or_else(|error| panic!("{} cannot be {what}: {error:?}", mutant.name));
        }
        let after: String = admin.query_one(roles, &[&role]).await.unwrap().get(0);
        assert_eq!(after, before, "{} is not undone", mutant.name);
        admin.batch_execute("rollback").await.unwrap();
    }
}

#[tokio::test]
async fn the_mutants_of_the_database_with_a_setting_apply_and_are_undone() {
    apply_and_undo(Base::Setting).await;
}

#[tokio::test]
async fn the_mutants_of_the_sealed_database_apply_and_are_undone() {
    apply_and_undo(Base::Sealed).await;
}
