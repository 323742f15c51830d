//! The server itself.

use super::Subject;
use crate::finding::{Finding, Weight, codes};

/// The oldest server with everything that is needed, as `server_version_num` counts.
const OLDEST: i32 = 150_000;

/// One where the server is too old.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let version = subject.layout.schema.server_version;
    if version >= OLDEST {
        return Vec::new();
    }
    let title = format!("PostgreSQL {} is too old", version / 10_000);
    let found = Finding::new(codes::VERSION, Weight::Decision, title);
    vec![found.help("upgrade the server to PostgreSQL 15 or newer, then plan again")]
}
