//! What a person should know before anything is applied: what is to decide first and whole, then what will behave
//! differently, then what is only worth knowing. Lines of help are never broken, because they are there to be copied.

use std::fmt::Write as _;

use tenantry_adopt::finding::{Finding, Weight};
use tenantry_prove::report::words::listed;

use super::words::some;
use crate::paint::{self, paint};
use crate::text::wrap;

/// So many warnings of one code are shown; the others are counted.
const SHOWN: usize = 3;
/// So many facts of a warning are shown.
const FACTS: usize = 4;

/// Every finding, the weightiest first.
pub(super) fn text(findings: &[Finding], is_verbose: bool, width: usize) -> String {
    let parts: Vec<String> = [Weight::Decision, Weight::Warning, Weight::Note]
        .into_iter()
        .filter_map(|weight| part(findings, weight, is_verbose, width))
        .collect();
    parts.join("\n\n")
}

fn part(findings: &[Finding], weight: Weight, is_verbose: bool, width: usize) -> Option<String> {
    let of_weight: Vec<&Finding> =
        findings.iter().filter(|finding| finding.weight == weight).collect();
    let count = i64::try_from(of_weight.len()).ok().filter(|count| *count > 0)?;
    let (mark, style, title) = match weight {
        Weight::Decision => {
            ("▲", paint::WARNING, format!("{} to decide before apply", some(count, "thing")))
        }
        Weight::Warning => {
            let verb = if count == 1 { "is" } else { "are" };
            (
                "▲",
                paint::WARNING,
                format!("{} {verb} good to know before apply", some(count, "thing")),
            )
        }
        Weight::Note => ("○", paint::DIM, some(count, "note")),
    };
    let mut out = paint(style, &format!("{mark} {title}"));
    if weight == Weight::Note && !is_verbose {
        let codes: Vec<String> = codes(&of_weight).into_iter().map(str::to_owned).collect();
        let _ = write!(
            out,
            "{}",
            paint(paint::DIM, &format!("   {}   (-v shows them)", listed(&codes)))
        );
        return Some(out);
    }
    let is_whole = is_verbose || weight == Weight::Decision;
    for code in codes(&of_weight) {
        let of_code = of_weight.iter().filter(|finding| finding.code == code);
        let shown = if is_whole { usize::MAX } else { SHOWN };
        for finding in of_code.clone().take(shown) {
            out.push('\n');
            block(&mut out, finding, is_whole, width);
        }
        let more: Vec<String> = of_code
            .skip(shown)
            .filter_map(|finding| finding.table.as_ref())
            .map(|table| table.shown())
            .collect();
        if !more.is_empty() {
            let text = format!("{} more {code}: {}   (-v shows them)", more.len(), listed(&more));
            for line in wrap(&text, width.saturating_sub(2)) {
                let _ = write!(out, "\n  {}", paint(paint::DIM, &line));
            }
        }
    }
    Some(out)
}

/// The codes in the order in which they come first.
fn codes<'a>(findings: &[&'a Finding]) -> Vec<&'a str> {
    let mut codes: Vec<&str> = Vec::new();
    for finding in findings {
        if !codes.contains(&finding.code.as_str()) {
            codes.push(&finding.code);
        }
    }
    codes
}

fn block(out: &mut String, finding: &Finding, is_whole: bool, width: usize) {
    let title = wrap(&finding.title, width.saturating_sub(10));
    for (index, line) in title.iter().enumerate() {
        let code = if index == 0 { finding.code.as_str() } else { "" };
        let _ = write!(out, "\n  {}  {line}", paint(paint::LINK, &format!("{code:<6}")));
    }
    let facts = if is_whole { usize::MAX } else { FACTS };
    for fact in finding.facts.iter().take(facts) {
        for line in wrap(fact, width.saturating_sub(10)) {
            let _ = write!(out, "\n          {}", paint(paint::DIM, &line));
        }
    }
    if finding.facts.len() > facts {
        let more = format!("… {} more", finding.facts.len() - facts);
        let _ = write!(out, "\n          {}", paint(paint::DIM, &more));
    }
    for line in &finding.help {
        let _ = write!(out, "\n          {line}");
    }
}
