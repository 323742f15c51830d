//! What an attack got: rows, changed rows, or a SQLSTATE. Denied means zero rows or 42501 and nothing else.

use tokio_postgres::{Error, SimpleQueryMessage};

/// What came back from a text of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The statement was run: its cells, and the rows that its last statement answered or changed.
    Ran { cells: Vec<String>, rows: u64 },
    /// It was not.
    Failed { state: String, message: String },
}

impl Outcome {
    pub(crate) fn of(answer: Result<Vec<SimpleQueryMessage>, Error>) -> Self {
        match answer {
            Ok(messages) => Self::ran(&messages),
            Err(error) => Self::failed(&error),
        }
    }

    fn ran(messages: &[SimpleQueryMessage]) -> Self {
        let mut cells = Vec::new();
        let mut rows = 0;
        for message in messages {
            match message {
                SimpleQueryMessage::Row(row) => {
                    cells.extend((0..row.len()).filter_map(|at| row.get(at).map(str::to_owned)));
                }
                SimpleQueryMessage::CommandComplete(count) => rows = *count,
                _ => {}
            }
        }
        Self::Ran { cells, rows }
    }

    pub(crate) fn failed(error: &Error) -> Self {
        let Some(database) = error.as_db_error() else { panic!("not an answer: {error:?}") };
        Self::Failed {
            state: database.code().code().to_owned(),
            message: format!("{} {:?}", database.message(), database.detail()),
        }
    }

    /// Zero rows, or 42501.
    pub(crate) fn is_denied(&self) -> bool {
        self.is_refused() || matches!(self, Self::Ran { rows: 0, cells } if cells.is_empty())
    }

    /// 42501.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self, Self::Failed { state, .. } if state == "42501")
    }

    /// At least one row was answered or changed.
    pub(crate) fn has_rows(&self) -> bool {
        matches!(self, Self::Ran { rows, .. } if *rows > 0)
    }

    /// Everything that could be read of it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Ran { cells, rows } => format!("{rows}\n{}", cells.join("\n")),
            Self::Failed { state, message } => format!("{state} {message}"),
        }
    }
}
