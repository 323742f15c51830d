//! The findings as SARIF 2.1.0, which code scanning services read. SARIF is about files and a database has none, so
//! each result has a logical location, the object, and beside it a path made of the object's name for the services
//! that refuse a result without one. What could not be tried is a notification of the run, never a result.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::words::Fix;
use super::{Finding, Outcome, Part, Report, Severity};
use crate::rule::Rule;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// The findings as SARIF, on one line. `rules` are what is known of the codes; a finding whose code is not among them
/// is written without its rule.
#[must_use]
pub fn sarif<'a>(report: &Report, rules: impl IntoIterator<Item = &'a Rule>) -> String {
    let rules: Vec<&Rule> = rules.into_iter().collect();
    let results: Vec<Value> =
        report.findings.iter().map(|finding| result(finding, &rules)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "tenantry prove",
                "semanticVersion": report.tenantry,
                "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            // A category for services that keep the results of several tools apart; what follows the slash is a run's.
            "automationDetails": { "id": "tenantry-prove/" },
            "invocations": [{
                // The run came to its end; what it found does not make it fail.
                "executionSuccessful": true,
                "startTimeUtc": report.started_at,
                "toolExecutionNotifications": notifications(report),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "verdict": report.verdict(), "totals": report.totals(), "database": report.database,
                "server": report.server, "role": report.role, "schema": report.schema,
            },
        }],
    })
    .to_string()
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Leak => "error",
        Severity::Oracle => "warning",
        Severity::Warning => "note",
    }
}

/// The figure by which services sort what is about security, from 0 to 10.
const fn weight(severity: Severity) -> &'static str {
    match severity {
        Severity::Leak => "9.0",
        Severity::Oracle => "5.0",
        Severity::Warning => "2.0",
    }
}

fn descriptor(rule: &Rule) -> Value {
    let about_security = rule.part != Part::Plan;
    let mut properties = Map::new();
    let tag = if about_security { "security" } else { "performance" };
    properties.insert("tags".to_owned(), json!([tag, rule.part.name()]));
    if about_security {
        properties.insert("security-severity".to_owned(), weight(rule.severity).into());
    }
    let help = format!("{}\n\n{}\n\n{}", rule.tried, rule.passes, rule.remedy);
    json!({
        "id": rule.code,
        "name": rule.title,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.why },
        "help": { "text": help },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": properties,
    })
}

fn result(finding: &Finding, rules: &[&Rule]) -> Value {
    let fingerprint = fingerprint(finding);
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": { "text": message(finding) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": path(&finding.object) },
                "region": { "startLine": 1 },
            },
            "logicalLocations": [{
                "name": finding.object,
                "fullyQualifiedName": finding.object,
                "kind": "resource",
            }],
        }],
        "partialFingerprints": {
            "tenantry/v1": fingerprint,
            // The one name that some services look at; theirs ends with a count.
            "primaryLocationLineHash": format!("{fingerprint}:1"),
        },
        "properties": {
            "part": finding.part, "severity": finding.severity, "cause": finding.cause,
            "lock": finding.lock, "evidence": finding.evidence,
        },
    });
    if let Some(fix) = Fix::of(finding) {
        result["properties"][fix.label()] = fix.text().into();
    }
    if let Some(index) = rules.iter().position(|rule| rule.code == finding.code) {
        result["ruleIndex"] = index.into();
    }
    result
}

fn message(finding: &Finding) -> String {
    let mut text = format!("{}. {}", finding.title, finding.cause);
    if let Some(evidence) = &finding.evidence {
        text.push_str(&format!("\nExpected {}, got {}.", evidence.expected, evidence.got));
    }
    if let Some(fix) = Fix::of(finding) {
        text.push_str(&format!("\n{}: {}", fix.heading(), fix.text()));
    }
    if !finding.lock.is_empty() {
        text.push_str(&format!("\nLocks: {}", finding.lock));
    }
    text
}

/// The same finding in another run of the same database: not the title, which may count rows.
fn fingerprint(finding: &Finding) -> String {
    let mut hash = Sha256::new();
    for part in [&finding.code, &finding.object, &finding.fix] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex::encode(&hash.finalize()[..16])
}

/// A relative address that is made of the object's name. There is no such file.
fn path(object: &str) -> String {
    let mut path = "database/".to_owned();
    for byte in object.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

/// What could not be tried, one notification for each reason on each object.
fn notifications(report: &Report) -> Vec<Value> {
    let mut out = Vec::new();
    for object in &report.objects {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for cell in &object.cells {
            if let Outcome::NotRun { why } = &cell.outcome {
                reasons.entry(why).or_default().push(cell.attack.name());
            }
        }
        for (why, attacks) in reasons {
            let text = format!("{} on {} not run: {why}", attacks.join(", "), object.name);
            out.push(json!({
                "level": "warning",
                "message": { "text": text },
                "locations": [{ "logicalLocations": [{
                    "name": object.name, "fullyQualifiedName": object.name, "kind": "resource",
                }]}],
            }));
        }
    }
    out
}
