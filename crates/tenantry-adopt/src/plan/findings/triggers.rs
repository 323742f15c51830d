//! What fires while the work is done: on changes of tables, and on the updates of the backfill. The backfill writes as a replica does,
//! so what is enabled in the ordinary way sleeps through it.

use super::Subject;
use crate::classification::Mode;
use crate::decisions::{Filling, Organizations};
use crate::finding::{Finding, Weight, codes};
use crate::name::identifier;
use crate::plan::layout::Layout;
use crate::plan::steps::plainly;
use crate::schema::{EventTrigger, Table};

/// One an event trigger, one a table with triggers or rules that the backfill would fire.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let events = layout.schema.event_triggers.iter().map(event);
    let tables = layout.guarded().filter(|table| is_filled(layout, table));
    events.chain(tables.filter_map(woken)).collect()
}

fn event(trigger: &EventTrigger) -> Finding {
    let name = identifier(&trigger.name);
    let commands = match trigger.commands.join(", ") {
        none if none.is_empty() => "every command".to_owned(),
        some => some,
    };
    let title = format!("event trigger {} fires when tables are changed", trigger.name);
    Finding::new(codes::EVENT_TRIGGER, Weight::Warning, title)
        .fact(format!("{} calls {} for {commands}", trigger.event, trigger.function))
        .help("see that it neither refuses a change nor takes long: each runs it while it has its lock")
        .help(format!("or, before you plan: alter event trigger {name} disable; and afterwards: alter event trigger {name} enable;"))
}

/// Whether the backfill writes a table's rows. Of one that nobody can say it of yet, it is assumed.
fn is_filled(layout: Layout<'_>, table: &Table) -> bool {
    let nobody = Organizations { own: uuid::Uuid::nil(), quarantine: uuid::Uuid::nil() };
    let Some(whole) = layout.whole(&table.name) else { return false };
    let filling =
        layout.decisions.filling(layout.schema, layout.classification, &whole.name, nobody);
    layout.decisions.mode == Mode::Split
        && !matches!(filling.map(plainly), Ok(Filling::Constant(_)))
}

fn woken(table: &Table) -> Option<Finding> {
    let triggers = table.triggers.iter().filter(|trigger| trigger.fires_for_replicas);
    let triggers = triggers.map(|trigger| ("trigger", trigger.name.as_str()));
    let rules = table.replica_rules.iter().map(|rule| ("rule", rule.as_str()));
    let woken: Vec<(&str, &str)> = triggers.chain(rules).collect();
    (!woken.is_empty()).then(|| {
        let title = format!("the backfill of {} would set off its triggers", table.name.shown());
        let mut found = Finding::new(codes::WOKEN, Weight::Decision, title).on(&table.name).facts(
            woken
                .iter()
                .map(|(kind, name)| format!("{kind} {name}, enabled always or for replicas")),
        );
        found.help.extend(woken.iter().map(|(kind, name)| {
            format!("alter table {} enable {kind} {};", table.name.sql(), identifier(name))
        }));
        found.help("or disable it in place of enable, until the backfill is done")
    })
}
