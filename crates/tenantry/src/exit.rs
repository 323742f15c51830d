//! How the program ends, as a number. The numbers are an interface: scripts branch on them, so a number never
//! changes its meaning, and each is tested by making it happen.

use std::process::ExitCode;

/// Why the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what was asked.
    Done,
    /// Something unexpected went wrong, or `doctor` found something wrong.
    Failed,
    /// The command line or the configuration is not right.
    Usage,
    /// Something is pending; only when `--exit-code` asked for it.
    Pending,
    /// It would not have been safe.
    Refused,
    /// One organization's rows were reachable from another.
    Leak,
    /// Something is in the way at the moment.
    Temporary,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 8] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::Pending,
        Self::Refused,
        Self::Leak,
        Self::Temporary,
        Self::Interrupted,
    ];

    /// The number that the shell sees.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Pending => 3,
            Self::Refused => 4,
            Self::Leak => 5,
            Self::Temporary => 6,
            Self::Interrupted => 130,
        }
    }

    /// What the number says.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed unexpectedly; or doctor found something wrong",
            Self::Usage => "wrong usage or configuration",
            Self::Pending => "changes are pending (only with --exit-code)",
            Self::Refused => "refused for safety; nothing was changed",
            Self::Leak => "prove or adopt found a leak, or what --deny names",
            Self::Temporary => "temporary; safe to run again",
            Self::Interrupted => "interrupted: adopt with its state saved, serve a second time",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}
