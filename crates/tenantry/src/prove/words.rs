//! Names as they fit into a line of the report.

pub(super) use crate::text::shortened;

/// A name as people say it: the schema that everybody uses is left out.
pub(super) fn name(object: &str) -> &str {
    object.strip_prefix("public.").unwrap_or(object)
}
