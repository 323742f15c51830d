//! Passes that are not good: what somebody who can run SQL as the application's role makes up to be in another
//! organization.

use crate::arena::{Arena, Ask, Entry};
use crate::attack::Attack;
use crate::quote::literal;
use crate::report::Cell;
use crate::seal::Flaw;
use crate::tenancy::{Tenancy, Way};
use crate::trial::{Attempt, does_not_apply};

fn nothing(attack: Attack, why: &str) -> Box<Cell> {
    Box::new(does_not_apply(attack, why))
}

/// Attempts to see what `statement` shows, in the other organization, with a pass that is not good.
pub(crate) fn forgeries(
    arena: &Arena<'_>,
    tenancy: &Tenancy,
    attack: Attack,
    statement: &str,
    ask: Ask,
) -> Result<Vec<Attempt>, Box<Cell>> {
    let attempt = |entry: Entry, note: &str| Attempt::new(entry, ask, statement).noted(note);
    match (&tenancy.way, attack, &arena.sealer) {
        (Way::Sealed, _, Some(sealer)) => {
            let (own, other) = (&arena.own, &arena.other);
            let set = |seal: &str| {
                format!("select set_config('tenantry.context', {}, true)", literal(seal))
            };
            let flawed = |flaw| set(&sealer.seal(&other.organization, &other.person, flaw));
            Ok(match attack {
                Attack::Expired => vec![attempt(
                    Entry::Only(vec![flawed(Flaw::Expired)]),
                    "a seal that has run out",
                )],
                Attack::Replayed => vec![
                    attempt(
                        Entry::Only(vec![flawed(Flaw::OtherConnection)]),
                        "a seal of another connection",
                    ),
                    attempt(
                        Entry::Only(vec![flawed(Flaw::OtherDatabase)]),
                        "a seal of another database",
                    ),
                ],
                _ => {
                    let forged =
                        sealer.forgeries(&own.organization, &other.organization, &own.person);
                    forged
                        .iter()
                        .map(|(note, seal)| attempt(Entry::Then(vec![set(seal)]), note))
                        .collect()
                }
            })
        }
        (Way::Settings(_) | Way::Told(_), Attack::Forged, _) => {
            let enter = arena.enter(&arena.other);
            Ok(vec![attempt(Entry::Then(vec![enter]), "by setting what the policies read")])
        }
        (Way::Unknown, ..) => Err(nothing(attack, "no way to enter an organization is known")),
        (_, Attack::Expired, _) => Err(nothing(attack, "what is entered with does not run out")),
        (..) => Err(nothing(attack, "what is entered with is bound to no connection")),
    }
}
