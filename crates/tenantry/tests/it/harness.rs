//! A place of its own for each test, and commands run in it: nothing of the machine's environment gets in.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A working directory that the database's account can enter.
pub(crate) struct Sandbox {
    directory: TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("tenantry-cli-").tempdir().unwrap();
        std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
        Self { directory }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path().join(".tenantry")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// The program with these arguments and nothing but `PATH` in its environment.
    #[expect(
        clippy::disallowed_methods,
        reason = "the tests find PostgreSQL where the machine does"
    )]
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
        command.args(arguments).current_dir(self.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    /// Runs it with these variables.
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        Ran::of(self.command(arguments).envs(variables.iter().copied()))
    }

    /// The address of a database in the cluster of this place, with the superuser's login in it or with none.
    pub(crate) fn address(&self, database: &str, has_login: bool) -> String {
        let lock =
            std::fs::read_to_string(self.data_dir().join("postgres/postmaster.pid")).unwrap();
        let lines: Vec<&str> = lock.lines().map(str::trim).collect();
        let (port, socket_directory) = (lines[3], lines[4].replace('/', "%2F"));
        let password = std::fs::read_to_string(self.data_dir().join("superuser.password")).unwrap();
        let login = match has_login {
            true => format!("tenantry_superuser:{}@", password.trim()),
            false => String::new(),
        };
        format!("postgres://{login}{socket_directory}:{port}/{database}")
    }

    /// Runs a statement as the superuser of the cluster of this place.
    pub(crate) fn sql(&self, database: &str, statement: &str) -> String {
        let output = Command::new(psql())
            .args([
                "-XAtq",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                &self.address(database, true),
                "-c",
                statement,
            ])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// PostgreSQL's client, from beside the server where it is not on `PATH`.
pub(crate) fn psql() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let beside = versions.filter_map(Result::ok).map(|entry| entry.path().join("bin/psql"));
    beside.filter(|path| path.exists()).max().unwrap_or_else(|| "psql".into())
}

/// How a command ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Everything that was shown, for a snapshot. Escapes are written out, so that colours can be reviewed.
    pub(crate) fn shown(&self) -> String {
        let mut out = String::new();
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                let _ = write!(out, "--- {name}\n{}\n", text.trim_end().replace('\u{1b}', "␛"));
            }
        }
        let _ = write!(out, "--- exit {}", self.code.unwrap());
        out
    }

    /// The code, with what was said when it is another one.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }

    /// Whether the standard error says this.
    #[track_caller]
    pub(crate) fn complains(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "no \"{part}\" in: {}", self.stderr);
        }
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
