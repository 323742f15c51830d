//! Row security in shadow and in force, with what belongs to it: privileges, views, functions. Seen from the connection of an
//! application that knows nothing of it, and from one with a sealed context.

mod arena;
mod enforcing;
mod functions;
mod legacy;
mod protecting;
mod recording;
mod rights;
mod shadowing;
mod views;
mod writers;
