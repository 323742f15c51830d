//! The plan's file. It ends with a line that holds the hash of everything above it: as long as that is true, nobody has
//! touched the file and a fresh plan may replace it; a plan that somebody has edited is never written over unasked.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::trouble::{Problem, Trouble};

/// How the last line begins.
const SEAL: &str = "# As written by `tenantry adopt plan`: ";
/// No plan of a real database comes near it; something else does.
const LARGEST: u64 = 16 * 1024 * 1024;

/// A plan that is there already.
#[derive(Debug)]
pub(super) struct Found {
    /// Its text.
    pub(super) text: String,
    /// Whether somebody has changed it since it was written.
    pub(super) is_edited: bool,
}

/// The text with the line that tells whether it was touched.
pub(super) fn sealed(text: &str) -> String {
    let text = text.trim_end();
    format!("{text}\n\n{SEAL}{}\n", digest(text))
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.trim_end().as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_edited(text: &str) -> bool {
    let Some((above, seal)) = text.trim_end().rsplit_once(SEAL) else { return true };
    digest(above) != seal
}

/// The plan at this place, if there is one.
pub(super) fn find(path: &Path) -> Result<Option<Found>, Trouble> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        _ => read(path).map(|text| Some(Found { is_edited: is_edited(&text), text })),
    }
}

/// The text of a plan or of answers, which has to be there.
pub(super) fn read(path: &Path) -> Result<String, Trouble> {
    let shown = path.display();
    let refused = |cause: String| {
        Problem::new("TN1101", format!("{shown} cannot be read")).fact("cause", cause)
    };
    let found = std::fs::metadata(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => refused("there is no such file".to_owned())
            .help("tenantry adopt plan   reads the database and writes one"),
        _ => refused(error.to_string()),
    })?;
    if found.is_dir() {
        return Err(refused("it is a directory".to_owned()).into());
    }
    if found.len() > LARGEST {
        return Err(refused("it is too large to be a plan".to_owned()).into());
    }
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    ensure_toml(path, &text)?;
    Ok(text)
}

/// Refuses what says nothing or is not TOML, with the line, before a database is asked anything.
fn ensure_toml(path: &Path, text: &str) -> Result<(), Trouble> {
    let shown = path.display();
    let table = text.parse::<toml::Table>().map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map(|before| before.matches('\n').count() + 1);
        let place = line.map(|line| format!(", line {line}")).unwrap_or_default();
        Problem::new("TN1101", format!("{shown} is not TOML{place}"))
            .fact("cause", error.message().to_owned())
    })?;
    if table.is_empty() {
        return Err(Problem::new("TN1101", format!("{shown} says nothing"))
            .help("tenantry adopt plan --force   writes a fresh plan")
            .into());
    }
    Ok(())
}

/// Writes a file whole or not at all, closed to others when it holds a secret.
pub(super) fn write(path: &Path, text: &str, is_secret: bool) -> Result<(), Trouble> {
    put(path, text, is_secret).map_err(|error| {
        Problem::new("TN1114", format!("{} cannot be written", path.display()))
            .fact("cause", error.to_string())
            .into()
    })
}

fn put(path: &Path, text: &str, is_secret: bool) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    // What a link names is replaced, not the link.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match std::fs::metadata(&path) {
        Ok(found) if found.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => {
            return std::fs::File::options().write(true).open(&path)?.write_all(text.as_bytes());
        }
        _ => {}
    }
    let temporary = beside(&path);
    let mode = if is_secret { 0o600 } else { 0o644 };
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(mode).open(&temporary)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let moved = written.and_then(|()| std::fs::rename(&temporary, &path));
    if moved.is_err() {
        std::fs::remove_file(&temporary)?;
    }
    moved
}

fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".new-{}", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_knows_whether_somebody_touched_it() {
        let text = sealed("[tables.\"public.orders\"]\nclass = \"tenant\"\n");
        assert!(!is_edited(&text), "{text}");
        assert!(!is_edited(&format!("{text}\n")), "a newline at the end changes nothing");
        for changed in [
            text.replace("tenant", "shared"),
            format!("{text}\n[tables.more]\n"),
            "class = 1".to_owned(),
            String::new(),
        ] {
            assert!(is_edited(&changed), "{changed}");
        }
        assert!(text.parse::<toml::Table>().is_ok(), "the line is a comment");
    }
}
