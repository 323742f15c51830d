//! `tenantry.plan.toml`: written for a person to read from top to bottom, open tables first, and read back strictly. Comments,
//! reasons and confidences are not part of the decisions, so they do not change the hash.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Decision, Decisions, DecisionsError, Organization, People, Root, Source};
use crate::classification::{Class, Classification, Mode};
use crate::name::TableName;

impl Decisions {
    /// Reads a file.
    ///
    /// # Errors
    /// [`DecisionsError::Form`] with the line, when it is no TOML or says something that this program does not know.
    pub fn read(text: &str) -> Result<Self, DecisionsError> {
        let form = |error: toml::de::Error| DecisionsError::Form(error.to_string());
        let decisions: Self = toml::from_str(text).map_err(form)?;
        if decisions.format != 1 {
            let problem =
                format!("its format is {}, and this program reads format 1", decisions.format);
            return Err(DecisionsError::Form(problem));
        }
        let sections: toml::Table = toml::from_str(text).map_err(form)?;
        each_table_once(&sections)?;
        Ok(decisions)
    }

    /// The file, with what a person should know in comments.
    #[must_use]
    pub fn write(&self, classification: &Classification) -> String {
        let mut text = String::new();
        self.write_head(&mut text);
        self.write_root(&mut text, classification);
        self.write_people(&mut text);
        self.merge.iter().for_each(|source| write_source(&mut text, source));
        let (open, decided): (Vec<_>, Vec<_>) =
            self.tables.iter().partition(|(_, decision)| decision.class.is_none());
        if !open.is_empty() {
            text.push_str(OPEN);
        }
        for (table, decision) in open {
            write_table(&mut text, table, decision, classification, self.mode);
        }
        text.push_str("\n# ---- Decided. Change what is wrong. ----\n");
        for (table, decision) in decided {
            write_table(&mut text, table, decision, classification, self.mode);
        }
        text
    }

    /// A hash of what was decided, whatever the reasons and comments.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut bare = self.clone();
        for decision in bare.tables.values_mut() {
            decision.confidence = 0.0;
            decision.reason.clear();
            decision.links.clear();
        }
        // Maps are sorted and a text has no line break of its own, so the same decisions are the same lines.
        let text = bare.write(&Classification::default());
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        hex::encode(Sha256::digest(lines.join("\n")))
    }

    fn write_head(&self, text: &mut String) {
        text.push_str(HEAD);
        line(text, "format", &self.format.to_string());
        line(text, "database", &quoted(&self.database));
        line(text, "schema", &quoted(&self.schema));
        line(text, "mode", &quoted(mode_name(self.mode)));
        text.push_str(match self.mode {
            Mode::Whole => "\n# Every existing row becomes this organization's.\n[organization]\n",
            Mode::Merge => "\n# Every row of this database becomes this organization's.\n[organization]\n",
            Mode::Split => "\n# Has the rows that no link gives to anybody, where `orphans = \"default\"`.\n[organization]\n",
        });
        organization(text, &self.organization);
        text.push_str("\n# The logins of the application as it is now. They go on unchanged until enforcement.\n[application]\n");
        line(text, "logins", &list(&self.application.logins));
    }

    fn write_root(&self, text: &mut String, classification: &Classification) {
        let Some(Root { table, key, name }) = &self.root else { return };
        text.push_str("\n# Each row of this table becomes an organization.");
        for (other, score) in &classification.roots {
            let _ =
                write!(text, "\n#   candidate {}, score {score:.2}", comment(&other.to_string()));
        }
        text.push_str("\n[root]\n");
        line(text, "table", &quoted(&table.to_string()));
        line(text, "key", &quoted(key));
        optional(text, "name", name.as_deref());
    }

    fn write_people(&self, text: &mut String) {
        let Some(People { table, key, email, name, password_hash, role, roles, owner }) =
            &self.people
        else {
            return;
        };
        text.push_str(PEOPLE);
        line(text, "table", &quoted(&table.to_string()));
        line(text, "key", &quoted(key));
        line(text, "email", &quoted(email));
        optional(text, "name", name.as_deref());
        optional(text, "password_hash", password_hash.as_deref());
        optional(text, "role", role.as_deref());
        optional(text, "owner", owner.as_deref());
        if role.is_some() {
            text.push_str(
                "# What its values mean: owner, admin, member or viewer. Others are members.\n",
            );
            text.push_str("[people.roles]\n");
            roles.iter().for_each(|(label, role)| line(text, &quoted(label), &quoted(role)));
        }
    }
}

const HEAD: &str = "\
# What belongs to an organization, as `tenantry adopt plan` proposes it. Nothing was changed in the database.
# Read it, answer every `decide = \"?\"` by writing `class = …` in its place, then: tenantry adopt apply
#
#   tenant           each row belongs to one organization
#   shared           the same for everybody; organizations read it and do not write it
#   identity         accounts of people, across organizations; requests of an organization do not reach it
#   infrastructure   what a tool keeps for itself; requests do not reach it
#
# Several tables are answered at once by a section such as [tables.\"*\"] or [tables.\"public.agent_*\"] with class = \"tenant\"
# (and orphans = …): it answers what is open then, never what is decided, and the one with the most letters wins.
# `record = false` in a table's section leaves its owner alone until enforcement: copy and every index go on working.
# confidence, reason and links are for reading; changing them decides nothing.

";

const OPEN: &str = "
# ---- To decide. Nothing is applied before. ----
";

const PEOPLE: &str = "
# Where the application's people are, to make them members. Remove this section to make nobody a member.
[people]
";

fn write_table(
    text: &mut String,
    table: &TableName,
    decision: &Decision,
    classification: &Classification,
    mode: Mode,
) {
    let _ = writeln!(text, "\n[tables.{}]", quoted(&table.to_string()));
    match (decision.class, &decision.decide) {
        (Some(class), _) => line(text, "class", &quoted(class_name(class))),
        (None, decide) => {
            let proposed = classification.verdict(table).map(|verdict| class_name(verdict.class));
            if let Some(proposed) = proposed {
                let _ = writeln!(text, "# proposed: class = {}", quoted(proposed));
            }
            line(text, "decide", &quoted(decide.as_deref().unwrap_or("?")));
        }
    }
    if decision.class.is_none() && mode == Mode::Split {
        text.push_str("# rows without an organization: \"default\", \"quarantine\" or \"stop\"\n");
    }
    if let Some(orphans) = decision.orphans {
        line(text, "orphans", &quoted(orphans.name()));
    }
    optional(text, "via", decision.via.as_deref());
    line(text, "confidence", &format!("{:.2}", decision.confidence));
    line(text, "reason", &quoted(&decision.reason));
    if !decision.links.is_empty() {
        line(text, "links", &list(&decision.links));
    }
    if !decision.keep.is_empty() {
        text.push_str("# unique keys that stay unique across organizations\n");
        line(text, "keep", &list(&decision.keep));
    }
    if let Some(record) = decision.record {
        text.push_str("# whether shadow records what the old logins would be denied\n");
        line(text, "record", &record.to_string());
    }
}

fn write_source(text: &mut String, source: &Source) {
    text.push_str("\n[[merge]]\n");
    line(text, "database", &quoted(&source.database));
    text.push_str("[merge.organization]\n");
    organization(text, &source.organization);
}

fn organization(text: &mut String, organization: &Organization) {
    line(text, "name", &quoted(&organization.name));
    line(text, "slug", &quoted(&organization.slug));
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {value}");
}

fn optional(text: &mut String, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        line(text, key, &quoted(value));
    }
}

fn list(values: &[String]) -> String {
    match values.len() {
        0 | 1 => in_one_line(values),
        _ => {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            format!("[\n    {},\n]", values.join(",\n    "))
        }
    }
}

/// Texts as TOML writes them, in a line.
pub(crate) fn in_one_line(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    format!("[{}]", values.join(", "))
}

/// A text as TOML writes it, whatever stands in it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A text that cannot end the comment it stands in.
fn comment(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Two sections may spell the same table differently; the later one would win in silence.
pub(super) fn each_table_once(sections: &toml::Table) -> Result<(), DecisionsError> {
    let Some(toml::Value::Table(tables)) = sections.get("tables") else { return Ok(()) };
    let mut seen = std::collections::BTreeSet::new();
    for name in tables.keys() {
        let parsed: Result<TableName, _> = name.parse();
        if parsed.is_ok_and(|parsed| !seen.insert(parsed)) {
            return Err(DecisionsError::Form(format!("two sections are about the table {name}")));
        }
    }
    Ok(())
}

/// As the file writes a class.
pub(crate) const fn class_name(class: Class) -> &'static str {
    match class {
        Class::Tenant => "tenant",
        Class::Shared => "shared",
        Class::Identity => "identity",
        Class::Infrastructure => "infrastructure",
    }
}

/// As the file writes a mode.
pub(crate) const fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Whole => "whole",
        Mode::Split => "split",
        Mode::Merge => "merge",
    }
}
