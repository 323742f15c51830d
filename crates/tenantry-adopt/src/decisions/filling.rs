//! From what the file says to how each organization's table is filled, and in which order. The file is believed here, not the
//! proposal: a link counts only when its parent was decided to be an organization's too, and leads to the root in the end.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Decision, Decisions, DecisionsError, Filling, Orphans, links};
use crate::classification::{Class, Classification, Link, Mode};
use crate::classify::components;
use crate::name::TableName;
use crate::schema::Schema;

/// Who gets rows that no link gives to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Organizations {
    /// The organization of the plan.
    pub own: Uuid,
    /// The one for rows that belong to nobody.
    pub quarantine: Uuid,
}

impl Decisions {
    /// How a table is filled.
    ///
    /// # Errors
    /// When nothing leads its rows to an organization and nothing says who has them instead, or it is no organization's table.
    pub fn filling(
        &self,
        schema: &Schema,
        classification: &Classification,
        table: &TableName,
        organizations: Organizations,
    ) -> Result<Filling, DecisionsError> {
        if schema.table(table).is_none() || !self.is_tenant(table) {
            return Err(wrong(table, "it is no organization's table, so it is not filled"));
        }
        if self.mode != Mode::Split {
            return Ok(Filling::Constant(organizations.own));
        }
        if let Some(root) = self.root.as_ref().filter(|root| root.table == *table) {
            return Ok(Filling::Root { key: root.key.clone(), name: root.name.clone() });
        }
        let ways = Ways::new(self, classification);
        let links = ways.chosen(table)?;
        let orphans = self.tables.get(table).and_then(|decision| decision.orphans);
        let otherwise = match orphans {
            Some(Orphans::Default) => Some(organizations.own),
            Some(Orphans::Quarantine) => Some(organizations.quarantine),
            Some(Orphans::Stop) | None => None,
        };
        if links.is_empty() && otherwise.is_none() {
            return Err(wrong(table, &lost(table, ways.possible(table))));
        }
        Ok(Filling::Links { links, otherwise })
    }

    /// The organizations' tables, parents first, and whether a table's rows hang on rows of the same table or of a cycle, so
    /// that it is filled in rounds. The members of a cycle stand together.
    #[must_use]
    pub fn order(
        &self,
        schema: &Schema,
        classification: &Classification,
    ) -> Vec<(TableName, bool)> {
        let mut tables: Vec<&TableName> =
            self.tables.keys().filter(|table| self.is_tenant(table)).collect();
        tables.retain(|table| schema.table(table).is_some());
        let ways = Ways::new(self, classification);
        let arrows: Vec<Vec<usize>> = tables
            .iter()
            .map(|table| {
                let links = ways.tried(table);
                let parents = links.iter().map(|link| link.parent.clone());
                parents.filter_map(|parent| tables.iter().position(|it| **it == parent)).collect()
            })
            .collect();
        let is_split = self.mode == Mode::Split;
        let mut order = Vec::new();
        for members in components(&arrows) {
            for &at in &members {
                let repeats = is_split && (members.len() > 1 || arrows[at].contains(&at));
                order.push((tables[at].clone(), repeats));
            }
        }
        order
    }

    /// Whether a table was decided to be an organization's.
    pub(crate) fn is_tenant(&self, table: &TableName) -> bool {
        self.tables.get(table).is_some_and(|decision| decision.class == Some(Class::Tenant))
    }
}

/// The links of all tables, as far as what was decided lets them count.
#[derive(Debug)]
struct Ways<'a> {
    decisions: &'a Decisions,
    links: BTreeMap<&'a TableName, &'a [Link]>,
    /// The tables some of whose rows find an organization.
    reaching: BTreeSet<&'a TableName>,
    /// The tables each of whose rows finds one.
    filled: BTreeSet<&'a TableName>,
}

impl<'a> Ways<'a> {
    fn new(decisions: &'a Decisions, classification: &'a Classification) -> Self {
        let verdicts = classification.verdicts.iter();
        let links = verdicts.map(|verdict| (&verdict.table, verdict.links.as_slice())).collect();
        let (reaching, filled) = (BTreeSet::new(), BTreeSet::new());
        let mut ways = Self { decisions, links, reaching, filled };
        ways.reaching = ways.spread(|_| true);
        ways.filled = ways.spread(|link| link.is_total);
        ways
    }

    /// Where rows of a table may belong, the best first.
    fn possible(&self, table: &TableName) -> &'a [Link] {
        self.links.get(table).copied().unwrap_or_default()
    }

    /// What orders a table behind others: what fills it, or what it hangs on where nothing has to be filled.
    fn tried(&self, table: &TableName) -> Vec<Link> {
        let is_root = self.decisions.root.as_ref().is_some_and(|root| root.table == *table);
        match self.decisions.mode {
            Mode::Split if is_root => Vec::new(),
            // A `via` that cannot be is told by `filling`; the order needs only what can be.
            Mode::Split => self.chosen(table).unwrap_or_default(),
            Mode::Whole | Mode::Merge => self.possible(table).to_vec(),
        }
    }

    /// The links that are tried for a table's rows.
    fn chosen(&self, table: &TableName) -> Result<Vec<Link>, DecisionsError> {
        let possible = self.possible(table);
        if let Some(via) = self.via(table) {
            return named(table, possible, via, &self.reaching);
        }
        let leads = |link: &&Link| self.reaching.contains(&link.parent);
        let usable: Vec<Link> = possible.iter().filter(leads).cloned().collect();
        // What leads back here is needed only by rows that have no other link.
        let leads_on = |link: &&Link| !self.leads_back(link, table);
        let onward: Vec<Link> = usable.iter().filter(leads_on).cloned().collect();
        if !onward.iter().any(|link| link.is_total) {
            return Ok(usable);
        }
        // One link that every row has is enough where each of its parents has an organization; else others may help.
        let is_enough = |link: &&Link| link.is_total && self.filled.contains(&link.parent);
        Ok(onward.iter().find(is_enough).map_or_else(|| onward.clone(), |link| vec![link.clone()]))
    }

    /// Whether a link's parent hangs on the table itself, by any of its links.
    fn leads_back(&self, link: &'a Link, table: &TableName) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![&link.parent];
        let root = self.decisions.root.as_ref().map(|root| &root.table);
        while let Some(parent) = open.pop() {
            if parent == table {
                return true;
            }
            if seen.insert(parent) && Some(parent) != root && self.decisions.is_tenant(parent) {
                open.extend(self.possible(parent).iter().map(|link| &link.parent));
            }
        }
        false
    }

    /// The root, the tables that give rows without a parent to somebody, and what such links lead from to one of these.
    fn spread(&self, counts: impl Fn(&Link) -> bool) -> BTreeSet<&'a TableName> {
        let decisions = self.decisions;
        let root = decisions.root.iter().map(|root| &root.table);
        let gives = |decision: &Decision| {
            matches!(decision.orphans, Some(Orphans::Default | Orphans::Quarantine))
        };
        let tables: Vec<&TableName> =
            decisions.tables.keys().filter(|table| decisions.is_tenant(table)).collect();
        let given = tables.iter().copied().filter(|table| gives(&decisions.tables[*table]));
        let mut reached: BTreeSet<&TableName> = root.chain(given).collect();
        loop {
            let leads = |table: &TableName| {
                self.possible(table).iter().any(|link| {
                    counts(link) && reached.contains(&link.parent) && self.is_used(table, link)
                })
            };
            let open = tables.iter().copied().filter(|table| !reached.contains(table));
            let found: Vec<&TableName> = open.filter(|table| leads(table)).collect();
            if found.is_empty() {
                return reached;
            }
            reached.extend(found);
        }
    }

    /// Whether `via`, where it is said, names this link.
    fn is_used(&self, table: &TableName, link: &Link) -> bool {
        self.via(table).is_none_or(|via| {
            let left = links::left(link);
            links::parts(via, &[&left]).contains(&left.as_str())
        })
    }

    /// The way that was said.
    fn via(&self, table: &TableName) -> Option<&'a str> {
        self.decisions.tables.get(table)?.via.as_deref()
    }
}

/// The links that `via` names.
fn named(
    table: &TableName,
    possible: &[Link],
    via: &str,
    reaching: &BTreeSet<&TableName>,
) -> Result<Vec<Link>, DecisionsError> {
    let lefts: Vec<String> = possible.iter().map(links::left).collect();
    let known: Vec<&str> = lefts.iter().map(String::as_str).collect();
    let mut chosen = Vec::new();
    for part in links::parts(via, &known) {
        let before = chosen.len();
        let named = possible.iter().filter(|link| links::left(link) == part);
        chosen.extend(named.filter(|link| reaching.contains(&link.parent)).cloned());
        if chosen.len() == before {
            let problem = if known.contains(&part) {
                format!("via = {part:?} leads to a table from which nothing leads to the root")
            } else {
                format!("via = {part:?} is no link of it; there are: {}", known.join(", "))
            };
            return Err(wrong(table, &problem));
        }
    }
    Ok(chosen)
}

/// Why nothing fills a table, and what to write.
fn lost(table: &TableName, possible: &[Link]) -> String {
    let help = "write orphans = \"default\" to give all its rows to the organization of the plan, \
                \"quarantine\" to set them apart, or another class";
    let parents: Vec<String> = possible
        .iter()
        .map(|link| &link.parent)
        .filter(|it| *it != table)
        .map(TableName::shown)
        .collect();
    if parents.is_empty() {
        return format!("no link leads from it to another table; {help}");
    }
    format!("it hangs on {}, from where nothing leads to the root; {help}", parents.join(", "))
}

fn wrong(table: &TableName, problem: &str) -> DecisionsError {
    DecisionsError::Wrong { table: table.to_string(), problem: problem.to_owned() }
}
