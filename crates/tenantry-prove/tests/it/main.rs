//! What `prove` finds, in databases of every kind: right ones, wrong ones, and ones that were right until somebody
//! spoiled them.

#![cfg(test)]

mod catalog_lints;
mod databases;
mod fifty;
mod html;
mod lints;
mod mutants;
mod outputs;
mod proving;
mod sample;
mod samples;
mod tallies;
mod traces;
mod upserts;

use tenantry_testkit::checked_in;
