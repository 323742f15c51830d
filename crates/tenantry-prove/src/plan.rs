//! What the planner makes of an organization's usual questions. Sequential scans are priced out first, so that a small or
//! empty table answers as a big one would: what is still read from end to end has no index that the policy can use.

use serde_json::Value;

use crate::arena::{Answer, Ask, Entry};
use crate::catalog::{Catalog, Relation};
use crate::error::ProveError;
use crate::quote::{identifier, literal};
use crate::report::{Evidence, Finding, Part, Severity};
use crate::rows::Ground;
use crate::tenancy::Class;

/// Between a node and what it throws rows away by.
const FILTERED: &str = " with the filter ";

/// Asks about one table.
pub(crate) async fn explain(
    ground: Ground<'_>,
    table: &Relation,
) -> Result<Option<Finding>, ProveError> {
    let Class::Direct(column) = ground.tenancy.class(table.oid) else { return Ok(None) };
    if !table.may.select || table.kind == crate::report::Kind::Partition {
        return Ok(None);
    }
    let (name, tenant) = (table.sql(), identifier(column));
    let list = format!("select * from {name} limit 20");
    let filtered = format!(
        "select * from {name} where {tenant} = {} limit 20",
        literal(&ground.arena.own.organization)
    );
    // The statement that names the organization first: without an index of its own no policy could use one either.
    for statement in [&filtered, &list] {
        let asked = format!("explain (format json, costs off) {statement}");
        let entry = Entry::Then(vec!["set local enable_seqscan = off".to_owned()]);
        let Answer::Counted { first, .. } = ground.arena.attempt(&entry, Ask::Rows, &asked).await?
        else {
            continue;
        };
        let plan: Value =
            first.first().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let node = bad_node(&plan, &names(ground.catalog, table), column);
        // What is read without a filter is not held by a policy at all, which is for the lints to say.
        if let Some(node) = node.filter(|node| node.contains(FILTERED)) {
            return Ok(Some(finding(ground, table, column, statement, &asked, &node)));
        }
    }
    Ok(None)
}

/// The table and what holds its rows.
fn names(catalog: &Catalog, table: &Relation) -> Vec<String> {
    let leaves = catalog.leaves(table.oid);
    leaves.iter().map(|leaf| leaf.name.clone()).chain([table.name.clone()]).collect()
}

/// The first node that reads the table without going by its organization.
fn bad_node(plan: &Value, names: &[String], column: &str) -> Option<String> {
    match plan {
        Value::Array(parts) => parts.iter().find_map(|part| bad_node(part, names, column)),
        Value::Object(node) => {
            let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
            let is_ours = names.iter().any(|name| name == text("Relation Name"));
            let kind = text("Node Type");
            let goes_by =
                ["Index Cond", "Recheck Cond"].iter().any(|key| text(key).contains(column));
            if is_ours
                && !goes_by
                && matches!(
                    kind,
                    "Seq Scan" | "Index Scan" | "Index Only Scan" | "Bitmap Heap Scan"
                )
            {
                let filter = text("Filter");
                return Some(if filter.is_empty() {
                    kind.to_owned()
                } else {
                    format!("{kind}{FILTERED}{filter}")
                });
            }
            node.values()
                .filter(|value| value.is_array() || value.is_object())
                .find_map(|value| bad_node(value, names, column))
        }
        _ => None,
    }
}

fn finding(
    ground: Ground<'_>,
    table: &Relation,
    column: &str,
    statement: &str,
    asked: &str,
    node: &str,
) -> Finding {
    let tenant = identifier(column);
    let leads = table
        .uniques
        .iter()
        .any(|unique| unique.columns.first().is_some_and(|first| first == column));
    let with_predicate = statement.contains(" where ");
    let fix = if with_predicate && !leads {
        format!("create index concurrently on {} ({tenant});", table.sql())
    } else {
        format!(
            "decide: write the policy as one equality on one value, {tenant} = (select …), with a STABLE function"
        )
    };
    Finding {
        code: if with_predicate { "TN0902" } else { "TN0901" }.to_owned(),
        severity: Severity::Warning,
        part: Part::Plan,
        object: table.sql(),
        title: format!("reading {} by organization reads every organization's rows", table.shown()),
        cause: format!(
            "the planner has no way to go by {tenant}: {node}. It reads everybody's rows and throws away what the policy hides, so that each organization's question costs what all of them have."
        ),
        fix,
        lock: if with_predicate && !leads {
            "SHARE UPDATE EXCLUSIVE while it is built; writes go on"
        } else {
            "ACCESS EXCLUSIVE on the table for an instant, when a policy is replaced"
        }
        .to_owned(),
        evidence: Some(Evidence {
            attacks: Vec::new(),
            sql: ground.arena.shown(&Entry::Own, asked),
            expected: format!("an index scan by {tenant}"),
            got: node.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scan_of_the_table_is_bad_unless_it_goes_by_the_organization() {
        let names = ["notes".to_owned()];
        let node = |node: Value| json!([{ "Plan": { "Node Type": "Limit", "Plans": [node] } }]);
        let seq = node(
            json!({ "Node Type": "Seq Scan", "Relation Name": "notes", "Filter": "(org_id = $0)" }),
        );
        assert!(bad_node(&seq, &names, "org_id").unwrap().starts_with("Seq Scan"));
        let full = node(
            json!({ "Node Type": "Index Scan", "Relation Name": "notes", "Index Cond": "(id = 1)" }),
        );
        assert_eq!(bad_node(&full, &names, "org_id").unwrap(), "Index Scan");
        let good = node(
            json!({ "Node Type": "Bitmap Heap Scan", "Relation Name": "notes", "Recheck Cond": "(org_id = $0)" }),
        );
        assert_eq!(bad_node(&good, &names, "org_id"), None);
        let other = node(json!({ "Node Type": "Seq Scan", "Relation Name": "members" }));
        assert_eq!(bad_node(&other, &names, "org_id"), None);
    }
}
