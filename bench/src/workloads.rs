//! What is measured, one file a kind of operation.

pub(crate) mod accounts;
pub(crate) mod disk;
pub(crate) mod list;
pub(crate) mod neighbour;
pub(crate) mod scale;
pub(crate) mod starting;
pub(crate) mod writes;
