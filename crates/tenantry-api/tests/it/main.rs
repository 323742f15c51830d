//! The HTTP surface, through the front door, on a real PostgreSQL. Two organizations in every test.

#![cfg(test)]

mod quick_start;
