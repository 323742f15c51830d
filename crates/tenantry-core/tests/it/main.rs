//! What is generated from the vocabulary: the policy and the error codes, as pages that people read; and what
//! holds of every value, tried on many.

#![cfg(test)]

mod checked_in;
mod errors;
mod permissions;
mod properties;
