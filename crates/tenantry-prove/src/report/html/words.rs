//! Times and attacks in words, as the page says them.

use crate::attack::Attack;

/// `2026-11-22T10:04:25.123Z` as `2026-11-22 10:04 UTC`; anything else as it is.
pub(super) fn moment(time: &str) -> String {
    let parts = time.strip_suffix('Z').and_then(|time| time.split_once('T'));
    match parts.and_then(|(day, clock)| Some((day, clock.get(..5)?))) {
        Some((day, clock)) => format!("{day} {clock} UTC"),
        None => time.to_owned(),
    }
}

/// What an attack tries, in a sentence.
pub(super) const fn tried(attack: Attack) -> &'static str {
    match attack {
        Attack::Select => "Ask for the other’s row by its key.",
        Attack::Scan => "Read everything that can be seen.",
        Attack::Join => "Reach the other’s row from an own one.",
        Attack::Copy => "Have the rows copied out.",
        Attack::Insert => "Write a row into the other organization.",
        Attack::Update => "Change, lock or take over the other’s row.",
        Attack::Move => "Push an own row into the other organization.",
        Attack::Delete => "Delete the other’s row.",
        Attack::Upsert => "Write over the other’s row by its key.",
        Attack::Reference => "Point an own row at the other’s.",
        Attack::Probe => "Learn from an error whether the other has a value.",
        Attack::Unset => "Read without having entered any organization.",
        Attack::Forged => "Enter the other organization with what the role can make up.",
        Attack::Expired => "Enter it with a pass that has run out.",
        Attack::Replayed => "Enter it with a pass made for another connection.",
        Attack::Stale => "Read on a connection that the other organization used before.",
        Attack::Call => "Call the function with the other’s values.",
        Attack::Count => "Learn from the sequence how much the others write.",
    }
}

/// What fits over a column.
pub(super) const fn column(attack: Attack) -> &'static str {
    match attack {
        Attack::Reference => "refer",
        Attack::Replayed => "replay",
        other => other.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_none_stays_as_it_is() {
        assert_eq!(moment("2026-11-22T10:04:25.1Z"), "2026-11-22 10:04 UTC");
        assert_eq!(moment("yesterday"), "yesterday");
        assert_eq!(moment("TZ"), "TZ");
    }
}
