//! Functions that run with their owner's rights, called by somebody or by a trigger.

use super::Subject;
use crate::finding::{Finding, Weight, codes};
use crate::plan::steps::enforce::goes_around;
use crate::schema::{Function, Table};

/// One a function, and one a trigger that calls one.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let functions = layout.schema.functions.iter().filter(|it| goes_around(layout, it));
    let tables = layout.guarded().filter(|table| table.partition_of.is_none());
    functions.map(definer).chain(tables.flat_map(triggers)).collect()
}

fn definer(function: &Function) -> Finding {
    let callers = if function.is_public { "everybody may call it" } else { "some may call it" };
    let title = format!(
        "{} {} runs with the rights of {}",
        function.kind, function.signature, function.owner
    );
    let names: Vec<String> = function.names.iter().map(|table| table.shown()).collect();
    let named = (!names.is_empty()).then(|| format!("it names {}", names.join(", ")));
    let path = (!function.has_search_path).then(|| {
        "it fixes no search_path: whoever may create an object can make it run as its owner"
            .to_owned()
    });
    Finding::new(codes::DEFINER, Weight::Warning, title)
        .fact(callers)
        .facts(named.into_iter().chain(path))
        .help("enforcement gives it an owner that row security binds; see that it needs no other organization's rows")
}

fn triggers(table: &Table) -> Vec<Finding> {
    let definers = table.triggers.iter().filter(|trigger| trigger.is_definer);
    let found = definers.map(|trigger| {
        let title = format!(
            "trigger {} of {} runs with its function's owner's rights",
            trigger.name,
            table.name.shown()
        );
        Finding::new(codes::DEFINER_TRIGGER, Weight::Warning, title)
            .on(&table.name)
            .fact(format!("it calls {}", trigger.function))
            .help("see that the tables it writes to are the organization's too")
    });
    found.collect()
}
