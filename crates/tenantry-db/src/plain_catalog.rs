//! Whether what a plain text names is plain as well: the catalog is asked, once for each statement, and what it says is
//! kept beside the prepared statement of each connection. The question takes PostgreSQL some milliseconds, most of them to
//! plan it, so connections share the answers that were given by a catalog in the same state.
//!
//! A connection believes an answer for [`GOOD_FOR`]; a read that ends later is washed, and the connection looks whether
//! anything was made or changed that an answer depends on. So code that is put behind a table that was read already is
//! missed by reads that end within that time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::connection::{Connection, Key, key};
use crate::plain_read::{is_plain_condition, names, symbols, words};
use crate::wire::{Standing, WireError};

/// How long answers of the catalog are believed.
const GOOD_FOR: Duration = Duration::from_secs(20);
const CONFIRM: &str = include_str!("sql/plain_read.sql");
const STATE: &str = include_str!("sql/plain_state.sql");

/// What the catalog was like when it was asked.
#[derive(Debug)]
pub(crate) struct Catalog {
    state: String,
    seen: Instant,
}

/// What the catalog said to the connections of a pool, and its state then.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<(String, HashMap<Key, bool>)>);

impl Answers {
    fn get(&self, state: &str, sql: &'static str) -> Option<bool> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 == state { known.1.get(&key(sql)).copied() } else { None }
    }

    fn keep(&self, state: &str, sql: &'static str, is_plain: bool) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != state {
            *known = (state.to_owned(), HashMap::new());
        }
        known.1.insert(key(sql), is_plain);
    }
}

impl Connection {
    /// Whether a statement with the text of a plain read leaves nothing here. Asks the catalog, before the statement
    /// runs here for the first time. Whatever goes wrong with the question is a no.
    pub(crate) async fn leaves_nothing(&mut self, sql: &'static str) -> Result<bool, WireError> {
        self.prepare(sql).await?;
        if let Some(known) = self.known(sql) {
            return Ok(known);
        }
        // A question that fails would take an open transaction along.
        if self.wire.standing() != Standing::Idle {
            return Ok(false);
        }
        let answer = self.ask(sql).await;
        if answer.as_ref().is_err_and(WireError::is_connection) {
            return answer;
        }
        if let Err(error) = &answer {
            tracing::debug!(%error, "the catalog did not say what a statement names");
        }
        let is_plain = answer.unwrap_or(false);
        self.know(sql, is_plain);
        Ok(is_plain)
    }

    async fn ask(&mut self, sql: &'static str) -> Result<bool, WireError> {
        // The state first: what changes between the two is a change later.
        let catalog = match self.catalog.take() {
            Some(catalog) => catalog,
            None => self.look().await?,
        };
        let state = self.catalog.insert(catalog).state.clone();
        if let Some(known) = self.answers.get(&state, sql) {
            return Ok(known);
        }
        let is_plain = self.confirm(sql).await?;
        self.answers.keep(&state, sql, is_plain);
        Ok(is_plain)
    }

    async fn confirm(&mut self, sql: &str) -> Result<bool, WireError> {
        let names = names(sql);
        let question = CONFIRM
            .replace("{{names}}", &quoted(&names))
            .replace("{{words}}", &quoted(&words(&names)))
            .replace("{{symbols}}", &quoted(&symbols(sql)));
        let rows = self.wire.texts(&question).await?;
        let is_harmless = |row: &Vec<Option<String>>| match row.as_slice() {
            [Some(found), condition] => {
                found == "t" && condition.as_deref().is_none_or(is_plain_condition)
            }
            _ => false,
        };
        Ok(!rows.is_empty() && rows.iter().all(is_harmless))
    }

    async fn look(&mut self) -> Result<Catalog, WireError> {
        let seen = Instant::now();
        let state = self.wire.text(STATE).await?.ok_or(WireError::Unexpected)?;
        Ok(Catalog { state, seen })
    }

    /// Whether it is time to look at the catalog again.
    pub(crate) fn is_catalog_old(&self) -> bool {
        self.catalog.as_ref().is_some_and(|catalog| catalog.seen.elapsed() >= GOOD_FOR)
    }

    /// Looks at the catalog again, and forgets its answers when it is another one.
    pub(crate) async fn look_again(&mut self) -> Result<(), WireError> {
        let Some(before) = self.catalog.take() else { return Ok(()) };
        let now = self.look().await;
        if now.as_ref().is_err_and(WireError::is_connection) {
            return now.map(drop);
        }
        match now {
            Ok(now) if now.state == before.state => self.catalog = Some(now),
            _ => self.know_nothing(),
        }
        Ok(())
    }
}

/// As the elements of an array. No word and no operator holds a quote or a backslash.
fn quoted(words: &[String]) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}
