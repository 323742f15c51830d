//! What a report comes to, in one sentence: the first thing that a person reads, whatever the format. A run that tried
//! nothing is never called one in which everything held.

use super::words::{count, kinds, listed, opening};
use super::{Object, Outcome, Part, Report, Severity, Verdict};
use crate::attack::Attack;

impl Report {
    /// The verdict in one sentence without a full stop.
    #[must_use]
    pub fn headline(&self) -> String {
        let totals = self.totals();
        match self.verdict() {
            Verdict::Leaks if totals.leaked > 0 => self.leaking(),
            Verdict::Leaks => {
                let is_all =
                    totals.attacks > 0 && totals.stopped == totals.attacks && totals.not_run == 0;
                let tried = if is_all { "Every attack was stopped, but " } else { "" };
                let faults = count(self.count(Severity::Leak), "fault");
                format!("{tried}{faults} would let one organization reach another's rows")
            }
            Verdict::HeldInPart if totals.attacks == 0 => "Nothing could be tried".to_owned(),
            Verdict::HeldInPart => format!(
                "What was tried held, but {} could not be tried",
                count(totals.not_run, "attack")
            ),
            Verdict::Held if !self.parts.contains(&Part::Attack) => "No leak was found".to_owned(),
            Verdict::Held if totals.attacks == 0 => "There was nothing to attack".to_owned(),
            Verdict::Held => {
                let what = if self.left_out.is_empty() {
                    "Every boundary"
                } else {
                    "What was not left out"
                };
                match totals.revealed {
                    0 => format!("{what} held"),
                    1 => format!("{what} held, but one answer tells what another organization has"),
                    more => format!(
                        "{what} held, but {more} answers tell what another organization has"
                    ),
                }
            }
        }
    }

    /// What is wrong with how organizations are entered, when that is what leaks.
    fn way_in(&self) -> &'static str {
        let is_leaked = |attack: Attack| {
            self.objects
                .iter()
                .filter_map(|object| object.cell(attack))
                .any(|cell| matches!(cell.outcome, Outcome::Leaked { .. }))
        };
        if is_leaked(Attack::Forged) {
            "any SQL of the role can enter another organization"
        } else if is_leaked(Attack::Stale) {
            "what one request has entered is still entered for the next"
        } else {
            "a pass that is not good any more enters another organization"
        }
    }

    fn leaking(&self) -> String {
        let leaking: Vec<&Object> =
            self.objects.iter().filter(|object| object.leaks_by_itself()).collect();
        let is_entered =
            self.objects.iter().any(|object| object.leaks() && !object.leaks_by_itself());
        let way = self.way_in();
        let verb = if leaking.len() == 1 { "leaks" } else { "leak" };
        let what = match kinds(leaking.iter().copied())[..] {
            [] => {
                let (first, rest) = way.split_at(1);
                return format!("{}{rest}", first.to_uppercase());
            }
            [(number, kind)] => opening(number, kind.name()),
            ref several => {
                let parts: Vec<String> =
                    several.iter().map(|(number, kind)| count(*number, kind.name())).collect();
                listed(&parts)
            }
        };
        let also = if is_entered { format!(", and {way}") } else { String::new() };
        format!("{what} {verb} across organizations{also}")
    }
}

impl Object {
    /// Whether it leaks to somebody who has entered their own organization, or none, and not only to a false pass: that is
    /// the fault of how organizations are entered.
    #[must_use]
    pub fn leaks_by_itself(&self) -> bool {
        self.cells.iter().any(|cell| {
            let is_pass = matches!(
                cell.attack,
                Attack::Forged | Attack::Expired | Attack::Replayed | Attack::Stale
            );
            !is_pass && matches!(cell.outcome, Outcome::Leaked { .. })
        })
    }
}
