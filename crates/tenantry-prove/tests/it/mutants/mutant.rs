//! One misconfiguration, and what `prove` must say of it. A mutant that no statement can make (a driver's habits, a
//! server's version, what a planner estimates) is not here: `mutants.rs` lists those rows of the catalogue, with why.

/// Which database is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Base {
    /// `correct.sql`: isolated by hand, with a session setting.
    Setting,
    /// `sealed.sql`: under the contract.
    Sealed,
}

/// A misconfiguration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mutant {
    /// A few words, in the order of a file name.
    pub(crate) name: &'static str,
    /// The row of the catalogue of attacks.
    pub(crate) row: u8,
    pub(crate) base: Base,
    /// What `prove` must name: a part of the object's name or of the finding's title.
    pub(crate) object: &'static str,
    /// Beginnings of codes, and attacks, of which at least one must be new on the object.
    pub(crate) expected: &'static [&'static str],
    /// What a superuser runs. `{owner}` and `{app}` are roles, `{database}` the database.
    pub(crate) sql: &'static str,
    /// What takes it back where the whole cluster is changed: roles, and nothing else.
    pub(crate) undo: &'static str,
    /// An extension that a server need not have.
    pub(crate) extension: Option<&'static str>,
}

impl Mutant {
    /// Spoils the database that was isolated by hand.
    pub(crate) const fn setting(
        row: u8,
        name: &'static str,
        object: &'static str,
        expected: &'static [&'static str],
        sql: &'static str,
    ) -> Self {
        Self { name, row, base: Base::Setting, object, expected, sql, undo: "", extension: None }
    }

    /// Spoils the database under the contract.
    pub(crate) const fn sealed(
        row: u8,
        name: &'static str,
        object: &'static str,
        expected: &'static [&'static str],
        sql: &'static str,
    ) -> Self {
        Self { name, row, base: Base::Sealed, object, expected, sql, undo: "", extension: None }
    }

    /// It changes roles, which outlive the database.
    pub(crate) const fn undone_by(self, undo: &'static str) -> Self {
        Self { undo, ..self }
    }

    /// It needs an extension.
    pub(crate) const fn with(self, extension: &'static str) -> Self {
        Self { extension: Some(extension), ..self }
    }
}
