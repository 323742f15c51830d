//! Calling every function that the role may call, in the attacker's organization, with the other's values: its id, its
//! person's, its e-mail address, whatever an argument is called. A leak is an answer with something of the other in it that
//! was not passed in, or a row of the other that is not what it was.

use crate::arena::{Answer, Ask, Entry};
use crate::attack::Attack;
use crate::catalog::Function;
use crate::error::ProveError;
use crate::quote::{identifier, literal, nullable};
use crate::report::{Cell, Outcome};
use crate::rows::{Ground, Rows};
use crate::tenancy::{Class, is_person_column, normalized};
use crate::trial::{describe, does_not_apply};
use crate::view::shows_any;

/// Functions in a run.
#[derive(Debug)]
pub(crate) struct Functions<'a> {
    pub(crate) ground: Ground<'a>,
    pub(crate) rows: &'a Rows,
    /// A statement that answers one word, the same as long as nothing of the other's has changed.
    look: String,
    unchanged: String,
}

impl<'a> Functions<'a> {
    /// Looks at the other's rows as they are.
    pub(crate) async fn new(ground: Ground<'a>, rows: &'a Rows) -> Result<Self, ProveError> {
        let look = look(ground, rows);
        let unchanged = match ground.arena.attempt(&Entry::Administrator, Ask::Rows, &look).await? {
            Answer::Counted { first, .. } => first.into_iter().next().unwrap_or_default(),
            Answer::Failed { state, message } => {
                return Err(ProveError::Unexpected {
                    doing: "looking at the rows that were made".to_owned(),
                    message: format!("{message} ({state})"),
                });
            }
        };
        Ok(Self { ground, rows, look, unchanged })
    }

    /// Calls one.
    pub(crate) async fn call(&self, function: &Function) -> Result<Cell, ProveError> {
        let attack = Attack::Call;
        if function.is_internal {
            return Ok(does_not_apply(
                attack,
                "SQL cannot call it, or it is not written in SQL or PL/pgSQL",
            ));
        }
        let arena = self.ground.arena;
        let mut worst: Option<(Outcome, Answer, bool, String)> = None;
        for unknown in self.unknowns(function) {
            let statement = self.statement(function, &unknown);
            let (answer, is_changed) = self.made(function, &Entry::Own, &statement).await?;
            let outcome = judge(&answer, is_changed);
            if worst.as_ref().is_none_or(|(before, ..)| rank(&outcome) > rank(before)) {
                worst = Some((outcome, answer, is_changed, statement));
            }
        }
        let Some((mut outcome, answer, is_changed, statement)) = worst else {
            return Ok(does_not_apply(attack, "there is nothing to call it with"));
        };
        let (own, own_is_changed) = self.made(function, &Entry::Other, &statement).await?;
        let says_nothing = !own_is_changed && matches!(own, Answer::Counted { rows: 0, .. });
        if outcome == Outcome::NoRows && says_nothing {
            outcome = Outcome::DoesNotApply {
                why: "it shows and changes nothing of an organization that calls it with its own values either".to_owned(),
            };
        } else if outcome == Outcome::NoRows && matches!(own, Answer::Failed { .. }) {
            outcome = Outcome::NotRun {
                why: format!(
                    "an organization could not call it with its own values either: {}",
                    describe(&own)
                ),
            };
        }
        Ok(Cell {
            attack,
            outcome,
            sql: arena.shown(&Entry::Own, &statement),
            expected: "nothing of the other organization in the answer, and its rows as they were"
                .to_owned(),
            got: words(&answer, is_changed),
            control: words(&own, own_is_changed),
        })
    }

    /// Calls it as somebody, and looks whether the other's rows are what they were.
    async fn made(
        &self,
        function: &Function,
        entry: &Entry,
        statement: &str,
    ) -> Result<(Answer, bool), ProveError> {
        let ask = if function.is_procedure { Ask::Nothing } else { Ask::Number };
        let (answer, after) =
            self.ground.arena.attempt_and_look(entry, ask, statement, &self.look).await?;
        let is_changed = matches!(&answer, Answer::Counted { .. })
            && matches!(&after, Answer::Counted { first, .. } if first.first() != Some(&self.unchanged));
        Ok((answer, is_changed))
    }

    /// What to pass for texts whose names say nothing: a word of the other's, and each of its values that tell rows apart.
    fn unknowns(&self, function: &Function) -> Vec<String> {
        let other = &self.ground.arena.other;
        let mut unknowns = vec![other.mark.clone()];
        let is_open = |(name, type_name): &(String, String)| {
            matches!(type_name.as_str(), "text" | "character varying")
                && self.value(name, type_name, &other.mark).as_ref() == Some(&other.mark)
        };
        if function.arguments.iter().any(is_open) {
            unknowns.extend(self.rows.texts(self.ground.catalog, other));
        }
        unknowns
    }

    fn statement(&self, function: &Function, unknown: &str) -> String {
        let values: Vec<Option<String>> = function
            .arguments
            .iter()
            .map(|(name, type_name)| self.value(name, type_name, unknown))
            .collect();
        let shown: Vec<String> = values
            .iter()
            .zip(&function.arguments)
            .map(|(value, (_, type_name))| format!("{}::{type_name}", nullable(value.as_deref())))
            .collect();
        let name = format!(
            "{}.{}({})",
            identifier(&function.schema),
            identifier(&function.name),
            shown.join(", ")
        );
        if function.is_procedure {
            return format!("call {name}");
        }
        let mut marks = self.rows.marks(self.ground.catalog, &self.ground.arena.other, None);
        marks.retain(|mark| !values.iter().flatten().any(|value| value.contains(mark.as_str())));
        format!(
            "select count(*) from (select r::text as line from {name} as r limit 10000) as answer where {}",
            shows_any(&marks, "line")
        )
    }

    fn value(&self, name: &str, type_name: &str, unknown: &str) -> Option<String> {
        let other = &self.ground.arena.other;
        let bare = normalized(name);
        let bare = ["p", "in", "v", "arg", "target", "new"]
            .iter()
            .find_map(|prefix| bare.strip_prefix(prefix).filter(|rest| rest.len() > 3))
            .unwrap_or(&bare)
            .to_owned();
        let is_organization = self.ground.tenancy.tenant_column.as_deref() == Some(&bare)
            || ["org", "organization", "tenant", "orgid", "organizationid", "tenantid"]
                .contains(&bare.as_str());
        let fits = |value: &String| fits(value, type_name);
        let by_name = if is_organization {
            Some(other.organization.clone())
        } else if is_person_column(&bare)
            || ["user", "uid", "actor", "actorid"].contains(&bare.as_str())
        {
            Some(other.person.clone())
        } else {
            self.rows.value_called(&bare, other)
        };
        by_name.filter(fits).or_else(|| self.by_type(type_name, unknown))
    }

    fn by_type(&self, type_name: &str, unknown: &str) -> Option<String> {
        let other = &self.ground.arena.other;
        match type_name {
            "uuid" => Some(other.organization.clone())
                .filter(|id| fits(id, "uuid"))
                .or_else(|| Some(other.person.clone()))
                .filter(|id| fits(id, "uuid")),
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => {
                Some("1".to_owned())
            }
            "boolean" => Some("true".to_owned()),
            "json" | "jsonb" => Some("{}".to_owned()),
            "text" | "character varying" => Some(unknown.to_owned()),
            "date" | "timestamp with time zone" | "timestamp without time zone" => {
                Some("now".to_owned())
            }
            "interval" => Some("1 hour".to_owned()),
            _ => None,
        }
    }
}

fn judge(answer: &Answer, is_changed: bool) -> Outcome {
    match answer {
        Answer::Counted { .. } if is_changed => Outcome::Leaked { rows: 1 },
        Answer::Counted { rows: 0, .. } => Outcome::NoRows,
        Answer::Counted { rows, .. } => Outcome::Leaked { rows: *rows },
        Answer::Failed { state, .. } if state == "42501" => Outcome::Refused,
        Answer::Failed { .. } => Outcome::NotRun {
            why: format!("it ended with an error of its own: {}", describe(answer)),
        },
    }
}

/// Of several calls the one that shows most is told: a leak, then one that ran, then one that was refused.
const fn rank(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Leaked { .. } | Outcome::Revealed => 3,
        Outcome::NoRows => 2,
        Outcome::Refused => 1,
        Outcome::NotRun { .. } | Outcome::DoesNotApply { .. } => 0,
    }
}

fn words(answer: &Answer, is_changed: bool) -> String {
    match answer {
        Answer::Counted { .. } if is_changed => {
            "a row of the other organization is not what it was".to_owned()
        }
        Answer::Counted { rows: 0, .. } => {
            "nothing of the other organization, and nothing of its rows has changed".to_owned()
        }
        Answer::Counted { .. } => format!(
            "{} with something of the other organization that was not passed in",
            describe(answer)
        ),
        Answer::Failed { .. } => describe(answer),
    }
}

/// Whether a value can be of a type, as far as it matters here.
fn fits(value: &str, type_name: &str) -> bool {
    match type_name {
        "uuid" => uuid::Uuid::parse_str(value).is_ok(),
        "smallint" => value.parse::<i16>().is_ok(),
        "integer" => value.parse::<i32>().is_ok(),
        "bigint" | "numeric" | "real" | "double precision" => value.parse::<i64>().is_ok(),
        "text" | "character varying" | "character" | "name" => true,
        _ => false,
    }
}

/// The rows that were made for the other, and how many more say that they are its.
fn look(ground: Ground<'_>, rows: &Rows) -> String {
    let other = &ground.arena.other;
    let mut parts = Vec::new();
    let tables = ground.catalog.relations.iter().filter(|relation| relation.is_table());
    for table in tables.filter(|relation| ground.catalog.holds_rows(relation)) {
        let name = if table.is_partitioned { table.sql() } else { format!("only {}", table.sql()) };
        if let Some(condition) = rows.condition(table.oid, other) {
            parts.push(format!(
                "(select string_agg(md5(r::text), ',') from {name} as r where {condition})"
            ));
        }
        if let Class::Direct(column) = ground.tenancy.class(table.oid) {
            parts.push(format!(
                "(select count(*)::text from {name} where {} = {})",
                identifier(column),
                literal(&other.organization)
            ));
        }
    }
    if parts.is_empty() {
        "select ''".to_owned()
    } else {
        format!("select md5(array_to_string(array[{}], '|', ''))", parts.join(", "))
    }
}
