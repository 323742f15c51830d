//! The attacks on views, materialized views and foreign tables. A view has no key of its own, so the other organization's
//! rows are recognised by what only they contain; and one that shows totals, where nothing can be recognised, is caught by
//! its answer changing when the other organization gets its rows.

use std::collections::HashMap;

use crate::arena::{Answer, Arena, Ask, Entry};
use crate::attack::{Attack, Group};
use crate::catalog::Relation;
use crate::context::forgeries;
use crate::error::ProveError;
use crate::party::Party;
use crate::quote::{identifier, literal};
use crate::report::{Cell, Kind, Outcome};
use crate::rows::{Ground, Rows};
use crate::trial::{Attempt, Constraint, Trial, does_not_apply, not_run};

/// What each view showed the attacker before the other organization had any row.
#[derive(Debug, Default)]
pub(crate) struct Before(HashMap<u32, String>);

/// A view in a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) ground: Ground<'a>,
    pub(crate) rows: &'a Rows,
    pub(crate) relation: &'a Relation,
    pub(crate) before: &'a Before,
}

impl Before {
    /// Looks at every view. One whose answer is not the same twice in a row tells nothing and is left out.
    pub(crate) async fn look(arena: &Arena<'_>, views: &[&Relation]) -> Result<Self, ProveError> {
        let mut seen = HashMap::new();
        for view in views {
            let (first, second) = (digest(arena, view).await?, digest(arena, view).await?);
            if let Some(first) = first.filter(|first| Some(first) == second.as_ref()) {
                seen.insert(view.oid, first);
            }
        }
        Ok(Self(seen))
    }
}

fn digest_statement(view: &Relation) -> String {
    format!(
        "select md5(coalesce(string_agg(line, '|' order by line), '')) from (select r::text as line from {} as r limit 2000) as lines",
        view.sql()
    )
}

async fn digest(arena: &Arena<'_>, view: &Relation) -> Result<Option<String>, ProveError> {
    let answer = arena.attempt(&Entry::Own, Ask::Rows, &digest_statement(view)).await?;
    Ok(match answer {
        Answer::Counted { first, .. } => first.into_iter().next(),
        Answer::Failed { .. } => None,
    })
}

/// A condition on `r` that a row with one of the marks meets.
pub(crate) fn shows_any(marks: &[String], line: &str) -> String {
    let each: Vec<String> =
        marks.iter().map(|mark| format!("strpos({line}, {}) > 0", literal(mark))).collect();
    if each.is_empty() { "false".to_owned() } else { each.join(" or ") }
}

impl View<'_> {
    /// Whether it reads anything that is somebody's.
    pub(crate) fn reads_owned(&self) -> bool {
        let is_owned = |oid: &u32| {
            self.ground
                .catalog
                .relation(*oid)
                .is_some_and(|relation| relation.is_table() && self.ground.tenancy.is_owned(*oid))
        };
        self.relation.kind == Kind::ForeignTable || self.relation.reads.iter().any(is_owned)
    }

    fn condition(&self, party: &Party) -> String {
        shows_any(
            &self.rows.marks(self.ground.catalog, party, Some(&self.relation.reads)),
            "r::text",
        )
    }

    fn of_other(&self) -> String {
        let name = self.relation.sql();
        // What was computed before the attacker was there holds nothing of theirs.
        let condition = if self.relation.kind == Kind::MaterializedView {
            "true".to_owned()
        } else {
            self.condition(&self.ground.arena.other)
        };
        format!(
            "select count(*) from (select 1 from {name} as r where {condition} limit 10000) as seen"
        )
    }

    /// Tries one attack.
    pub(crate) async fn run(&self, attack: Attack) -> Result<Cell, ProveError> {
        let arena = self.ground.arena;
        match (self.relation.kind, attack.group()) {
            (Kind::ForeignTable, _) => {
                return Ok(not_run(
                    attack,
                    "another server would be asked; a lint says what is known of it",
                ));
            }
            (_, Group::Reach | Group::Infer) => {
                return Ok(does_not_apply(attack, "a view has no keys"));
            }
            (Kind::MaterializedView, Group::Write) => {
                return Ok(does_not_apply(attack, "nothing writes into a materialized view"));
            }
            _ => {}
        }
        let statement = self.of_other();
        let seen = |entry: Entry| Attempt::new(entry, Ask::Number, statement.clone());
        let attempts = match attack {
            Attack::Select | Attack::Scan | Attack::Join | Attack::Copy => {
                vec![self.reading(attack, &statement)]
            }
            Attack::Unset => vec![seen(Entry::Nobody)],
            Attack::Stale => vec![
                seen(Entry::Nobody)
                    .noted("after a transaction of the other organization on the same connection"),
            ],
            Attack::Insert | Attack::Update | Attack::Move | Attack::Delete | Attack::Upsert => {
                return self.writing(attack).await;
            }
            _ => match forgeries(arena, self.ground.tenancy, attack, &statement, Ask::Number) {
                Ok(attempts) => attempts,
                Err(cell) => return Ok(*cell),
            },
        };
        let trial = Trial::new(attack, attempts, "0 rows of another organization");
        if self.relation.kind == Kind::MaterializedView {
            return self.stored(trial).await;
        }
        let cell = trial.with_control(seen(Entry::Other)).run(arena).await?;
        if attack == Attack::Scan { self.changed(cell).await } else { Ok(cell) }
    }

    fn reading(&self, attack: Attack, statement: &str) -> Attempt {
        let text = match attack {
            Attack::Join => format!(
                "select total from (values (1)) as own (one) cross join lateral ({statement}) as theirs (total)"
            ),
            Attack::Scan => format!(
                "with everything as materialized (select r::text as line from {} as r limit 10000) select count(*) from everything where {}",
                self.relation.sql(),
                if self.relation.kind == Kind::MaterializedView {
                    "true".to_owned()
                } else {
                    self.condition(&self.ground.arena.other).replace("r::text", "line")
                }
            ),
            Attack::Copy => {
                let condition = if self.relation.kind == Kind::MaterializedView {
                    "true".to_owned()
                } else {
                    self.condition(&self.ground.arena.other)
                };
                format!(
                    "copy (select r::text from {} as r where {condition} limit 10000) to stdout",
                    self.relation.sql()
                )
            }
            _ => statement.to_owned(),
        };
        Attempt::new(
            Entry::Own,
            if attack == Attack::Copy { Ask::Lines } else { Ask::Number },
            text,
        )
    }

    /// A materialized view: whatever it holds was somebody else's before the attacker was there.
    async fn stored(&self, trial: Trial) -> Result<Cell, ProveError> {
        let mut cell = trial.run(self.ground.arena).await?;
        if cell.outcome == Outcome::NoRows {
            cell.outcome = Outcome::NotRun {
                why: "it is empty, so that nothing could be seen; refresh it and run again"
                    .to_owned(),
            };
        }
        Ok(cell)
    }

    /// Whether its answer changed when the other organization got its rows.
    async fn changed(&self, mut cell: Cell) -> Result<Cell, ProveError> {
        let Some(before) = self.before.0.get(&self.relation.oid) else { return Ok(cell) };
        if matches!(cell.outcome, Outcome::Leaked { .. } | Outcome::Refused) {
            return Ok(cell);
        }
        match digest(self.ground.arena, self.relation).await? {
            Some(after) if after != *before => {
                cell.outcome = Outcome::Leaked { rows: 1 };
                cell.sql = self.ground.arena.shown(&Entry::Own, &digest_statement(self.relation));
                "the same answer before and after the other organization had rows"
                    .clone_into(&mut cell.expected);
                "another answer once the other organization had rows".clone_into(&mut cell.got);
            }
            Some(_) => {
                // The other's rows are in the tables below, and nothing of them came through.
                if matches!(cell.outcome, Outcome::NotRun { .. }) {
                    cell.outcome = Outcome::NoRows;
                    "the same answer before and after the other organization had rows"
                        .clone_into(&mut cell.got);
                }
            }
            None => {}
        }
        Ok(cell)
    }

    async fn writing(&self, attack: Attack) -> Result<Cell, ProveError> {
        let may = self.relation.may;
        let name = self.relation.sql();
        let condition = self.condition(&self.ground.arena.other);
        let column = self
            .relation
            .columns
            .iter()
            .find(|column| column.may_update)
            .map(|column| identifier(&column.name));
        let statement = match (attack, column) {
            (Attack::Delete, _) if may.delete => {
                format!("delete from {name} as r where {condition}")
            }
            (Attack::Update, Some(column)) if may.update => {
                format!("update {name} as r set {column} = {column} where {condition}")
            }
            (Attack::Update | Attack::Delete, _) => {
                return Ok(does_not_apply(attack, "the role may not do this with the view"));
            }
            (Attack::Insert, _) if may.insert => return self.inserting().await,
            _ => {
                return Ok(does_not_apply(
                    attack,
                    "the role may not do this with the view, or its table answers for it",
                ));
            }
        };
        let attempt = Attempt::new(Entry::Own, Ask::Rows, statement.clone())
            .when_constrained(Constraint::Leaks);
        let trial = Trial::new(attack, vec![attempt], "0 rows").with_control(Attempt::new(
            Entry::Other,
            Ask::Rows,
            statement,
        ));
        let cell = trial.run(self.ground.arena).await?;
        Ok(self.without_what_cannot_be_updated(cell))
    }

    /// A view over one table takes the row of that table, as far as it shows its columns.
    async fn inserting(&self) -> Result<Cell, ProveError> {
        let attack = Attack::Insert;
        let [table] = self.relation.reads.as_slice() else {
            return Ok(does_not_apply(
                attack,
                "it reads more than one relation, so nothing is inserted by it",
            ));
        };
        let Some(mut row) = self.rows.spare(*table, &self.ground.arena.other, 1).cloned() else {
            return Ok(not_run(attack, "no second row of the other organization could be made up"));
        };
        row.retain(|column, _| self.relation.column(column).is_some());
        let statement = crate::rows::insert_into(&self.relation.sql(), &row);
        let attempt = Attempt::new(Entry::Own, Ask::Rows, statement.clone())
            .when_constrained(Constraint::Leaks);
        let trial = Trial::new(attack, vec![attempt], "refused").with_control(Attempt::new(
            Entry::Other,
            Ask::Rows,
            statement,
        ));
        let cell = trial.run(self.ground.arena).await?;
        Ok(self.without_what_cannot_be_updated(cell))
    }

    /// PostgreSQL says 55000 of a view that cannot be written through.
    fn without_what_cannot_be_updated(&self, cell: Cell) -> Cell {
        let cannot = matches!(&cell.outcome, Outcome::NotRun { why } if why.ends_with("(55000)") || why.ends_with("(0A000)"));
        if cannot { does_not_apply(cell.attack, "nothing can be written through it") } else { cell }
    }
}
