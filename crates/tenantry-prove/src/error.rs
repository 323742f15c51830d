//! Why a run could not be made. Nothing here is a finding: a finding is an answer, and this is the lack of one.

use tenantry_db::DbError;

/// A run that did not come to an end.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The database cannot be reached, or broke off.
    #[error(transparent)]
    Database(#[from] DbError),
    /// There is no such role.
    #[error("there is no role {0}")]
    NoRole(String),
    /// The login may not act as the role.
    #[error("the login {login} may not become the role {role}")]
    MayNotBecome {
        /// Who is logged in.
        login: String,
        /// Who should have been attacked as.
        role: String,
    },
    /// The login is a superuser, whom no policy holds, and no role was named.
    #[error("{0} is a superuser; name the role that the application connects as")]
    RoleNotNamed(String),
    /// An option names something that there is not; a slip there would change what is proved without a word.
    #[error("{option}: there is nothing called {name}")]
    NoSuchName {
        /// The option.
        option: &'static str,
        /// The name.
        name: String,
    },
    /// What was chosen leaves nothing to try.
    #[error("what --only and --skip leave over has nothing to try")]
    NothingLeft,
    /// No table belongs to an organization in a way that could be seen.
    #[error("no table belongs to an organization in a way that can be seen")]
    NothingToProve,
    /// The statement that enters an organization does not run.
    #[error("the statement that enters an organization fails: {0}")]
    Enter(String),
    /// A statement of ours fails where it must not.
    #[error("{doing} failed: {message}")]
    Unexpected {
        /// What was being done.
        doing: String,
        /// What the database said.
        message: String,
    },
}

impl From<tokio_postgres::Error> for ProveError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error.into())
    }
}
