//! What a column's name says about where it points. A name is only a reason to look: nothing is believed before the values
//! were looked up, because `external_user_id` may hold the ids of another system.

use std::collections::HashMap;

use super::key::{Family, Key, Pointer};
use super::words::words;
use crate::name::TableName;

/// How well a name fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// `team_id` for teams, `parent_id` for the same table.
    Exact,
    /// `billing_address_id` for addresses, or the very name of the parent's key.
    Qualified,
    /// `interaction_id` for `agent_qa_interactions`, `manager_id` or `created_by` for the table of people.
    Loose,
    /// `parent_note_id` for the same table, whatever it is called; `affirmation_id` for `affirmation_items`.
    Guess,
}

/// A key that a column's name leads to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lead<'a> {
    pub(super) key: &'a Key,
    pub(super) fit: Fit,
    /// Whether the name has the form of a reference, so that it says something even where no row does.
    pub(super) is_reference: bool,
}

/// Endings of a column that holds a key.
const ENDINGS: [&[&str]; 12] = [
    &["record", "id"],
    &["object", "id"],
    &["id"],
    &["uuid"],
    &["guid"],
    &["ref"],
    &["reference"],
    &["fk"],
    &["key"],
    &["pk"],
    &["uid"],
    &["oid"],
];

/// People who have to do with a row.
const ROLES: [&str; 40] = [
    "manager",
    "author",
    "owner",
    "creator",
    "editor",
    "assignee",
    "assigner",
    "reviewer",
    "approver",
    "sender",
    "recipient",
    "receiver",
    "member",
    "participant",
    "actor",
    "uploader",
    "admin",
    "lead",
    "reporter",
    "requester",
    "requestor",
    "invitee",
    "inviter",
    "supervisor",
    "coach",
    "teacher",
    "instructor",
    "student",
    "assistant",
    "moderator",
    "operator",
    "watcher",
    "follower",
    "subscriber",
    "performer",
    "submitter",
    "writer",
    "user",
    "person",
    "modifier",
];

/// What the table of people is called, the likeliest first.
const PEOPLE: [&str; 7] = ["user", "person", "member", "employee", "account", "profile", "staff"];

/// Words of a column that points at its own table.
const SELF: [&str; 7] = ["parent", "root", "previous", "prev", "next", "ancestor", "predecessor"];

/// Words before a table's name that say which of its rows.
const WHICH: [&str; 22] = [
    "last",
    "first",
    "current",
    "active",
    "latest",
    "default",
    "primary",
    "main",
    "source",
    "target",
    "destination",
    "origin",
    "original",
    "old",
    "new",
    "from",
    "to",
    "related",
    "linked",
    "selected",
    "base",
    "by",
];

/// Endings that mean something else as often as a reference: what they say is believed only with rows.
const WEAK: [&str; 5] = ["key", "ref", "reference", "pk", "oid"];

/// Words before a table's name that mean nothing.
const FIRST: [&str; 5] = ["tbl", "tb", "t", "fk", "tab"];

/// What has to be known of all tables to judge a name.
#[derive(Debug)]
pub(super) struct Naming {
    /// First words that at least three tables share: `agent_tasks`, `agent_runs`, `agent_notes`.
    prefixes: Vec<String>,
    /// The tables of people.
    people: Vec<TableName>,
}

impl Naming {
    pub(super) fn of(keys: &[Key]) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for key in keys.iter().filter(|key| key.is_primary && key.table_words.len() > 1) {
            *counts.entry(key.table_words[0].as_str()).or_default() += 1;
        }
        let shared = counts.into_iter().filter(|(word, count)| *count >= 3 || FIRST.contains(word));
        let mut naming = Self {
            prefixes: shared.map(|(word, _)| word.to_owned()).collect(),
            people: Vec::new(),
        };
        for word in PEOPLE {
            let is_people = |key: &&Key| naming.bare(&key.table_words) == [word];
            let found: Vec<TableName> =
                keys.iter().filter(is_people).map(|key| key.table.clone()).collect();
            if !found.is_empty() {
                naming.people = found;
                break;
            }
        }
        naming
    }

    /// The words of a table without a prefix that it shares with others.
    fn bare<'a>(&self, words: &'a [String]) -> &'a [String] {
        match words {
            [first, rest @ ..] if !rest.is_empty() && self.prefixes.contains(first) => rest,
            _ => words,
        }
    }

    /// Where a name leads, the best first.
    pub(super) fn leads<'a>(&self, pointer: &Pointer, keys: &'a [Key]) -> Vec<Lead<'a>> {
        if pointer.is_key && self.is_own(pointer) {
            return Vec::new();
        }
        let mut leads: Vec<Lead<'a>> = keys
            .iter()
            .filter(|key| key.table != pointer.table || key.column != pointer.column)
            .filter(|key| pointer.family.cast_to(key.family).is_some())
            .filter_map(|key| self.lead(pointer, key))
            .collect();
        leads.sort_by_key(|lead| {
            (lead.fit, lead.key.table.schema != pointer.table.schema, !lead.key.is_primary)
        });
        leads
    }

    /// Whether a key is only called after its own table, as in `orders.order_id`.
    fn is_own(&self, pointer: &Pointer) -> bool {
        let table = words(&pointer.table.name);
        ending(&pointer.words).is_some_and(|stem| stem == table || stem == self.bare(&table))
    }

    fn lead<'a>(&self, pointer: &Pointer, key: &'a Key) -> Option<Lead<'a>> {
        let lead = |fit, is_reference| Some(Lead { key, fit, is_reference });
        if pointer.words == key.column_words && pointer.words.len() > 1 {
            return lead(Fit::Qualified, true);
        }
        let fit = stems(&pointer.words, key).filter_map(|stem| self.fit(stem, pointer, key)).min();
        if let Some(fit) = fit {
            let is_weak = pointer.words.last().is_some_and(|word| WEAK.contains(&word.as_str()));
            return lead(fit, !is_weak);
        }
        let whole = pointer.words.concat();
        let table = self.bare(&key.table_words).concat();
        if whole.strip_suffix("id") == Some(&table) && key.is_primary {
            return lead(Fit::Exact, true);
        }
        // Without an ending: `team` may hold a team's key, `created_by` that of a person.
        if !key.is_primary {
            return None;
        }
        let is_small = matches!(pointer.family, Family::Integer(_));
        let is_by =
            matches!(pointer.words.as_slice(), [.., last] if matches!(last.as_str(), "by" | "to"));
        let is_role = pointer.words.last().is_some_and(|word| ROLES.contains(&word.as_str()));
        if !is_small && self.bare(&key.table_words) == pointer.words {
            return lead(Fit::Exact, false);
        }
        let is_person = (is_by || is_role) && self.people.contains(&key.table);
        is_person.then_some(Lead { key, fit: Fit::Loose, is_reference: is_by })
    }

    /// How well the words before the ending fit a table.
    fn fit(&self, stem: &[String], pointer: &Pointer, key: &Key) -> Option<Fit> {
        let stem =
            if stem.len() > 1 && FIRST.contains(&stem[0].as_str()) { &stem[1..] } else { stem };
        let bare = self.bare(&key.table_words);
        let last = stem.last().map_or("", String::as_str);
        let is_own = key.table == pointer.table;
        if stem == bare || stem == key.table_words || stem.concat() == key.table_words.concat() {
            return Some(Fit::Exact);
        }
        if is_own && (SELF.contains(&last) || is_answer(stem)) {
            return Some(Fit::Exact);
        }
        if stem.ends_with(bare) || stem.ends_with(&key.table_words) {
            return Some(Fit::Qualified);
        }
        let is_by = matches!(last, "by" | "to");
        if self.people.contains(&key.table) && (ROLES.contains(&last) || is_by) {
            return Some(Fit::Loose);
        }
        let start = stem.iter().take_while(|word| WHICH.contains(&word.as_str())).count();
        let rest = stem.get(start..).filter(|rest| !rest.is_empty()).unwrap_or(stem);
        if key.table_words.ends_with(rest) {
            return Some(Fit::Loose);
        }
        let is_start = bare.starts_with(rest) && !is_own;
        let is_parent = is_own && stem.iter().any(|word| SELF.contains(&word.as_str()));
        (is_start || is_parent).then_some(Fit::Guess)
    }
}

/// `reply_to_id`, `duplicate_of_id`, `superseded_by_id`: what a row is to another one of its kind.
fn is_answer(stem: &[String]) -> bool {
    let words: Vec<&str> = stem.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        [.., "reply" | "replied", "to"]
            | [.., "duplicate" | "copy" | "copied" | "forked" | "cloned", "of" | "from"]
            | [.., "superseded" | "replaced", "by"]
            | ["origin" | "original" | "reply"]
    )
}

/// The words of a column without what says that it is a key: the name of the parent's key itself, a usual ending, or `fk`
/// before it.
fn stems<'a>(words: &'a [String], key: &Key) -> impl Iterator<Item = &'a [String]> {
    let own = words.strip_suffix(key.column_words.as_slice()).filter(|stem| !stem.is_empty());
    let usual = ending(words).filter(|_| key.is_primary);
    let marked = words.strip_prefix(["fk".to_owned()].as_slice()).filter(|_| key.is_primary);
    [own, usual, marked].into_iter().flatten()
}

/// The words before a usual ending.
pub(super) fn ending(words: &[String]) -> Option<&[String]> {
    ENDINGS.iter().find_map(|ending| {
        let stem = words.get(..words.len().checked_sub(ending.len())?)?;
        let rest = words.get(stem.len()..)?;
        (!stem.is_empty() && rest.iter().map(String::as_str).eq(ending.iter().copied()))
            .then_some(stem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(table: &str, column: &str) -> Key {
        Key {
            table: TableName::new("public", table),
            column: column.to_owned(),
            family: Family::Uuid,
            is_primary: true,
            table_words: words(table),
            column_words: words(column),
        }
    }

    fn leading(child: &str, column: &str, keys: &[Key]) -> Vec<(String, Fit)> {
        let pointer = Pointer {
            table: TableName::new("public", child),
            column: column.to_owned(),
            family: Family::Text,
            words: words(column),
            rows: 0,
            is_key: false,
        };
        let leads = Naming::of(keys).leads(&pointer, keys);
        leads.into_iter().map(|lead| (lead.key.table.name.clone(), lead.fit)).collect()
    }

    #[test]
    fn a_name_leads_to_a_table() {
        let keys = [
            key("Team", "id"),
            key("users", "user_id"),
            key("agent_qa_interactions", "id"),
            key("agent_threads", "id"),
            key("agent_notes", "id"),
            key("addresses", "id"),
            key("threads", "id"),
        ];
        for (child, column, expected) in [
            ("Conversation", "teamId", Some(("Team", Fit::Exact))),
            ("Conversation", "teamid", Some(("Team", Fit::Exact))),
            ("Conversation", "fk_team", Some(("Team", Fit::Exact))),
            ("Conversation", "fk_team_id", Some(("Team", Fit::Exact))),
            ("Conversation", "team_record_id", Some(("Team", Fit::Exact))),
            ("Conversation", "team", Some(("Team", Fit::Exact))),
            ("Conversation", "managerId", Some(("users", Fit::Loose))),
            ("Conversation", "created_by", Some(("users", Fit::Loose))),
            ("Conversation", "assigned_to_id", Some(("users", Fit::Loose))),
            ("orders", "user_id", Some(("users", Fit::Qualified))),
            ("orders", "billing_address_uuid", Some(("addresses", Fit::Qualified))),
            ("orders", "qa_interaction_id", Some(("agent_qa_interactions", Fit::Exact))),
            ("orders", "interaction_id", Some(("agent_qa_interactions", Fit::Loose))),
            ("orders", "last_interaction_id", Some(("agent_qa_interactions", Fit::Loose))),
            ("orders", "source_qa_id", Some(("agent_qa_interactions", Fit::Guess))),
            ("agent_notes", "note_parent_id", Some(("agent_notes", Fit::Exact))),
            ("agent_notes", "reply_to_id", Some(("agent_notes", Fit::Exact))),
            ("orders", "position", None),
            ("orders", "steam_id", None),
            ("orders", "id", None),
        ] {
            let found = leading(child, column, &keys);
            let best = found.first().map(|(table, fit)| (table.as_str(), *fit));
            assert_eq!(best, expected, "{child}.{column}: {found:?}");
        }
    }
}
