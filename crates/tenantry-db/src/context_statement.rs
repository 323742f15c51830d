//! The one statement that tells Postgres who asks, for each place where the answer is kept.
//!
//! It is always a statement of its own before the others: set inside another statement it would come too late for the
//! policy. What it sets ends with the transaction, implicit or not.

/// Where Postgres keeps a context after it was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContextStore {
    /// Nowhere: each use verifies the seal again. Works on every server.
    Sealed,
    /// In a parameter that only `tenantry.enter()` can set: verified once a transaction.
    Verified,
}

#[expect(dead_code, reason = "the door takes it up with its own protocol")]
impl ContextStore {
    /// Asked once when a connection is opened; [`answered`](Self::answered) reads the answer.
    pub(crate) const ASK: &str = "select tenantry.context_store()";

    /// What the database answered. Whatever is not known is the form that works everywhere.
    pub(crate) fn answered(text: &str) -> Self {
        if text == "verified" { Self::Verified } else { Self::Sealed }
    }

    /// The statement. Its parameters are all text: for [`Sealed`](Self::Sealed) the seal alone, for
    /// [`Verified`](Self::Verified) those of [`Entry`](tenantry_core::context::Entry). The read-only one also forbids
    /// writes for the rest of the transaction, because a read that is a transaction by itself has no BEGIN to say so.
    pub(crate) const fn statement(self, is_read_only: bool) -> &'static str {
        match (self, is_read_only) {
            (Self::Sealed, false) => "select pg_catalog.set_config('tenantry.context', $1, true)",
            (Self::Sealed, true) => {
                "select pg_catalog.set_config('tenantry.context', $1, true), \
                 pg_catalog.set_config('transaction_read_only', 'on', true)"
            }
            (Self::Verified, false) => {
                "select tenantry.enter($1, $2, $3, $4), pg_catalog.set_config('tenantry.context', $5, true)"
            }
            (Self::Verified, true) => {
                "select tenantry.enter($1, $2, $3, $4), pg_catalog.set_config('transaction_read_only', 'on', true)"
            }
        }
    }
}
