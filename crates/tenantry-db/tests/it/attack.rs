//! The catalogue of attacks, one file a family. The attacker is the login of the request path under a
//! genuine seal for organization A, knows every id of organization B, and may run any text of SQL.

mod context;
mod definition;
mod injection;
mod large_objects;
mod limits;
mod oracle;
mod platform;
mod reading;
mod role;
mod rotation;
mod seal;
mod secret;
mod session;
mod writing;
