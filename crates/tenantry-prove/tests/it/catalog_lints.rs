//! Every lint finds its flaw in a database that is otherwise right, its statement mends it as given, and the database
//! without the flaw gives no finding at all.

mod control_plane;
mod functions;
mod keys;
mod outlets;
mod people;
mod right;
mod sessions;
mod stage;
mod strangers;
