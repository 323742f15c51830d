//! Answers to what the plan leaves open, in the plan's own form but only the lines to change: what `--answers` reads. They are
//! laid over the plan and never make up anything that the plan does not know.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::file::{each_table_once, mode_name};
use super::patterns::{Broad, Patterns, Section, Unanswered};
use super::{
    Application, Decision, Decisions, DecisionsError, Organization, Orphans, Root, Source,
};
use crate::classification::{Class, Mode};

/// The lines that may be answered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    format: Option<u32>,
    database: Option<String>,
    schema: Option<String>,
    mode: Option<Mode>,
    organization: Option<Organization>,
    application: Option<Application>,
    root: Option<Root>,
    people: Option<toml::Table>,
    merge: Option<Vec<Source>>,
    #[serde(default)]
    tables: BTreeMap<Section, Answer>,
}

/// The lines of one table. Those for reading may be copied along; they say nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    class: Option<Class>,
    decide: Option<String>,
    via: Option<String>,
    orphans: Option<Orphans>,
    keep: Option<Vec<String>>,
    record: Option<bool>,
    #[serde(rename = "confidence")]
    _confidence: Option<f32>,
    #[serde(rename = "reason")]
    _reason: Option<String>,
    #[serde(rename = "links")]
    _links: Option<Vec<String>>,
}

impl Decisions {
    /// Lays answers over the plan. When they are refused, the plan stays as it was.
    ///
    /// # Errors
    /// When they are no TOML, say something unknown, or are for another schema or mode.
    pub fn answer(&mut self, answers: &str) -> Result<(), DecisionsError> {
        let form = |error: toml::de::Error| DecisionsError::Form(format!("answers: {error}"));
        let given: Answers = toml::from_str(answers).map_err(form)?;
        each_table_once(&toml::from_str(answers).map_err(form)?)?;
        self.is_meant(&given)?;
        let mut answered = self.clone();
        if let Some(people) = given.people {
            answered.answer_people(people)?;
        }
        answered.answer_tables(given.tables)?;
        answered.organization = given.organization.unwrap_or(answered.organization);
        answered.application = given.application.unwrap_or(answered.application);
        answered.root = given.root.or(answered.root);
        answered.merge = given.merge.unwrap_or(answered.merge);
        *self = answered;
        Ok(())
    }

    /// Single tables first, then the patterns for what is left open.
    fn answer_tables(&mut self, given: BTreeMap<Section, Answer>) -> Result<(), DecisionsError> {
        let mut unanswered = Unanswered::of(&self.tables);
        let mut patterns = Patterns::default();
        for (section, answer) in given {
            let table = match section {
                Section::Pattern(pattern) => {
                    let broad = Broad { class: answer.class, orphans: answer.orphans };
                    patterns.add(pattern, broad, &answer.lines_of_one_table())?;
                    continue;
                }
                Section::Table(table) => table,
            };
            let decision = self.tables.get_mut(&table).ok_or_else(|| DecisionsError::Wrong {
                table: table.to_string(),
                problem: "the plan has no such table to answer for".to_owned(),
            })?;
            if answer.class.is_some() || answer.decide.is_some() {
                unanswered.class.remove(&table);
            }
            if answer.orphans.is_some() {
                unanswered.orphans.remove(&table);
            }
            answer.lay_over(decision);
        }
        patterns.answer(&mut self.tables, &unanswered)
    }

    /// Whether the answers are for this plan.
    fn is_meant(&self, given: &Answers) -> Result<(), DecisionsError> {
        let differs = |what: &str, theirs: Option<String>, ours: String| match theirs {
            Some(theirs) if theirs != ours => Err(DecisionsError::Wrong {
                table: "answers".to_owned(),
                problem: format!("they are for the {what} {theirs}, and the plan is for {ours}"),
            }),
            _ => Ok(()),
        };
        differs("format", given.format.map(|it| it.to_string()), self.format.to_string())?;
        differs("database", given.database.clone(), self.database.clone())?;
        differs("schema", given.schema.clone(), self.schema.clone())?;
        differs(
            "mode",
            given.mode.map(|it| mode_name(it).to_owned()),
            mode_name(self.mode).to_owned(),
        )
    }

    /// People are answered line by line too, so the lines are laid over those of the plan before they are read.
    fn answer_people(&mut self, lines: toml::Table) -> Result<(), DecisionsError> {
        let form = |error: String| DecisionsError::Form(format!("answers: people: {error}"));
        let mut all = match &self.people {
            Some(people) => {
                toml::Table::try_from(people).map_err(|error| form(error.to_string()))?
            }
            None => toml::Table::new(),
        };
        all.extend(lines);
        let people = toml::Value::Table(all).try_into();
        self.people = Some(people.map_err(|error| form(error.to_string()))?);
        Ok(())
    }
}

impl Answer {
    /// The lines that make no sense for several tables, and whether they are there.
    fn lines_of_one_table(&self) -> [(&'static str, bool); 4] {
        [
            ("decide", self.decide.is_some()),
            ("via", self.via.is_some()),
            ("keep", self.keep.is_some()),
            ("record", self.record.is_some()),
        ]
    }

    fn lay_over(self, decision: &mut Decision) {
        if self.class.is_some() || self.decide.is_some() {
            decision.class = self.class;
            decision.decide = self.decide;
        }
        decision.via = self.via.or(decision.via.take());
        decision.orphans = self.orphans.or(decision.orphans);
        decision.record = self.record.or(decision.record);
        if let Some(keep) = self.keep {
            decision.keep = keep;
        }
    }
}
