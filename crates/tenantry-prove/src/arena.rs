//! The one transaction in which everything happens. Each attempt runs behind a savepoint, as the application's role, and
//! is rolled back before the next; at the end the transaction is. Three statements travel together, so an attempt is one
//! round trip.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::catalog::{Catalog, StoredSetting};
use crate::error::ProveError;
use crate::party::Party;
use crate::quote::{identifier, literal};
use crate::seal::{Flaw, Sealer};
use crate::tenancy::Way;

/// A connection on which two organizations attack each other.
#[derive(Debug)]
pub(crate) struct Arena<'a> {
    pub(crate) client: &'a Client,
    pub(crate) own: Party,
    pub(crate) other: Party,
    /// An organization that the attacker's person belongs to as well, and has not entered.
    pub(crate) second: Party,
    pub(crate) sealer: Option<Sealer>,
    way: &'a Way,
    /// What makes the login the application's role, until the savepoint is gone.
    become_role: String,
    become_for_session: Vec<String>,
    role: String,
    /// Whether row security does not hold the login.
    pub(crate) sees_everything: bool,
    /// Whether rows had to be made in the organizations' own right.
    pub(crate) was_entered: AtomicBool,
    timeout: Duration,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Entry {
    /// The attacker, in their own organization.
    Own,
    /// The other organization, in its own right.
    Other,
    /// The role without any organization.
    Nobody,
    /// The attacker's organization, and then these statements.
    Then(Vec<String>),
    /// Only these statements.
    Only(Vec<String>),
    /// The administrator: for looking at what became of the rows.
    Administrator,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The number in the first column of the first row.
    Number,
    /// Rows that came back or were changed.
    Rows,
    /// Lines of a copy.
    Lines,
    /// Nothing: it is enough that it runs.
    Nothing,
}

/// What the database answered.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// It ran: how many, and the first rows as text.
    Counted { rows: u64, first: Vec<String> },
    /// It did not: the state and the message.
    Failed { state: String, message: String },
}

impl<'a> Arena<'a> {
    pub(crate) fn new(
        client: &'a Client,
        catalog: &Catalog,
        way: &'a Way,
        parties: [Party; 3],
        timeout: Duration,
    ) -> Result<Self, ProveError> {
        let [own, other, second] = parties;
        Ok(Self {
            client,
            own,
            other,
            second,
            sealer: None,
            way,
            become_role: become_role(catalog, "local").join("; "),
            become_for_session: become_role(catalog, ""),
            role: catalog.role.clone(),
            sees_everything: catalog.login_is_superuser,
            was_entered: AtomicBool::new(false),
            timeout,
        })
    }

    /// What every transaction of a run begins with.
    pub(crate) fn limits(&self) -> String {
        let milliseconds = self.timeout.as_millis();
        format!(
            "set local statement_timeout = {milliseconds}; set local lock_timeout = '2s'; set local idle_in_transaction_session_timeout = '60s'"
        )
    }

    /// The statements by which somebody enters, and the same for people to read.
    pub(crate) fn enter(&self, party: &Party) -> String {
        match (self.way, &self.sealer) {
            (Way::Sealed, Some(sealer)) => {
                let seal = sealer.seal(&party.organization, &party.person, Flaw::None);
                format!("select set_config('tenantry.context', {}, true)", literal(&seal))
            }
            (way, _) => way.statement(&party.organization, &party.person).unwrap_or_default(),
        }
    }

    /// The entering statements of an entry.
    pub(crate) fn statements(&self, entry: &Entry) -> Vec<String> {
        let mut statements = match entry {
            Entry::Own => vec![self.enter(&self.own)],
            Entry::Other => vec![self.enter(&self.other)],
            Entry::Nobody | Entry::Administrator => Vec::new(),
            Entry::Then(more) => [vec![self.enter(&self.own)], more.clone()].concat(),
            Entry::Only(only) => only.clone(),
        };
        statements.retain(|statement| !statement.is_empty());
        statements
    }

    /// An attempt as a text that can be pasted. A seal is good for this connection only, so it is named instead of shown.
    pub(crate) fn shown(&self, entry: &Entry, statement: &str) -> String {
        let who = match entry {
            Entry::Own | Entry::Then(_) => format!("organization A, {}", self.own.organization),
            Entry::Other => format!("organization B, {}", self.other.organization),
            Entry::Nobody | Entry::Only(_) => "no organization entered".to_owned(),
            Entry::Administrator => "the administrator".to_owned(),
        };
        let mut text = format!("-- as {}, {who}", self.role);
        for line in self.statements(entry).iter().map(String::as_str).chain([statement]) {
            text.push('\n');
            text.push_str(line);
            text.push(';');
        }
        self.sealer.as_ref().map_or_else(|| text.clone(), |_| without_seals(&text))
    }

    /// Runs one statement as somebody, behind a savepoint, and takes it back.
    pub(crate) async fn attempt(
        &self,
        entry: &Entry,
        ask: Ask,
        statement: &str,
    ) -> Result<Answer, ProveError> {
        if ask == Ask::Lines {
            let answer = self.open_and_ask(entry, ask, statement).await;
            self.client.batch_execute(CLOSE).await?;
            return answer;
        }
        // Sent together: one round trip. A statement behind one that failed says so (25P02), and is not looked at.
        let opening = self.opening(entry);
        let (opened, asked, closed) = tokio::join!(
            self.client.batch_execute(&opening),
            self.client.simple_query(statement),
            self.client.batch_execute(CLOSE),
        );
        closed?;
        match (opened, asked) {
            (Err(error), _) => opening_failed(&error),
            (Ok(()), Err(error)) => failed(&error),
            (Ok(()), Ok(messages)) => Ok(counted(ask, &messages)),
        }
    }

    /// As [`attempt`](Self::attempt), but looks once more, as the administrator, before it is taken back.
    pub(crate) async fn attempt_and_look(
        &self,
        entry: &Entry,
        ask: Ask,
        statement: &str,
        look: &str,
    ) -> Result<(Answer, Answer), ProveError> {
        let answer = self.open_and_ask(entry, ask, statement).await?;
        let seen = if matches!(answer, Answer::Counted { .. }) {
            self.client.batch_execute(&format!("{}; {}", RETURN, self.limits())).await?;
            self.ask(Ask::Number, look).await?
        } else {
            answer.clone()
        };
        self.client.batch_execute(CLOSE).await?;
        Ok((answer, seen))
    }

    /// Runs a statement whose effect stays until the end of the transaction.
    pub(crate) async fn keep(&self, entry: &Entry, statement: &str) -> Result<Answer, ProveError> {
        let answer = self.open_and_ask(entry, Ask::Rows, statement).await?;
        let close = match &answer {
            Answer::Counted { .. } => {
                // What was entered with would otherwise be entered for every attack after it.
                let is_entered = !matches!(entry, Entry::Administrator);
                if is_entered {
                    self.was_entered.store(true, Ordering::Relaxed);
                }
                let forget =
                    if is_entered { "reset all; set local search_path = pg_catalog; " } else { "" };
                format!("{RETURN}; release savepoint attempt; {forget}{}", self.making())
            }
            Answer::Failed { .. } => CLOSE.to_owned(),
        };
        self.client.batch_execute(&close).await?;
        Ok(answer)
    }

    /// How rows are made: without triggers and foreign keys where the login may do without them.
    pub(crate) fn making(&self) -> String {
        format!(
            "{}{}",
            self.limits(),
            if self.sees_everything {
                "; set local session_replication_role = replica"
            } else {
                ""
            }
        )
    }

    /// How attacks run: with them.
    pub(crate) fn fighting(&self) -> String {
        // Deferred, a constraint would answer when the attempt is long taken back.
        let origin =
            if self.sees_everything { "; set local session_replication_role = origin" } else { "" };
        format!("{}{origin}; set constraints all immediate", self.limits())
    }

    /// An entering statement that fails is an answer too.
    async fn open_and_ask(
        &self,
        entry: &Entry,
        ask: Ask,
        statement: &str,
    ) -> Result<Answer, ProveError> {
        match self.client.batch_execute(&self.opening(entry)).await {
            Ok(()) => self.ask(ask, statement).await,
            Err(error) => opening_failed(&error),
        }
    }

    fn opening(&self, entry: &Entry) -> String {
        let mut opening = vec!["savepoint attempt".to_owned()];
        if !matches!(entry, Entry::Administrator) && !self.become_role.is_empty() {
            opening.push(self.become_role.clone());
        }
        opening.extend(self.statements(entry));
        opening.join("; ")
    }

    async fn ask(&self, ask: Ask, statement: &str) -> Result<Answer, ProveError> {
        if ask == Ask::Lines {
            return self.copy(statement).await;
        }
        match self.client.simple_query(statement).await {
            Ok(messages) => Ok(counted(ask, &messages)),
            Err(error) => failed(&error),
        }
    }

    async fn copy(&self, statement: &str) -> Result<Answer, ProveError> {
        let stream = match self.client.copy_out(statement).await {
            Ok(stream) => stream,
            Err(error) => return failed(&error),
        };
        let mut stream = std::pin::pin!(stream);
        let mut first = Vec::new();
        let mut rows = 0;
        while let Some(line) = stream.next().await {
            match line {
                Ok(line) => {
                    rows += 1;
                    if first.len() < 3 {
                        first.push(String::from_utf8_lossy(&line).trim_end().to_owned());
                    }
                }
                Err(error) => return failed(&error),
            }
        }
        Ok(Answer::Counted { rows, first })
    }

    /// The role for a whole session, outside a transaction.
    pub(crate) fn become_for_session(&self) -> String {
        self.become_for_session.join("; ")
    }
}

/// What ends an attempt, however it went.
const CLOSE: &str = "rollback to savepoint attempt; release savepoint attempt";

/// What makes an administrator of the role again, inside a transaction. Nobody else's names are in reach of one.
const RETURN: &str = "set local session authorization default; set local role none; set local search_path = pg_catalog";

/// What makes the login the role, as it is at the start of the role's connections, with the settings that are stored for it:
/// first what only a superuser may set, and the rest in the role's own right.
fn become_role(catalog: &Catalog, scope: &str) -> Vec<String> {
    let role = identifier(&catalog.role);
    let become_role = if catalog.login_is_superuser {
        format!("set {scope} session authorization {role}")
    } else if catalog.login == catalog.role {
        String::new()
    } else {
        format!("set {scope} role {role}")
    };
    let is_local = !scope.is_empty();
    let set = |name: &str, value: &str| {
        format!("select pg_catalog.set_config({}, {}, {is_local})", literal(name), literal(value))
    };
    let (before, after): (Vec<_>, Vec<_>) =
        catalog.role_settings.iter().partition(|setting| setting.needs_superuser);
    let all = |settings: Vec<&StoredSetting>| {
        settings.into_iter().map(|stored| set(&stored.name, &stored.value)).collect::<Vec<_>>()
    };
    let mut statements = all(before);
    statements.push(become_role);
    statements.push(set("search_path", &catalog.search_path));
    statements.extend(all(after));
    statements.retain(|statement| !statement.is_empty());
    statements
}

/// What fails before the statement is no answer to it: a refusal there must not pass for one.
fn opening_failed(error: &tokio_postgres::Error) -> Result<Answer, ProveError> {
    Ok(match failed(error)? {
        Answer::Failed { message, state } => Answer::Failed {
            state: "opening".to_owned(),
            message: format!("before it could be tried: {message}, {state}"),
        },
        counted @ Answer::Counted { .. } => counted,
    })
}

/// A lost connection is the end; what the database says is an answer, whatever state it says it with.
fn failed(error: &tokio_postgres::Error) -> Result<Answer, ProveError> {
    match error.as_db_error() {
        Some(said) if !error.is_closed() => Ok(Answer::Failed {
            state: said.code().code().to_owned(),
            message: said.message().to_owned(),
        }),
        Some(said) => Err(ProveError::Unexpected {
            doing: "an attempt".to_owned(),
            message: said.message().to_owned(),
        }),
        None => Err(ProveError::Unexpected {
            doing: "an attempt".to_owned(),
            message: error.to_string(),
        }),
    }
}

fn counted(ask: Ask, messages: &[SimpleQueryMessage]) -> Answer {
    let mut rows = 0;
    let mut first = Vec::new();
    for message in messages {
        match message {
            SimpleQueryMessage::Row(row) => {
                let value = |index| row.get(index).unwrap_or("").to_owned();
                if ask == Ask::Number && first.is_empty() {
                    rows = value(0).parse().unwrap_or(0);
                }
                if first.len() < 3 {
                    first.push((0..row.len()).map(value).collect::<Vec<_>>().join(" | "));
                }
            }
            SimpleQueryMessage::CommandComplete(count) if ask == Ask::Rows => {
                rows = rows.max(*count)
            }
            _ => {}
        }
    }
    Answer::Counted { rows: if ask == Ask::Nothing { 0 } else { rows }, first }
}

/// Seals look alike: from `'v1.` or `'v0.` to the closing quote.
fn without_seals(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("'v1.prove") {
        shown.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let end = tail.find('\'').unwrap_or(tail.len());
        shown.push_str("'<a seal>");
        rest = &tail[end..];
    }
    shown.push_str(rest);
    shown
}
