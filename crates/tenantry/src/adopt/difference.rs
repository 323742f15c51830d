//! How one plan differs from another: what is new, what is gone, and which decisions are others. Reasons and confidences are
//! no decisions, and are passed over.

use tenantry_adopt::decisions::{Decision, Decisions};

use crate::clean;
use crate::paint::{self, paint};

/// A line of the difference, behind `+`, `-` or `~`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    mark: char,
    text: String,
}

impl Change {
    /// The line for a terminal. It is cleaned before it is painted: cleaning would write the colours out.
    pub(super) fn shown(&self) -> String {
        let style = match self.mark {
            '+' => paint::GOOD,
            '-' => paint::ERROR,
            _ => paint::WARNING,
        };
        format!("  {} {}", paint(style, &self.mark.to_string()), clean::text(&self.text))
    }

    /// The line for a program.
    pub(super) fn plain(&self) -> String {
        format!("{} {}", self.mark, self.text)
    }
}

/// What a fresh plan says otherwise.
pub(super) fn between(old: &Decisions, new: &Decisions) -> Vec<Change> {
    let mut changes = Vec::new();
    let whole = [
        ("database", old.database.clone(), new.database.clone()),
        (
            "mode",
            format!("{:?}", old.mode).to_lowercase(),
            format!("{:?}", new.mode).to_lowercase(),
        ),
        ("organization", old.organization.name.clone(), new.organization.name.clone()),
        ("logins", old.application.logins.join(", "), new.application.logins.join(", ")),
        ("root", root(old), root(new)),
        ("people", people(old), people(new)),
        ("merge", sources(old), sources(new)),
    ];
    changes.extend(whole.into_iter().filter_map(|(label, old, new)| changed(label, &old, &new)));
    for (table, decision) in &new.tables {
        let name = table.shown();
        match old.tables.get(table) {
            None => changes
                .push(Change { mark: '+', text: format!("{name} is new: {}", class(decision)) }),
            Some(before) => changes.extend(within(&name, before, decision)),
        }
    }
    let gone = old.tables.keys().filter(|table| !new.tables.contains_key(*table));
    changes
        .extend(gone.map(|table| Change { mark: '-', text: format!("{} is gone", table.shown()) }));
    changes
}

fn within(name: &str, old: &Decision, new: &Decision) -> Vec<Change> {
    let fields = [
        ("", class(old), class(new)),
        (" via", word(old.via.as_deref()), word(new.via.as_deref())),
        (" orphans", orphans(old), orphans(new)),
        (" keep", old.keep.join(", "), new.keep.join(", ")),
        (" record", record(old), record(new)),
    ];
    let changed =
        |(label, old, new): (&str, String, String)| changed(&format!("{name}{label}"), &old, &new);
    fields.into_iter().filter_map(changed).collect()
}

fn changed(label: &str, old: &str, new: &str) -> Option<Change> {
    let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    let text = format!("{label}: {} → {}", shown(old), shown(new));
    (old != new).then_some(Change { mark: '~', text })
}

fn class(decision: &Decision) -> String {
    let class = decision.class.map(|class| format!("{class:?}").to_lowercase());
    class.unwrap_or_else(|| "to be decided".to_owned())
}

fn orphans(decision: &Decision) -> String {
    decision.orphans.map(|orphans| format!("{orphans:?}").to_lowercase()).unwrap_or_default()
}

fn record(decision: &Decision) -> String {
    decision.record.map(|record| record.to_string()).unwrap_or_default()
}

fn word(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn root(decisions: &Decisions) -> String {
    decisions.root.as_ref().map(|root| root.table.shown()).unwrap_or_default()
}

fn people(decisions: &Decisions) -> String {
    decisions.people.as_ref().map(|people| people.table.shown()).unwrap_or_default()
}

fn sources(decisions: &Decisions) -> String {
    let sources = decisions.merge.iter().map(|source| source.database.clone());
    sources.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use tenantry_adopt::classification::Class;
    use tenantry_adopt::name::TableName;

    use super::*;

    #[test]
    fn new_gone_and_otherwise_decided_tables_are_told_apart() {
        let decided = |class| Decision { class: Some(class), ..Decision::default() };
        let name = |name: &str| TableName::new("public", name);
        let mut old = Decisions::default();
        old.tables.insert(name("crawls"), decided(Class::Tenant));
        old.tables.insert(name("countries"), decided(Class::Shared));
        old.tables.insert(
            name("feedback"),
            Decision { reason: "old".to_owned(), ..decided(Class::Tenant) },
        );
        let mut new = old.clone();
        new.tables.remove(&name("crawls"));
        new.tables.insert(name("invoices"), Decision::default());
        new.tables.insert(name("countries"), decided(Class::Tenant));
        new.tables.insert(
            name("feedback"),
            Decision { reason: "new".to_owned(), ..decided(Class::Tenant) },
        );
        let lines: Vec<String> = between(&old, &new).iter().map(Change::plain).collect();
        assert_eq!(
            lines,
            [
                "~ countries: shared → tenant",
                "+ invoices is new: to be decided",
                "- crawls is gone"
            ]
        );
        assert!(between(&new, &new).is_empty());
    }

    #[test]
    fn a_line_has_the_colours_of_ours_and_none_of_the_databases() {
        // SC-3
        let change = Change { mark: '+', text: "a\u{1b}[2Jb is new".to_owned() };
        let shown = change.shown();
        assert!(shown.contains("\u{1b}[") && !shown.contains("\\u{1b}[0m"), "{shown:?}");
        assert!(!shown.contains("\u{1b}[2J") && shown.contains("\\u{1b}[2J"), "{shown:?}");
        let plain = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(plain, "  + a\\u{1b}[2Jb is new");
    }
}
