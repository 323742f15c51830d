//! The files of the repository, as git sees them: tracked ones and new ones that are not ignored.
//!
//! Rules take a [`Tree`] and not a folder, so that their tests can hand them a small bad one.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::source::Source;

/// Every text file of the repository, sorted by path.
#[derive(Debug)]
pub(crate) struct Tree {
    files: Vec<File>,
}

/// One file: its path from the root with forward slashes, and what it says.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The root of the workspace, known since this program was compiled.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_path_buf()
}

impl Tree {
    /// Reads the repository below `root`; fails when git is missing or `root` is not a checkout.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for path in listed_by_git(root)? {
            // A link to a folder is listed too, and a file may be deleted but not yet committed.
            if root.join(&path).is_file() {
                let bytes = std::fs::read(root.join(&path)).with_context(|| path.clone())?;
                files.push(File { text: String::from_utf8_lossy(&bytes).into_owned(), path });
            }
        }
        Ok(Self { files })
    }

    /// A tree made of the given paths and texts.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| File { path: (*path).into(), text: (*text).into() })
            .collect();
        Self { files }
    }

    /// All files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// The file at `path`, if there is one.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// All Rust files, taken apart into code, comments and literals.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Source> {
        self.files()
            .filter(|file| file.path.ends_with(".rs"))
            .map(|file| Source::parse(&file.path, &file.text))
    }
}

fn listed_by_git(root: &Path) -> Result<Vec<String>> {
    // A checkout may belong to another user than the one who runs the tests, in a container for instance.
    let output = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .args(["--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git is needed to list the files of the repository")?;
    ensure!(output.status.success(), "git: {}", String::from_utf8_lossy(&output.stderr));
    let listing = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    let mut paths: Vec<String> =
        listing.split('\0').filter(|path| !path.is_empty()).map(Into::into).collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}
