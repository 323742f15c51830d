//! SQL that remembers an object's privileges before an operation changes them, and that gives them back. The database
//! remembers, not the plan: what counts is who held what at the moment of the change, in which order and from whom.

use crate::name::literal;

/// What an operation takes privileges from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holding<'a> {
    /// The operation's name; two operations remember the same object apart.
    pub(crate) taker: &'a str,
    /// `table`, `function`, `procedure`, `schema` or `database`.
    pub(crate) kind: &'a str,
    /// As SQL writes it.
    pub(crate) object: &'a str,
}

impl Holding<'_> {
    /// The change, between remembering what was and what is. One transaction.
    pub(crate) fn change(&self, sql: &str) -> String {
        format!("{}; {sql}; {}", self.call("keep"), self.call("settle"))
    }

    /// Takes these privileges, or all of them, from a role (as SQL writes it) or from `public`, whoever granted them.
    pub(crate) fn take(&self, holder: &str, privileges: Option<&[&str]>) -> String {
        let list = |names: &[&str]| names.iter().map(|name| literal(name)).collect::<Vec<_>>();
        let wanted = privileges.map_or_else(
            || "null".to_owned(),
            |names| format!("array[{}]", list(names).join(", ")),
        );
        format!(
            "select tenantry_adopt.take_privileges({}, {}, {}, {wanted})",
            literal(self.kind),
            literal(self.object),
            literal(holder),
        )
    }

    /// Gives back what was remembered.
    pub(crate) fn give_back(&self) -> String {
        self.call("return")
    }

    fn call(&self, verb: &str) -> String {
        format!(
            "select tenantry_adopt.{verb}_privileges({}, {}, {})",
            literal(self.taker),
            literal(self.kind),
            literal(self.object),
        )
    }
}
