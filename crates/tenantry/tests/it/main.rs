//! The program from outside: what it prints, how it ends, and that a server really serves.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops where it is"
)]

mod adopt;
mod adopt_ground;
mod adopt_interrupted;
mod adopt_merged;
mod adopt_stopped;
mod config;
mod demo;
mod doctor;
mod exit_codes;
mod handover;
mod harness;
mod help;
mod load;
mod log_lines;
mod metrics;
mod migrate;
mod prove;
mod prove_attacks;
mod refusals;
#[path = "../../../tenantry-prove/tests/it/sample.rs"]
mod sample;
#[path = "../../../tenantry-adopt/tests/it/samples/scripts.rs"]
#[expect(dead_code, reason = "two of the samples are enough here")]
mod scripts;
mod serve;
mod server;
mod settings;
mod setup;
mod terminal;
mod tls;
mod traces;
