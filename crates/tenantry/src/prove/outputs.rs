//! The files that a report is written to. Each is made before anything is attacked, because a run of minutes whose
//! report then cannot be written is worse than a refusal; and each is moved into its place whole, so that nobody
//! ever reads half a report.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tenantry_prove::report::{self, Deny, Report};

use super::arguments::Arguments;
use crate::screen::Screen;
use crate::trouble::{Problem, Trouble};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Html,
    Sarif,
    Junit,
}

/// Where it goes.
#[derive(Debug)]
enum Place {
    /// `-`.
    StandardOutput,
    /// A device or a pipe, which must not be replaced by a file.
    Device(File),
    /// A file beside the one that it becomes.
    Beside { file: File, temporary: PathBuf, path: PathBuf },
}

#[derive(Debug)]
struct Output {
    format: Format,
    /// As it was asked for, for people.
    shown: String,
    place: Place,
}

/// Every file that was asked for.
#[derive(Debug)]
pub(super) struct Outputs(Vec<Output>);

impl Outputs {
    /// Makes the files, or says which cannot be made.
    pub(super) fn open(arguments: &Arguments, screen: &Screen) -> Result<Self, Trouble> {
        let asked = [
            (Format::Html, &arguments.html),
            (Format::Sarif, &arguments.sarif),
            (Format::Junit, &arguments.junit),
        ];
        let asked: Vec<(Format, &PathBuf)> =
            asked.into_iter().filter_map(|(format, path)| Some((format, path.as_ref()?))).collect();
        for (index, (_, path)) in asked.iter().enumerate() {
            if asked[..index].iter().any(|(_, other)| other == path) {
                let title = format!("two reports would be written to {}", path.display());
                return Err(Problem::slip(title).help("give each a file of its own").into());
            }
        }
        let outputs: Result<Vec<Output>, Trouble> =
            asked.into_iter().map(|(format, path)| Output::open(format, path)).collect();
        let outputs = Self(outputs?);
        if outputs.takes_standard_output() && screen.is_json {
            let title = "--json and a report in - would be written over each other";
            return Err(Problem::slip(title).help("give one of them a file").into());
        }
        Ok(outputs)
    }

    /// Whether a report is what the standard output gets.
    pub(super) fn takes_standard_output(&self) -> bool {
        self.0.iter().any(|output| matches!(output.place, Place::StandardOutput))
    }

    /// Writes the report; answers the files by what they hold.
    pub(super) fn write(
        mut self,
        report: &Report,
        deny: Deny,
        screen: &Screen,
    ) -> Result<Vec<(&'static str, String)>, Trouble> {
        let mut written = Vec::new();
        for output in &mut self.0 {
            let text = output.format.render(report, deny);
            output.put(&text, screen).map_err(|error| refused(&output.shown, &error))?;
            if !matches!(output.place, Place::StandardOutput) {
                written.push((output.format.name(), output.shown.clone()));
            }
        }
        Ok(written)
    }
}

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
        }
    }

    fn render(self, report: &Report, deny: Deny) -> String {
        match self {
            Self::Html => report::html(report),
            Self::Sarif => report::sarif(report, tenantry_prove::rules()),
            Self::Junit => report::junit(report, deny),
        }
    }
}

impl Output {
    fn open(format: Format, path: &Path) -> Result<Self, Trouble> {
        let shown = path.display().to_string();
        let place = place(path).map_err(|error| refused(&shown, &error))?;
        Ok(Self { format, shown, place })
    }

    fn put(&mut self, text: &str, screen: &Screen) -> std::io::Result<()> {
        match &mut self.place {
            Place::StandardOutput => screen.answer(text),
            Place::Device(file) => file.write_all(text.as_bytes())?,
            Place::Beside { file, temporary, path } => {
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                std::fs::rename(&*temporary, &*path)?;
            }
        }
        Ok(())
    }
}

fn place(path: &Path) -> std::io::Result<Place> {
    if path == Path::new("-") {
        return Ok(Place::StandardOutput);
    }
    // What a link names is replaced, not the link.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match std::fs::metadata(&path) {
        Ok(found) if found.is_dir() => return Err(std::io::ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => {
            return Ok(Place::Device(File::options().write(true).open(&path)?));
        }
        Ok(_) => {
            // A file that may not be written must not be replaced either.
            File::options().write(true).open(&path)?;
        }
        Err(_) => {}
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".new-{}", std::process::id()));
    let temporary = path.with_file_name(name);
    let file = File::create(&temporary)?;
    Ok(Place::Beside { file, temporary, path })
}

fn refused(shown: &str, error: &std::io::Error) -> Trouble {
    Problem::new("TN1008", format!("a report cannot be written to {shown}"))
        .fact("cause", error.to_string())
        .into()
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Place::Beside { temporary, .. } = &self.place {
            // It is gone where it was moved into its place.
            let _moved = std::fs::remove_file(temporary);
        }
    }
}
