//! What happens inside the one transaction: rows are made, every object is attacked in turn, the planner is asked.

use std::sync::atomic::Ordering;

use super::{Progress, Run};
use crate::arena::Arena;
use crate::attack::{Attack, Group};
use crate::catalog::{Catalog, Relation};
use crate::choice::Choice;
use crate::error::ProveError;
use crate::function::Functions;
use crate::quote::identifier;
use crate::report::{Cell, Finding, Kind, Object, Outcome, Part};
use crate::rows::{Ground, Rows};
use crate::table::{Table, without_rows};
use crate::tenancy::{Tenancy, Way};
use crate::trial::{does_not_apply, not_run};
use crate::view::{Before, View};
use crate::{plan, sequence};

/// The part of a run that happens inside the transaction.
pub(super) struct Fight<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) catalog: &'a Catalog,
    pub(super) tenancy: &'a Tenancy,
    pub(super) choice: &'a Choice,
    pub(super) arena: &'a Arena<'a>,
}

impl<'a> Fight<'a> {
    pub(super) async fn all(&self) -> Result<(Vec<Object>, Vec<Finding>), ProveError> {
        let ground = Ground { arena: self.arena, catalog: self.catalog, tenancy: self.tenancy };
        let client = self.run.client;
        if let Some(sealer) = &self.arena.sealer {
            client.batch_execute(&sealer.install()).await.map_err(|error| {
                ProveError::Unexpected {
                    doing: "putting a throwaway key beside the database's own".to_owned(),
                    message: error
                        .as_db_error()
                        .map_or_else(|| error.to_string(), |said| said.message().to_owned()),
                }
            })?;
        }
        let mut rows = Rows::default();
        client.batch_execute(&self.arena.making()).await?;
        rows.make(ground, &self.arena.own).await?;
        client.batch_execute(&self.arena.fighting()).await?;
        let views: Vec<&Relation> = self
            .catalog
            .relations
            .iter()
            .filter(|relation| relation.kind == Kind::View && relation.is_reachable())
            .collect();
        let before = Before::look(self.arena, &views).await?;
        client.batch_execute(&self.arena.making()).await?;
        rows.make(ground, &self.arena.other).await?;
        rows.make(ground, &self.arena.second).await?;
        client.batch_execute(&self.arena.fighting()).await?;
        let mut objects = self.attack(ground, &rows, &before).await?;
        self.check_the_way_in(&objects)?;
        let plans = self.plans(ground).await?;
        objects.retain(|object| !object.cells.is_empty());
        objects.sort_by_key(|object| {
            (!object.leaks_by_itself(), !object.leaks(), object.kind, object.name.clone())
        });
        Ok((objects, plans))
    }

    fn relations(&self) -> Vec<&'a Relation> {
        let is_wanted = |relation: &&Relation| {
            let is_ours =
                if relation.is_table() { self.tenancy.is_owned(relation.oid) } else { true };
            relation.is_reachable() && is_ours && self.choice.keeps(&relation.sql())
        };
        self.catalog.relations.iter().filter(is_wanted).collect()
    }

    async fn attack(
        &self,
        ground: Ground<'_>,
        rows: &Rows,
        before: &Before,
    ) -> Result<Vec<Object>, ProveError> {
        if !self.choice.has(Part::Attack) {
            return Ok(Vec::new());
        }
        let relations = self.relations();
        let stale = self.stale(ground, rows, before, &relations).await?;
        // Whatever the other organization's transaction has left is gone from here on.
        self.run
            .client
            .batch_execute(&format!(
                "reset all; set local search_path = pg_catalog; set local jit = off; {}",
                self.arena.fighting()
            ))
            .await?;
        let of = relations.len() + self.catalog.functions.len() + self.catalog.sequences.len();
        let mut objects = Vec::new();
        for (relation, stale) in relations.iter().zip(stale) {
            (self.run.progress)(Progress { object: relation.sql(), done: objects.len(), of });
            let mut object = self.object(ground, relation);
            for attack in self.attacks_on(relation) {
                let cell = if attack == Attack::Stale {
                    stale.clone()
                } else {
                    Some(self.cell(ground, rows, before, relation, attack).await?)
                };
                object.cells.extend(cell);
            }
            objects.push(object);
        }
        self.functions(ground, rows, of, &mut objects).await?;
        self.sequences(ground, of, &mut objects).await?;
        Ok(objects)
    }

    fn attacks_on(&self, _relation: &Relation) -> impl Iterator<Item = Attack> {
        Attack::ALL
            .into_iter()
            .filter(|attack| attack.group() != Group::Reach && self.choice.tries(*attack))
    }

    fn object(&self, ground: Ground<'_>, relation: &Relation) -> Object {
        let belongs = if relation.is_table() {
            ground.tenancy.belongs(self.catalog, relation.oid)
        } else {
            let reads: Vec<String> = relation
                .reads
                .iter()
                .filter_map(|oid| self.catalog.relation(*oid))
                .map(Relation::shown)
                .collect();
            if reads.is_empty() { String::new() } else { format!("reads {}", reads.join(", ")) }
        };
        Object { name: relation.sql(), kind: relation.kind, belongs, cells: Vec::new() }
    }

    async fn cell(
        &self,
        ground: Ground<'_>,
        rows: &Rows,
        before: &Before,
        relation: &Relation,
        attack: Attack,
    ) -> Result<Cell, ProveError> {
        if relation.is_table() {
            let Some(table) = Table::new(ground, rows, relation) else {
                return without_rows(ground, relation, attack, &rows.why_missing(relation.oid))
                    .await;
            };
            return match table.plan(attack) {
                Ok(trial) => trial.run(self.arena).await,
                Err(cell) => Ok(*cell),
            };
        }
        let view = View { ground, rows, relation, before };
        if view.reads_owned() {
            view.run(attack).await
        } else {
            Ok(does_not_apply(attack, "it reads nothing that is somebody's"))
        }
    }

    /// The attack that needs what the other organization's transaction has left; so it comes before all others.
    async fn stale(
        &self,
        ground: Ground<'_>,
        rows: &Rows,
        before: &Before,
        relations: &[&Relation],
    ) -> Result<Vec<Option<Cell>>, ProveError> {
        let mut cells = Vec::new();
        for relation in relations {
            let cell = if !self.choice.tries(Attack::Stale) {
                None
            } else if self.tenancy.way == Way::Unknown {
                Some(does_not_apply(Attack::Stale, "no way to enter an organization is known"))
            } else if self.arena.was_entered.load(Ordering::Relaxed) {
                Some(not_run(
                    Attack::Stale,
                    "there was nothing that could be left behind: entering writes rows, or the rows had to be made in the organizations' own right",
                ))
            } else {
                Some(self.cell(ground, rows, before, relation, Attack::Stale).await?)
            };
            cells.push(cell);
        }
        Ok(cells)
    }

    async fn functions(
        &self,
        ground: Ground<'_>,
        rows: &Rows,
        of: usize,
        objects: &mut Vec<Object>,
    ) -> Result<(), ProveError> {
        if !self.choice.tries(Attack::Call) {
            return Ok(());
        }
        let functions = Functions::new(ground, rows).await?;
        for function in self.catalog.functions.iter().filter(|function| {
            self.choice.keeps_function(&function.schema, &function.name, &function.signature)
        }) {
            (self.run.progress)(Progress {
                object: function.signature.clone(),
                done: objects.len(),
                of,
            });
            let cell = functions.call(function).await?;
            let belongs =
                if function.is_definer { "runs as its owner" } else { "runs as its caller" };
            objects.push(Object {
                name: function.signature.clone(),
                kind: Kind::Function,
                belongs: belongs.to_owned(),
                cells: vec![cell],
            });
        }
        Ok(())
    }

    async fn sequences(
        &self,
        ground: Ground<'_>,
        of: usize,
        objects: &mut Vec<Object>,
    ) -> Result<(), ProveError> {
        if !self.choice.tries(Attack::Count) {
            return Ok(());
        }
        for found in &self.catalog.sequences {
            let name = format!("{}.{}", identifier(&found.schema), identifier(&found.name));
            if !self.choice.keeps(&name) {
                continue;
            }
            (self.run.progress)(Progress { object: name.clone(), done: objects.len(), of });
            let cell = sequence::count(ground, found).await?;
            let owner = found.owner.and_then(|oid| self.catalog.relation(oid)).map(Relation::shown);
            let belongs = owner.map_or_else(String::new, |owner| format!("numbers {owner}"));
            objects.push(Object { name, kind: Kind::Sequence, belongs, cells: vec![cell] });
        }
        Ok(())
    }

    async fn plans(&self, ground: Ground<'_>) -> Result<Vec<Finding>, ProveError> {
        let mut found = Vec::new();
        if self.choice.has(Part::Plan) {
            for relation in self.relations().into_iter().filter(|relation| relation.is_table()) {
                found.extend(plan::explain(ground, relation).await?);
            }
        }
        Ok(found)
    }

    /// When no table at all shows an organization its own row, the way in is not the right one, and nothing was shown.
    fn check_the_way_in(&self, objects: &[Object]) -> Result<(), ProveError> {
        let selects: Vec<&Cell> = objects
            .iter()
            .filter(|object| matches!(object.kind, Kind::Table))
            .filter_map(|object| object.cell(Attack::Select))
            .collect();
        let is_blind = |cell: &&&Cell| matches!(&cell.outcome, Outcome::NotRun { why } if why.starts_with("the row's own organization"));
        let blind = selects.iter().filter(is_blind).count();
        if blind > 0 && blind == selects.len() && self.tenancy.way != Way::Unknown {
            return Err(ProveError::Enter(format!(
                "after {} no organization sees its own rows",
                self.tenancy.way.words()
            )));
        }
        // A run in which no table could be attacked at all must not look like one in which all held.
        let why = |cell: &&Cell| match &cell.outcome {
            Outcome::NotRun { why } => Some(why.clone()),
            _ => None,
        };
        let untried: Vec<String> = selects.iter().filter_map(why).collect();
        match untried.first() {
            Some(why) if untried.len() == selects.len() && self.tenancy.way != Way::Unknown => {
                Err(ProveError::Unexpected {
                    doing: "attacking any table".to_owned(),
                    message: why.clone(),
                })
            }
            _ => Ok(()),
        }
    }
}
