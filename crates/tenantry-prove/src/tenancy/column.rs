//! Which column names the organization, and which tables hold organizations and people. Names are compared without
//! case and underscores, so that `organization_id` and `"organizationId"` are one.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Relation};

/// What teams call the column, the surest first.
const TENANT: [&str; 14] = [
    "organizationid",
    "organisationid",
    "orgid",
    "tenantid",
    "workspaceid",
    "accountid",
    "companyid",
    "teamid",
    "customerid",
    "clientid",
    "siteid",
    "spaceid",
    "storeid",
    "schoolid",
];

/// What teams call the column of a person.
const PERSON: [&str; 8] = [
    "userid",
    "ownerid",
    "createdby",
    "authorid",
    "profileid",
    "memberid",
    "createdbyid",
    "authoruserid",
];

/// What teams call the table of people.
const PEOPLE: [&str; 6] = ["users", "user", "profiles", "appusers", "people", "accounts"];

/// Without case and underscores.
pub(crate) fn normalized(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').flat_map(char::to_lowercase).collect()
}

/// Whether a column's name says that it holds a person's id.
pub(crate) fn is_person_column(name: &str) -> bool {
    PERSON.contains(&normalized(name).as_str())
}

/// Whether a column's name says that its rows are some customer's, although it is none of the usual names.
pub(super) fn tells_of_somebody(name: &str) -> bool {
    let name = normalized(name);
    let words = [
        "org",
        "tenant",
        "account",
        "customer",
        "merchant",
        "company",
        "workspace",
        "user",
        "email",
    ];
    // `organism` and `accounting` are words too: a telling one begins the name, and little follows.
    words.iter().any(|word| {
        name.strip_prefix(word).is_some_and(|rest| {
            matches!(
                rest,
                "" | "id"
                    | "name"
                    | "slug"
                    | "key"
                    | "uuid"
                    | "anization"
                    | "anizationname"
                    | "address"
            )
        })
    })
}

/// The column that names the organization: of the names that teams use, the one that most policies compare and most
/// tables have.
pub(super) fn tenant_column(catalog: &Catalog) -> Option<String> {
    let mut scores: BTreeMap<String, usize> = BTreeMap::new();
    for table in catalog.relations.iter().filter(|relation| relation.is_table()) {
        for column in &table.columns {
            let name = normalized(&column.name);
            if let Some(place) = TENANT.iter().position(|known| *known == name) {
                let compares =
                    |policy: &&crate::catalog::Policy| policy.columns.contains(&column.name);
                // A comparison with what a sub-query finds leads to another table, which is the one that belongs.
                let is_direct = |policy: &crate::catalog::Policy| !policy.text.contains(" FROM ");
                let mut policies = table.policies.iter().filter(compares);
                let compared = usize::from(policies.any(is_direct));
                *scores.entry(name).or_insert(TENANT.len() - place) += 20 + 100 * compared;
            }
        }
    }
    scores.into_iter().max_by_key(|(_, score)| *score).map(|(name, _)| name)
}

/// The table that most tenant columns refer to; else the one whose name is that of the column.
pub(super) fn root(catalog: &Catalog, tenant_column: &str) -> Option<u32> {
    let mut referred: BTreeMap<u32, usize> = BTreeMap::new();
    for key in &catalog.foreign_keys {
        if let [column] = key.columns.as_slice()
            && normalized(column) == tenant_column
            && key.child != key.parent
        {
            *referred.entry(key.parent).or_default() += 1;
        }
    }
    let by_keys = referred.into_iter().max_by_key(|(_, count)| *count).map(|(oid, _)| oid);
    by_keys.or_else(|| {
        let stem = tenant_column.strip_suffix("id").unwrap_or(tenant_column);
        let stem = if stem == "org" { "organization" } else { stem };
        named(catalog, &[&format!("{stem}s"), stem, &format!("{}ies", stem.trim_end_matches('y'))])
    })
}

/// The table that columns of people refer to; else the one that is called so.
pub(super) fn people(catalog: &Catalog, root: Option<u32>) -> Option<u32> {
    let mut referred: BTreeMap<u32, usize> = BTreeMap::new();
    for key in &catalog.foreign_keys {
        if let [column] = key.columns.as_slice()
            && is_person_column(column)
            && Some(key.parent) != root
        {
            *referred.entry(key.parent).or_default() += 1;
        }
    }
    let by_keys = referred.into_iter().max_by_key(|(_, count)| *count).map(|(oid, _)| oid);
    by_keys.or_else(|| named(catalog, &PEOPLE)).filter(|oid| Some(*oid) != root)
}

fn named(catalog: &Catalog, names: &[&str]) -> Option<u32> {
    let is = |relation: &&Relation, name: &str| {
        relation.is_table() && normalized(&relation.name) == name
    };
    names.iter().find_map(|name| {
        catalog.relations.iter().find(|relation| is(relation, name)).map(|found| found.oid)
    })
}
