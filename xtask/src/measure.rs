//! Our own sizes in the form in which we measured the trees we learn from; over the cap fails.
//!
//! The columns are those of the house rules: `>400` is the share of files over the cap, doc and
//! com the shares of lines that are documentation and other comments.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};

use crate::source::Source;
use crate::tidy::{Violation, sizes};
use crate::tree::Tree;

/// The figures of one crate, or of all.
#[derive(Debug, Default)]
struct Measure {
    files: Vec<usize>,
    functions: Vec<usize>,
    documentation: usize,
    comments: usize,
}

/// Prints the table for the tree at `root`; fails when a file or a function is over its cap.
pub(crate) fn run(root: &Path) -> Result<()> {
    let sources: Vec<Source> = Tree::read(root)?.sources().collect();
    println!("{HEADER}\n|---|---|---|---|---|---|---|---|");
    for (name, measure) in by_crate(&sources) {
        println!("{}", measure.row(&name));
    }
    println!(
        "{}",
        measured(sources.iter().filter(|source| sizes::is_capped(source))).row("all sources")
    );
    println!(
        "{}",
        measured(sources.iter().filter(|source| !sizes::is_capped(source))).row("tests, examples")
    );
    let over: Vec<Violation> = sources
        .iter()
        .filter(|source| sizes::is_capped(source))
        .flat_map(sizes::oversized)
        .collect();
    for violation in &over {
        println!("{violation}");
    }
    ensure!(over.is_empty(), "{} files or functions are over the cap", over.len());
    Ok(())
}

const HEADER: &str =
    "| tree | files | lines | file med / p75 / p90 | >400 | fn med / p90 / p99 | doc% | com% |";

fn by_crate(sources: &[Source]) -> BTreeMap<String, Measure> {
    let mut crates: BTreeMap<String, Measure> = BTreeMap::new();
    for source in sources.iter().filter(|source| sizes::is_capped(source)) {
        let folder = source.path.split("/src/").next().unwrap_or(&source.path);
        crates.entry(folder.into()).or_default().add(source);
    }
    crates
}

fn measured<'a>(sources: impl Iterator<Item = &'a Source>) -> Measure {
    let mut measure = Measure::default();
    sources.for_each(|source| measure.add(source));
    measure
}

impl Measure {
    fn add(&mut self, source: &Source) {
        self.files.push(source.text.lines().count());
        self.functions.extend(source.functions().iter().map(|function| function.lines));
        for (text, code) in source.text.lines().zip(source.code.lines()) {
            let text = text.trim_start();
            if !code.trim().is_empty() || !text.starts_with("//") {
                continue;
            }
            if text.starts_with("///") || text.starts_with("//!") {
                self.documentation += 1;
            } else {
                self.comments += 1;
            }
        }
    }

    fn row(mut self, name: &str) -> String {
        self.files.sort_unstable();
        self.functions.sort_unstable();
        let lines: usize = self.files.iter().sum();
        let over = self.files.iter().filter(|lines| **lines > sizes::FILE_CAP).count();
        let (files, functions) = (&self.files, &self.functions);
        format!(
            "| {name} | {} | {lines} | {} / {} / {} | {}% | {} / {} / {} | {:.1} | {:.1} |",
            files.len(),
            percentile(files, 50),
            percentile(files, 75),
            percentile(files, 90),
            (100 * over).checked_div(files.len()).unwrap_or(0),
            percentile(functions, 50),
            percentile(functions, 90),
            percentile(functions, 99),
            share(self.documentation, lines),
            share(self.comments, lines),
        )
    }
}

/// The nearest-rank percentile of sorted values; 0 when there are none.
fn percentile(sorted: &[usize], percent: usize) -> usize {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0)
}

/// Percent, for people.
fn share(part: usize, whole: usize) -> f64 {
    let thousandths = (1000 * part).checked_div(whole).unwrap_or(0);
    f64::from(u32::try_from(thousandths).unwrap_or(u32::MAX)) / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occur() {
        let sorted: Vec<usize> = (1..=10).collect();
        assert_eq!([50, 75, 90, 99].map(|p| percentile(&sorted, p)), [5, 8, 9, 10]);
        assert_eq!(percentile(&[], 50), 0);
    }

    #[test]
    fn comments_are_counted_apart_from_documentation_and_texts() {
        let text = "//! Doc.\n// Why.\nconst A: &str = \"\n// text\";\nfn a() {} // tail\n";
        let measure = measured([Source::parse("a.rs", text)].iter());
        assert_eq!((measure.documentation, measure.comments), (1, 1));
        assert_eq!(measure.row("a"), "| a | 1 | 5 | 5 / 5 / 5 | 0% | 1 / 1 / 1 | 20.0 | 20.0 |");
    }
}
