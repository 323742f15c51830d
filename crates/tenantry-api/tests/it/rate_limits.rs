//! How often somebody may call: through the front door, and between two servers on one database.

mod answers;
mod counts;
mod nodes;
