//! The door and the contract, tried by a hostile tenant on a real PostgreSQL. Every attack has a positive
//! control: whoever owns the row can do, in the same way, what the attacker must not.

#![cfg(test)]

mod arena;
mod attack;
mod cancel;
mod context_store;
mod copy;
mod giving_up;
mod hosts;
mod hygiene;
mod interleaving;
mod messages;
mod noting;
mod outcome;
mod party;
mod plain;
mod preflight;
mod protect;
mod round_trips;
mod soundness;
mod tls;
mod ui;

use tenantry_testkit::checked_in;
