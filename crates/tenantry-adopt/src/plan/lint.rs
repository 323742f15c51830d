//! What a statement on a table in use must not do. Every action of every step is looked at, so that a mistake in an operation
//! is found before it makes an application wait.

use super::statement::Words;
use crate::operation::{Action, Lock, Manner, Operate};
use crate::schema::Schema;
use crate::step::Step;

/// Functions whose value differs from row to row: as a default of a new column, they write the whole table under a lock that
/// keeps everybody out.
const VOLATILE: [&str; 6] =
    ["gen_random_uuid", "random", "clock_timestamp", "nextval", "timeofday", "uuid_generate_v4"];

/// How many tables one short action may keep from being read: the two ends of a foreign key.
const TOGETHER: usize = 2;

/// One line for each trouble.
pub(super) fn objections(schema: &Schema, steps: &[Step]) -> Vec<String> {
    let mut found = Vec::new();
    for step in steps {
        let operation = &step.operation;
        let told = |trouble| format!("step {}, {}: {trouble}", step.number, operation.title());
        for actions in [operation.start(), operation.complete(), operation.rollback()] {
            found.extend(of(schema, &actions).into_iter().map(told));
        }
        // Taking a key back makes the foreign keys that point at it anew, all of them at once.
        for actions in [operation.start(), operation.complete()] {
            found.extend(actions.iter().filter_map(|action| crowded(schema, action)).map(told));
        }
    }
    found
}

/// The troubles of the actions of one operation, which may rely on each other.
fn of(schema: &Schema, actions: &[Action]) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_checked = false;
    for action in actions {
        let words = Words::of(&action.sql);
        found.extend(manner(action, &words));
        if matches!(action.manner, Manner::Short) {
            found.extend(short(schema, action, &words, is_checked));
        }
        is_checked |= words.has(&["validate", "constraint"]);
    }
    found
}

/// What is run in a manner that is not its own.
fn manner(action: &Action, words: &Words) -> Option<String> {
    let is_concurrent = words.has(&["index", "concurrently"]);
    match &action.manner {
        Manner::Concurrent { .. } if !is_concurrent => {
            Some("is no concurrent statement".to_owned())
        }
        Manner::Short | Manner::Long if is_concurrent => {
            Some("builds or drops an index concurrently in a transaction".to_owned())
        }
        Manner::Short if words.has(&["validate", "constraint"]) => {
            Some("reads a whole table in a short transaction".to_owned())
        }
        Manner::Long if action.locks.iter().any(|(_, lock)| *lock > Lock::ShareUpdateExclusive) => {
            Some("holds a lock for long that keeps writers out".to_owned())
        }
        Manner::Short
        | Manner::Long
        | Manner::Concurrent { .. }
        | Manner::Batches(_)
        | Manner::Task(_) => None,
    }
}

/// What takes long although it is in a short transaction.
fn short(schema: &Schema, action: &Action, words: &Words, is_checked: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut object = |is_so: bool, trouble: &str| {
        if is_so {
            found.push(trouble.to_owned());
        }
    };
    let is_frame = words.has(&["on", "only"]) || is_divided(schema, action);
    let builds = words.has(&["create", "index"]) || words.has(&["create", "unique", "index"]);
    object(builds && !is_frame, "builds an index in a transaction");
    let constrains = words.has(&["foreign", "key"]) || words.has(&["check", "("]);
    let adds = words.has(&["add", "constraint"]);
    let is_late = words.has(&["not", "valid"]);
    object(adds && constrains && !is_late && !is_divided(schema, action), "checks every row");
    let requires = words.has(&["set", "not", "null"]);
    object(requires && !is_checked && !is_divided(schema, action), "reads every row for not null");
    let is_column = words.has(&["add", "column"]);
    object(is_column && VOLATILE.iter().any(|it| words.has(&[it, "("])), "writes every row");
    let makes_key = words.has(&["add", "primary", "key", "("]) || words.has(&["unique", "("]);
    object(makes_key && !is_divided(schema, action), "builds a key in a transaction");
    found
}

/// Whether the action is about a partitioned table, whose own statement finds the partitions prepared.
fn is_divided(schema: &Schema, action: &Action) -> bool {
    let is_partitioned = |name| schema.table(name).is_some_and(|table| table.is_partitioned);
    action.locks.iter().any(|(table, _)| is_partitioned(table))
}

/// More tables out of reach at once than have to be. A table and its partitions count as one.
fn crowded(schema: &Schema, action: &Action) -> Option<String> {
    if action.manner != Manner::Short {
        return None;
    }
    let exclusive = action.locks.iter().filter(|(_, lock)| *lock == Lock::AccessExclusive);
    let mut wholes: Vec<_> = exclusive
        .map(|(name, _)| {
            let mut whole = name;
            while let Some(parent) = schema.table(whole).and_then(|it| it.partition_of.as_ref()) {
                whole = parent;
            }
            whole
        })
        .collect();
    wholes.sort();
    wholes.dedup();
    (wholes.len() > TOGETHER).then(|| format!("locks {} tables at once", wholes.len()))
}
