//! The documents of the repository as pages of the server, in the look of the reference.
//!
//! The Markdown is part of the program, so that a server shows the documents of its own version. A new document
//! needs its line in [`DOCUMENTS`]; a test walks the folder and names the one that was forgotten.

mod address;
mod list;
mod markdown;
mod page;
mod shelf;

pub use list::list;
pub(super) use page::kinds;
pub use page::manual;
pub use shelf::{DOCUMENTS, Document, Kind};

/// The address that documents write for the server they are about.
const WRITTEN: &str = "http://localhost:8000";
