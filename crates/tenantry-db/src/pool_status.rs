//! How full the pools are, for whoever watches the server. Numbers only: the pools themselves stay private.

/// One pool at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// The most connections that it may have.
    pub most: usize,
    /// The connections that are open.
    pub open: usize,
    /// Those of them that somebody has borrowed.
    pub in_use: usize,
    /// Who waits for one.
    pub waiting: usize,
}

impl PoolStatus {
    pub(crate) const fn of(status: &deadpool::Status) -> Self {
        Self {
            most: status.max_size,
            open: status.size,
            in_use: status.size.saturating_sub(status.available),
            waiting: status.waiting,
        }
    }
}
