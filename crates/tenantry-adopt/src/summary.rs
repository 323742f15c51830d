//! What a number of operations comes to, in a few words: `11 columns, 22 indexes`. The plan, the progress and the status say
//! it with the same words.

use crate::operations::Operation;

/// What the operations do, each kind once, in the order in which the kinds come first.
#[must_use]
pub fn of<'a>(operations: impl IntoIterator<Item = &'a Operation>) -> String {
    let mut kinds: Vec<(&'static str, &'static str, usize)> = Vec::new();
    for operation in operations {
        let (one, many, number) = kind(operation);
        match kinds.iter_mut().find(|(known, ..)| *known == one) {
            Some((.., sum)) => *sum += number,
            None => kinds.push((one, many, number)),
        }
    }
    let words = kinds.into_iter().map(|(one, many, number)| match number {
        0 => one.to_owned(),
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// What an operation makes: one, several, and how many; nought where it is not counted.
const fn kind(operation: &Operation) -> (&'static str, &'static str, usize) {
    match operation {
        Operation::Prepare(_) => ("control plane", "", 0),
        Operation::AddOrganization(_) => ("column", "columns", 1),
        Operation::FillByTrigger(_) => ("trigger", "triggers", 1),
        Operation::ContextDefault(_) => ("default", "defaults", 1),
        Operation::Backfill(_) => ("table filled", "tables filled", 1),
        Operation::RequireOrganization(_) => ("not null", "not null", 1),
        Operation::ScopeKey(_) => ("unique index", "unique indexes", 1),
        Operation::ScopeForeignKey(_) => ("foreign key", "foreign keys", 1),
        Operation::ScopeIndex(_) => ("index", "indexes", 1),
        Operation::Merge(merge) => ("database", "databases", merge.sources.len()),
        Operation::Grant(_) => ("rights of the new login", "", 0),
        Operation::Guard(_) => ("guard", "guards", 1),
        Operation::Enroll(_) => ("people", "", 0),
        Operation::SwapKey(_) => ("key", "keys", 1),
        Operation::ScopeView(_) => ("view", "views", 1),
        Operation::TameFunction(_) => ("function", "functions", 1),
        Operation::TakeRights(_) => ("login", "logins", 1),
        Operation::EnforceGuard(_) => ("table bound", "tables bound", 1),
        Operation::Prove(_) => ("every table attacked", "", 0),
    }
}
