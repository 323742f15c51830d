//! The store on a real PostgreSQL: the schema's invariants, every statement, the plans of lists, the
//! migrations there and back, and the functions of each file with two organizations.

#![cfg(test)]

mod access_changes;
mod accounts;
mod catalog;
mod directory;
mod enforced;
mod founding;
mod migrations;
mod organizations;
mod plans;
mod projects;
mod schema_dump;
mod statements;
mod sweep;
mod ui;
mod washes;
