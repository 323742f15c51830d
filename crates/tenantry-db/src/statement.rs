//! SQL as data: every statement is a named literal, so that tests can prepare and explain all of them.
//!
//! In a statement for a [`TenantTx`](crate::TenantTx) `$1` is always the organization, and the door
//! binds it: a statement that does not name its organization cannot even be prepared. COPY is the exception, because it
//! takes no values: see [`TenantTx::copy_out`](crate::TenantTx::copy_out).

use std::marker::PhantomData;

use crate::plain_read::is_plain_read;

/// Statements that run in one organization. `$1` is the organization.
#[derive(Debug)]
pub enum Tenant {}
/// Statements on rows that belong to nobody's organization.
#[derive(Debug)]
pub enum Platform {}

/// Statements that a program runs with an administrator's own login, around a server and never in one.
#[derive(Debug)]
pub enum Administrator {}

/// One statement for the door `D`. Only literals: the text lives as long as the program.
#[derive(Debug)]
pub struct Statement<D> {
    name: &'static str,
    sql: &'static str,
    is_plain_by_text: bool,
    door: PhantomData<fn() -> D>,
}

impl<D> Statement<D> {
    /// A statement under a name that is unique in its file.
    #[must_use]
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql, is_plain_by_text: is_plain_read(sql), door: PhantomData }
    }

    /// Its name, for logs and tests. Statements named `LIST…` are lists: their plans are checked.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its text.
    #[must_use]
    pub const fn sql(&self) -> &'static str {
        self.sql
    }

    /// Whether its text is that of a plain read, which calls nothing that could leave anything on a session: a setting, a
    /// lock, a cursor. Read off the text; when in doubt, it is not so. A connection that did no more is handed on without
    /// being washed where its catalog confirms it: what the text names may be a view or have a policy, and those can call
    /// anything.
    #[must_use]
    pub const fn is_plain_by_text(&self) -> bool {
        self.is_plain_by_text
    }
}

/// Declares the statements of a file, and a list of them for the tests.
///
/// ```
/// use tenantry_db::{Tenant, statements};
/// statements! { Tenant:
///     GET = "select name from notes where organization_id = $1 and id = $2";
/// }
/// assert_eq!(STATEMENTS[0].name(), "GET");
/// # let _ = GET;
/// ```
#[macro_export]
macro_rules! statements {
    ($door:ty: $($(#[$doc:meta])* $name:ident = $sql:literal;)+) => {
        $($(#[$doc])* const $name: $crate::Statement<$door> = $crate::Statement::new(stringify!($name), $sql);)+
        /// Every statement of this file.
        pub const STATEMENTS: &[$crate::Statement<$door>] = &[$($name),+];
    };
}
