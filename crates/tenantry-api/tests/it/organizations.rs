//! Organizations: each operation with what it answers, what it stores and what it records.

mod create;
mod delete;
mod list;
mod naming;
mod update;
