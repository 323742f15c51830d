//! The HTTP surface, through the front door, on a real PostgreSQL. Two organizations in every test.

#![cfg(test)]

mod accounts;
mod checked_in;
mod demo;
mod endpoints;
mod hostile;
mod log;
mod operations;
mod organizations;
mod problem;
mod projects;
mod quick_start;
mod server;
mod setup;
mod signing_keys;
mod superuser;
mod surface;
