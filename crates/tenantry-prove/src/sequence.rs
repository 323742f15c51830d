//! Whether a sequence that numbers organizations' rows tells the role how many rows everybody writes. `nextval` and `setval`
//! are never called: what they do is not rolled back.

use crate::arena::{Answer, Ask, Entry};
use crate::attack::Attack;
use crate::catalog::Sequence;
use crate::error::ProveError;
use crate::quote::{identifier, literal};
use crate::report::{Cell, Outcome};
use crate::rows::Ground;
use crate::trial::{describe, does_not_apply};

/// Reads a sequence's last value in the two ways that there are.
pub(crate) async fn count(ground: Ground<'_>, sequence: &Sequence) -> Result<Cell, ProveError> {
    let attack = Attack::Count;
    if !sequence.owner.is_some_and(|oid| ground.tenancy.is_owned(oid)) {
        return Ok(does_not_apply(attack, "it numbers no rows that are somebody's"));
    }
    let name = format!("{}.{}", identifier(&sequence.schema), identifier(&sequence.name));
    let statement = if sequence.may_select {
        format!("select last_value from {name}")
    } else {
        format!(
            "select last_value from pg_sequences where schemaname = {} and sequencename = {} and has_sequence_privilege({}, 'select, usage')",
            literal(&sequence.schema),
            literal(&sequence.name),
            literal(&name),
        )
    };
    let answer = ground.arena.attempt(&Entry::Own, Ask::Rows, &statement).await?;
    let outcome = match &answer {
        Answer::Counted { rows: 0, .. } => Outcome::NoRows,
        Answer::Counted { .. } => Outcome::Revealed,
        Answer::Failed { state, .. } if state == "42501" => Outcome::Refused,
        Answer::Failed { .. } => Outcome::NotRun { why: describe(&answer) },
    };
    let got = match &outcome {
        Outcome::Revealed => "the number of the last row that anybody wrote".to_owned(),
        _ => describe(&answer),
    };
    Ok(Cell {
        attack,
        outcome,
        sql: ground.arena.shown(&Entry::Own, &statement),
        expected: "refused, or nothing".to_owned(),
        got,
        control: String::new(),
    })
}
