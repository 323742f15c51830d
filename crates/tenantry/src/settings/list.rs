//! Every setting with its value and its origin, as a table and as JSON. The two are made from the same lines, so they
//! cannot disagree.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::address;
use crate::config::{Class, Origin, SETTINGS, Setting, Values};
use crate::paint::{self, paint};
use crate::text::wrap;

/// One setting as it stands.
pub(super) struct Line {
    setting: &'static Setting,
    /// Its value, masked; nothing when it is not set.
    value: Option<String>,
    origin: Option<Origin>,
}

impl Line {
    /// Where the value comes from, in a word or two.
    fn source(&self) -> String {
        match &self.origin {
            None => "default".to_owned(),
            Some(Origin::Flag) => "flag".to_owned(),
            Some(Origin::Environment) => "environment".to_owned(),
            Some(file @ Origin::File(..)) => file.to_string(),
        }
    }
}

/// Every setting, in the order of the documents.
pub(super) fn lines(values: &Values) -> Vec<Line> {
    let line = |setting: &'static Setting| {
        let found = values.get(setting.name);
        Line {
            setting,
            value: found.map(|(text, _)| shown(setting, text)),
            origin: found.map(|(_, origin)| origin.clone()),
        }
    };
    SETTINGS.iter().map(line).collect()
}

fn shown(setting: &Setting, text: &str) -> String {
    match setting.class {
        Class::Plain => text.to_owned(),
        Class::Address => address::masked(text),
        Class::Secret => "***".to_owned(),
    }
}

/// The table. The value stands last, where it may be as long as it likes.
pub(super) fn text(lines: &[Line], files: &[PathBuf], width: usize) -> String {
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or_default();
    let name = widest(&mut lines.iter().map(|line| line.setting.name.len()));
    let from = widest(&mut lines.iter().map(|line| line.source().chars().count())).max(4);
    let indent = name + from + 6;
    let head = format!("  {:<name$}  {:<from$}  VALUE", "SETTING", "FROM");
    let mut out = format!("{}\n", paint(paint::STRONG, &head));
    for line in lines {
        let label = paint(paint::LINK, &format!("{:<name$}", line.setting.name));
        let source = paint(paint::DIM, &format!("{:<from$}", line.source()));
        let room = width.min(120).saturating_sub(indent);
        let (text, style) = match &line.value {
            Some(value) => (wrap(value, room), paint::STRONG),
            None => (wrap(line.setting.default, room), paint::DIM),
        };
        let rest = format!("\n{}", " ".repeat(indent));
        let value: Vec<String> = text.iter().map(|text| paint(style, text)).collect();
        let _ = writeln!(out, "  {label}  {source}  {}", value.join(&rest));
    }
    let precedence = format!(
        "Read {}. A flag wins over the environment, which wins over tenantry.toml, which wins over .env.",
        super::read(files)
    );
    let _ = write!(out, "\n{}", wrap(&precedence, width.min(100)).join("\n"));
    out
}

/// The same for programs.
pub(super) fn json(lines: &[Line], files: &[PathBuf]) -> Value {
    let settings: Vec<Value> = lines
        .iter()
        .map(|line| {
            let (source, file, place) = match &line.origin {
                None => ("default", None, None),
                Some(Origin::Flag) => ("flag", None, None),
                Some(Origin::Environment) => ("environment", None, None),
                Some(Origin::File(path, line)) => {
                    ("file", Some(path.display().to_string()), Some(*line))
                }
            };
            json!({
                "name": line.setting.name, "key": line.setting.key, "value": line.value,
                "default": line.setting.default, "source": source, "file": file, "line": place,
            })
        })
        .collect();
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    json!({ "files": files, "settings": settings })
}
