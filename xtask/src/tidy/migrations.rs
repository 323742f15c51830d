//! Every migration has its way back, and a listed one is never edited.
//!
//! `hashes.txt` holds each file's git hash. `cargo xtask bless` adds new files to it and leaves
//! the lines that are committed: a database somewhere has already run them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Violation;
use crate::tree::Tree;

const FOLDER: &str = "crates/tenantry-store/migrations/";
const HASHES: &str = "crates/tenantry-store/migrations/hashes.txt";

/// Every migration with a wrong name, a number of another, or no way back.
pub(crate) fn check_names(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    for name in names(tree) {
        let Some((stem, direction)) = parts(name) else {
            found.push(Violation::new(
                format!("{FOLDER}{name}"),
                "call it NNNN_verb_noun.up.sql or NNNN_verb_noun.down.sql",
            ));
            continue;
        };
        let other = if direction == "up" { "down" } else { "up" };
        if tree.file(&format!("{FOLDER}{stem}.{other}.sql")).is_none() {
            let instead = format!("write {stem}.{other}.sql too, every way has a way back");
            found.push(Violation::new(format!("{FOLDER}{name}"), instead));
        }
        if numbers.insert(&stem[..4], stem).is_some_and(|earlier| earlier != stem) {
            let instead = "another migration has this number; take the next one";
            found.push(Violation::new(format!("{FOLDER}{name}"), instead));
        }
    }
    found
}

/// Every migration that is not listed with the hash that it has.
pub(crate) fn check_hashes(root: &Path, tree: &Tree) -> Result<Vec<Violation>> {
    let listed = listed(tree);
    let mut found = Vec::new();
    let actual = actual(root, tree)?;
    for (name, hash) in &actual {
        let place = format!("{FOLDER}{name}");
        match listed.get(name.as_str()) {
            None => found.push(Violation::new(place, "not listed yet; run `cargo xtask bless`")),
            Some(known) if known != hash => found.push(Violation::new(place, EDITED)),
            Some(_) => {}
        }
    }
    for name in listed.keys().filter(|name| !actual.contains_key(**name)) {
        let instead = format!(
            "lists {name}, which is gone; put it back if it was ever committed, a database may have run it"
        );
        found.push(Violation::new(HASHES, instead));
    }
    Ok(found)
}

const EDITED: &str = "was edited after it was listed; write a new migration instead \
                      (`cargo xtask bless` lists it anew only while its line is not committed)";

/// Lists every file with its hash; a line that is committed already stays as it is.
pub(crate) fn bless(root: &Path) -> Result<()> {
    let tree = Tree::read(root)?;
    let committed = committed(root)?;
    let mut hashes = lines(&committed);
    let actual = actual(root, &tree)?;
    for (name, hash) in &actual {
        hashes.entry(name).or_insert(hash);
    }
    if hashes.is_empty() {
        return Ok(());
    }
    let text: String = hashes.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
    std::fs::write(root.join(HASHES), text).context(HASHES)
}

/// The list as of the last commit; empty when that has none, or when there is no commit yet.
fn committed(root: &Path) -> Result<String> {
    let mut git = Command::new("git");
    let output = git.args(["-c", "safe.directory=*", "show", &format!("HEAD:./{HASHES}")]);
    let output = output.current_dir(root).output().context("git show")?;
    let is_there = output.status.success();
    Ok(if is_there { String::from_utf8(output.stdout).context(HASHES)? } else { String::new() })
}

fn names(tree: &Tree) -> impl Iterator<Item = &str> {
    let within = tree.files().filter_map(|file| file.path.strip_prefix(FOLDER));
    within.filter(|name| name.ends_with(".sql"))
}

/// `0007_create_notes` and `up`, if the name has that form.
fn parts(name: &str) -> Option<(&str, &str)> {
    let (stem, direction) = name.strip_suffix(".sql")?.rsplit_once('.')?;
    let (number, words) = stem.split_once('_')?;
    let is_numbered = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let is_named = words.contains('_') && words.split('_').all(is_plain);
    let is_directed = matches!(direction, "up" | "down");
    (is_numbered && is_named && is_directed).then_some((stem, direction))
}

fn listed(tree: &Tree) -> BTreeMap<&str, &str> {
    lines(tree.file(HASHES).map_or("", |file| file.text.as_str()))
}

/// The hash of each name in a list.
fn lines(text: &str) -> BTreeMap<&str, &str> {
    text.lines().filter_map(|line| line.split_once("  ")).map(|(hash, name)| (name, hash)).collect()
}

fn actual(root: &Path, tree: &Tree) -> Result<BTreeMap<String, String>> {
    let names: Vec<&str> = names(tree).collect();
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let output = Command::new("git")
        .args(["hash-object", "--no-filters"])
        .args(&names)
        .current_dir(root.join(FOLDER))
        .output()
        .context("git hash-object")?;
    ensure!(output.status.success(), "git: {}", String::from_utf8_lossy(&output.stderr));
    let hashes = String::from_utf8(output.stdout).context("git hash-object")?;
    Ok(names.into_iter().map(Into::into).zip(hashes.lines().map(Into::into)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn in_folder(names: &[&str]) -> Vec<String> {
        let paths: Vec<String> = names.iter().map(|name| format!("{FOLDER}{name}")).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        check_names(&Tree::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_migration_without_a_way_back_is_refused() {
        let found = in_folder(&["0001_create_notes.up.sql"]);
        assert!(found[0].contains("write 0001_create_notes.down.sql too"), "{found:?}");
        assert!(in_folder(&["0001_create_notes.up.sql", "0001_create_notes.down.sql"]).is_empty());
    }

    #[test]
    fn a_name_out_of_form_or_a_number_used_twice_is_refused() {
        for name in
            ["1_create_a.up.sql", "0001_Create_a.up.sql", "0001_create.up.sql", "0001_create_a.sql"]
        {
            assert_eq!(in_folder(&[name]).len(), 1, "{name}");
        }
        let twice = [
            "0001_create_a.down.sql",
            "0001_create_a.up.sql",
            "0001_create_b.down.sql",
            "0001_create_b.up.sql",
        ];
        assert!(in_folder(&twice)[0].contains("another migration has this number"));
    }

    #[test]
    fn only_what_is_not_committed_can_be_blessed() {
        let root = scratch();
        let file = root.join(FOLDER).join("0001_create_a.up.sql");
        let git = |words: &str| {
            let mut git = Command::new("git");
            git.args(["-c", "user.name=a", "-c", "user.email=a@example.com"]);
            assert!(git.args(words.split(' ')).current_dir(&root).status().unwrap().success());
        };
        git("init --quiet");
        let complaints = |text: &str| -> String {
            std::fs::write(&file, text).unwrap();
            let tree = Tree::read(&root).unwrap();
            check_hashes(&root, &tree).unwrap().iter().map(ToString::to_string).collect()
        };
        assert!(complaints("select 1;\n").contains("not listed yet"));
        bless(&root).unwrap();
        assert_eq!(complaints("select 1;\n"), "");
        assert!(complaints("select 2;\n").contains("was edited after it was listed"));
        bless(&root).unwrap();
        assert_eq!(complaints("select 2;\n"), "");
        git("add .");
        git("commit --quiet --message one");
        assert!(complaints("select 3;\n").contains("was edited after it was listed"));
        bless(&root).unwrap();
        assert!(complaints("select 3;\n").contains("was edited after it was listed"));
        std::fs::remove_file(&file).unwrap();
        let lost = check_hashes(&root, &Tree::read(&root).unwrap()).unwrap();
        assert!(lost[0].to_string().contains("which is gone"));
        std::fs::remove_dir_all(&root).unwrap();
    }

    fn scratch() -> PathBuf {
        let root = std::env::temp_dir().join(format!("tenantry-xtask-{}", std::process::id()));
        std::fs::create_dir_all(root.join(FOLDER)).unwrap();
        root
    }
}
