//! SQL is written in `tenantry-db` and `tenantry-store` only, where tests prepare every statement, and in
//! `tenantry-adopt` and `tenantry-prove`, which change and attack other people's databases.
//!
//! The rule looks at how a string literal begins. Prose that happens to begin like a statement
//! ("select one of …") lacks the second word that it asks for.

use super::Violation;
use crate::source::Source;
use crate::tree::Tree;

const HOMES: [&str; 5] = [
    "crates/tenantry-adopt/",
    "crates/tenantry-db/",
    "crates/tenantry-prove/",
    "crates/tenantry-store/",
    "crates/tenantry-testkit/",
];
const OBJECTS: [&str; 14] = [
    "table",
    "index",
    "schema",
    "role",
    "policy",
    "function",
    "view",
    "trigger",
    "type",
    "user",
    "database",
    "extension",
    "unique",
    "or",
];

/// Every string literal elsewhere that is a statement.
pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let elsewhere = |source: &Source| {
        let path = source.path.as_str();
        let is_code = path.starts_with("crates/") && path.contains("/src/");
        is_code && !source.is_test_file() && !HOMES.iter().any(|home| path.starts_with(home))
    };
    tree.sources().filter(elsewhere).flat_map(|source| statements(&source)).collect()
}

fn statements(source: &Source) -> Vec<Violation> {
    let instead = "move the statement to tenantry-store, which checks it against the schema";
    source
        .literals()
        .filter(|literal| is_statement(&literal.text))
        .map(|literal| {
            Violation::new(format!("{}:{}", source.path, source.line(literal.offset)), instead)
        })
        .collect()
}

fn is_statement(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "\\").collect();
    let later = |word: &str| words.iter().skip(1).any(|found| *found == word);
    match words.as_slice() {
        ["select", ..] => later("from") || text.contains('('),
        ["with", _, "as", ..] => later("select"),
        ["insert", "into", ..] => later("values") || later("select"),
        ["update", _, "set", ..] | ["update", _, _, "set", ..] => text.contains('='),
        ["delete", "from", _] => true,
        ["delete", "from", ..] => later("where") || later("using"),
        ["create" | "alter" | "drop", object, _, ..] => OBJECTS.contains(object),
        ["grant", ..] => later("on") && later("to"),
        ["revoke", ..] => later("on") && later("from"),
        ["truncate", ..] => words.len() < 4,
        ["set", "local" | "session", _, ..] => text.contains('='),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_outside_the_store_is_refused() {
        let text = "fn a() {\n    run(\"select id\\n  from projects\");\n}";
        let tree = Tree::of(&[
            ("crates/tenantry-api/src/a.rs", text),
            ("crates/tenantry-store/src/a.rs", text),
            ("crates/tenantry-api/tests/it/a.rs", text),
        ]);
        let found: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("crates/tenantry-api/src/a.rs:2: move the statement"));
    }

    #[test]
    fn statements_are_told_from_prose() {
        for statement in [
            "select 1 from a",
            "SELECT now()",
            "insert into a (b) values ($1)",
            "update a set b = 1",
            "delete from a where b = 1",
            "create table a (b int)",
            "alter role a nobypassrls",
            "with a as (select 1 from b) select * from a",
            "grant select on a to b",
            "truncate a",
            " \\\n  select a\\\n from b",
            "create or replace function a()",
            "set local role = a",
        ] {
            assert!(is_statement(statement), "{statement}");
        }
        for prose in [
            "select one of the organizations",
            "update the profile and set its name",
            "create a project",
            "delete from the list",
            "with a seal",
            "set session",
            "grant",
            "insert into the list",
            "drop the connection",
            "alter the role",
            "",
        ] {
            assert!(!is_statement(prose), "{prose}");
        }
    }
}
