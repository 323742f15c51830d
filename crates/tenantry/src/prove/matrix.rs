//! The matrix: objects down, attacks across. Rows that say the same are folded, so that what leaks stands out of a
//! hundred tables; where the terminal is too narrow for all groups of attacks, they stand below one another.

use std::fmt::Write as _;

use tenantry_prove::attack::{Attack, Group};
use tenantry_prove::report::words::short;
use tenantry_prove::report::{Kind, Object, Outcome, Report};

use super::reach;
use super::words::{name, shortened};
use crate::paint::{self, paint};

/// The widest that a name may make its column.
const WIDEST_NAME: usize = 30;
/// The narrowest to which names are shortened so that all groups fit beside one another.
const NARROWEST_NAME: usize = 18;
/// Between two groups.
pub(super) const GAP: usize = 3;

/// The attacks on tables by group, and what their columns are headed with.
const COLUMNS: [(Group, &[(Attack, &str)]); 4] = [
    (
        Group::Read,
        &[
            (Attack::Select, "sel"),
            (Attack::Scan, "scan"),
            (Attack::Join, "join"),
            (Attack::Copy, "copy"),
        ],
    ),
    (
        Group::Write,
        &[
            (Attack::Insert, "ins"),
            (Attack::Update, "upd"),
            (Attack::Move, "move"),
            (Attack::Delete, "del"),
            (Attack::Upsert, "upsert"),
        ],
    ),
    (Group::Infer, &[(Attack::Reference, "ref"), (Attack::Probe, "probe")]),
    (
        Group::Context,
        &[
            (Attack::Unset, "unset"),
            (Attack::Forged, "forged"),
            (Attack::Expired, "expired"),
            (Attack::Replayed, "replay"),
            (Attack::Stale, "stale"),
        ],
    ),
];

/// One line of the matrix: the cells of an object, or of the first of several whose cells say the same.
struct Row<'a> {
    object: &'a Object,
    /// How many more it stands for.
    more: usize,
}

impl Row<'_> {
    fn label(&self) -> String {
        match self.more {
            0 => name(&self.object.name).to_owned(),
            more => format!("{} +{more}", name(&self.object.name)),
        }
    }
}

/// The matrix of tables and below it what else can be reached; nothing where all of it held and nobody asked for more.
pub(super) fn text(report: &Report, is_verbose: bool, width: usize) -> String {
    let (reachable, tables): (Vec<&Object>, Vec<&Object>) = report
        .objects
        .iter()
        .filter(|object| !object.cells.is_empty())
        .partition(|object| matches!(object.kind, Kind::Function | Kind::Sequence));
    let mut out = of_tables(&tables, is_verbose, width);
    let below = reach::text(&reachable, is_verbose, width);
    if !out.is_empty() && !below.is_empty() {
        out.push('\n');
    }
    out.push_str(&below);
    out.push_str(&legend(&out, width));
    out
}

fn of_tables(tables: &[&Object], is_verbose: bool, width: usize) -> String {
    let (rows, stopped) = rows(tables, is_verbose);
    if rows.is_empty() {
        return String::new();
    }
    let groups = groups(tables);
    let longest = rows.iter().map(|row| row.label().chars().count()).max().unwrap_or_default();
    let beside: usize = groups.iter().map(|group| GAP + group.width()).sum();
    let room = width.saturating_sub(2 + beside);
    let widest = if room >= NARROWEST_NAME { room } else { WIDEST_NAME };
    let names = longest.clamp(NARROWEST_NAME, widest.min(WIDEST_NAME));
    let mut out = String::new();
    for (index, band) in bands(groups, width.saturating_sub(2 + names)).iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        write_headings(&mut out, band, names);
        for row in &rows {
            write_row(&mut out, band, row, names);
        }
    }
    if stopped > 0 {
        let label = paint(paint::DIM, &format!("{:<names$}", format!("{stopped} more")));
        let _ = writeln!(out, "  {label}{:GAP$}{}", "", paint(paint::GOOD, "all stopped"));
    }
    out
}

/// One attack, as wide as its heading or its longest figure.
struct Column {
    attack: Attack,
    heading: &'static str,
    width: usize,
}

/// A group of attacks with the columns that were asked for.
struct Columns {
    group: Group,
    columns: Vec<Column>,
}

impl Columns {
    fn width(&self) -> usize {
        let widths = self.columns.iter().map(|column| column.width);
        let all = widths.sum::<usize>() + self.columns.len().saturating_sub(1);
        all.max(self.group.name().len())
    }
}

fn groups(tables: &[&Object]) -> Vec<Columns> {
    let tried = |(attack, heading): &(Attack, &'static str)| {
        let cells = tables.iter().filter(|object| object.cell(*attack).is_some());
        let widths = cells.map(|object| glyph(object, *attack).0.chars().count());
        let width = widths.max()?.max(heading.len());
        Some(Column { attack: *attack, heading, width })
    };
    let groups = COLUMNS.iter().map(|(group, attacks)| Columns {
        group: *group,
        columns: attacks.iter().filter_map(tried).collect(),
    });
    groups.filter(|group| !group.columns.is_empty()).collect()
}

/// The groups that stand beside one another, as many as fit.
fn bands(groups: Vec<Columns>, room: usize) -> Vec<Vec<Columns>> {
    let mut bands: Vec<Vec<Columns>> = Vec::new();
    let mut taken = 0;
    for group in groups {
        let needed = GAP + group.width();
        match bands.last_mut() {
            Some(band) if taken + needed <= room => {
                band.push(group);
                taken += needed;
            }
            _ => {
                bands.push(vec![group]);
                taken = needed;
            }
        }
    }
    bands
}

/// What is shown, and how many more were stopped: every object that leaks or reveals has its own row, those that
/// could not be tried have one for each pattern of cells.
fn rows<'a>(tables: &[&'a Object], is_verbose: bool) -> (Vec<Row<'a>>, usize) {
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut stopped = 0;
    for &object in tables {
        let has = |wanted: fn(&Outcome) -> bool| has(object, wanted);
        let is_loud = object.leaks() || has(|outcome| *outcome == Outcome::Revealed);
        let is_untried = has(|outcome| matches!(outcome, Outcome::NotRun { .. }));
        if is_loud || is_verbose {
            rows.push(Row { object, more: 0 });
        } else if !is_untried {
            stopped += 1;
        } else if let Some(row) = rows.iter_mut().find(|row| pattern(row.object) == pattern(object))
        {
            row.more += 1;
        } else {
            rows.push(Row { object, more: 0 });
        }
    }
    (rows, stopped)
}

fn has(object: &Object, wanted: fn(&Outcome) -> bool) -> bool {
    object.cells.iter().any(|cell| wanted(&cell.outcome))
}

/// All of an object's cells as they are shown.
fn pattern(object: &Object) -> String {
    Attack::ALL.iter().map(|attack| glyph(object, *attack).0).collect()
}

fn write_headings(out: &mut String, band: &[Columns], names: usize) {
    let margin = " ".repeat(2 + names);
    let mut titles = margin.clone();
    let mut headings = margin;
    for group in band {
        let width = group.width();
        let _ = write!(titles, "{:GAP$}{:<width$}", "", group.group.name());
        let cells = group.columns.iter().map(|column| centred(column.heading, column.width, None));
        let cells = cells.collect::<Vec<_>>().join(" ");
        let _ = write!(headings, "{:GAP$}{cells:<width$}", "");
    }
    for line in [titles, headings] {
        let _ = writeln!(out, "{}", paint(paint::DIM, line.trim_end()));
    }
}

fn write_row(out: &mut String, band: &[Columns], row: &Row<'_>, names: usize) {
    let object = row.object;
    let label = format!("{:<names$}", shortened(&row.label(), names));
    let mut line = format!("{} {}", mark(object), label_of(object, &label));
    for group in band {
        let cells = group.columns.iter().map(|column| {
            let (text, style) = glyph(object, column.attack);
            centred(&text, column.width, style)
        });
        let cells = cells.collect::<Vec<_>>().join(" ");
        let widths: usize = group.columns.iter().map(|column| column.width + 1).sum();
        let rest = (group.width() + 1).saturating_sub(widths);
        let _ = write!(line, "{:GAP$}{cells}{:rest$}", "", "");
    }
    let _ = writeln!(out, "{}", line.trim_end());
}

fn label_of(object: &Object, label: &str) -> String {
    if object.leaks() { paint(paint::STRONG, label) } else { label.to_owned() }
}

/// A text in the middle of its column; only the text is painted.
fn centred(text: &str, width: usize, style: Option<anstyle::Style>) -> String {
    let free = width.saturating_sub(text.chars().count());
    let (left, right) = (free / 2, free - free / 2);
    let text = style.map_or_else(|| text.to_owned(), |style| paint(style, text));
    format!("{:left$}{text}{:right$}", "", "")
}

/// What stands before a row, for who does not see colours.
pub(super) fn mark(object: &Object) -> String {
    let has = |wanted: fn(&Outcome) -> bool| has(object, wanted);
    if object.leaks() {
        paint(paint::ERROR, "✕")
    } else if has(|outcome| *outcome == Outcome::Revealed) {
        paint(paint::WARNING, "▲")
    } else if has(|outcome| matches!(outcome, Outcome::NotRun { .. })) {
        paint(paint::WARNING, "○")
    } else {
        paint(paint::GOOD, "●")
    }
}

/// What stands in a cell, and its colour.
fn glyph(object: &Object, attack: Attack) -> (String, Option<anstyle::Style>) {
    let (text, style) = match object.cell(attack).map(|cell| &cell.outcome) {
        None => (" ".to_owned(), None),
        Some(Outcome::NoRows | Outcome::Refused) => ("●".to_owned(), Some(paint::GOOD)),
        Some(Outcome::Leaked { rows }) => (short(*rows), Some(paint::ERROR)),
        Some(Outcome::Revealed) => ("?".to_owned(), Some(paint::WARNING)),
        Some(Outcome::NotRun { .. }) => ("○".to_owned(), Some(paint::WARNING)),
        Some(Outcome::DoesNotApply { .. }) => ("·".to_owned(), Some(paint::DIM)),
    };
    (text, style)
}

/// What the signs that were used mean.
fn legend(matrix: &str, width: usize) -> String {
    let signs = [
        ("●", "● stopped"),
        ("✕", "n rows leaked"),
        ("?", "? reveals"),
        ("○", "○ not run"),
        ("·", "· does not apply"),
    ];
    let used = signs.iter().filter(|(sign, _)| matrix.contains(sign));
    let words: Vec<&str> = used.map(|(_, words)| *words).collect();
    if words.is_empty() {
        return String::new();
    }
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 3 + word.chars().count() + 2 <= width => {
                line.push_str("   ");
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let lines: Vec<String> =
        lines.iter().map(|line| format!("  {}\n", paint(paint::DIM, line))).collect();
    format!("\n{}", lines.concat())
}
