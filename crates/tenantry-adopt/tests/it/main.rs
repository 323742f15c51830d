//! Adopting real databases: every test has a PostgreSQL database of its own.

#![cfg(test)]
#![recursion_limit = "256"]

mod adoption;
mod beyond;
mod connect;
mod fillings;
mod fixture;
mod ground_truth;
mod guards;
mod judgements;
mod look_alikes;
mod operations;
mod patterns;
mod plan_file;
mod planning;
mod reading;
mod samples;
mod strangers_adopted;
mod tasks;
mod unseen;
mod workload;
