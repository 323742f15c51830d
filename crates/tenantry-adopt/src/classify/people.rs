//! Which table holds the people that sign in. Customers, contacts and patients are people too, but nobody's accounts: a table
//! needs an address *and* either the word for an account or something to sign in with.

use crate::schema::{Column, Table};

use super::graph::Graph;
use super::vocabulary::{PEOPLE, PREFIXES};
use super::words::words;

/// The table of people, where there is one.
pub(crate) fn find(graph: &Graph<'_>) -> Option<usize> {
    let scored = graph.nodes.iter().enumerate().filter_map(|(at, node)| {
        let score = score(node.table)? * 1000 + node.children.len();
        Some((score, at))
    });
    // Of two that are as good, the first in the schema's order, so that the answer stays the same.
    scored.max_by_key(|&(score, at)| (score, usize::MAX - at)).map(|(_, at)| at)
}

/// How much a table looks like one of accounts.
fn score(table: &Table) -> Option<usize> {
    let mut name = words(&table.name.name);
    if name.len() > 1 && PREFIXES.contains(&name[0].as_str()) {
        name.remove(0);
    }
    let last = name.last()?;
    let rank = PEOPLE.iter().position(|word| word == last);
    let has_secret = table.columns.iter().any(is_secret);
    let email = email(table)?;
    let is_unique = table
        .indexes
        .iter()
        .any(|index| index.is_unique && index.columns.first() == Some(&email.name));
    let is_accounts = match rank {
        Some(0) => name.len() <= 2,
        Some(_) => name.len() == 1 && (has_secret || is_unique),
        None => has_secret && is_unique,
    };
    let is_keyed = table.key().is_some_and(|key| key.columns.len() == 1);
    (is_accounts && is_keyed).then(|| {
        let word = PEOPLE.len() - rank.unwrap_or(PEOPLE.len());
        word * 4
            + usize::from(name.len() == 1) * 4
            + usize::from(has_secret) * 2
            + usize::from(is_unique)
    })
}

/// The column with the address.
pub(crate) fn email(table: &Table) -> Option<&Column> {
    column(table, &["email", "email address", "e mail", "mail", "primary email", "user email"])
}

/// The column with the name.
pub(crate) fn display_name(table: &Table) -> Option<&Column> {
    column(
        table,
        &["name", "full name", "fullname", "display name", "user name", "username", "first name"],
    )
}

/// The column with a password's hash: only where its name says that it is a hash, or what kind of.
pub(crate) fn password_hash(table: &Table) -> Option<&Column> {
    column(
        table,
        &[
            "password hash",
            "hashed password",
            "password digest",
            "encrypted password",
            "passwordhash",
            "pw hash",
            "pwhash",
            "password bcrypt",
            "bcrypt hash",
        ],
    )
}

/// The column with the role.
pub(crate) fn role(table: &Table) -> Option<&Column> {
    column(table, &["role", "user role", "role name", "account role", "access level"])
}

/// The first column with one of these names, tried in their order. Only texts and enumerations qualify.
fn column<'a>(table: &'a Table, names: &[&str]) -> Option<&'a Column> {
    let is_text = |column: &&Column| {
        let kind = column.type_name.as_str();
        let numbers = [
            "integer",
            "bigint",
            "smallint",
            "boolean",
            "uuid",
            "json",
            "timestamp",
            "date",
            "bytea",
        ];
        !numbers.iter().any(|number| kind.starts_with(number)) && !kind.ends_with("[]")
    };
    names.iter().find_map(|name| {
        table.columns.iter().filter(is_text).find(|column| words(&column.name).join(" ") == *name)
    })
}

/// Whether a column holds what somebody signs in with.
fn is_secret(column: &Column) -> bool {
    let name = words(&column.name);
    let has = |word: &str| name.iter().any(|own| own == word);
    has("password")
        || has("passwordhash")
        || has("clerk")
        || (has("auth") && has("id"))
        || name.join(" ") == "google id"
        || name.join(" ") == "external auth id"
}
