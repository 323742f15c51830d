//! `docs/reference/performance.md`, written from a run and from nothing else: a figure that is not in the JSON file beside
//! the suite cannot get into the page, and a test compares the two.

mod text;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::options::Options;
use crate::report::Report;

/// The page, from the root of the repository.
const PAGE: &str = "docs/reference/performance.md";
/// The results that the page shows.
const RESULTS: &str = "bench/results/performance.json";

/// Reads the results of a run.
pub(crate) fn read(path: &Path) -> Result<Report> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// Writes the results where they were asked for, else beside the data; where that is.
pub(crate) fn save(report: &Report, options: &Options) -> Result<PathBuf> {
    let path = options.json.clone().unwrap_or_else(|| options.folder.join("latest.json"));
    let json = serde_json::to_string_pretty(report)? + "\n";
    std::fs::write(&path, json).with_context(|| path.display().to_string())?;
    println!("\nall figures: {}", path.display());
    Ok(path)
}

/// Writes the page of a run, and keeps its results in the repository.
pub(crate) fn write(report: &Report, results: &Path) -> Result<()> {
    let void: Vec<&str> = report.void().map(|workload| workload.id.as_str()).collect();
    ensure!(void.is_empty(), "no page is written of void figures: {}", void.join(", "));
    if let Some(folder) = Path::new(RESULTS).parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    if results.canonicalize().ok() != Path::new(RESULTS).canonicalize().ok() || !results.exists() {
        let json = serde_json::to_string_pretty(report)? + "\n";
        std::fs::write(RESULTS, json).context(RESULTS)?;
    }
    std::fs::write(PAGE, text::of(report)).context(PAGE)?;
    println!("written: {PAGE}, from {RESULTS}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both are there or neither is, and the page says what the results say.
    #[test]
    fn the_page_shows_the_results_that_are_checked_in() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let (page, results) = (root.join(PAGE), root.join(RESULTS));
        assert_eq!(page.exists(), results.exists(), "run cargo xtask bench --write-docs");
        if results.exists() {
            let report = read(&results).unwrap();
            let shown = std::fs::read_to_string(page).unwrap();
            assert_eq!(shown, text::of(&report), "cargo xtask bench --from {RESULTS} --write-docs");
        }
    }
}
