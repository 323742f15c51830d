//! Tables that are not the application's data: what migration tools keep, and what signing in needs. Each is told by its name
//! *and* by its form, because a course has sessions and a bird watcher has migrations.

use std::collections::BTreeSet;

use crate::schema::Table;

use super::vocabulary::{FRAMEWORK, IDENTITY, INFRASTRUCTURE, IdentityForm, MIGRATION_COLUMNS};
use super::words::words;

/// Whether a tool keeps this table for itself, with how sure that is and why.
pub(crate) fn infrastructure(table: &Table) -> Option<(f32, String)> {
    let name = table.name.name.to_lowercase();
    let is_small = table.columns.len() <= 14 && table.foreign_keys.is_empty();
    if INFRASTRUCTURE.contains(&name.as_str()) && is_small {
        return Some((0.97, format!("a tool for migrations or locks keeps {name} for itself")));
    }
    let has_migration = words(&name).contains(&"migration".to_owned());
    let is_made_of =
        |allowed: &[&str]| column_words(table).iter().all(|word| allowed.contains(&word.as_str()));
    if has_migration && table.foreign_keys.is_empty() && is_made_of(MIGRATION_COLUMNS) {
        return Some((0.95, "it has only the columns of a list of migrations".to_owned()));
    }
    queue(table, &name)
}

/// Job queues and caches: a tool's tables, but what lies in them is the application's.
fn queue(table: &Table, name: &str) -> Option<(f32, String)> {
    let columns = column_words(table);
    let has = |word: &str| columns.contains(word);
    let is_in = |schemas: &[&str]| schemas.contains(&table.name.schema.as_str());
    let is_worker = is_in(&["graphile_worker", "pgboss", "cron", "sqitch", "drizzle", "river"])
        || ["good_job", "delayed_job", "solid_queue_", "que_", "oban_", "river_", "failed_job"]
            .iter()
            .any(|prefix| name.starts_with(prefix));
    let is_laravel = name == "jobs" && has("queue") && has("payload");
    let is_cache = name == "cache" && has("key") && has("value");
    let is_lock = words(name).last().is_some_and(|word| word == "lock")
        && table.columns.len() <= 5
        && table.foreign_keys.is_empty();
    (is_worker || is_laravel || is_cache || is_lock).then(|| {
        let reason = "a tool for background work, caching or locks seems to keep it; \
                      what the application puts into it may be an organization's";
        (0.7, reason.to_owned())
    })
}

/// Whether a framework fills this table itself, the same for everybody.
pub(crate) fn framework(table: &Table) -> bool {
    FRAMEWORK.contains(&table.name.name.as_str())
}

/// Whether signing in needs this table, and whether that is certain.
pub(crate) fn identity(table: &Table) -> Option<bool> {
    let name = words(&table.name.name);
    let columns = column_words(table);
    let fits = |form: &&IdentityForm| {
        name.len() >= form.ending.len()
            && name.iter().rev().zip(form.ending.iter().rev()).all(|(own, word)| own == word)
            && form.columns.iter().any(|&word| columns.contains(word))
    };
    IDENTITY.iter().find(fits).map(|form| form.is_certain)
}

/// All words of the names of a table's columns.
pub(crate) fn column_words(table: &Table) -> BTreeSet<String> {
    table.columns.iter().flat_map(|column| words(&column.name)).collect()
}
