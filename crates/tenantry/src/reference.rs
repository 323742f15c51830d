//! The reference pages that are generated from the tables of settings and codes, and the tests that hold the
//! checked-in pages to them. `TENANTRY_BLESS=1` writes the pages instead of comparing.

mod adopt_operations;
mod commands;
mod isolation_checks;

use std::fmt::Write as _;
use std::path::Path;

use crate::codes::FAMILIES;
use crate::config::{Class, SETTINGS};
use crate::explain::ending;

fn configuration() -> String {
    let mut out = String::from(
        "# Configuration\n\n<!-- Generated from crates/tenantry/src/config/settings.rs; `cargo xtask bless` writes it. -->\n\n\
         A setting is taken from the command line, else from the environment, else from `tenantry.toml` in the working\n\
         directory (or the file that `--config` names), else from `.env` there. An empty value counts as not set.\n\
         Unknown keys in `tenantry.toml` are refused; unknown variables that begin with `TENANTRY_` are warned about.\n\n\
         | Setting | In `tenantry.toml` | Flag | Takes | Default |\n|---|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let key = match setting.class {
            Class::Secret => "refused: a secret".to_owned(),
            Class::Plain | Class::Address => format!("`{}`", setting.key),
        };
        let flag = match setting.flag_of {
            [] => "none".to_owned(),
            commands => format!("`--{}` of {}", setting.flag(), commands.join(", ")),
        };
        let shape = setting.shape.replace('|', "\\|");
        let _ = writeln!(
            out,
            "| [`{0}`](#{1}) | {key} | {flag} | {shape} | {2} |",
            setting.name,
            setting.name.to_lowercase(),
            setting.default
        );
    }
    for setting in SETTINGS {
        let _ = write!(out, "\n## {}\n\n{}\n", setting.name, setting.about);
    }
    out
}

fn error_codes() -> String {
    let mut out = String::from(
        "# Error codes\n\n<!-- Generated from crates/tenantry/src/codes/; `cargo xtask bless` writes it. -->\n\n\
         `tenantry explain TN0201` says the same at the command line. A code never changes its meaning.\n",
    );

    for family in &FAMILIES {
        let _ = write!(out, "\n## {}\n", family.title);
        for entry in family.codes {
            let ending = ending(entry);
            let _ = write!(
                out,
                "\n### {}: {}\n\n{}\n\n**What to do.** {}\n\n{ending}\n",
                entry.code, entry.title, entry.explanation, entry.remedy
            );
        }
    }
    for (prefix, title) in crate::prove::RULE_FAMILIES {
        let _ = write!(out, "\n## {title}\n\n");
        for rule in crate::prove::of_family(prefix) {
            let anchor = rule.code.to_lowercase();
            let _ =
                writeln!(out, "- [{}](isolation-checks.md#{anchor}): {}", rule.code, rule.title);
        }
    }
    let (_, title) = crate::adopt::FAMILY;
    let kinds = crate::adopt::kinds_of_findings();
    if !kinds.is_empty() {
        let _ = writeln!(out, "\n## {title}");
    }
    for kind in kinds {
        let _ = write!(out, "\n### {}: {}\n\n{}\n", kind.code, kind.title, kind.explanation);
    }
    out
}

fn hold(page: &str, fresh: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join("docs/reference").join(page);
    if crate::config::is_blessing() {
        std::fs::write(&path, fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == fresh, "docs/reference/{page} is stale: run `cargo xtask bless`");
}

#[test]
fn the_configuration_reference_is_fresh() {
    hold("configuration.md", &configuration());
}

#[test]
fn the_reference_of_error_codes_is_fresh() {
    hold("error-codes.md", &error_codes());
}

#[test]
fn the_reference_of_what_prove_checks_is_fresh() {
    hold("isolation-checks.md", &isolation_checks::page());
}

#[test]
fn the_reference_of_what_adopt_does_is_fresh() {
    hold("adopt-operations.md", &adopt_operations::page());
}

#[test]
fn the_reference_of_the_command_line_is_fresh() {
    hold("cli.md", &commands::page());
}

/// Everything in a text that looks like a setting of ours.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let is_inside = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    text.split(move |letter| !is_inside(letter))
        .filter(|word| ["TENANTRY_", "OTEL_"].iter().any(|start| is_longer(word, start)))
}

fn is_longer(word: &str, start: &str) -> bool {
    word.strip_prefix(start).is_some_and(|rest| !rest.is_empty())
}

#[test]
fn every_setting_that_a_guide_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![root.join("README.md"), root.join("SECURITY.md")];
    for folder in ["guides", "tutorials", "explanation"] {
        let entries = std::fs::read_dir(root.join("docs").join(folder)).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()));
    }
    let mut seen = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for name in named(&text) {
            seen += 1;
            let is_known = SETTINGS.iter().any(|setting| setting.name == name)
                || crate::config::OF_APPLICATIONS.contains(&name);
            assert!(is_known, "{} names {name}, which is no setting", file.display());
        }
    }
    assert!(seen > 10, "{seen}");
}
