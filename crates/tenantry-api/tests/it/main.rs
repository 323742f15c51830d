//! The HTTP surface, through the front door, on a real PostgreSQL. Two organizations in every test.

#![cfg(test)]

mod accounts;
mod audit_log;
mod clients;
mod demo;
mod endpoints;
mod faults;
mod hostile;
mod idempotency;
mod log;
mod members;
mod metrics;
mod operations;
mod organizations;
mod permission_check;
mod problem;
mod projects;
mod quick_start;
mod rate_limits;
mod remembered;
mod restricted_projects;
mod server;
mod setup;
mod signing_keys;
mod superuser;
mod surface;
mod versions;

use tenantry_testkit::checked_in;
