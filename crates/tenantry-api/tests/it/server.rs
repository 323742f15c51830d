//! The real server on a real socket: what only a connection can show.

mod connection;
mod first_steps;
mod panics;
mod smuggling;
mod stopping;

pub(crate) use connection::Server;
