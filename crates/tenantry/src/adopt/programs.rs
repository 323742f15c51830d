//! What programs are told: the plan and the status as one JSON value, a run as one line an event. Times are milliseconds under
//! names that end in `_ms`, whatever the library keeps them in.

use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value, json};
use tenantry_adopt::plan::Plan;
use tenantry_adopt::progress::{Event, Status};
use tenantry_adopt::run::{Outcome, Undoing};
use tenantry_prove::report::Report;

use super::plan::is_open;
use crate::clean;
use crate::trouble::{Problem, Trouble};

/// The plan, with the hash under which it is applied.
pub(super) fn plan(plan: &Plan, file: &Path) -> Result<String, Trouble> {
    let mut value = told(plan)?;
    if let Value::Object(fields) = &mut value {
        fields.insert("file".to_owned(), file.display().to_string().into());
        fields.insert("hash".to_owned(), plan.decisions.hash().into());
        fields.insert("is_open".to_owned(), is_open(plan).into());
    }
    Ok(value.to_string())
}

/// Where it stands.
pub(super) fn status(status: &Status) -> Result<String, Trouble> {
    told(status).map(|value| value.to_string())
}

/// Something that happened, on one line.
pub(super) fn event(event: &Event) -> Result<String, Trouble> {
    told(event).map(|value| value.to_string())
}

/// How it ended, as the last line of a run.
pub(super) fn outcome(outcome: &Outcome) -> Result<String, Trouble> {
    let line = json!({
        "event": "outcome",
        "was_stopped": outcome.was_stopped,
        "status": told(&outcome.status)?,
        "report": outcome.report.as_ref().map(report).transpose()?,
    });
    Ok(line.to_string())
}

/// What an attack found, in the form of `tenantry prove --json`.
fn report(report: &Report) -> Result<Value, Trouble> {
    let read: Value = serde_json::from_str(&tenantry_prove::report::json(report))
        .map_err(|error| unreadable(&error))?;
    told(&read)
}

/// What taking back would do.
pub(super) fn undoing(undoing: &Undoing) -> Result<String, Trouble> {
    let lines = undoing.lines.iter();
    let lines: Vec<Value> =
        lines.map(|(phase, what)| json!({ "phase": phase.name(), "undoes": what })).collect();
    let value = json!({
        "event": "undoing",
        "status": told(&undoing.status)?,
        "lines": lines,
        "obstacles": undoing.obstacles,
        "help": undoing.help,
    });
    told(&value).map(|value| value.to_string())
}

fn told<T: Serialize>(said: &T) -> Result<Value, Trouble> {
    clean::value(said).map(milliseconds).map_err(|error| unreadable(&error).into())
}

/// What cannot be written as JSON is a defect of ours.
pub(super) fn unreadable(error: &serde_json::Error) -> Problem {
    Problem::new("TN1115", "what was found cannot be written as JSON")
        .fact("cause", error.to_string())
}

/// Every duration in milliseconds.
fn milliseconds(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(milliseconds).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(key, value)| match duration(&value) {
                Some(time) => (format!("{key}_ms"), time.into()),
                None => (key, milliseconds(value)),
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn duration(value: &Value) -> Option<f64> {
    let fields = value.as_object().filter(|fields| fields.len() == 2)?;
    let (seconds, nanos) = (fields.get("secs")?.as_f64()?, fields.get("nanos")?.as_f64()?);
    Some(seconds.mul_add(1e3, nanos / 1e6))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_event_is_one_line_with_its_times_in_milliseconds() {
        let done = Event::StepDone {
            number: 7,
            longest_lock: Duration::from_micros(2_500),
            waited: Duration::ZERO,
        };
        let line = event(&done).unwrap();
        assert!(!line.contains('\n'), "{line}");
        let value: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            value,
            json!({ "event": "step-done", "number": 7, "longest_lock_ms": 2.5, "waited_ms": 0.0 })
        );
    }
}
