//! The attacks on a table or partition, as statements. Each asks for the row that was made for the other organization, so
//! that it does not matter how the table says whose a row is.

mod inferring;
mod writing;

use crate::arena::{Ask, Entry};
use crate::attack::Attack;
use crate::catalog::{Column, Relation};
use crate::context::forgeries;
use crate::error::ProveError;
use crate::quote::{identifier, literal};
use crate::report::{Cell, Outcome};
use crate::rows::{Ground, Rows};
use crate::tenancy::{Class, is_person_column};
use crate::trial::{Attempt, Trial, does_not_apply, not_run};
use crate::values::Row;

fn nothing(attack: Attack, why: &str) -> Box<Cell> {
    Box::new(does_not_apply(attack, why))
}

fn unknown(attack: Attack, why: &str) -> Box<Cell> {
    Box::new(not_run(attack, why))
}

/// A trial, or the cell that says why there is none.
pub(crate) type Planned = Result<Trial, Box<Cell>>;

/// A table whose two rows were made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    pub(crate) ground: Ground<'a>,
    pub(crate) rows: &'a Rows,
    pub(crate) relation: &'a Relation,
    /// What only the attacker's row meets.
    own: &'a str,
    /// What only the other's row meets.
    other: &'a str,
}

impl<'a> Table<'a> {
    /// None when it has no rows.
    pub(crate) fn new(ground: Ground<'a>, rows: &'a Rows, relation: &'a Relation) -> Option<Self> {
        let own = rows.condition(relation.oid, &ground.arena.own)?;
        let other = rows.condition(relation.oid, &ground.arena.other)?;
        Some(Self { ground, rows, relation, own, other })
    }

    /// What would be tried.
    pub(crate) fn plan(&self, attack: Attack) -> Planned {
        let is_closed = self.is_closed(attack);
        self.trial(attack).map(|trial| trial.closed(is_closed))
    }

    /// Whether the role holds no privilege for it, not for a single column either.
    fn is_closed(&self, attack: Attack) -> bool {
        let may = self.relation.may;
        // Where the row names its organization, writing it takes the privilege for that column.
        let tenant = |may: fn(&Column) -> bool| {
            let column = self.ground.tenancy.column_of(self.relation);
            column.and_then(|name| self.relation.column(name)).is_none_or(may)
        };
        match attack {
            Attack::Insert => !may.some_insert || !tenant(|column| column.may_insert),
            Attack::Probe => !may.some_insert,
            Attack::Upsert => !may.some_insert || !may.some_update,
            Attack::Reference => !may.some_insert && !may.some_update,
            Attack::Update => !may.some_update,
            Attack::Move => !tenant(|column| column.may_update),
            Attack::Delete => !may.delete,
            _ => !may.some_select,
        }
    }

    fn trial(&self, attack: Attack) -> Planned {
        match attack {
            Attack::Select => Ok(self.select()),
            Attack::Scan => Ok(self.scan()),
            Attack::Join => Ok(self.join()),
            Attack::Copy => Ok(self.copy()),
            Attack::Insert => self.insert(),
            Attack::Update => self.update(),
            Attack::Move => self.move_row(),
            Attack::Delete => Ok(self.delete()),
            Attack::Upsert => self.upsert(),
            Attack::Reference => self.reference(),
            Attack::Probe => self.probe(),
            Attack::Unset => Ok(self.unset()),
            Attack::Forged | Attack::Expired | Attack::Replayed => self.with_false_pass(attack),
            Attack::Stale => Ok(self.stale()),
            Attack::Call => Err(nothing(attack, "a table is not called")),
            Attack::Count => Err(nothing(attack, "a table is not a sequence")),
        }
    }

    fn name(&self) -> String {
        self.relation.sql()
    }

    fn of_other(&self) -> String {
        format!("select {} from {} where {}", self.relation.readable(), self.name(), self.other)
    }

    /// The other organization asks for its own row.
    fn seen_by_other(&self) -> Attempt {
        Attempt::new(Entry::Other, Ask::Rows, self.of_other())
    }

    fn select(&self) -> Trial {
        let mut attempts = vec![Attempt::new(Entry::Own, Ask::Rows, self.of_other())];
        if let Some(condition) = self.rows.condition(self.relation.oid, &self.ground.arena.second)
            && !self.tells_where_a_person_belongs()
        {
            let statement = format!(
                "select {} from {} where {condition}",
                self.relation.readable(),
                self.name()
            );
            let note = "a row of another organization of the same person, which was not entered";
            attempts.push(Attempt::new(Entry::Own, Ask::Rows, statement).noted(note));
        }
        Trial::new(Attack::Select, attempts, "0 rows").with_control(self.seen_by_other())
    }

    /// Somebody may see all organizations that they belong to, and themselves: the root, memberships, and what is a person's.
    fn tells_where_a_person_belongs(&self) -> bool {
        let tenancy = self.ground.tenancy;
        let is_person = |name: &String| is_person_column(name);
        let joins = self.relation.uniques.iter().any(|unique| unique.columns.iter().any(is_person));
        matches!(
            tenancy.class(self.relation.oid),
            Class::Root | Class::Person | Class::Unclassified
        ) || joins
    }

    /// Everything that can be seen and is not the attacker's: what was made for the other organization, and every row
    /// that was there before. Of a table whose rows are nobody's only the other's row counts.
    fn scan(&self) -> Trial {
        let foreign = match (
            self.ground.tenancy.class(self.relation.oid),
            self.ground.tenancy.column_of(self.relation),
        ) {
            (Class::Unclassified | Class::Person, _) => self.other.to_owned(),
            (_, Some(column))
                if self.relation.column(column).is_some_and(|column| column.may_select) =>
            {
                format!(
                    "{} is distinct from {}",
                    identifier(column),
                    literal(&self.ground.arena.own.organization)
                )
            }
            _ => format!("({}) is not true", self.own),
        };
        // A person may see all organizations that they belong to, and their memberships in them.
        let second = self
            .rows
            .condition(self.relation.oid, &self.ground.arena.second)
            .filter(|_| self.tells_where_a_person_belongs());
        let foreign = match second {
            Some(second) => format!("{foreign} and ({second}) is not true"),
            None => foreign,
        };
        let count = |condition: &str| {
            format!(
                "select count(*) from (select 1 from {} where {condition} limit 10000) as seen",
                self.name()
            )
        };
        let attempt = Attempt::new(Entry::Own, Ask::Number, count(&foreign));
        let control = Attempt::new(Entry::Other, Ask::Number, count(self.other));
        Trial::new(Attack::Scan, vec![attempt], "0 rows").with_control(control)
    }

    fn join(&self) -> Trial {
        let of_other = format!("select 1 from {} where {}", self.name(), self.other);
        let statement = format!(
            "with theirs as materialized ({of_other}) \
             select (select count(*) from (values (1)) as own (one) cross join lateral ({of_other}) as reached) \
             + (select count(*) from theirs) + case when exists ({of_other}) then 1 else 0 end"
        );
        let attempt = Attempt::new(Entry::Own, Ask::Number, statement.clone());
        Trial::new(Attack::Join, vec![attempt], "0 rows by any of three ways")
            .with_control(Attempt::new(Entry::Other, Ask::Number, statement))
    }

    fn copy(&self) -> Trial {
        let statement = format!("copy ({}) to stdout", self.of_other());
        let attempt = Attempt::new(Entry::Own, Ask::Lines, statement.clone());
        Trial::new(Attack::Copy, vec![attempt], "0 lines").with_control(Attempt::new(
            Entry::Other,
            Ask::Lines,
            statement,
        ))
    }

    /// A spare row, without the columns that the role may not write: those take their defaults.
    fn spare(&self, of_other: bool, number: u64) -> Option<Row> {
        let arena = self.ground.arena;
        let party = if of_other { &arena.other } else { &arena.own };
        self.rows.spare(self.relation.oid, party, number).map(|row| self.writable(row))
    }

    /// A row without the columns that the role may not write.
    fn writable(&self, row: &Row) -> Row {
        let mut row = row.clone();
        if self.relation.may.some_insert {
            row.retain(|name, _| {
                self.relation.column(name).is_some_and(|column| column.may_insert)
            });
        }
        row
    }

    /// Whether something in the row says whose it is.
    fn says_whose(&self) -> bool {
        *self.ground.tenancy.class(self.relation.oid) != Class::Unclassified
    }

    fn everything(&self) -> String {
        if self.says_whose() {
            format!("select count(*) from (select 1 from {} limit 10000) as seen", self.name())
        } else {
            format!(
                "select count(*) from (select 1 from {} where {}) as seen",
                self.name(),
                self.other
            )
        }
    }

    fn unset(&self) -> Trial {
        let attempt = Attempt::new(Entry::Nobody, Ask::Number, self.everything());
        Trial::new(Attack::Unset, vec![attempt], "0 rows").with_control(self.seen_by_other())
    }

    /// The same statement as without any organization; somebody of the other one has used the connection before.
    fn stale(&self) -> Trial {
        let attempt = Attempt::new(Entry::Nobody, Ask::Rows, self.of_other());
        Trial::new(
            Attack::Stale,
            vec![
                attempt
                    .noted("after a transaction of the other organization on the same connection"),
            ],
            "0 rows",
        )
        .with_control(self.seen_by_other())
    }

    fn with_false_pass(&self, attack: Attack) -> Planned {
        forgeries(self.ground.arena, self.ground.tenancy, attack, &self.of_other(), Ask::Rows).map(
            |attempts| {
                Trial::new(attack, attempts, "refused, or 0 rows")
                    .with_control(self.seen_by_other())
            },
        )
    }
}

/// What can be tried on a table that neither of the two could be given a row in: whether anything in it can be seen at all.
/// It counts only where there is something to be seen.
pub(crate) async fn without_rows(
    ground: Ground<'_>,
    relation: &Relation,
    attack: Attack,
    why: &str,
) -> Result<Cell, ProveError> {
    let entry = match attack {
        Attack::Scan => Entry::Own,
        Attack::Unset => Entry::Nobody,
        _ => return Ok(not_run(attack, why)),
    };
    let statement =
        format!("select count(*) from (select 1 from {} limit 10000) as seen", relation.sql());
    let is_anything = Attempt::new(Entry::Administrator, Ask::Number, statement.clone());
    let trial = Trial::new(attack, vec![Attempt::new(entry, Ask::Number, statement)], "0 rows")
        .with_control(is_anything);
    let mut cell = trial.run(ground.arena).await?;
    if let Outcome::NotRun { why: said } = &mut cell.outcome {
        *said = format!("{why}, and there is no row in it that could be seen");
    }
    Ok(cell)
}
