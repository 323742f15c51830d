//! What is remembered between requests ends with what it was read from: on the same node at once, on every other one
//! in no time, and never later than two seconds, whatever is lost on the way.

mod away;
mod elsewhere;
mod endpoints;
mod figures;
mod here;
mod mixture;
mod race;
mod stage;
