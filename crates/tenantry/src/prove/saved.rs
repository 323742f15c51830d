//! A report that an earlier run wrote with `--json`, to be shown or written again in another form.

use std::path::Path;

use tenantry_prove::report::Report;

use crate::trouble::{Problem, Trouble};

/// The only version of the format that there is.
const FORMAT: u32 = 1;

/// Reads a report.
pub(super) fn read(path: &Path) -> Result<Report, Trouble> {
    let shown = path.display();
    let refused = |cause: String| {
        Problem::new("TN1009", format!("{shown} is no report of this version"))
            .fact("cause", cause)
            .help("tenantry prove --json > report.json   writes one")
    };
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    let report: Report = serde_json::from_str(&text).map_err(|error| refused(error.to_string()))?;
    if report.format == FORMAT {
        Ok(report)
    } else {
        Err(refused(format!("its format is {}, and {FORMAT} is understood", report.format)).into())
    }
}
