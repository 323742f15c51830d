//! Tests of the private cluster against the real PostgreSQL of this machine. They pass as root and as an ordinary
//! user. Creating a cluster costs a second, so what can be asked of one cluster is one test; what only root can set up (a full disk, another account) says so in its output when it is skipped.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops where it is"
)]

mod disk;
mod harness;
mod healing;
mod lifecycle;
mod refusals;
mod security;
mod upgrade;
