//! How a transaction enters an organization: Tenantry's seal, settings that the policies read, or what somebody said.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::quote::literal;

/// The way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// The sealed context of Tenantry's contract.
    Sealed,
    /// Settings that the policies read.
    Settings(Vec<(String, Holds)>),
    /// A statement with `{org}` and `{user}` in it.
    Told(String),
    /// None was found: the policies, if there are any, compare with something else.
    Unknown,
}

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holds {
    /// The organization.
    Organization,
    /// The person.
    Person,
    /// The claims of a token, as JSON.
    Claims,
    /// The name of a role of the API in front.
    Role,
}

impl Way {
    /// Reads it off the policies.
    pub(super) fn read(catalog: &Catalog, told: Option<&str>) -> Self {
        if let Some(statement) = told {
            return Self::Told(statement.trim().trim_end_matches(';').to_owned());
        }
        let policies = || catalog.relations.iter().flat_map(|relation| &relation.policies);
        if catalog.is_sealed
            && policies().any(|policy| policy.text.contains("tenantry.organization()"))
        {
            return Self::Sealed;
        }
        let names: BTreeSet<String> =
            policies().flat_map(|policy| settings_in(&policy.text)).collect();
        if names.is_empty() {
            return Self::Unknown;
        }
        Self::Settings(names.into_iter().map(|name| (name.clone(), holds(&name))).collect())
    }

    /// In words, for the report.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Sealed => "the sealed context".to_owned(),
            Self::Settings(settings) => {
                let names: Vec<&str> = settings.iter().map(|(name, _)| name.as_str()).collect();
                format!(
                    "the setting{} {}",
                    if names.len() == 1 { "" } else { "s" },
                    names.join(", ")
                )
            }
            Self::Told(statement) => statement.clone(),
            Self::Unknown => "no way in was found".to_owned(),
        }
    }

    /// The statement that enters as somebody, with the two ids put in. None where a seal is needed, or nothing is known.
    pub(crate) fn statement(&self, organization: &str, person: &str) -> Option<String> {
        match self {
            Self::Told(statement) => {
                Some(statement.replace("{org}", organization).replace("{user}", person))
            }
            Self::Settings(settings) => {
                let calls: Vec<String> = settings
                    .iter()
                    .map(|(name, holds)| {
                        let value = holds.value(organization, person);
                        format!("set_config({}, {}, true)", literal(name), literal(&value))
                    })
                    .collect();
                Some(format!("select {}", calls.join(", ")))
            }
            Self::Sealed | Self::Unknown => None,
        }
    }
}

impl Holds {
    fn value(self, organization: &str, person: &str) -> String {
        match self {
            Self::Organization => organization.to_owned(),
            Self::Person => person.to_owned(),
            Self::Role => "authenticated".to_owned(),
            Self::Claims => serde_json::json!({
                "sub": person, "user_id": person, "role": "authenticated", "org_id": organization,
                "organization_id": organization, "tenant_id": organization,
                "app_metadata": { "org_id": organization, "organization_id": organization, "tenant_id": organization },
            })
            .to_string(),
        }
    }
}

/// The names of the settings that a text reads. Those of PostgreSQL itself have no dot in them.
fn settings_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, call) in text.match_indices("current_setting(") {
        let rest = text.get(at + call.len()..).unwrap_or_default().trim_start();
        let name = rest.strip_prefix('\'').and_then(|rest| rest.split('\'').next());
        if let Some(name) = name.filter(|name| name.contains('.')) {
            found.push(name.to_owned());
        }
    }
    found
}

fn holds(name: &str) -> Holds {
    let lower = name.to_lowercase();
    let last = lower.rsplit('.').next().unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| last.contains(word));
    if last == "claims" {
        Holds::Claims
    } else if last == "role" {
        Holds::Role
    } else if last == "sub" || says(&["user", "uid", "actor", "member", "person", "profile"]) {
        Holds::Person
    } else {
        Holds::Organization
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_a_policy_are_found_and_told_apart() {
        let text = "(org_id = (current_setting('app.org_id'::text, true))::uuid) select current_setting( 'request.jwt.claims', true)::json ->> 'sub' current_setting('search_path')";
        assert_eq!(settings_in(text), ["app.org_id", "request.jwt.claims"]);
        for (name, kind) in [
            ("app.org_id", Holds::Organization),
            ("app.current_tenant", Holds::Organization),
            ("app.user_id", Holds::Person),
            ("request.jwt.claim.sub", Holds::Person),
            ("request.jwt.claims", Holds::Claims),
            ("request.jwt.claim.role", Holds::Role),
        ] {
            assert_eq!(holds(name), kind, "{name}");
        }
    }

    #[test]
    fn a_statement_that_was_told_is_used_with_both_ids() {
        let way = Way::Told("set app.org = '{org}'".to_owned());
        assert_eq!(way.statement("o", "p").unwrap(), "set app.org = 'o'");
    }
}
