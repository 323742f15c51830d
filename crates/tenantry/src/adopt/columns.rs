//! Text in columns: as wide as their longest cell, the last one as wide as the line allows. Widths are counted before
//! colours are put on, so that a colour never moves a column.

use anstyle::Style;

use crate::paint::paint;
use crate::text::{shortened, wrap};

/// Between two columns.
const GAP: usize = 3;
/// A column that gives way is never narrower.
const NARROWEST: usize = 12;
/// The last column gives way first, down to this.
const EASY: usize = 24;

/// One cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    text: String,
    style: Style,
    is_figure: bool,
}

impl Cell {
    /// Plain text.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Text in a style.
    pub(super) fn styled(style: Style, text: impl Into<String>) -> Self {
        Self { text: text.into(), style, is_figure: false }
    }

    /// A figure: it stands at the right of its column.
    pub(super) fn figure(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::new(), is_figure: true }
    }

    /// The same in a style.
    pub(super) const fn in_style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    fn length(&self) -> usize {
        self.text.chars().count()
    }

    fn painted(&self, width: usize, is_last: bool) -> String {
        let text = shortened(&self.text, width);
        let text = match (self.is_figure, is_last) {
            (true, _) => format!("{text:>width$}"),
            (false, true) => text,
            (false, false) => format!("{text:<width$}"),
        };
        if self.style == Style::new() { text } else { paint(self.style, &text) }
    }
}

/// The lines of a table of which the first column may be shortened down to `name` and the last one takes what is left.
pub(super) fn lines(rows: &[Vec<Cell>], name: usize, width: usize) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut widths: Vec<usize> = (0..count)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(Cell::length).max().unwrap_or_default()
        })
        .collect();
    let whole = |widths: &[usize]| widths.iter().sum::<usize>() + GAP * count.saturating_sub(1);
    let last = count.saturating_sub(1);
    for (column, least) in [(last, EASY), (0, name), (last, NARROWEST)] {
        let over = whole(&widths).saturating_sub(width);
        if let Some(found) = widths.get_mut(column) {
            *found = (*found).min((*found).saturating_sub(over).max(least));
        }
    }
    rows.iter().flat_map(|row| broken(row, &widths)).collect()
}

/// A row, with the words of its last column on as many lines as they need. What has no words is shortened instead.
fn broken(row: &[Cell], widths: &[usize]) -> Vec<String> {
    let Some((last, width)) = row.last().zip(widths.get(row.len().saturating_sub(1))) else {
        return Vec::new();
    };
    let parts = wrap(&last.text, *width);
    let fits = parts.iter().all(|part| part.chars().count() <= *width);
    if parts.len() < 2 || !fits {
        return vec![line(row, widths)];
    }
    let indent = widths[..row.len() - 1].iter().map(|width| width + GAP).sum::<usize>();
    let rest = parts[1..].iter().map(|part| {
        let cell = Cell { text: part.clone(), ..last.clone() };
        format!("{:indent$}{}", "", cell.painted(*width, true))
    });
    let first = Cell { text: parts[0].clone(), ..last.clone() };
    let head = [&row[..row.len() - 1], &[first]].concat();
    std::iter::once(line(&head, widths)).chain(rest).collect()
}

fn line(row: &[Cell], widths: &[usize]) -> String {
    let last = row.len().saturating_sub(1);
    let cells = row.iter().zip(widths).enumerate();
    let cells = cells.map(|(column, (cell, width))| cell.painted(*width, column == last));
    cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_one_another_and_no_line_is_too_wide() {
        let rows = [
            vec![Cell::new("a"), Cell::figure("1"), Cell::new("short")],
            vec![
                Cell::new("a_very_long_table_name_indeed"),
                Cell::figure("1,204"),
                Cell::new("a long text that has to give way in the end"),
            ],
        ];
        for width in [50, 80] {
            let lines = lines(&rows, 16, width);
            assert!(lines.iter().all(|line| line.chars().count() <= width), "{lines:#?}");
            let place = |line: &String, part: &str| {
                line.split_once(part).map(|(before, _)| before.chars().count())
            };
            assert_eq!(place(&lines[0], "short"), place(&lines[1], "a long"), "{lines:#?}");
        }
    }
}
