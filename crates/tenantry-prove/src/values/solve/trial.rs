//! Tries candidates one by one inside one block, where one that makes a cast or check fail costs nothing but itself.
//! The block tells what passed through a setting of the transaction, which the rollback takes away again.

use tokio_postgres::Error;

use super::statement::{block, condition, constant};
use super::{Check, Choice, Row, SINGLY, Solving};
use crate::quote::{identifier, literal};

impl Solving<'_> {
    /// The values of a choice that are of its type and pass these checks.
    pub(super) async fn passing(
        &self,
        choice: &Choice<'_>,
        checks: &[&Check],
    ) -> Result<Vec<Option<String>>, Error> {
        let column = choice.column;
        let trials = choice.values.iter().map(|value| {
            let one = constant(&column.name, &column.type_name, value.as_deref());
            let from = self.from(vec![format!("(select {one}) as tenantry_0")], checks);
            // A cast that nothing looks at is not evaluated, and a domain's check with it.
            let looked_at = format!("coalesce({}::text, '') is not null", identifier(&column.name));
            format!("select {looked_at} and {} from {from}", condition(checks))
        });
        let passed = self.try_each(&trials.collect::<Vec<_>>(), false).await?;
        Ok(passed.into_iter().filter_map(|at| choice.values.get(at).cloned()).collect())
    }

    /// The first combination that passes, of the checks that can fail to be evaluated.
    pub(super) async fn first_passing(
        &self,
        choices: &[Choice<'_>],
        checks: &[&Check],
    ) -> Result<Option<Row>, Error> {
        let rows = combinations(choices);
        let trials = rows.iter().map(|row| {
            let columns = choices.iter().zip(row).map(|(choice, value)| {
                constant(&choice.column.name, &choice.column.type_name, value.as_deref())
            });
            let columns: Vec<String> = columns.collect();
            let tables = if columns.is_empty() {
                Vec::new()
            } else {
                vec![format!("(select {}) as tenantry_0", columns.join(", "))]
            };
            format!("select {} from {}", condition(checks), self.from(tables, checks))
        });
        let passed = self.try_each(&trials.collect::<Vec<_>>(), true).await?;
        let row = passed.first().and_then(|at| rows.get(*at));
        Ok(row.map(|row| {
            choices
                .iter()
                .map(|choice| choice.column.name.clone())
                .zip(row.iter().cloned())
                .collect()
        }))
    }

    /// The positions of the statements that answer true.
    async fn try_each(
        &self,
        trials: &[String],
        is_first_enough: bool,
    ) -> Result<Vec<usize>, Error> {
        let trials: Vec<String> = trials.iter().map(|trial| literal(trial)).collect();
        let body = format!(
            "declare trial text; has_passed boolean; place integer := 0; passed text := '';
             begin
               foreach trial in array array[{}]::text[] loop
                 begin
                   execute trial into has_passed;
                   if has_passed then
                     passed := passed || place || ' ';
                     exit when {is_first_enough};
                   end if;
                 exception when others then null;
                 end;
                 place := place + 1;
               end loop;
               perform pg_catalog.set_config('tenantry_prove.passed', passed, true);
             end",
            trials.join(", ")
        );
        let ask = "select pg_catalog.current_setting('tenantry_prove.passed')";
        let answer = self.try_out(&format!("{}; {ask}", block(&body))).await?;
        let passed = answer.and_then(|row| row.into_iter().next().flatten()).unwrap_or_default();
        Ok(passed.split_whitespace().filter_map(|place| place.parse().ok()).collect())
    }
}

/// Combinations, those of the best candidates first: as many of each choice as there is room for.
fn combinations(choices: &[Choice<'_>]) -> Vec<Vec<Option<String>>> {
    let mut rows: Vec<(usize, Vec<Option<String>>)> = vec![(0, Vec::new())];
    let parts = u32::try_from(choices.len().max(1)).unwrap_or(u32::MAX);
    let each =
        (2..=SINGLY).take_while(|each| each.saturating_pow(parts) <= SINGLY).last().unwrap_or(1);
    for choice in choices {
        let longer = rows.iter().flat_map(|(rank, row)| {
            choice.values.iter().take(each).enumerate().map(move |(place, value)| {
                let mut row = row.clone();
                row.push(value.clone());
                (rank + place, row)
            })
        });
        rows = longer.collect();
    }
    rows.sort_by_key(|(rank, _)| *rank);
    rows.into_iter().map(|(_, row)| row).collect()
}
