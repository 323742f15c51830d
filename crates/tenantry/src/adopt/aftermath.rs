//! What is true after a run that stopped with an error. The database is asked, because an error alone does not tell what went
//! before it: a schema that moved is refused before the first step as well as between the fourth phase and the fifth.

use tenantry_adopt::AdoptError;
use tenantry_adopt::progress::{PhaseProgress, State, Status};
use tenantry_adopt::run as engine;
use tenantry_adopt::step::Phase;
use tenantry_prove::report::words::listed;

use super::failure::{self, Stage};
use super::target::Target;
use crate::trouble::Trouble;

const GOES_ON: &str = "the same command goes on from there.";

/// The trouble of an error, with what is true now. `has_worked`: whether this process did anything.
pub(super) async fn of(
    target: &Target,
    error: &AdoptError,
    stage: Stage,
    has_worked: bool,
) -> Trouble {
    let trouble = failure::of(error, stage);
    match engine::status(&target.address).await {
        Ok(status) => told(trouble, error, &status, has_worked),
        // A database that cannot be asked any more was changed all the same.
        Err(_) if has_worked => trouble.outcome(format!("What was done stays done; {GOES_ON}")),
        Err(_) => trouble,
    }
}

/// The same where it is known how it stands.
pub(super) fn told(
    mut trouble: Trouble,
    error: &AdoptError,
    status: &Status,
    has_worked: bool,
) -> Trouble {
    if let (AdoptError::Drifted { .. }, Some(problem)) = (error, trouble.problems.first_mut()) {
        problem.help = under_way();
    }
    let outcome = match error {
        AdoptError::Leaks { .. } | AdoptError::Prove(_) => attacked(status),
        AdoptError::Blocked { .. } => format!("{} {}", trouble.outcome, done(status, has_worked)),
        AdoptError::Busy { .. } => "This command changed nothing.".to_owned(),
        _ => done(status, has_worked),
    };
    trouble.outcome(outcome)
}

/// What can be done when the schema moved under an adoption.
fn under_way() -> Vec<String> {
    [
        "take that change back, and the same command goes on; a new column or plain index may stay",
        "tenantry adopt rollback   to keep it: then plan anew, for no step guards a new table",
        "tenantry adopt plan   once it is taken back",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// What is done, and by whom.
fn done(status: &Status, has_worked: bool) -> String {
    match (status.state, has_worked) {
        (State::Finished, _) => "This command changed nothing.".to_owned(),
        (State::RollingBack, true) => format!("What was taken back stays so; {GOES_ON}"),
        (_, true) if status.phase == Phase::Finish => {
            format!("What was dropped is gone; {GOES_ON}")
        }
        (_, true) => match phases(status) {
            Some(phases) => format!("Done: {phases}. That stays, and {GOES_ON}"),
            None => "No step is done yet; the same command begins with the first.".to_owned(),
        },
        (_, false) => match phases(status) {
            Some(phases) => format!("This command changed nothing. Done before: {phases}."),
            None => {
                "Nothing was changed but that the plan is remembered, in the schema tenantry_adopt."
                    .to_owned()
            }
        },
    }
}

/// `prepare, expand and 12 of 52 steps of constrain`.
fn phases(status: &Status) -> Option<String> {
    let begun = status.phases.iter().filter(|phase| phase.done > 0);
    let words = |phase: &PhaseProgress| match phase.done >= phase.of {
        true => phase.phase.name().to_owned(),
        false => format!("{} of {} steps of {}", phase.done, phase.of, phase.phase.name()),
    };
    let words: Vec<String> = begun.map(words).collect();
    (!words.is_empty()).then(|| listed(&words))
}

/// How the logins stand after an attack that failed or succeeded.
fn attacked(status: &Status) -> String {
    let enforce = status.phases.iter().find(|phase| phase.phase == Phase::Enforce);
    let (done, of) = enforce.map_or((0, 0), |phase| (phase.done, phase.of));
    match (status.state, done) {
        (_, 0) => "Everything that enforcing did is taken back: nothing is enforced on the old logins, and your application works as before.".to_owned(),
        (State::Shadow, _) => format!(
            "The old logins are not bound any more. {done} of {of} steps of enforce stay done: keys hold within each organization."
        ),
        _ => "The old logins are bound still: a request without a context sees no rows. tenantry adopt rollback takes it back.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::sample;
    use super::*;

    const STAGE: Stage =
        Stage::Working { again: "tenantry adopt apply", lock: Duration::from_millis(200) };

    fn outcome(error: &AdoptError, status: &Status, has_worked: bool) -> String {
        told(failure::of(error, STAGE), error, status, has_worked).outcome
    }

    fn drifted() -> AdoptError {
        AdoptError::Drifted { difference: vec!["+ table invoices".to_owned()] }
    }

    #[test]
    fn what_was_done_before_it_stopped_is_never_called_nothing() {
        let mut status = sample::status(State::Stopped, Phase::Backfill);
        let said = outcome(&drifted(), &status, true);
        assert_eq!(
            said,
            "Done: prepare, expand and 8 of 11 steps of backfill. That stays, and the same command goes on from there."
        );
        let refused = AdoptError::Refused("step 40, fill contents: it is gone".to_owned());
        assert_eq!(outcome(&refused, &status, true), said);
        let before = outcome(&refused, &status, false);
        assert!(
            before.starts_with("This command changed nothing. Done before: prepare,"),
            "{before}"
        );
        for phase in &mut status.phases {
            phase.done = 0;
        }
        assert!(outcome(&drifted(), &status, false).starts_with("Nothing was changed but"));
        let back = sample::status(State::RollingBack, Phase::Expand);
        assert!(outcome(&refused, &back, true).contains("taken back stays so"));
    }

    #[test]
    fn a_schema_that_moved_under_an_adoption_is_not_answered_with_a_plan_alone() {
        let status = sample::status(State::Stopped, Phase::Expand);
        let trouble = told(failure::of(&drifted(), STAGE), &drifted(), &status, false);
        let help = trouble.problems.first().map(|problem| problem.help.join("\n"));
        let help = help.unwrap_or_default();
        assert!(help.contains("tenantry adopt rollback") && help.contains("new column"), "{help}");
    }

    #[test]
    fn after_an_attack_it_is_said_who_is_bound() {
        let error = AdoptError::Prove(tenantry_prove::ProveError::NothingLeft);
        let mut status = sample::status(State::Enforced, Phase::Prove);
        assert!(outcome(&error, &status, true).contains("are bound still"));
        status.state = State::Shadow;
        let part = outcome(&error, &status, true);
        assert!(part.contains("not bound any more. 28 of 28 steps of enforce stay"), "{part}");
        let back = sample::status(State::Shadow, Phase::Shadow);
        assert!(outcome(&error, &back, true).contains("works as before"));
    }
}
