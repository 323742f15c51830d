//! Accounts: each operation with what it answers, what it stores and what it records.

mod login;
mod logout;
mod me;
mod refresh;
mod secrets;
mod signup;
mod switch;
mod tokens;
