//! Answers for many tables at once: `[tables."*"]` and `[tables."public.agent_*"]`. A pattern answers only what is still open,
//! never what is decided or was sure from the start, and of several patterns the one with the most letters of its own wins.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};

use super::file::class_name;
use super::{Decision, DecisionsError, Orphans};
use crate::classification::Class;
use crate::name::TableName;

/// What the key of a section names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum Section {
    /// One table.
    Table(TableName),
    /// Every open table whose name fits.
    Pattern(Pattern),
}

impl TryFrom<String> for Section {
    type Error = crate::name::BadName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match Pattern::read(&text) {
            Some(pattern) => Ok(Self::Pattern(pattern)),
            None => text.parse().map(Self::Table),
        }
    }
}

/// A name with `*` in it, which stands for any letters, a dot included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pattern(String);

impl Pattern {
    /// A pattern, when the text has a `*` that is not quoted: one between quotes is a letter of a table's name.
    fn read(text: &str) -> Option<Self> {
        let mut is_quoted = false;
        let has_star = text.chars().any(|letter| {
            is_quoted ^= letter == '"';
            letter == '*' && !is_quoted
        });
        has_star.then(|| Self(text.to_owned()))
    }

    /// How many letters it says itself.
    fn letters(&self) -> usize {
        self.0.chars().filter(|letter| *letter != '*').count()
    }

    /// Whether a table's name with its schema fits.
    fn fits(&self, table: &TableName) -> bool {
        let text = format!("{}.{}", table.schema, table.name);
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
            return false;
        };
        let parts: Vec<&str> = parts.collect();
        let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
        for part in between {
            // The earliest place leaves the most room for what follows.
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }

    fn wrong(&self, problem: impl Into<String>) -> DecisionsError {
        DecisionsError::Wrong { table: self.0.clone(), problem: problem.into() }
    }
}

/// What a pattern answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broad {
    pub(super) class: Option<Class>,
    pub(super) orphans: Option<Orphans>,
}

/// The patterns of a file.
#[derive(Debug, Default)]
pub(super) struct Patterns(Vec<(Pattern, Broad)>);

/// What is still to be answered, line by line.
#[derive(Debug, Default)]
pub(super) struct Unanswered {
    /// Tables of which nobody said what they are.
    pub(super) class: BTreeSet<TableName>,
    /// Open tables of which nobody said what becomes of rows without a parent.
    pub(super) orphans: BTreeSet<TableName>,
}

impl Unanswered {
    /// What a plan leaves open by itself. A proposal stops at rows without a parent, so `stop` is nobody's answer.
    pub(super) fn of(tables: &BTreeMap<TableName, Decision>) -> Self {
        let open = tables.iter().filter(|(_, decision)| decision.is_open());
        let is_proposed =
            |decision: &Decision| matches!(decision.orphans, None | Some(Orphans::Stop));
        Self {
            class: open.clone().map(|(table, _)| table.clone()).collect(),
            orphans: open
                .filter(|(_, decision)| is_proposed(decision))
                .map(|(table, _)| table.clone())
                .collect(),
        }
    }
}

impl Patterns {
    /// Adds one. `others` are the lines that it has besides, which only one table can have.
    ///
    /// # Errors
    /// When it says nothing, or what is not to be said of tables that nobody named.
    pub(super) fn add(
        &mut self,
        pattern: Pattern,
        broad: Broad,
        others: &[(&str, bool)],
    ) -> Result<(), DecisionsError> {
        if let Some((line, _)) = others.iter().find(|(_, is_there)| *is_there) {
            return Err(pattern.wrong(format!(
                "{line} is for one table; for several there are class and orphans"
            )));
        }
        match broad.class {
            None if broad.orphans.is_none() => {
                return Err(pattern.wrong("it answers nothing; write class = … or orphans = …"));
            }
            Some(class) if class != Class::Tenant && pattern.letters() == 0 => {
                return Err(pattern.wrong(format!(
                    "every table can be said to be \"tenant\" at once, but not {:?}: what is not guarded has to be named",
                    class_name(class)
                )));
            }
            _ => {}
        }
        self.0.push((pattern, broad));
        Ok(())
    }

    /// Answers what is unanswered.
    ///
    /// # Errors
    /// When a pattern fits no table, or two that are as close say different things of one.
    pub(super) fn answer(
        &self,
        tables: &mut BTreeMap<TableName, Decision>,
        unanswered: &Unanswered,
    ) -> Result<(), DecisionsError> {
        if let Some((lost, _)) =
            self.0.iter().find(|(pattern, _)| !tables.keys().any(|table| pattern.fits(table)))
        {
            return Err(lost.wrong(
                "no table of the plan has such a name; it begins with the schema, as in public.agent_*",
            ));
        }
        for (table, decision) in tables {
            if unanswered.class.contains(table)
                && let Some(class) = self.closest(table, |broad| broad.class)?
            {
                decision.class = Some(class);
                decision.decide = None;
            }
            let may_have_orphans = decision.class.is_none_or(|class| class == Class::Tenant);
            if unanswered.orphans.contains(table)
                && may_have_orphans
                && let Some(orphans) = self.closest(table, |broad| broad.orphans)?
            {
                decision.orphans = Some(orphans);
            }
        }
        Ok(())
    }

    /// What the pattern with the most letters of its own says of a table.
    fn closest<T: Copy + PartialEq>(
        &self,
        table: &TableName,
        line: impl Fn(&Broad) -> Option<T>,
    ) -> Result<Option<T>, DecisionsError> {
        let fitting = self.0.iter().filter(|(pattern, _)| pattern.fits(table));
        let said: Vec<(&Pattern, T)> =
            fitting.filter_map(|(pattern, broad)| Some((pattern, line(broad)?))).collect();
        let Some(most) = said.iter().map(|(pattern, _)| pattern.letters()).max() else {
            return Ok(None);
        };
        let mut best = said.into_iter().filter(|(pattern, _)| pattern.letters() == most);
        let Some((first, value)) = best.next() else { return Ok(None) };
        match best.find(|(_, other)| *other != value) {
            Some((other, _)) => Err(first.wrong(format!(
                "{} fits {} as closely and says something else; name the table",
                other.0,
                table.shown()
            ))),
            None => Ok(Some(value)),
        }
    }
}

/// The sections of the plan's file, with its patterns answered: what is read is one decision a table.
pub(super) fn sections<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<TableName, Decision>, D::Error> {
    let sections: BTreeMap<Section, Decision> = BTreeMap::deserialize(deserializer)?;
    resolved(sections).map_err(serde::de::Error::custom)
}

fn resolved(
    sections: BTreeMap<Section, Decision>,
) -> Result<BTreeMap<TableName, Decision>, DecisionsError> {
    let (mut tables, mut patterns) = (BTreeMap::new(), Patterns::default());
    for (section, decision) in sections {
        match section {
            Section::Table(table) => drop(tables.insert(table, decision)),
            Section::Pattern(pattern) => {
                let others = [
                    ("decide", decision.decide.is_some()),
                    ("via", decision.via.is_some()),
                    ("keep", !decision.keep.is_empty()),
                    ("record", decision.record.is_some()),
                ];
                let broad = Broad { class: decision.class, orphans: decision.orphans };
                patterns.add(pattern, broad, &others)?;
            }
        }
    }
    let unanswered = Unanswered::of(&tables);
    patterns.answer(&mut tables, &unanswered)?;
    Ok(tables)
}
