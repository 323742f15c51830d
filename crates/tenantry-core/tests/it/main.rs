//! What is generated from the vocabulary: the policy and the error codes, as pages that people read.

#![cfg(test)]

mod checked_in;
mod errors;
mod permissions;
