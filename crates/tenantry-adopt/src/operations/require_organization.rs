//! `not null`, without reading the table under a lock that keeps anybody out: a check that is validated while everybody
//! reads and writes tells PostgreSQL that it need not look again. A partitioned table has no rows, and follows its
//! partitions without any of this.

use serde::{Deserialize, Serialize};

use super::partition::{Partition, family};
use super::question::{ask, column, constraint};
use super::statement::{alter, drop_constraint, locks, take};
use crate::name::{COLUMN, TableName, identifier, made};
use crate::operation::{Action, Lock, Manner, Operate};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequireOrganization {
    /// The table or partition. Partitions come before what they are partitions of.
    pub table: TableName,
    /// Its partitions, where it is partitioned itself.
    #[serde(default)]
    pub partitions: Vec<Partition>,
}

impl RequireOrganization {
    /// The check's name.
    fn check(&self) -> String {
        made(&self.table, &[COLUMN], "present")
    }

    /// Whether it is declared.
    fn is_required(&self) -> String {
        column(&self.table, "a.attnotnull")
    }

    /// A change of the table and its partitions, all locked in one order.
    fn change(&self, sql: &str, done: &str) -> Action {
        let held = locks(family(&self.table, &self.partitions), Lock::AccessExclusive);
        Action::locking(
            held.clone(),
            format!("{}{} {sql}", take(&held), alter(&self.table)),
            ask(done),
        )
    }

    /// Declares it, when PostgreSQL knows already that it is so.
    fn declare(&self) -> Action {
        self.change(&format!("alter column {COLUMN} set not null"), &self.is_required())
    }

    /// Makes PostgreSQL know it.
    fn prove(&self) -> [Action; 2] {
        let check = self.check();
        let found = |condition: &str| {
            ask(&format!(
                "{} or {}",
                self.is_required(),
                constraint(&self.table, &check, condition)
            ))
        };
        let add = format!(
            "{} add constraint {} check ({COLUMN} is not null) not valid",
            alter(&self.table),
            identifier(&check)
        );
        let validate = Action {
            sql: format!("{} validate constraint {}", alter(&self.table), identifier(&check)),
            done: found("k.convalidated"),
            manner: Manner::Long,
            locks: vec![(self.table.clone(), Lock::ShareUpdateExclusive)],
        };
        [Action::short(&self.table, add, found("true")), validate]
    }
}

impl Operate for RequireOrganization {
    fn title(&self) -> String {
        format!("require {COLUMN} in {}", self.table.shown())
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        super::partition::check(schema, &self.table, &self.partitions)
    }

    fn start(&self) -> Vec<Action> {
        if !self.partitions.is_empty() {
            return vec![self.declare()];
        }
        let check = self.check();
        let [add, validate] = self.prove();
        let done =
            format!("{} and not {}", self.is_required(), constraint(&self.table, &check, "true"));
        let drop = Action::short(
            &self.table,
            format!("{} {}", alter(&self.table), drop_constraint(&check)),
            ask(&done),
        );
        vec![add, validate, self.declare(), drop]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let check = self.check();
        let sql = format!(
            "drop constraint if exists {}, alter column {COLUMN} drop not null",
            identifier(&check)
        );
        let done = format!(
            "not {} and not {}",
            self.is_required(),
            constraint(&self.table, &check, "true")
        );
        vec![self.change(&sql, &done)]
    }
}
