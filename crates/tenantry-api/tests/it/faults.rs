//! The database goes away, in every way that a wire or a server can, and the service stays up.

mod commit;
mod outage;
mod pressure;
mod watch;
