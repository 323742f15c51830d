//! What a table looks like by itself, without its links: something people work with, or a list that is the same for
//! everybody. Signs decide only where links say nothing, and only strong ones decide without asking.

use crate::schema::{Column, Table};

use super::known::column_words;
use super::vocabulary::{AUTHORSHIP, LISTS, NATURAL, PREFIXES, PROGRESS, WORK, WORLD};
use super::words::words;

/// More rows than a list that people keep by hand.
const MANY: i64 = 5000;

/// What a table looks like.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signs {
    /// What makes it look like work, in words. Empty: nothing.
    pub(crate) work: Vec<String>,
    /// Whether its name is that of a list the whole world shares.
    pub(crate) is_world: bool,
    /// Whether its last word is that of a list that is often everybody's.
    pub(crate) is_list: bool,
    /// Few rows, none of them changed since it was filled.
    pub(crate) is_still: bool,
    /// Whether a unique code or name tells its rows apart, as entries of a list are.
    pub(crate) is_coded: bool,
}

impl Signs {
    /// Reads them.
    pub(crate) fn read(table: &Table) -> Self {
        let mut name = words(&table.name.name);
        if name.len() > 1 && PREFIXES.contains(&name[0].as_str()) {
            name.remove(0);
        }
        let last = name.last().cloned().unwrap_or_default();
        let rows = table.statistics.rows;
        Self {
            work: work(table, &last),
            is_world: WORLD.contains(&name.join(" ").as_str()) && is_plain(table),
            is_list: LISTS.contains(&last.as_str()),
            is_still: (1..=1000).contains(&rows) && table.statistics.writes <= rows,
            is_coded: table.indexes.iter().any(|index| {
                index.is_unique
                    && index.columns.len() == 1
                    && words(&index.columns[0])
                        .last()
                        .is_some_and(|word| NATURAL.contains(&word.as_str()))
            }),
        }
    }

    /// Whether one would bet that its rows are somebody's: two different signs, and no name that speaks against it.
    pub(crate) fn is_work(&self) -> bool {
        self.work.len() >= 2 && !self.is_list
    }
}

/// Signs that somebody works with the rows.
fn work(table: &Table, last: &str) -> Vec<String> {
    let mut signs = Vec::new();
    if WORK.contains(&last) {
        signs.push(format!("its name says that it keeps each {last}"));
    }
    let columns = column_words(table);
    if let Some(word) = PROGRESS.iter().find(|word| columns.contains(**word)) {
        let column =
            table.columns.iter().find(|column| words(&column.name).contains(&(*word).to_owned()));
        let column = column.map_or(*word, |column| column.name.as_str());
        signs.push(format!("its column {column} follows work"));
    }
    if let Some(column) = table.columns.iter().find(|column| is_personal(column)) {
        signs.push(format!("its column {} is about a person", column.name));
    }
    let rows = table.statistics.rows;
    if rows >= MANY {
        signs.push(format!("it has {rows} rows"));
    }
    if rows > 0 && table.statistics.writes > rows.saturating_mul(2) {
        signs.push(format!("{} writes for {rows} rows", table.statistics.writes));
    }
    signs
}

/// Whether a column holds what only one person has.
fn is_personal(column: &Column) -> bool {
    let name = words(&column.name).join(" ");
    let personal =
        ["email", "e mail", "phone", "phone number", "first name", "last name", "ip address"];
    // A book has an author too; only what says who wrote the row is about a person who works with it.
    personal.contains(&name.as_str()) || (name.contains(' ') && is_authorship(&column.name))
}

/// Whether a column says who made a row: `created_by`, `lastEditedBy`, `author_id`.
pub(crate) fn is_authorship(column: &str) -> bool {
    let name = words(column);
    let is_by = name.iter().any(|word| word == "by")
        && name.iter().any(|word| AUTHORSHIP.contains(&word.as_str()));
    is_by
        || matches!(
            name.first().map(String::as_str),
            Some("creator" | "author" | "updater" | "editor")
        )
}

/// A table that has nothing but what a list has: no keys of others, nothing personal.
fn is_plain(table: &Table) -> bool {
    let points = |column: &&Column| {
        let name = words(&column.name);
        name.len() > 1 && matches!(name.last().map(String::as_str), Some("id" | "uuid"))
    };
    !table.columns.iter().any(|column| points(&column) || is_personal(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_made_a_row_is_told_from_whose_it_is() {
        for column in
            ["created_by", "createdBy", "last_modified_by_id", "author_id", "updatedByUserId"]
        {
            assert!(is_authorship(column), "{column}");
        }
        for column in ["user_id", "owner_id", "standby", "by", "created_at", "manager_id"] {
            assert!(!is_authorship(column), "{column}");
        }
    }
}
