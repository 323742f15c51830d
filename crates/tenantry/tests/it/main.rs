//! The program from outside: what it prints, how it ends, and that a server really serves.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops where it is"
)]

mod config;
mod demo;
mod doctor;
mod exit_codes;
mod harness;
mod help;
mod migrate;
mod refusals;
mod serve;
mod server;
mod settings;
mod setup;
mod terminal;
