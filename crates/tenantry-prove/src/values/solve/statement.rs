//! The SELECT over combinations. Every column of the checks is a column of its FROM clause under its own name, so that
//! the checks stand in the WHERE clause word for word as PostgreSQL prints them.

use std::fmt::Write as _;

use tokio_postgres::{Error, SimpleQueryMessage};

use super::{Check, Choice, Row, Solving};
use crate::quote::{identifier, literal, nullable};
use crate::values::group::generated;

/// The rollback takes these away again. Compiling costs more than any of these statements, and a check that calls a
/// function of the application must not hold a run up for ever.
const BOUNDS: &str = "set local jit = off; set local statement_timeout = '10s'";

impl Solving<'_> {
    /// The best combination that passes the checks, if any of at most so many does.
    pub(super) async fn select(
        &self,
        choices: &[Choice<'_>],
        checks: &[&Check],
        most: usize,
    ) -> Result<Option<Row>, Error> {
        let sizes = sizes(choices, most);
        let mut tables = Vec::new();
        for (number, (choice, size)) in choices.iter().zip(&sizes).enumerate() {
            tables.push(table(number, choice, *size));
        }
        let ranks: Vec<String> = (0..choices.len())
            .map(|number| format!("tenantry_{number}.tenantry_rank_{number}"))
            .collect();
        // The candidates of one column come in their order; sorting would ask the checks of all of them.
        let order = if ranks.len() > 1 {
            format!(" order by ({})", ranks.join(" + "))
        } else {
            String::new()
        };
        let ranks = if ranks.is_empty() { "1".to_owned() } else { ranks.join(", ") };
        let from = self.from(tables, checks);
        let condition = condition(checks);
        let statement = format!("select {ranks} from {from} where {condition}{order} limit 1");
        let answers = self.try_out(&statement).await?;
        Ok(answers.map(|answer| chosen(choices, &answer)))
    }

    /// A FROM clause of these tables, what is given, and the generated columns over both.
    pub(super) fn from(&self, mut tables: Vec<String>, checks: &[&Check]) -> String {
        let given = self.shape.columns.iter().filter_map(|column| {
            let value = self.given.get(&column.name)?;
            Some(constant(&column.name, &column.type_name, value.as_deref()))
        });
        let given: Vec<String> = given.collect();
        if !given.is_empty() {
            tables.push(format!("(select {}) as tenantry_given", given.join(", ")));
        }
        let mut computed = Vec::new();
        for column in checks.iter().flat_map(|check| generated(self.shape, check)) {
            let expression = column.default.as_deref().unwrap_or("null");
            let text = format!("({expression}) as {}", identifier(&column.name));
            if !computed.contains(&text) {
                computed.push(text);
            }
        }
        if !computed.is_empty() {
            tables.push(format!("lateral (select {}) as tenantry_computed", computed.join(", ")));
        }
        if tables.is_empty() {
            "(select) as tenantry_nothing".to_owned()
        } else {
            tables.join(" cross join ")
        }
    }

    /// Runs a statement between a savepoint and its rollback, and answers its first row.
    pub(super) async fn try_out(
        &self,
        statement: &str,
    ) -> Result<Option<Vec<Option<String>>>, Error> {
        let whole = format!(
            "savepoint tenantry_values; {BOUNDS}; {statement}; \
             rollback to savepoint tenantry_values; release savepoint tenantry_values"
        );
        let answers = match self.client.simple_query(&whole).await {
            Ok(answers) => answers,
            Err(error) => {
                let undo =
                    "rollback to savepoint tenantry_values; release savepoint tenantry_values";
                self.client.batch_execute(undo).await?;
                return Err(error);
            }
        };
        let row = answers.into_iter().find_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        Ok(row.map(|row| (0..row.len()).map(|at| row.get(at).map(ToOwned::to_owned)).collect()))
    }
}

/// The conditions that a row must not fail: a check that answers NULL passes.
pub(super) fn condition(checks: &[&Check]) -> String {
    let mut condition = "true".to_owned();
    for check in checks {
        // Writing to a string does not fail.
        let _ = write!(condition, " and (({}) is not false)", check.expression);
    }
    condition
}

/// One value under its column's name.
pub(super) fn constant(name: &str, type_name: &str, value: Option<&str>) -> String {
    format!("{}::{type_name} as {}", nullable(value), identifier(name))
}

fn table(number: usize, choice: &Choice<'_>, size: usize) -> String {
    let values: Vec<String> =
        choice.values.iter().take(size).map(|value| nullable(value.as_deref())).collect();
    format!(
        "(select candidate.value::{} as {}, candidate.rank as tenantry_rank_{number} \
         from pg_catalog.unnest(array[{}]::text[]) with ordinality as candidate (value, rank)) as tenantry_{number}",
        choice.column.type_name,
        identifier(&choice.column.name),
        values.join(", ")
    )
}

/// How many values of each choice are tried, so that the combinations stay under a limit: every choice gets more in
/// turn until it is complete or the limit is reached.
fn sizes(choices: &[Choice<'_>], most: usize) -> Vec<usize> {
    let mut sizes = vec![1; choices.len()];
    loop {
        let mut has_grown = false;
        for at in 0..sizes.len() {
            let product: usize = sizes.iter().product();
            let complete = choices.get(at).map_or(0, |choice| choice.values.len());
            let Some(size) = sizes.get_mut(at) else { continue };
            if *size < complete && product / *size * (*size + 1) <= most {
                *size += 1;
                has_grown = true;
            }
        }
        if !has_grown {
            return sizes;
        }
    }
}

fn chosen(choices: &[Choice<'_>], ranks: &[Option<String>]) -> Row {
    let pairs = choices.iter().zip(ranks).map(|(choice, rank)| {
        let rank: usize = rank.as_deref().and_then(|rank| rank.parse().ok()).unwrap_or(1);
        let value = choice.values.get(rank - 1).cloned().flatten();
        (choice.column.name.clone(), value)
    });
    pairs.collect()
}

/// A block of PL/pgSQL as `do` takes it.
pub(super) fn block(body: &str) -> String {
    format!("do {}", literal(body))
}
