//! The verdict on each table. In a split database everything follows from the root; where the whole database is one
//! organization, it follows from what is evidently somebody's: the people, and what they work with.

use crate::classification::{Class, Link, Mode, SURE, Verdict};

use super::components::components;
use super::graph::{Basis, Edge, Graph};
use super::known;
use super::reasons;
use super::roots;
use super::rounded;
use super::signs::{Signs, is_authorship};

/// Everything that judging needs, computed once.
#[derive(Debug)]
pub(crate) struct Judge<'a> {
    pub(crate) graph: &'a Graph<'a>,
    pub(crate) people: Option<usize>,
    pub(crate) root: Option<usize>,
    pub(crate) mode: Mode,
    is_root_told: bool,
    /// What each table looks like by itself.
    signs: Vec<Signs>,
    /// Tables that are somebody's by their name and the people who belong to them.
    evident: Vec<usize>,
    /// On which cycle each table lies; alone on its own, mostly.
    pub(crate) cycle: Vec<usize>,
    /// The tables, parents first.
    order: Vec<usize>,
    /// Whose rows have an owner, as far as links and signs say.
    pub(crate) owned: Vec<Option<Owned>>,
}

/// How a table comes to have an owner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Owned {
    pub(crate) confidence: f32,
    /// Links up to where ownership begins.
    pub(crate) distance: usize,
    /// The edge that gives it; none where ownership begins.
    pub(crate) edge: Option<usize>,
}

/// What a table is, before links are listed and words are cut.
pub(crate) type Judgement = (Class, f32, String);

impl<'a> Judge<'a> {
    /// Finds out whose everything is.
    pub(crate) fn new(
        graph: &'a Graph<'a>,
        people: Option<usize>,
        root: Option<usize>,
        is_root_told: bool,
        mode: Mode,
    ) -> Self {
        let signs = graph.nodes.iter().map(|node| Signs::read(node.table)).collect();
        let owned = vec![None; graph.nodes.len()];
        let evident = roots::evident(graph, people);
        let components = components(&arrows(graph));
        let mut cycle = vec![0; graph.nodes.len()];
        for (number, members) in components.iter().enumerate() {
            members.iter().for_each(|&member| cycle[member] = number);
        }
        let order = components.into_iter().flatten().collect();
        let mut judge =
            Self { graph, people, root, mode, is_root_told, signs, evident, cycle, order, owned };
        for at in 0..graph.nodes.len() {
            judge.owned[at] = judge.beginning(at);
        }
        while judge.spread() {}
        judge
    }

    /// Whether ownership begins at a table.
    fn beginning(&self, at: usize) -> Option<Owned> {
        let begins = |confidence| Some(Owned { confidence, distance: 0, edge: None });
        if self.mode == Mode::Split {
            return if Some(at) == self.root { begins(1.0) } else { None };
        }
        if !self.may_be_owned(at) {
            return None;
        }
        if Some(at) == self.people {
            return begins(0.95);
        }
        if self.evident.contains(&at) {
            return begins(0.92);
        }
        let is_work =
            self.signs[at].is_work() && known::identity(self.graph.nodes[at].table).is_none();
        if is_work { begins(0.9) } else { None }
    }

    /// Tools' and frameworks' tables belong to nobody, whatever points where.
    fn may_be_owned(&self, at: usize) -> bool {
        let table = self.graph.nodes[at].table;
        !table.is_foreign && known::infrastructure(table).is_none() && !known::framework(table)
    }

    /// Lets ownership go one link further everywhere. Whether anything became surer or nearer; since both can only get better,
    /// this ends.
    fn spread(&mut self) -> bool {
        let mut has_changed = false;
        for child in 0..self.graph.nodes.len() {
            if Some(child) == self.root || !self.may_be_owned(child) {
                continue;
            }
            for (at, edge) in self.graph.nodes[child].edges.iter().enumerate() {
                let Some(found) = self.through(child, at, edge) else { continue };
                let is_better = self.owned[child].is_none_or(|now| {
                    (found.confidence, now.distance) > (now.confidence, found.distance)
                });
                if is_better {
                    self.owned[child] = Some(found);
                    has_changed = true;
                }
            }
            has_changed |= self.join(child);
        }
        has_changed
    }

    /// A row that one of several links gives to an owner, where each of them may be null: an event of a user *or* of a team.
    /// Split, somebody has to say which of them counts, and what becomes of rows that have none.
    fn join(&mut self, child: usize) -> bool {
        let Some(now) = self.owned[child].filter(|now| now.confidence < SURE) else { return false };
        let edges = self.graph.nodes[child].edges.iter();
        let shares = edges.filter_map(|edge| {
            let owner = self.owned[edge.parent].filter(|_| edge.parent != child)?;
            let is_sure = owner.confidence >= SURE && !self.is_authored(edge);
            match edge.basis {
                Basis::Declared { null_fraction: Some(share), is_validated: true } if is_sure => {
                    Some(1.0 - share)
                }
                _ => None,
            }
        });
        let (count, filled) = shares.fold((0, 0.0), |(count, sum), share| (count + 1, sum + share));
        let is_joined = self.mode != Mode::Split && count > 1 && filled > 0.995;
        if is_joined {
            self.owned[child] = Some(Owned { confidence: SURE, ..now });
        }
        is_joined
    }

    /// What an edge gives the child.
    fn through(&self, child: usize, at: usize, edge: &Edge) -> Option<Owned> {
        let parent = self.owned[edge.parent].filter(|_| edge.parent != child)?;
        let own = self.worth(child, edge);
        // In a split database, a doubt about the parent is asked about there, and an answer that leaves the child without an
        // owner is refused. Where everything is one organization, nothing would notice; and on a cycle, the child must not be
        // surer than the parent because the parent hangs on the child.
        let is_asked_there = self.mode == Mode::Split
            && parent.confidence >= 0.6
            && self.cycle[child] != self.cycle[edge.parent];
        let confidence = if is_asked_there { own } else { own.min(parent.confidence) };
        Some(Owned { confidence, distance: parent.distance + 1, edge: Some(at) })
    }

    /// How much an edge says about whose a row is. Who made a row need not be whose it is; a row that is work besides is not
    /// shared, though it may lack a parent.
    fn worth(&self, child: usize, edge: &Edge) -> f32 {
        let signs = &self.signs[child];
        let is_by = self.is_authored(edge);
        let confidence = if is_by { edge.confidence.min(0.85) } else { edge.confidence };
        if self.mode != Mode::Split && !is_by && edge.is_filled() {
            return confidence.max(SURE);
        }
        let is_work = self.mode != Mode::Split && !signs.is_list && !signs.work.is_empty();
        if is_work && confidence >= 0.7 { confidence.max(SURE) } else { confidence }
    }

    /// Whether an edge says who made a row, and not whose it is.
    fn is_authored(&self, edge: &Edge) -> bool {
        Some(edge.parent) == self.people
            && edge.link.columns.iter().all(|column| is_authorship(column))
    }

    /// All verdicts, parents first.
    pub(crate) fn verdicts(&self) -> Vec<Verdict> {
        self.order.iter().map(|&at| self.verdict(at)).collect()
    }

    fn verdict(&self, at: usize) -> Verdict {
        let table = self.graph.nodes[at].table;
        let (class, mut confidence, mut reason) = self.judgement(at);
        let is_parent =
            self.graph.nodes.iter().any(|node| node.table.inherits.contains(&table.name));
        if !table.inherits.is_empty() || is_parent {
            confidence = confidence.min(0.5);
            reason = format!("it shares rows with other tables by inheritance; {reason}");
        }
        // A person may say something else than what is proposed; then the links are needed after all.
        let is_fixed = matches!(class, Class::Shared | Class::Infrastructure) && confidence >= SURE;
        let needs_links = !is_fixed && Some(at) != self.root;
        Verdict {
            table: table.name.clone(),
            class,
            confidence: rounded(confidence),
            reason,
            links: if needs_links { self.links(at) } else { Vec::new() },
        }
    }

    fn judgement(&self, at: usize) -> Judgement {
        self.root_itself(at)
            .or_else(|| self.fixed(at))
            .or_else(|| self.owner(at))
            .or_else(|| self.identity(at))
            .or_else(|| self.list(at))
            .unwrap_or_else(|| self.unclear(at))
    }

    fn root_itself(&self, at: usize) -> Option<Judgement> {
        (Some(at) == self.root).then(|| {
            let reached = self.owned.iter().flatten().count() - 1;
            let reason = format!(
                "each of its rows is an organization; links lead from {reached} of the other {} tables to it",
                self.graph.nodes.len() - 1
            );
            (Class::Tenant, if self.is_root_told { 1.0 } else { 0.8 }, reason)
        })
    }

    /// What needs no links to be judged.
    fn fixed(&self, at: usize) -> Option<Judgement> {
        let table = self.graph.nodes[at].table;
        if table.is_foreign {
            let reason = "its rows are on another server, where row security does not reach";
            return Some((Class::Infrastructure, 0.5, reason.to_owned()));
        }
        if known::framework(table) {
            let reason = "the framework fills it when it migrates, the same for everybody";
            return Some((Class::Shared, 0.92, reason.to_owned()));
        }
        let (confidence, reason) = known::infrastructure(table)?;
        Some((Class::Infrastructure, confidence, reason))
    }

    fn owner(&self, at: usize) -> Option<Judgement> {
        let owned = self.owned[at]?;
        let reason = match owned.edge {
            Some(edge) => reasons::owned(self, at, edge),
            None if Some(at) == self.people => {
                "its people become members of the organization; their addresses stay unique for everybody"
                    .to_owned()
            }
            None if self.evident.contains(&at) => {
                "it is called as organizations are, and people belong to its rows".to_owned()
            }
            None => format!("somebody works with its rows: {}", self.signs[at].work.join(", ")),
        };
        Some((Class::Tenant, owned.confidence, reason))
    }

    fn identity(&self, at: usize) -> Option<Judgement> {
        if Some(at) == self.people {
            let reason = "people sign in with it, and one person may be in several organizations";
            return Some((Class::Identity, 0.95, reason.to_owned()));
        }
        let is_certain = known::identity(self.graph.nodes[at].table)?;
        let edges = &self.graph.nodes[at].edges;
        let hangs = edges.iter().any(|edge| Some(edge.parent) == self.people && edge.link.is_total);
        let reason = if hangs {
            "signing in needs it before anybody's organization is known, and it hangs on the people"
        } else {
            "it looks like something that signing in needs before anybody's organization is known"
        };
        Some((Class::Identity, if hangs && is_certain { 0.92 } else { 0.75 }, reason.to_owned()))
    }

    /// Lists that are the same for everybody.
    fn list(&self, at: usize) -> Option<Judgement> {
        let node = &self.graph.nodes[at];
        let signs = &self.signs[at];
        // What says something of each person is no list for everybody, whatever it is called.
        let is_of_people = |edge: &Edge| {
            Some(edge.parent) == self.people && edge.link.is_total && !self.is_authored(edge)
        };
        if node.edges.iter().any(is_of_people) {
            return None;
        }
        let rows = reasons::rows(node.table.statistics.rows);
        let still = format!("{rows} and was not changed since it was filled");
        if signs.is_world {
            let (sure, what) = if signs.is_still { (0.92, still) } else { (0.75, rows.clone()) };
            return Some((
                Class::Shared,
                sure,
                format!(
                    "its name and columns are those of a list for everybody, and it has {what}"
                ),
            ));
        }
        let is_referenced = !node.children.is_empty();
        let (confidence, why) = match (signs.is_still, signs.is_list) {
            (true, true) if signs.work.len() < 2 => (0.7, "its name is that of a list"),
            (true, false)
                if signs.is_coded
                    && is_referenced
                    && node.edges.is_empty()
                    && signs.work.is_empty() =>
            {
                (
                    0.5,
                    "other tables reference it, it references none, a code or name tells its rows apart",
                )
            }
            _ => return None,
        };
        Some((
            Class::Shared,
            confidence,
            format!("{why}, and it has {still}; nothing says whose they are"),
        ))
    }

    /// Nothing leads anywhere: an organization's until somebody says otherwise.
    fn unclear(&self, at: usize) -> Judgement {
        let reason = reasons::unclear(self, at, &self.signs[at].work);
        (Class::Tenant, if self.signs[at].work.is_empty() { 0.4 } else { 0.6 }, reason)
    }

    /// Where a row may belong, the best first. What leads only to tables of tools is left out.
    fn links(&self, at: usize) -> Vec<Link> {
        let edges = &self.graph.nodes[at].edges;
        let mut kept: Vec<&Edge> =
            edges.iter().filter(|edge| self.may_be_owned(edge.parent)).collect();
        kept.sort_by(|one, other| {
            let place = |edge: &Edge| {
                let owner = self.owned[edge.parent];
                let (is_partial, kind) = edge.rank();
                let distance = owner.map_or(usize::MAX, |owner| owner.distance);
                let is_cycle = self.cycle[edge.parent] == self.cycle[at];
                (edge.parent == at, owner.is_none(), is_cycle, is_partial, distance, kind)
            };
            place(one)
                .cmp(&place(other))
                .then_with(|| other.confidence.total_cmp(&one.confidence))
                .then_with(|| one.link.columns.cmp(&other.link.columns))
        });
        kept.into_iter().map(|edge| edge.link.clone()).collect()
    }
}

/// What every table points at.
fn arrows(graph: &Graph<'_>) -> Vec<Vec<usize>> {
    let parents = |at: usize| graph.nodes[at].edges.iter().map(|edge| edge.parent).collect();
    (0..graph.nodes.len()).map(parents).collect()
}
