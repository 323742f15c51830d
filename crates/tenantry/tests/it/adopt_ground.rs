//! Sample databases in a cluster of their own, adopted by the real program. Copies of a loaded sample hold the very same rows,
//! so what an interrupted run made of one can be compared with what an undisturbed run made of another.

use std::process::{Child, Command, Stdio};

use crate::harness::{Ran, Sandbox, psql};
use crate::scripts::{Sample, Size};
use crate::server::Server;

/// Tables of the application: not ours, not the system's, and no partition, whose rows are their parent's.
const TABLES: &str = "from pg_class class join pg_namespace space on space.oid = class.relnamespace \
    where class.relkind in ('r', 'p') and not class.relispartition \
      and space.nspname <> 'information_schema' and space.nspname !~ '^(pg_|tenantry$|tenantry_)'";
/// One row without what adopting adds, as a number.
const HASH: &str =
    "coalesce(sum(hashtextextended((to_jsonb(line) - ''organization_id'')::text, 0)::numeric), 0)";

/// A cluster for the tests of one function.
pub(crate) struct Ground {
    pub(crate) sandbox: Sandbox,
    _server: Server,
}

/// A database in it.
pub(crate) struct Adopted<'a> {
    ground: &'a Ground,
    pub(crate) name: String,
}

impl Ground {
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::new();
        let server = Server::start(&sandbox, &[]);
        let ground = Self { sandbox, _server: server };
        // The cluster does not outlive the test, and only the program is killed: durability would only cost time.
        for setting in ["fsync = off", "synchronous_commit = off", "full_page_writes = off"] {
            ground.sandbox.sql("postgres", &format!("alter system set {setting}"));
        }
        ground.sandbox.sql("postgres", "select pg_reload_conf()");
        ground
    }

    /// A database that belongs to a login of the application's, with these statements run as it.
    pub(crate) fn database(&self, name: &str, login: &str, statements: &[&str]) -> Adopted<'_> {
        let role = format!(
            "do $$ begin if to_regrole('{login}') is null then create role {login} login; end if; end $$"
        );
        self.sandbox.sql("postgres", &role);
        self.sandbox.sql("postgres", &format!("create database {name} owner {login}"));
        for statement in statements {
            self.sandbox.sql(name, &format!("set role {login}; {statement}"));
        }
        Adopted { ground: self, name: name.to_owned() }
    }

    /// A sample with about so many rows.
    pub(crate) fn sample(&self, sample: Sample, rows: u64) -> Adopted<'_> {
        let script = sample.rows(Size::of(rows));
        let login = login(sample);
        self.database(&format!("{}_loaded", sample.name()), &login, &[sample.schema(), &script])
    }

    /// The same rows again.
    pub(crate) fn copy(&self, of: &Adopted<'_>, name: &str) -> Adopted<'_> {
        self.sandbox.sql(
            "postgres",
            &format!(
                "create database {name} template {of} owner {owner}",
                of = of.name,
                owner = of.owner()
            ),
        );
        Adopted { ground: self, name: name.to_owned() }
    }
}

/// The application's login of a sample.
pub(crate) fn login(sample: Sample) -> String {
    format!("{}_app", sample.name())
}

/// What somebody who knows the application answers, from the file beside its schema.
pub(crate) fn answers(ground_truth: &str, is_split: bool) -> String {
    let truth: toml::Table = toml::from_str(ground_truth).unwrap();
    let tables = truth["tables"].as_table().unwrap();
    let one = |(table, known): (&String, &toml::Value)| {
        let class = known["class"].as_str().unwrap();
        let is_lower = table.chars().all(|letter| !letter.is_ascii_uppercase());
        let name = if is_lower { table.clone() } else { format!("\\\"{table}\\\"") };
        let orphans = if is_split && class == "tenant" { "orphans = \"default\"\n" } else { "" };
        format!("[tables.\"public.{name}\"]\nclass = \"{class}\"\n{orphans}")
    };
    tables.iter().map(one).collect()
}

impl Adopted<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.ground.sandbox.command(&[&["adopt"], arguments].concat());
        command.env("DATABASE_URL", self.ground.sandbox.address(&self.name, true));
        command.env("COLUMNS", "120");
        command
    }

    /// Runs one of the commands to its end.
    pub(crate) fn adopt(&self, arguments: &[&str]) -> Ran {
        self.adopt_with(arguments, &[])
    }

    /// Runs it with these variables.
    pub(crate) fn adopt_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        self.command(arguments).envs(variables.iter().copied()).output().unwrap().into()
    }

    /// Begins one of the commands.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        self.begin_with(arguments, &[])
    }

    /// Begins it with these variables.
    pub(crate) fn begin_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Child {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Writes a plan and answers the file's name.
    pub(crate) fn plan(&self, answers: &str, arguments: &[&str]) -> String {
        self.plan_with(answers, arguments, &[])
    }

    /// With these variables.
    pub(crate) fn plan_with(
        &self,
        answers: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> String {
        let (given, file) =
            (format!("{}.answers.toml", self.name), format!("{}.plan.toml", self.name));
        self.ground.sandbox.write(&given, answers);
        let plan = ["plan", "--answers", &given, "--out", &file];
        self.adopt_with(&[&plan, arguments].concat(), variables).ends_with(0);
        file
    }

    pub(crate) fn sql(&self, statement: &str) -> String {
        self.ground.sandbox.sql(&self.name, statement)
    }

    /// A session of `psql` that does what is written to it, under a name.
    pub(crate) fn session(&self, application: &str) -> Child {
        Command::new(psql())
            .args(["-XAtq", "-d", &self.ground.sandbox.address(&self.name, true)])
            .env("PGAPPNAME", application)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn owner(&self) -> String {
        self.sql("select datdba::regrole::text from pg_database where datname = current_database()")
    }

    /// What is in every table, in a form that does not know `organization_id`.
    pub(crate) fn checksum(&self) -> String {
        let one = format!(
            "format('select %L || count(*) || '':'' || {HASH} from %s%s as line', class.oid::regclass || ' ', case when class.relkind = 'r' then 'only ' else '' end, class.oid::regclass)"
        );
        self.per_table(&one, "")
    }

    /// Whose the rows are: what each organization has of each table, whatever the organizations' ids are.
    pub(crate) fn shares(&self) -> String {
        let one = format!(
            "format('select %L || string_agg(share, '' '' order by share) from (select count(*) || '':'' || {HASH} as share from %s line group by organization_id) each', class.oid::regclass || ' ', class.oid::regclass)"
        );
        let has_column = "and exists (select from pg_attribute where attrelid = class.oid and attname = 'organization_id')";
        let rows = self.per_table(&one, has_column);
        let made = "select string_agg(name || '/' || slug, ' ' order by slug) from tenantry.organizations \
                    union all select count(*)::text from tenantry.memberships union all select count(*)::text from tenantry.users";
        format!("{rows}\n{}", self.sql(made))
    }

    fn per_table(&self, one: &str, further: &str) -> String {
        let all = format!(
            "select string_agg({one}, ' union all ' order by class.oid::regclass::text) {TABLES} {further}"
        );
        let mut lines: Vec<String> = self.sql(&self.sql(&all)).lines().map(str::to_owned).collect();
        lines.sort();
        lines.join("\n")
    }

    /// The schema as `pg_dump` writes it, without the organization's id and what changes from dump to dump.
    pub(crate) fn dump(&self) -> String {
        let address = self.ground.sandbox.address(&self.name, true);
        let output = Command::new(psql().with_file_name("pg_dump"))
            .args(["--schema-only", "--dbname", &address])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let changes =
            |line: &&str| line.starts_with("\\restrict") || line.starts_with("\\unrestrict");
        let text = text.lines().filter(|line| !changes(line)).collect::<Vec<_>>().join("\n");
        let is_adopted = self.sql("select to_regclass('tenantry_adopt.run') is not null") == "t";
        if is_adopted {
            let id = self.sql("select organization_id from tenantry_adopt.run");
            text.replace(&id, "00000000-0000-7000-8000-000000000001")
        } else {
            text
        }
    }

    /// The journal's own word for where it stands, and for what.
    pub(crate) fn state(&self) -> String {
        self.sql("select state || ' ' || phase from tenantry_adopt.run")
    }

    /// Nothing half done is left: no invalid index, no lock, no session.
    pub(crate) fn assert_clean(&self) {
        let invalid = self.sql(
            "select indexrelid::regclass from pg_index where not indisvalid or not indisready",
        );
        assert_eq!(invalid, "", "indexes that are not valid");
        let held = "select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
        while self.sql(held) != "0" && std::time::Instant::now() < deadline {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert_eq!(self.sql(held), "0", "advisory locks");
    }
}

/// The lines that only one of two texts has.
pub(crate) fn difference(before: &str, after: &str) -> String {
    let only = |one: &str, other: &str, mark: &str| {
        let kept: std::collections::BTreeSet<&str> = other.lines().collect();
        let lines = one.lines().filter(|line| !kept.contains(line));
        lines.map(|line| format!("{mark} {line}\n")).collect::<String>()
    };
    format!("\n{}{}", only(before, after, "-"), only(after, before, "+"))
}
