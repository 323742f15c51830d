//! What could not be tried, by reason. It is never folded away whole: an attack that was not tried proves nothing,
//! and a report that hides it would say more than it knows.

use std::fmt::Write as _;

use tenantry_prove::report::words::listed;
use tenantry_prove::report::{Outcome, Report};

use super::words::name;
use crate::paint::{self, paint};
use crate::text::{count, wrap};

/// So many objects are named for one reason; the others are counted.
const NAMED: usize = 6;

/// The attacks and objects that one reason stopped.
#[derive(Default)]
struct Group<'a> {
    why: &'a str,
    attacks: Vec<&'static str>,
    objects: Vec<&'a str>,
    cells: usize,
}

/// What could not be tried, and why.
pub(super) fn text(report: &Report, is_verbose: bool, width: usize) -> String {
    let groups = groups(report);
    let all: usize = groups.iter().map(|group| group.cells).sum();
    if all == 0 {
        return String::new();
    }
    let head = format!(
        "{} could not be tried, so nothing is known of {}",
        count(all, "attack"),
        if all == 1 { "it" } else { "them" }
    );
    let mut out = format!("{}\n", paint(paint::STRONG, &head));
    for group in &groups {
        let what = format!("{} on {}", listed(&owned(&group.attacks)), objects(group, is_verbose));
        let mut lines = wrap(&what, width.saturating_sub(4)).into_iter();
        let _ =
            writeln!(out, "  {} {}", paint(paint::WARNING, "○"), lines.next().unwrap_or_default());
        for line in lines {
            let _ = writeln!(out, "    {line}");
        }
        for line in wrap(group.why, width.saturating_sub(6)) {
            let _ = writeln!(out, "      {}", paint(paint::DIM, &line));
        }
    }
    out
}

fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for object in &report.objects {
        for cell in &object.cells {
            let Outcome::NotRun { why } = &cell.outcome else { continue };
            let index = groups.iter().position(|group| group.why == why).unwrap_or(groups.len());
            if index == groups.len() {
                groups.push(Group { why, ..Group::default() });
            }
            let group = &mut groups[index];
            group.cells += 1;
            if !group.attacks.contains(&cell.attack.name()) {
                group.attacks.push(cell.attack.name());
            }
            if !group.objects.contains(&object.name.as_str()) {
                group.objects.push(&object.name);
            }
        }
    }
    groups
}

fn objects(group: &Group<'_>, is_verbose: bool) -> String {
    let names: Vec<&str> = group.objects.iter().map(|object| name(object)).collect();
    if is_verbose || names.len() <= NAMED {
        return listed(&owned(&names));
    }
    format!("{} and {} more", names[..NAMED].join(", "), names.len() - NAMED)
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
