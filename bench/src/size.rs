//! The three sizes of the data. They are part of what a figure means, so they are constants and no options.

use serde::{Deserialize, Serialize};

/// A size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[clap(rename_all = "UPPER")]
pub(crate) enum Size {
    /// 100 organizations.
    S,
    /// 10,000 organizations, and one of them is large.
    M,
    /// 1,000,000 organizations.
    L,
}

impl Size {
    pub(crate) const ALL: [Self; 3] = [Self::S, Self::M, Self::L];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::M => "M",
            Self::L => "L",
        }
    }

    pub(crate) const fn organizations(self) -> u64 {
        match self {
            Self::S => 100,
            Self::M => 10_000,
            Self::L => 1_000_000,
        }
    }

    /// Each belongs to one organization; user `n` to organization `n % organizations`.
    pub(crate) const fn users(self) -> u64 {
        match self {
            Self::S => 10_000,
            Self::M | Self::L => 1_000_000,
        }
    }

    /// All documents but those of the large organization.
    pub(crate) const fn documents(self) -> u64 {
        match self {
            Self::S => 100_000,
            Self::M | Self::L => 10_000_000,
        }
    }

    /// More documents, all of organization 0.
    pub(crate) const fn large(self) -> u64 {
        match self {
            Self::M => 1_000_000,
            Self::S | Self::L => 0,
        }
    }

    pub(crate) const fn keys(self) -> u64 {
        match self {
            Self::S => 10_000,
            Self::M | Self::L => 1_000_000,
        }
    }

    /// The first so many users have a session, whether or not they call.
    pub(crate) const fn sessions(self) -> u64 {
        match self {
            Self::S => 2_000,
            Self::M | Self::L => 100_000,
        }
    }

    pub(crate) const fn audit_events(self) -> u64 {
        match self {
            Self::S => 10_000,
            Self::M | Self::L => 200_000,
        }
    }

    /// What `shared_buffers` is set to: what somebody with so much data would set.
    pub(crate) const fn shared_buffers(self) -> &'static str {
        match self {
            Self::S => "128MB",
            Self::M | Self::L => "1GB",
        }
    }

    /// The users whose tokens the load shows, spread over the organizations; never one of organization 0, which makes
    /// the noise.
    pub(crate) fn callers(self, count: u64) -> impl Iterator<Item = u64> {
        let organizations = self.organizations();
        let stride = ((organizations - 1) / count).max(1);
        (0u64..)
            .map(move |index| 1 + index * stride)
            .filter(move |user| user % organizations != 0)
            .take(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_exist_and_spread_over_the_organizations() {
        for size in Size::ALL {
            let callers: Vec<u64> = size.callers(2_000).collect();
            assert_eq!(callers.len(), 2_000);
            assert!(callers.iter().all(|user| *user < size.users()), "{size:?}");
            assert!(callers.iter().all(|user| user % size.organizations() != 0));
            assert!(*callers.last().unwrap() > size.organizations() / 2);
        }
    }
}
