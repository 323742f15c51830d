//! A PostgreSQL version, as `postgres --version` prints it. A beta has minor version 0: only the major version
//! decides whether a data directory can be opened.

use std::fmt;

/// A PostgreSQL version, ordered from old to new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The major version; data directories are bound to it.
    pub major: u32,
    /// The minor version; binaries of any minor version open each other's data directories.
    pub minor: u32,
}

impl Version {
    /// Reads the output of `postgres --version`, for example `postgres (PostgreSQL) 15.18 (Debian 15.18-0)`.
    pub(crate) fn from_program_output(output: &str) -> Option<Self> {
        let number = output.split_once("(PostgreSQL) ")?.1.split_whitespace().next()?;
        let (major, rest) = leading_number(number)?;
        let minor = rest.strip_prefix('.').and_then(leading_number).map_or(0, |(minor, _)| minor);
        Some(Self { major, minor })
    }
}

fn leading_number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_read_from_what_the_program_prints() {
        for (output, expected) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some((15, 18))),
            ("postgres (PostgreSQL) 17.2\n", Some((17, 2))),
            ("postgres (PostgreSQL) 18beta1\n", Some((18, 0))),
            ("postgres (PostgreSQL) 9.6.24\n", Some((9, 6))),
            ("initdb: command not found", None),
            ("postgres (PostgreSQL) devel", None),
        ] {
            let version = Version::from_program_output(output).map(|v| (v.major, v.minor));
            assert_eq!(version, expected, "{output}");
        }
    }

    #[test]
    fn ten_is_newer_than_nine() {
        assert!(Version { major: 15, minor: 10 } > Version { major: 15, minor: 9 });
    }
}
