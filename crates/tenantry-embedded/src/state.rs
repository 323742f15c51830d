//! What the cluster is doing now, for readiness. Every state but `Running` heals by itself when its cause goes
//! away: the supervisor never gives up.

/// What the cluster is doing at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterState {
    /// The server accepts connections.
    Running {
        /// The process id of the postmaster.
        pid: u32,
    },
    /// The server went away, or its binaries were upgraded, and it is being started again.
    Restarting {
        /// How many starts in a row were tried, counting this one.
        attempt: u32,
    },
    /// Many starts in a row failed. Starting goes on being tried, every few seconds.
    Failed {
        /// How many starts in a row failed.
        attempts: u32,
        /// Why the last one failed, with the last lines of the server's log.
        reason: String,
    },
    /// The cluster was stopped on request.
    Stopped,
}
