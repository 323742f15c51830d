//! What stands beside an organization's table and knows nothing of organizations: rules, policies, large objects.

use super::Subject;
use crate::finding::{Finding, Weight, codes};
use crate::name::identifier;
use crate::schema::Table;

/// One a table and kind.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    subject.layout.guarded().flat_map(of).collect()
}

fn of(table: &Table) -> Vec<Finding> {
    let name = table.name.shown();
    let mut found = Vec::new();
    for rule in &table.rules {
        let title = format!("rule {rule} rewrites statements on {name}");
        let finding = Finding::new(codes::RULE, Weight::Warning, title).on(&table.name);
        found.push(finding.help(
            "rewrite it as a trigger: what a rule adds runs with the table's owner's rights",
        ));
    }
    let is_dormant = !table.has_row_security && !table.policies.is_empty();
    if is_dormant {
        let title = format!("{name} has policies that are not in force");
        let finding = Finding::new(codes::DORMANT, Weight::Decision, title).on(&table.name);
        let drops = table
            .policies
            .iter()
            .map(|policy| format!("drop policy {} on {};", identifier(policy), table.name.sql()));
        let mut finding = finding.facts(table.policies.iter().map(|it| format!("policy {it}")));
        finding.help.extend(drops);
        found.push(
            finding.help(format!("or alter table {} enable row level security;", table.name.sql())),
        );
    } else if !table.policies.is_empty() {
        let title = format!("{name} has policies already");
        let finding = Finding::new(codes::POLICIES, Weight::Warning, title).on(&table.name);
        let lines = table.policies.iter().map(|policy| format!("policy {policy}"));
        found.push(
            finding
                .facts(lines)
                .help("they go on being honoured; see that the new login meets what they ask for"),
        );
    }
    let objects: Vec<&str> = table
        .columns
        .iter()
        .filter(|column| matches!(column.type_name.as_str(), "oid" | "lo" | "public.lo"))
        .map(|column| column.name.as_str())
        .collect();
    if !objects.is_empty() {
        let title = format!("{name} may name large objects, which belong to nobody");
        let finding = Finding::new(codes::LARGE_OBJECTS, Weight::Note, title).on(&table.name);
        found.push(finding.fact(format!("column {}", objects.join(", "))));
    }
    found
}
