//! The real server on a real socket: what only a connection can show.

mod connection;
mod first_steps;
mod flood;
mod http2;
mod limits;
mod panics;
mod slow;
mod smuggling;
mod stopping;
mod tls;

pub(crate) use connection::Server;
