//! One outcome as it is shown: the glyph, the tone and the words. The glyph carries the meaning without color, the
//! words carry it without sight.

use super::markup::Markup;
use crate::attack::Attack;
use crate::report::words as figures;
use crate::report::{Cell, Kind, Object, Outcome};

/// What the style knows an outcome by.
pub(super) const fn tone(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::NoRows | Outcome::Refused => "held",
        Outcome::Leaked { .. } => "leak",
        Outcome::Revealed => "oracle",
        Outcome::NotRun { .. } => "skipped",
        Outcome::DoesNotApply { .. } => "none",
    }
}

/// An outcome in a few words.
pub(super) fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::NoRows => "no rows".into(),
        Outcome::Refused => "refused".into(),
        Outcome::Leaked { rows } => format!("{} leaked", figures::rows(*rows)),
        Outcome::Revealed => "existence revealed".into(),
        Outcome::NotRun { .. } => "not run".into(),
        Outcome::DoesNotApply { .. } => "does not apply".into(),
    }
}

/// Why an attack was not made, when it was not.
pub(super) const fn why(outcome: &Outcome) -> Option<&String> {
    match outcome {
        Outcome::NotRun { why } | Outcome::DoesNotApply { why } => Some(why),
        Outcome::NoRows | Outcome::Refused | Outcome::Leaked { .. } | Outcome::Revealed => None,
    }
}

/// Writes the glyph as a link to its proof.
pub(super) fn link(page: &mut Markup, object: usize, cell: &Cell) {
    page.raw("<a class=\"c\" data-o=\"").raw(tone(&cell.outcome)).raw("\" href=\"#");
    page.proof(object, cell.attack).raw("\"><span aria-hidden=\"true\">");
    glyph(page, &cell.outcome);
    page.raw("</span><span class=\"sr\">").raw(cell.attack.name()).raw(": ");
    page.text(&words(&cell.outcome)).raw("</span></a>");
}

fn glyph(page: &mut Markup, outcome: &Outcome) {
    match outcome {
        Outcome::NoRows => page.raw("0"),
        Outcome::Refused => page.raw("✕"),
        Outcome::Leaked { rows } => page.text(&figures::short(*rows)),
        Outcome::Revealed => page.raw("?"),
        Outcome::NotRun { .. } => page,
        Outcome::DoesNotApply { .. } => page.raw("·"),
    };
}

/// Writes the attributes of an object's row by which the filter keeps or hides it.
pub(super) fn flags(page: &mut Markup, object: &Object) {
    for (show, flag) in
        Show::FILTERS.into_iter().zip([" data-leaks", " data-reveals", " data-not-run"])
    {
        if show.keeps(object) {
            page.raw(flag);
        }
    }
}

/// What the reader may choose to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    /// Objects that leak.
    Leaks,
    /// Objects that reveal what exists.
    Reveals,
    /// Objects on which something could not be tried.
    NotRun,
}

impl Show {
    /// All of them, in order.
    pub(super) const FILTERS: [Self; 3] = [Self::Leaks, Self::Reveals, Self::NotRun];

    /// Whether an object is one of them.
    pub(super) fn keeps(self, object: &Object) -> bool {
        object.cells.iter().any(|cell| match cell.outcome {
            Outcome::Leaked { .. } => self == Self::Leaks,
            Outcome::Revealed => self == Self::Reveals,
            Outcome::NotRun { .. } => self == Self::NotRun,
            Outcome::NoRows | Outcome::Refused | Outcome::DoesNotApply { .. } => false,
        })
    }
}

/// The attacks that were asked for on any of these objects, in order.
pub(super) fn columns(objects: &[(usize, &Object)]) -> Vec<Attack> {
    let is_asked =
        |attack: &Attack| objects.iter().any(|(_, object)| object.cell(*attack).is_some());
    Attack::ALL.into_iter().filter(is_asked).collect()
}

/// Writes an object's name, its schema dimmed.
pub(super) fn name(page: &mut Markup, name: &str) {
    let (schema, rest) = name.split_at(schema_length(name));
    page.raw("<code>");
    if !schema.is_empty() {
        page.raw("<i>").text(schema).raw("</i>");
    }
    page.text(rest).raw("</code>");
}

/// How long the schema with its full stop is, in a name as SQL writes it.
fn schema_length(name: &str) -> usize {
    let mut is_quoted = false;
    for (place, character) in name.char_indices() {
        match character {
            '"' => is_quoted = !is_quoted,
            '(' if !is_quoted => return 0,
            '.' if !is_quoted => return place + 1,
            _ => {}
        }
    }
    0
}

/// Writes what an object is, unless it is the usual table, and how its rows belong to an organization.
pub(super) fn nature(page: &mut Markup, object: &Object) {
    let is_usual = object.kind == Kind::Table && !object.belongs.is_empty();
    if !is_usual {
        page.raw(object.kind.name());
    }
    if !is_usual && !object.belongs.is_empty() {
        page.raw(" · ");
    }
    page.text(&object.belongs);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_found_outside_quotes_only() {
        let cases = [("public.a", 7), ("a", 0), ("\"a.b\".c", 6), ("\"a.b\"", 0), ("f(x.y)", 0)];
        for (name, length) in cases {
            assert_eq!(schema_length(name), length, "{name}");
        }
    }
}
