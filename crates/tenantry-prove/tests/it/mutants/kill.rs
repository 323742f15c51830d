//! Mutants against `prove`: each chapter is a test, whose table of kills and survivors is checked in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use tenantry_db::Config;
use tenantry_prove::report::Severity;

use super::copy::Template;
use super::mutant::{Base, Mutant};
use super::{CHAPTERS, SURVIVORS};
use crate::checked_in;
use crate::proving::{Mark, marks, proved};

/// What became of a mutant.
struct Fate {
    /// What killed it, of what was expected.
    by: BTreeSet<String>,
    /// How bad the worst of it is: whether the run is red for it, and under which `--deny`.
    severity: Option<Severity>,
    /// Whatever else was new on the object.
    besides: BTreeSet<String>,
    /// Why the run came to no end.
    failed: Option<String>,
}

impl Template {
    async fn marks(&self, address: &Config) -> Result<BTreeMap<Mark, Severity>, String> {
        let stated = |word: &str| self.prepared.stated(word);
        let report = proved(address, stated).await;
        report.as_ref().map(marks).map_err(ToString::to_string)
    }

    /// Spoils a copy, and looks for what is new.
    async fn fate(&self, mutant: &Mutant, before: &BTreeMap<Mark, Severity>) -> Fate {
        let copy = self.spoiled(mutant).await;
        let object = self.named(mutant.object, copy.name());
        let after = self.marks(&copy.config).await;
        copy.remove().await;
        let (after, failed) = match after {
            Ok(after) => (after, None),
            Err(why) => (BTreeMap::new(), Some(why)),
        };
        let new = after.iter().filter(|(mark, _)| !before.contains_key(*mark));
        let new = new.filter(|((place, _), _)| place.contains(&object));
        let mut fate =
            Fate { by: BTreeSet::new(), besides: BTreeSet::new(), severity: None, failed };
        for ((_, what), severity) in new {
            if mutant.expected.iter().any(|expected| what.starts_with(expected)) {
                fate.by.insert(what.clone());
                // The worst comes first in the order of severities.
                fate.severity = Some(fate.severity.map_or(*severity, |worst| worst.min(*severity)));
            } else {
                fate.besides.insert(what.clone());
            }
        }
        fate
    }
}

fn line(mutant: &Mutant, fate: &Fate) -> String {
    let words =
        |what: &BTreeSet<String>| what.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let base = match mutant.base {
        Base::Setting => "setting",
        Base::Sealed => "sealed",
    };
    let end = match (&fate.failed, fate.by.is_empty(), fate.besides.is_empty()) {
        (Some(why), ..) => format!("no report: {why}"),
        (None, false, _) => words(&fate.by),
        (None, true, true) => "-".to_owned(),
        (None, true, false) => format!("- ({} is not about it)", words(&fate.besides)),
    };
    let verdict = if fate.by.is_empty() { "SURVIVED" } else { "killed" };
    let severity = fate.severity.map_or("-", Severity::name);
    format!(
        "{:>2}  {verdict:<8}  {severity:<7}  {base:<7}  {:<58}  {:<30}  {end}\n",
        mutant.row, mutant.name, mutant.object
    )
}

/// Sends a chapter's mutants into the fight. What survives is what is known to, no more and no less.
async fn fight(chapter: &str) {
    let (_, mutants) = CHAPTERS.iter().find(|(name, _)| *name == chapter).unwrap();
    let mut table = String::new();
    let (mut killed, mut survivors) = (0, Vec::new());
    for base in [Base::Setting, Base::Sealed] {
        let mutants: Vec<_> = mutants.iter().filter(|mutant| mutant.base == base).collect();
        if mutants.is_empty() {
            continue;
        }
        let template = Template::of(base).await;
        let unspoiled = template.unspoiled().await;
        let before = template.marks(&unspoiled.config).await.unwrap();
        unspoiled.remove().await;
        for mutant in mutants {
            if !template.has(mutant.extension).await {
                continue;
            }
            let fate = template.fate(mutant, &before).await;
            if fate.by.is_empty() {
                survivors.push(mutant.name);
            } else {
                killed += 1;
            }
            table.push_str(&line(mutant, &fate));
        }
    }
    let mut text = String::from(
        "row fate      worst    base     mutant, what it spoils, and by what it was killed\n",
    );
    writeln!(text, "{table}\n{killed} killed, {} survived", survivors.len()).unwrap();
    checked_in::compare(
        &format!("crates/tenantry-prove/tests/output/mutants/{chapter}.txt"),
        &text,
    );
    let mut known: Vec<_> = mutants.iter().map(|mutant| mutant.name).collect();
    known.retain(|name| SURVIVORS.contains(name));
    assert_eq!(survivors, known, "what survived is not what is known to survive");
}

macro_rules! chapters {
    ($($test:ident => $name:literal,)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                fight($name).await;
            }
        )*

        #[test]
        fn every_chapter_is_fought() {
            assert_eq!(CHAPTERS.map(|(name, _)| name), [$($name),*]);
        }
    };
}

chapters! {
    the_mutants_of_roles_are_killed => "roles",
    the_mutants_of_tables_are_killed => "tables",
    the_mutants_of_partitions_are_killed => "partitions",
    the_mutants_of_policies_are_killed => "policies",
    the_mutants_of_keys_are_killed => "keys",
    the_mutants_of_views_are_killed => "views",
    the_mutants_of_functions_are_killed => "functions",
    the_mutants_of_the_context_are_killed => "context",
    the_mutants_of_rights_are_killed => "rights",
    the_mutants_of_the_surroundings_are_killed => "surroundings",
}
