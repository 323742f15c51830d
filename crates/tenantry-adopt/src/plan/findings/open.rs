//! Tables that nobody decided on, and lines of the file that cannot be.

use super::{Subject, setting};
use crate::decisions::DecisionsError;
use crate::finding::{Finding, Weight, codes};

/// One a table that is open; in a file that contradicts the schema, the first contradiction.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let open = layout.decisions.tables.iter().filter(|(_, decision)| decision.decide.is_some());
    let mut found: Vec<Finding> = open
        .map(|(table, decision)| {
            let verdict = layout.classification.verdict(table);
            let proposed = verdict.map(|it| format!("{:?}", it.class).to_lowercase());
            let links = decision.links.iter().map(|link| format!("may belong by {link}"));
            Finding::new(
                codes::OPEN,
                Weight::Decision,
                format!("{} waits for a decision", table.shown()),
            )
            .on(table)
            .fact(decision.reason.clone())
            .facts(links)
            .help(setting(
                table,
                &format!("class = \"{}\"", proposed.as_deref().unwrap_or("tenant")),
            ))
        })
        .collect();
    match layout.decisions.check(layout.schema) {
        Ok(()) | Err(DecisionsError::Open(_)) => {}
        Err(error) => found.push(contradiction(subject, &error)),
    }
    found
}

fn contradiction(subject: &Subject<'_>, error: &DecisionsError) -> Finding {
    let found = Finding::new(
        codes::CONTRADICTION,
        Weight::Decision,
        "the plan says something that cannot be",
    )
    .fact(error.to_string());
    let DecisionsError::Wrong { table, .. } = error else { return found };
    let tables = subject.layout.schema.tables.iter();
    let about = tables.map(|it| &it.name).find(|name| name.to_string() == *table);
    about.map_or(found.clone(), |name| found.on(name))
}
