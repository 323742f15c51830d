//! Words that say something of a table. They are hints for a proposal, never a reason to leave a table out: a word that is
//! not here costs a question, a wrong one here could cost a silent mistake, so doubtful words stay out.

/// Tables whose rows may be organizations, with how strongly the word says so.
pub(crate) const ROOTS: &[(&str, f32)] = &[
    ("organization", 1.0),
    ("organisation", 1.0),
    ("org", 1.0),
    ("tenant", 1.0),
    ("workspace", 1.0),
    ("company", 0.9),
    ("team", 0.85),
    ("account", 0.8),
    ("agency", 0.7),
    ("school", 0.7),
    ("clinic", 0.7),
    ("club", 0.7),
    ("shop", 0.65),
    ("store", 0.65),
    ("space", 0.6),
    ("group", 0.5),
    ("site", 0.5),
    ("community", 0.5),
    ("project", 0.5),
    ("instance", 0.3),
    ("client", 0.3),
];

/// Tables of people that sign in, the likeliest first.
pub(crate) const PEOPLE: &[&str] =
    &["user", "person", "member", "account", "profile", "employee", "staff", "operator"];

/// What signing in needs.
#[derive(Debug)]
pub(crate) struct IdentityForm {
    /// Last words of the table's name.
    pub(crate) ending: &'static [&'static str],
    /// Words of columns, one of which such a table has: the name alone is not enough, since a course has sessions too.
    pub(crate) columns: &'static [&'static str],
    /// Whether nothing else looks like it. A token may be for somebody else's service, an account one that is posted to.
    pub(crate) is_certain: bool,
}

const fn form(
    ending: &'static [&'static str],
    columns: &'static [&'static str],
    is_certain: bool,
) -> IdentityForm {
    IdentityForm { ending, columns, is_certain }
}

/// The tables that signing in needs.
pub(crate) const IDENTITY: &[IdentityForm] = &[
    form(&["session"], &["token", "expire", "expiry", "sess", "ip"], true),
    form(&["password", "reset"], &["token", "hash", "code"], true),
    form(&["reset", "token"], &["token", "hash"], true),
    form(&["verification", "token"], &["token", "identifier"], true),
    form(&["verification", "request"], &["token", "identifier"], true),
    form(&["refresh", "token"], &["token", "hash", "expire", "revoked"], true),
    form(&["magic", "link"], &["token", "hash", "expire"], true),
    form(&["passkey"], &["credential", "public", "key"], true),
    form(&["one", "time", "token"], &["token", "hash"], true),
    form(&["mfa", "factor"], &["secret"], true),
    form(&["recovery", "code"], &["code", "hash"], true),
    form(&["backup", "code"], &["code", "hash"], true),
    form(&["password", "request"], &["token", "hash", "email", "expire"], false),
    form(&["password"], &["hash", "digest"], false),
    form(&["account"], &["provider", "issuer"], false),
    form(&["identity"], &["provider", "issuer"], false),
    form(&["login"], &["provider", "issuer"], false),
    form(&["credential"], &["public", "secret", "password", "hash"], false),
    form(&["verification"], &["token", "code"], false),
    form(&["access", "token"], &["token", "hash", "digest"], false),
    form(&["auth", "token"], &["token", "key", "hash"], false),
    form(&["login", "attempt"], &["ip", "email", "username"], false),
];

/// Whole names that only one kind of tool makes.
pub(crate) const INFRASTRUCTURE: &[&str] = &[
    "schema_migrations",
    "schema_migration",
    "ar_internal_metadata",
    "_prisma_migrations",
    "alembic_version",
    "django_migrations",
    "knex_migrations",
    "knex_migrations_lock",
    "flyway_schema_history",
    "schema_version",
    "databasechangelog",
    "databasechangeloglock",
    "goose_db_version",
    "__drizzle_migrations",
    "sequelizemeta",
    "typeorm_metadata",
    "typeorm_migrations",
    "__efmigrationshistory",
    "mikro_orm_migrations",
    "gorp_migrations",
    "doctrine_migration_versions",
    "phinxlog",
    "_sqlx_migrations",
    "refinery_schema_history",
    "__diesel_schema_migrations",
    "seaql_migrations",
    "pgmigrations",
    "kysely_migration",
    "kysely_migration_lock",
    "shedlock",
    "cache_locks",
    "migrations_lock",
];

/// Tables that a framework reads for everybody and fills itself when it migrates.
pub(crate) const FRAMEWORK: &[&str] =
    &["django_content_type", "auth_permission", "spatial_ref_sys"];

/// Columns of a table of migrations that has a name of its own.
pub(crate) const MIGRATION_COLUMNS: &[&str] = &[
    "id",
    "name",
    "migration",
    "version",
    "batch",
    "timestamp",
    "time",
    "hash",
    "created",
    "at",
    "executed",
    "run",
    "on",
    "applied",
    "dirty",
    "checksum",
    "filename",
    "finished",
    "started",
    "current",
];

/// Lists that are the same for everybody on earth.
pub(crate) const WORLD: &[&str] = &[
    "country",
    "currency",
    "language",
    "locale",
    "timezone",
    "continent",
    "country code",
    "currency code",
    "language code",
    "time zone",
];

/// Last words of tables that are often one list for everybody, and often enough not.
pub(crate) const LISTS: &[&str] = &[
    "country",
    "currency",
    "language",
    "locale",
    "timezone",
    "zone",
    "region",
    "state",
    "province",
    "city",
    "plan",
    "tier",
    "permission",
    "type",
    "kind",
    "status",
    "category",
    "level",
    "unit",
    "feature",
    "flag",
    "template",
    "preset",
    "setting",
    "config",
    "configuration",
    "option",
    "parameter",
    "role",
    "skill",
    "industry",
    "holiday",
    "icon",
    "emoji",
    "rate",
    "package",
    "pack",
    "cost",
    "model",
    "lookup",
    "catalog",
    "definition",
    "default",
    "constant",
    "dictionary",
];

/// Last words of tables that record what people and programs do: whoever has such rows would not share them.
pub(crate) const WORK: &[&str] = &[
    "order",
    "invoice",
    "payment",
    "refund",
    "cart",
    "checkout",
    "shipment",
    "transaction",
    "message",
    "comment",
    "note",
    "reply",
    "conversation",
    "chat",
    "thread",
    "notification",
    "run",
    "job",
    "crawl",
    "upload",
    "export",
    "import",
    "log",
    "history",
    "activity",
    "event",
    "interaction",
    "submission",
    "attempt",
    "answer",
    "response",
    "enrollment",
    "registration",
    "booking",
    "appointment",
    "reservation",
    "visit",
    "ticket",
    "issue",
    "task",
    "todo",
    "deal",
    "lead",
    "opportunity",
    "contact",
    "customer",
    "client",
    "patient",
    "invitation",
    "invite",
    "attachment",
    "report",
    "analysis",
    "draft",
    "feedback",
    "review",
    "vote",
    "reaction",
    "bookmark",
    "favorite",
    "follower",
    "subscription",
    "webhook",
    "delivery",
    "audit",
];

/// Columns by which people name the entries of a list.
pub(crate) const NATURAL: &[&str] = &["code", "slug", "name", "key", "iso", "symbol", "label"];

/// Columns of rows that are worked on: when something was begun, done, sent.
pub(crate) const PROGRESS: &[&str] = &[
    "started",
    "completed",
    "finished",
    "processed",
    "failed",
    "sent",
    "delivered",
    "paid",
    "closed",
    "resolved",
    "cancelled",
    "canceled",
    "scheduled",
    "submitted",
    "due",
    "error",
    "retry",
    "attempt",
    "progress",
    "assigned",
    "approved",
    "rejected",
    "posted",
    "shipped",
];

/// Words of columns that say who made a row, not whose it is.
pub(crate) const AUTHORSHIP: &[&str] =
    &["created", "updated", "modified", "edited", "deleted", "changed", "inserted", "last"];

/// First words that an application puts before all of its tables.
pub(crate) const PREFIXES: &[&str] = &[
    "app", "core", "sys", "system", "tbl", "tb", "t", "ref", "lookup", "lu", "auth", "base",
    "common", "public", "data", "main", "api", "db",
];
