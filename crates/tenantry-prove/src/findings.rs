//! From leaking cells to findings: one for each cause, not one for each cell. Where a lint has named the cause, the attack is
//! its evidence; where none has, the attack speaks for itself.

use crate::attack::{Attack, Group};
use crate::catalog::Catalog;
use crate::quote::identifier;
use crate::report::{Cell, Evidence, Finding, Kind, Object, Outcome, Part, Severity};
use crate::tenancy::Way;

/// Adds what the attacks have shown to what the lints have found.
pub(crate) fn gather(
    catalog: &Catalog,
    way: &Way,
    objects: &[Object],
    mut findings: Vec<Finding>,
) -> Vec<Finding> {
    for object in objects {
        let (context, others): (Vec<&Cell>, Vec<&Cell>) = object
            .cells
            .iter()
            .filter(|cell| matches!(cell.outcome, Outcome::Leaked { .. }))
            .partition(|cell| is_of_the_way(object, cell));
        if !others.is_empty() {
            explain(catalog, object, &others, &mut findings);
        }
        for cell in context {
            blame_the_way(way, object, cell, &mut findings);
        }
        if let Some(cell) = object.cells.iter().find(|cell| cell.outcome == Outcome::Revealed) {
            reveal(catalog, object, cell, &mut findings);
        }
    }
    findings
        .sort_by(|a, b| (a.severity, &a.code, &a.object).cmp(&(b.severity, &b.code, &b.object)));
    findings
}

/// A false pass that works is the fault of how organizations are entered, unless the object shows everything anyway.
fn is_of_the_way(object: &Object, cell: &Cell) -> bool {
    let is_pass =
        matches!(cell.attack, Attack::Forged | Attack::Expired | Attack::Replayed | Attack::Stale);
    let shows_anyway = object.cells.iter().any(|cell| {
        matches!(cell.attack, Attack::Select | Attack::Scan | Attack::Unset)
            && matches!(cell.outcome, Outcome::Leaked { .. })
    });
    is_pass && !shows_anyway
}

fn evidence(cells: &[&Cell]) -> Option<Evidence> {
    let first = cells.first()?;
    Some(Evidence {
        attacks: cells.iter().map(|cell| cell.attack).collect(),
        sql: first.sql.clone(),
        expected: first.expected.clone(),
        got: first.got.clone(),
    })
}

/// The lint that names the cause gets the evidence: one about this object, or else one about the role as a whole.
fn explain(catalog: &Catalog, object: &Object, cells: &[&Cell], findings: &mut Vec<Finding>) {
    let Some(first) = cells.first() else { return };
    let is_reference = first.attack == Attack::Reference;
    let is_about = |finding: &&mut Finding| {
        let names = if is_reference {
            is_of(&finding.object, &object.name)
        } else {
            is_same(&finding.object, &object.name)
        };
        finding.part == Part::Lint && finding.severity == Severity::Leak && names
    };
    let passes =
        |finding: &&mut Finding| finding.code == "TN0701" && finding.severity == Severity::Leak;
    if let Some(finding) = findings.iter_mut().find(is_about) {
        finding.evidence = evidence(cells);
        return;
    }
    if let Some(finding) = findings.iter_mut().find(passes) {
        // One object is evidence enough; the others are in the matrix.
        if finding.evidence.is_none() {
            finding.evidence = evidence(cells);
        }
        return;
    }
    let (cause, fix, lock) = cause(catalog, object, first.attack);
    findings.push(Finding {
        code: first.attack.code().to_owned(),
        severity: Severity::Leak,
        part: Part::Attack,
        object: object.name.clone(),
        title: title(object, first),
        cause,
        fix,
        lock,
        evidence: evidence(cells),
    });
}

/// Lints name objects as `regclass` does, without a schema that is in the path, and functions with spaces between types.
fn is_same(lint: &str, object: &str) -> bool {
    let bare = |name: &str| name.strip_prefix("public.").unwrap_or(name).replace(' ', "");
    bare(lint) == bare(object)
}

/// Keys are named with their table: `foreign key notes_author_fkey of notes`.
fn is_of(lint: &str, object: &str) -> bool {
    lint.rsplit_once(" of ").is_some_and(|(_, table)| is_same(table, object))
}

fn title(object: &Object, cell: &Cell) -> String {
    let what = format!(
        "{} {}",
        object.kind.name(),
        object.name.strip_prefix("public.").unwrap_or(&object.name)
    );
    match (cell.attack, cell.attack.group()) {
        (Attack::Reference, _) => {
            format!("a row of {what} can point at a row of another organization")
        }
        (Attack::Call, _) if cell.got.contains("not what it was") => {
            format!("{what} changes rows of another organization")
        }
        (Attack::Call, _) => format!("{what} shows what is another organization's"),
        (Attack::Insert | Attack::Move, _) => {
            format!("a row can be written into another organization in {what}")
        }
        (_, Group::Write) => format!("rows of another organization can be changed in {what}"),
        (Attack::Unset, _) => format!("{what} shows rows to whoever has entered no organization"),
        _ => format!("{what} shows rows of other organizations"),
    }
}

fn cause(catalog: &Catalog, object: &Object, attack: Attack) -> (String, String, String) {
    let instant = "ACCESS EXCLUSIVE on the table for an instant; no rewrite".to_owned();
    let relation = catalog.relations.iter().find(|relation| relation.sql() == object.name);
    match (object.kind, attack, relation) {
        (Kind::Function, ..) => (
            "It takes its caller's word for whose rows are meant, and runs with the rights of its owner or reads what nothing guards.".to_owned(),
            format!("decide: let it ask the context whose rows are meant instead of an argument, or\nrevoke execute on function {} from public, {};", object.name, identifier(&catalog.role)),
            "none".to_owned(),
        ),
        (_, Attack::Reference, Some(relation)) => (
            "PostgreSQL checks a foreign key with the rights of the table's owner, past every policy, and this key does not carry the organization. What points across can be deleted, blocked or found by the other side.".to_owned(),
            format!("decide: make the foreign key of {} carry the organization on both sides, (organization, …) references … (organization, …)", relation.shown()),
            "SHARE ROW EXCLUSIVE on both tables for an instant with NOT VALID; VALIDATE CONSTRAINT lets writes go on".to_owned(),
        ),
        (_, _, Some(relation)) if !relation.row_security => (
            "Row security is off, so PostgreSQL hands out every row to whoever may read the table.".to_owned(),
            format!("decide: alter table {0} enable row level security; alter table {0} force row level security; and a policy by organization", relation.sql()),
            instant,
        ),
        (_, Attack::Insert | Attack::Move, _) => (
            "The policies let a row be written that says another organization than the one that was entered: their WITH CHECK, or the USING that stands in for it, is wider than that.".to_owned(),
            "decide: one policy for all commands with the same condition in USING and in WITH CHECK".to_owned(),
            instant,
        ),
        _ => (
            "Its policies let the role see more than the organization that was entered.".to_owned(),
            "decide: one RESTRICTIVE policy for all commands, an equality between the row's organization and the one that was entered".to_owned(),
            instant,
        ),
    }
}

/// One finding for the way in, however many objects it opens.
fn blame_the_way(way: &Way, object: &Object, cell: &Cell, findings: &mut Vec<Finding>) {
    let code = cell.attack.code();
    let words = way.words();
    if let Some(finding) =
        findings.iter_mut().find(|finding| finding.code == code && finding.object == words)
    {
        return finding.cause = again(&finding.cause);
    }
    let (title, cause, fix) = match cell.attack {
        Attack::Stale => (
            "what one request has entered is still entered for the next on the same connection".to_owned(),
            format!("The way in outlives its transaction, so a pooled connection hands it to whoever comes next. Shown on {}.", object.name),
            "decide: set it for the transaction only, with set_config(…, …, true) or SET LOCAL".to_owned(),
        ),
        Attack::Forged => (
            "whoever can run SQL as the role can enter any organization".to_owned(),
            format!("The policies believe a setting that the role itself can set, so one injected statement is enough to be somebody else. Shown on {}.", object.name),
            "decide: a context that PostgreSQL verifies, such as Tenantry's seal; or accept it and say so with --skip forged".to_owned(),
        ),
        _ => (
            format!("a pass that is not good any more is accepted ({})", cell.attack),
            format!("What verifies the context does not look at everything that it says. Shown on {}.", object.name),
            "decide: verify expiry, connection and database before anything of a pass is believed".to_owned(),
        ),
    };
    findings.push(Finding {
        code: code.to_owned(),
        severity: Severity::Leak,
        part: Part::Attack,
        object: words,
        title,
        cause,
        fix,
        lock: "none".to_owned(),
        evidence: evidence(&[cell]),
    });
}

/// `Shown on x.`, `Shown on x and 1 more.`, `Shown on x and 2 more.`
fn again(cause: &str) -> String {
    let (before, shown) = cause.rsplit_once("Shown on ").unwrap_or((cause, ""));
    let shown = shown.trim_end_matches('.');
    match shown.rsplit_once(" and ") {
        Some((first, more)) => {
            let count: usize = more.trim_end_matches(" more").parse().unwrap_or(0);
            format!("{before}Shown on {first} and {} more.", count + 1)
        }
        None => format!("{before}Shown on {shown} and 1 more."),
    }
}

fn reveal(catalog: &Catalog, object: &Object, cell: &Cell, findings: &mut Vec<Finding>) {
    let is_key = |finding: &&mut Finding| {
        finding.part == Part::Lint
            && finding.severity == Severity::Oracle
            && (is_same(&finding.object, &object.name) || is_of(&finding.object, &object.name))
    };
    if let Some(finding) = findings.iter_mut().find(is_key) {
        finding.evidence = evidence(&[cell]);
        return;
    }
    let is_sequence = object.kind == Kind::Sequence;
    findings.push(Finding {
        code: cell.attack.code().to_owned(),
        severity: Severity::Oracle,
        part: Part::Attack,
        object: object.name.clone(),
        title: if is_sequence {
            format!("sequence {} tells how many rows everybody writes", object.name)
        } else {
            format!("an error of {} tells whether another organization has a value", object.name)
        },
        cause: if is_sequence {
            "One sequence numbers the rows of all organizations, and the role may read it.".to_owned()
        } else {
            "A key spans organizations, and the answer to an insert differs by what another organization has.".to_owned()
        },
        fix: if is_sequence {
            format!("decide: an identity column needs no privilege on its sequence; revoke all on sequence {} from public, {};", object.name, identifier(&catalog.role))
        } else {
            "decide: begin the key with the organization; what must be unique for everybody belongs into a table of its own".to_owned()
        },
        lock: "none".to_owned(),
        evidence: evidence(&[cell]),
    });
}
