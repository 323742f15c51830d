//! The page of everything that `prove` looks at, tries and asks, made from its rules, the statements of its attacks, the
//! catalogue of misconfigurations, and the figures that its tests have written: of databases that are right, and of killed
//! mutants.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tenantry_prove::attack::Group;
use tenantry_prove::catalogue::CATALOGUE;
use tenantry_prove::lint::THEMES;
use tenantry_prove::report::Severity;
use tenantry_prove::rule::{FORMS, Rule};

const HEAD: &str = "\
# What prove checks

<!-- Generated from crates/tenantry-prove/src/rule/, lint/ and catalogue.rs; `cargo xtask bless` writes it. -->

Everything that `tenantry prove` reads in the catalog (lints, TN07), tries as the application's role (attacks, TN08) and
asks the planner (plans, TN09): what is looked at, what passes, why it matters, how it is mended and what that locks.
`tenantry explain TN0703` says the same at the command line. [How prove works](../explanation/how-prove-works.md) says
how the attacks are made and judged, and [what isolation cannot cover](../explanation/what-isolation-cannot-cover.md)
what none of this sees.

A **leak** ends the run with exit code 5; what **reveals** does under `--deny oracle`, a **warning** under
`--deny warnings`. The severity here is the worst that a code is given; a finding may be milder, and its text says why.
The last column names rows of [the catalogue](#the-catalogue).
";

const ATTACKS: &str = "
## The attacks

As the application's role, in organization A, against rows that were made for organization B. The statements are those
for a table `public.notes` with a key `id`, the column `organization_id`, a foreign key `project_id` and a unique `title`;
`a1` and `b1` are rows of A and B, `a2` and `b2` rows that do not exist yet, `c1` a row of another organization of A's
person. Every statement runs behind a savepoint, after A has entered, and is taken back. A cell shows the statement
that got furthest.
";

const CATALOGUE_HEAD: &str = "
## The catalogue

Sixty ways in which organizations of one database come together, and what finds each.

| | what | found by | |
|--:|---|---|---|
";

const MUTANTS_HEAD: &str = "
## Does it find them?

Each row that a statement can bring about is brought about, in a copy of a database that is right, and `prove` must
name the object by the right code or attack. Two of those databases are spoiled, [`setting` and
`sealed`](#what-is-said-of-a-database-that-is-right). What was found before does not count.

Found is not the same as red. By the worst of what names the object as it should, a run is red by itself (exit code 5),
only with `--deny oracle`, or only with `--deny warnings`; what else a mutant brings up does not count. For `setting` that
is said of a run with `--skip forged`: without it the run is red before.
";

const CORRECT_HEAD: &str = "
## What is said of a database that is right

Before a mutant is applied, and in fifty tables that a program makes. `setting` is isolated by hand with a session
setting, `sealed` and `fifty` are under Tenantry's contract. **The first is not green, by design:** whoever can run a
statement can set the setting, so `forged` leaks on every table ([TN0813](#tn0813)), and nothing else may.

| | objects | attacks | stopped | leaked | revealed | not run | leak findings | reveals | warnings |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
";

/// The page.
pub(super) fn page() -> String {
    let mut out = HEAD.to_owned();
    index(&mut out);
    out.push_str(
        "\n## The lints\n\nRead in the catalog, in read-only statements; nothing is tried.\n",
    );
    for (theme, lints) in THEMES {
        let _ = write!(out, "\n### {theme}\n");
        for lint in lints {
            section(&mut out, &lint.rule);
        }
    }
    attacks(&mut out);
    out.push_str("\n## The plans\n\nAsked of the planner with sequential scans priced out, so that an empty table answers as a big one would.\n");
    for rule in crate::prove::of_family("TN09") {
        section(&mut out, rule);
    }
    catalogue(&mut out);
    correct(&mut out);
    mutants(&mut out);
    out
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Leak => "leak",
        Severity::Oracle => "reveals",
        Severity::Warning => "warning",
    }
}

/// The rows of the catalogue that a code is about.
fn rows(code: &str) -> String {
    let rows = CATALOGUE.iter().filter(|row| row.codes.contains(&code));
    rows.map(|row| row.number.to_string()).collect::<Vec<_>>().join(", ")
}

fn index(out: &mut String) {
    out.push_str("\n| code | | what | catalogue |\n|---|---|---|---|\n");
    for (prefix, _) in crate::prove::RULE_FAMILIES {
        for rule in crate::prove::of_family(prefix) {
            let _ = writeln!(
                out,
                "| [{0}](#{1}) | {2} | {3} | {4} |",
                rule.code,
                rule.code.to_lowercase(),
                severity(rule.severity),
                rule.title,
                rows(rule.code)
            );
        }
    }
}

fn section(out: &mut String, rule: &Rule) {
    let _ = write!(
        out,
        "\n#### {}\n\n**{}**: {}; catalogue {}.\n\n**Tried.** {}\n\n**Passes.** {}\n\n**Why.** {}\n\n**What to do.** {}\n",
        rule.code,
        rule.title,
        severity(rule.severity),
        rows(rule.code),
        rule.tried,
        rule.passes,
        rule.why,
        rule.remedy
    );
}

fn attacks(out: &mut String) {
    out.push_str(ATTACKS);
    for group in Group::ALL {
        let _ = write!(out, "\n### To {}\n", words(group));
        for rule in crate::prove::of_family("TN08") {
            let forms = FORMS.iter().filter(|form| form.attack.code() == rule.code);
            let forms: Vec<_> = forms.filter(|form| form.attack.group() == group).collect();
            let Some(first) = forms.first() else { continue };
            section(out, rule);
            let _ = write!(out, "\n`{}` runs:\n\n```sql\n", first.attack);
            for form in forms {
                if !form.when.is_empty() {
                    let _ = writeln!(out, "-- {}", form.when);
                }
                let _ = writeln!(out, "{};", form.sql);
            }
            out.push_str("```\n");
        }
    }
}

const fn words(group: Group) -> &'static str {
    match group {
        Group::Read => "read",
        Group::Write => "write",
        Group::Infer => "conclude what is not shown",
        Group::Context => "be somebody else",
        Group::Reach => "reach through functions and sequences",
    }
}

fn catalogue(out: &mut String) {
    out.push_str(CATALOGUE_HEAD);
    for row in CATALOGUE {
        let codes: Vec<String> =
            row.codes.iter().map(|code| format!("[{code}](#{})", code.to_lowercase())).collect();
        let codes = if codes.is_empty() { "–".to_owned() } else { codes.join(" ") };
        let _ = writeln!(out, "| {} | {} | {codes} | {} |", row.number, row.what, row.remark);
    }
}

/// Where the tests of `prove` write their figures.
fn outputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tenantry-prove/tests/output")
}

/// The figures of the databases that are right: lines of ten words, the first of them after `database`; then, behind an
/// empty line, lines of a database, a severity, a code and how often.
fn correct(out: &mut String) {
    out.push_str(CORRECT_HEAD);
    let text = std::fs::read_to_string(outputs().join("correct.txt")).unwrap();
    let (_, figures) = text.split_once("\n\n").unwrap();
    let (totals, codes) = figures.split_once("\n\n").unwrap();
    for line in totals.lines().skip(1) {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words.len(), 10, "{line}");
        let _ = writeln!(out, "| {} |", words.join(" | "));
    }
    let mut said = Vec::new();
    for line in codes.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [database, severity, code, count] = words[..] else { panic!("{line}") };
        said.push(format!(
            "{severity} [{code}](#{}) {count} times of `{database}`",
            code.to_lowercase()
        ));
    }
    let _ = write!(out, "\nThe findings: {}.\n", said.join(", ").replace(" 1 times", " once"));
}

/// What the tests of mutants have written, file by file.
fn chapters() -> BTreeMap<String, String> {
    let Ok(entries) = std::fs::read_dir(outputs().join("mutants")) else {
        return BTreeMap::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let named = paths.filter(|path| path.extension().is_some_and(|end| end == "txt"));
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    named.map(read).collect()
}

/// How the mutants of a chapter ended, by the worst of what found them.
#[derive(Default)]
struct Ends {
    leak: usize,
    oracle: usize,
    warning: usize,
    survivors: Vec<String>,
}

impl Ends {
    /// Read from the second and third column; every line of a mutant begins with its row's number.
    fn of(text: &str) -> Self {
        let mut ends = Self::default();
        for line in text.lines().skip(1).take_while(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().take(3).collect();
            match words[1..] {
                ["killed", "leak"] => ends.leak += 1,
                ["killed", "oracle"] => ends.oracle += 1,
                ["killed", "warning"] => ends.warning += 1,
                ["SURVIVED", _] => {
                    let name = line.chars().skip(32).take(58).collect::<String>();
                    ends.survivors.push(format!("- row {}: {}\n", words[0], name.trim()));
                }
                _ => panic!("no fate: {line}"),
            }
        }
        ends
    }

    const fn found(&self) -> usize {
        self.leak + self.oracle + self.warning
    }

    fn row(&self, first: &str) -> String {
        let Self { leak, oracle, warning, survivors } = self;
        let found = self.found();
        format!("| {first} | {found} | {leak} | {oracle} | {warning} | {} |\n", survivors.len())
    }

    fn add(&mut self, other: Self) {
        self.leak += other.leak;
        self.oracle += other.oracle;
        self.warning += other.warning;
        self.survivors.extend(other.survivors);
    }
}

fn mutants(out: &mut String) {
    out.push_str(MUTANTS_HEAD);
    let chapters = chapters();
    assert!(!chapters.is_empty(), "no figures of mutants are checked in");
    let (mut table, mut all) = (String::new(), Ends::default());
    for (chapter, text) in &chapters {
        let ends = Ends::of(text);
        let file = format!("../../crates/tenantry-prove/tests/output/mutants/{chapter}.txt");
        table.push_str(&ends.row(&format!("[{chapter}]({file})")));
        all.add(ends);
    }
    let (found, tried) = (all.found(), all.found() + all.survivors.len());
    let _ = write!(
        out,
        "\n**{found} of {tried} are found ({:.1} %): {} turn the run red by themselves, {} only with `--deny oracle`, \
         {} are warnings.**\n\n\
         | chapter | found | red by itself | only with `--deny oracle` | a warning only | not found |\n\
         |---|--:|--:|--:|--:|--:|\n{table}{}",
        100.0 * f64::from(u32::try_from(found).unwrap()) / f64::from(u32::try_from(tried).unwrap()),
        all.leak,
        all.oracle,
        all.warning,
        all.row("together")
    );
    if !all.survivors.is_empty() {
        let _ = write!(out, "\nNot found:\n\n{}", all.survivors.concat());
    }
}
