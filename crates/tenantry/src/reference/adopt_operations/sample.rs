//! A made-up database that needs every operation in one mode or another, and what the planner makes of it. Nothing here is
//! read from a server.

use tenantry_adopt::classification::{Class, Classification, Link, LinkKind, Mode, Verdict};
use tenantry_adopt::decisions::{
    Application, Decision, Decisions, Organization, Orphans, People, Root, Source,
};
use tenantry_adopt::evidence::Evidence;
use tenantry_adopt::name::TableName;
use tenantry_adopt::plan;
use tenantry_adopt::schema::{
    Column, ForeignKey, Function, Index, Login, Reaction, Schema, Sequence, Table, View,
};
use tenantry_adopt::step::Step;

/// Ids that stay the same from run to run.
const OWN: uuid::Uuid = uuid::Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001);
const QUARANTINE: uuid::Uuid = uuid::Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0002);

/// The steps of the sample in this mode.
pub(super) fn steps(mode: Mode) -> Vec<Step> {
    let (decisions, classification) = (decisions(mode), classification());
    let evidence = Evidence::default();
    plan::steps(&schema(), &decisions, &classification, &evidence, OWN, QUARANTINE).unwrap()
}

fn name(name: &str) -> TableName {
    TableName::new("public", name)
}

fn schema() -> Schema {
    Schema {
        database: "notes".to_owned(),
        server_version: 150_018,
        tables: vec![
            table("countries", &[("code", "text")], vec![primary("countries", "code")], Vec::new()),
            notes(),
            table(
                "teams",
                &[("id", "uuid"), ("name", "text")],
                vec![primary("teams", "id")],
                Vec::new(),
            ),
            table(
                "users",
                &[
                    ("id", "uuid"),
                    ("team_id", "uuid"),
                    ("email", "text"),
                    ("password_hash", "text"),
                ],
                vec![primary("users", "id")],
                vec![foreign_key("users")],
            ),
        ],
        views: vec![View {
            name: name("recent_notes"),
            owner: "postgres".to_owned(),
            reads: vec![name("notes")],
            ..View::default()
        }],
        functions: vec![Function {
            signature: "public.count_notes()".to_owned(),
            kind: "function".to_owned(),
            owner: "postgres".to_owned(),
            is_definer: true,
            is_public: true,
            names: vec![name("notes")],
            ..Function::default()
        }],
        sequences: vec![Sequence { name: name("notes_number_seq"), table: Some(name("notes")) }],
        logins: vec![
            Login { name: "app".to_owned(), reads: true, ..Login::default() },
            Login { name: "postgres".to_owned(), is_superuser: true, owns: 4, ..Login::default() },
        ],
        ..Schema::default()
    }
}

fn notes() -> Table {
    let columns = [("id", "uuid"), ("team_id", "uuid"), ("slug", "text"), ("written_at", "date")];
    let used = Index {
        name: "notes_written_at_idx".to_owned(),
        columns: vec!["written_at".to_owned()],
        definition: definition("", "notes_written_at_idx", "notes", "written_at"),
        method: "btree".to_owned(),
        is_valid: true,
        scans: 1,
        ..Index::default()
    };
    let keys = vec![primary("notes", "id"), key("notes", "notes_slug_key", "slug", false), used];
    table("notes", &columns, keys, vec![foreign_key("notes")])
}

fn table(
    table: &str,
    columns: &[(&str, &str)],
    indexes: Vec<Index>,
    foreign_keys: Vec<ForeignKey>,
) -> Table {
    let column = |(name, type_name): &(&str, &str)| Column {
        name: (*name).to_owned(),
        type_name: (*type_name).to_owned(),
        is_not_null: true,
        ..Column::default()
    };
    Table {
        name: name(table),
        owner: "postgres".to_owned(),
        columns: columns.iter().map(column).collect(),
        indexes,
        foreign_keys,
        ..Table::default()
    }
}

fn primary(table: &str, column: &str) -> Index {
    key(table, &format!("{table}_pkey"), column, true)
}

fn key(table: &str, name: &str, column: &str, is_primary: bool) -> Index {
    Index {
        name: name.to_owned(),
        columns: vec![column.to_owned()],
        definition: definition("UNIQUE ", name, table, column),
        method: "btree".to_owned(),
        is_unique: true,
        is_primary,
        is_constraint: true,
        is_valid: true,
        ..Index::default()
    }
}

/// An index as PostgreSQL writes it.
fn definition(unique: &str, name: &str, table: &str, column: &str) -> String {
    format!("CREATE {unique}INDEX {name} ON public.{table} USING btree ({column})")
}

fn foreign_key(table: &str) -> ForeignKey {
    ForeignKey {
        name: format!("{table}_team_id_fkey"),
        columns: vec!["team_id".to_owned()],
        parent: name("teams"),
        parent_columns: vec!["id".to_owned()],
        on_delete: Reaction::Cascade,
        is_validated: true,
        definition: "FOREIGN KEY (team_id) REFERENCES teams(id) ON DELETE CASCADE".to_owned(),
        ..ForeignKey::default()
    }
}

fn classification() -> Classification {
    let verdict = |table: &str, class, hangs: bool| {
        let link = Link {
            columns: vec!["team_id".to_owned()],
            parent: name("teams"),
            parent_columns: vec!["id".to_owned()],
            kind: LinkKind::ForeignKey(format!("{table}_team_id_fkey")),
            is_total: true,
            cast: None,
        };
        let links = if hangs { vec![link] } else { Vec::new() };
        Verdict { table: name(table), class, confidence: 1.0, reason: String::new(), links }
    };
    Classification {
        roots: vec![(name("teams"), 1.0)],
        people: Some(name("users")),
        verdicts: vec![
            verdict("teams", Class::Tenant, false),
            verdict("countries", Class::Shared, false),
            verdict("notes", Class::Tenant, true),
            verdict("users", Class::Tenant, true),
        ],
        findings: Vec::new(),
    }
}

fn decisions(mode: Mode) -> Decisions {
    let organization =
        |name: &str, slug: &str| Organization { name: name.to_owned(), slug: slug.to_owned() };
    let decided = |table: &str, class| {
        let orphans = (mode == Mode::Split && table == "notes").then_some(Orphans::Quarantine);
        (name(table), Decision { class: Some(class), orphans, ..Decision::default() })
    };
    let root = Root { table: name("teams"), key: "id".to_owned(), name: Some("name".to_owned()) };
    let source = Source {
        database: "postgres://localhost/other".to_owned(),
        organization: organization("Other", "other"),
    };
    Decisions {
        format: 1,
        database: "notes".to_owned(),
        schema: String::new(),
        mode,
        organization: organization("Notes", "notes"),
        application: Application { logins: vec!["app".to_owned()] },
        root: (mode == Mode::Split).then_some(root),
        people: Some(People {
            table: name("users"),
            key: "id".to_owned(),
            email: "email".to_owned(),
            name: None,
            password_hash: Some("password_hash".to_owned()),
            role: None,
            roles: std::collections::BTreeMap::new(),
            owner: None,
        }),
        merge: if mode == Mode::Merge { vec![source] } else { Vec::new() },
        tables: [
            decided("countries", Class::Shared),
            decided("notes", Class::Tenant),
            decided("teams", Class::Tenant),
            decided("users", Class::Tenant),
        ]
        .into(),
    }
}
