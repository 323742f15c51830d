//! What holds of every token and every name that a request shows, tried on many that were made up.

#![cfg(test)]

mod tokens;
