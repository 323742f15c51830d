//! The marks that every change of access leaves in the database, whoever makes it. They are read by snapshots: what
//! was not visible in the snapshot of the last reading is new. A newcomer would compare times or numbers, and lose what
//! was written before but committed after.

use jiff::{SignedDuration, Timestamp};
use tenantry_db::changes::Subject;
use tenantry_db::{Database, Platform, statements};
use uuid::Uuid;

use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    SINCE = "select n.snapshot, n.moment, c.kind, c.subject \
             from (select pg_current_snapshot()::text as snapshot, statement_timestamp() as moment) n \
             left join tenantry.access_changes c on c.changed_in >= pg_snapshot_xmin($1::text::pg_snapshot) \
                   and not pg_visible_in_snapshot(c.changed_in, $1::text::pg_snapshot) \
             limit $2";
}

/// How many marks are read one by one; more of them are everything.
const MOST: i64 = 10_000;
/// After a longer pause, by the database's clock, marks may have been removed unread.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// How far the marks were read.
#[derive(Debug, Clone)]
pub struct Reading {
    snapshot: String,
    moment: Timestamp,
}

/// What changed since a reading.
#[derive(Debug, PartialEq, Eq)]
pub enum Changed {
    /// These, and nothing else.
    Subjects(Vec<Subject>),
    /// Anything: there was no reading before, or none that this one can go on from.
    Everything,
}

impl Reading {
    /// Whether what this one says is complete, seen from an earlier one.
    fn follows(&self, earlier: &Self) -> bool {
        let pause = self.moment.duration_since(earlier.moment);
        // A database that was put back to an earlier state gives numbers of transactions out again.
        let has_gone_on = next_transaction(&self.snapshot) >= next_transaction(&earlier.snapshot);
        has_gone_on && (SignedDuration::ZERO..LONGEST_PAUSE).contains(&pause)
    }
}

/// The second number of a snapshot: transactions from there on had not begun.
fn next_transaction(snapshot: &str) -> Option<u64> {
    snapshot.split(':').nth(1)?.parse().ok()
}

/// Reads what changed since an earlier reading.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn since(
    database: &Database,
    earlier: Option<&Reading>,
) -> Result<(Reading, Changed), StoreError> {
    let snapshot = earlier.map(|earlier| earlier.snapshot.as_str());
    let rows = database.look_up(&SINCE, &[&snapshot, &(MOST + 1)]).await?;
    let first = rows.first().ok_or(StoreError::Gone)?;
    let reading = Reading { snapshot: first.column("snapshot")?, moment: first.column("moment")? };
    let is_complete = earlier.is_some_and(|earlier| reading.follows(earlier));
    if !is_complete || rows.len() as u64 > MOST.unsigned_abs() {
        return Ok((reading, Changed::Everything));
    }
    let mut subjects = Vec::new();
    for row in &rows {
        let Some(kind) = row.column::<Option<String>>("kind")? else { continue };
        match Subject::of_mark(&kind, row.column::<Uuid>("subject")?) {
            Some(subject) => subjects.push(subject),
            None => return Ok((reading, Changed::Everything)),
        }
    }
    Ok((reading, Changed::Subjects(subjects)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_goes_on_from_one_before_and_from_nothing_else() {
        let at = |second, snapshot: &str| Reading {
            snapshot: snapshot.to_owned(),
            moment: Timestamp::from_second(second).unwrap(),
        };
        let now = at(1_000, "90:100:95");
        assert!(now.follows(&at(999, "90:100:95")));
        assert!(now.follows(&at(701, "80:81:")));
        for (second, snapshot, why) in [
            (700, "80:81:", "too long ago"),
            (1_001, "80:81:", "the database's clock went back"),
            (999, "90:101:", "the numbers of transactions went back"),
        ] {
            assert!(!now.follows(&at(second, snapshot)), "{why}");
        }
    }
}
