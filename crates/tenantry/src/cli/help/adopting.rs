//! The examples of `adopt` and of each of its commands.

use clap::Command;

use super::with;

const ADOPTING: [(&str, &str); 6] = [
    ("tenantry adopt plan", "read the database, write tenantry.plan.toml"),
    ("tenantry adopt apply", "do it while your application runs"),
    ("tenantry adopt status", "how far it is"),
    ("tenantry adopt apply --enforce", "bind every login, and attack the result"),
    ("tenantry adopt rollback", "take it back, from wherever it is"),
    ("tenantry adopt finish", "drop what only the old application needed"),
];

const PLANNING: [(&str, &str); 6] = [
    ("tenantry adopt plan", "it is all one organization"),
    ("tenantry adopt plan --root teams", "each row of teams is one"),
    ("tenantry adopt plan --merge postgres://b/app", "each database is one"),
    ("tenantry adopt plan --diff", "what a fresh one says otherwise"),
    ("tenantry adopt plan --sql", "every statement with its lock"),
    ("tenantry adopt plan --answers answers.toml", "in a pipeline"),
];

const APPLYING: [(&str, &str); 4] = [
    ("tenantry adopt apply", "to shadow: the application unchanged"),
    ("tenantry adopt apply --enforce", "all the way"),
    ("tenantry adopt apply --until backfill", "no further than that"),
    ("tenantry adopt apply --rest 50ms", "gently"),
];

const GOING_BACK: [(&str, &str); 3] = [
    ("tenantry adopt rollback", "to the state before"),
    ("tenantry adopt rollback --to shadow", "lift enforcement alone"),
    ("tenantry adopt rollback --keep orders_number_key", "leave this key as it is"),
];

const CONNECTING: [(&str, &str); 2] = [
    ("tenantry adopt connect", "into the data directory"),
    ("tenantry adopt connect --out app.env", "into a file of your own"),
];

/// Gives each command its examples.
pub(super) fn dress(adopt: Command) -> Command {
    with(adopt, &ADOPTING)
        .mut_subcommand("plan", |plan| with(plan, &PLANNING))
        .mut_subcommand("apply", |apply| with(apply, &APPLYING))
        .mut_subcommand("rollback", |rollback| with(rollback, &GOING_BACK))
        .mut_subcommand("connect", |connect| with(connect, &CONNECTING))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_adopting_is_understood_and_fits() {
        let lists: [&[(&str, &str)]; 5] =
            [&ADOPTING, &PLANNING, &APPLYING, &GOING_BACK, &CONNECTING];
        for list in lists {
            let longest = list.iter().map(|(line, _)| line.len()).max().unwrap_or_default();
            assert!(list.iter().all(|(_, about)| longest + about.len() + 5 <= 80), "{list:?}");
        }
        for (line, _) in lists.into_iter().flatten() {
            let words = line.split(' ').map(std::ffi::OsString::from).collect();
            assert!(crate::cli::parse(words).is_ok(), "{line}");
        }
    }
}
