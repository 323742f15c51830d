//! How long one request waits for connections, in all. A request borrows from more than one pool; two
//! seconds for each would be more than anybody waits.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

/// What a request has.
const WHOLE: Duration = Duration::from_secs(2);

tokio::task_local! {
    static LEFT: Cell<Duration>;
}

/// Runs a request: all its waiting for connections together ends after two seconds (RE-6). Outside of
/// this, each waiting by itself does.
pub async fn with_patience<W: Future>(work: W) -> W::Output {
    LEFT.scope(Cell::new(WHOLE), work).await
}

/// How long the request may still wait.
pub(crate) fn left() -> Duration {
    LEFT.try_with(Cell::get).unwrap_or(WHOLE)
}

/// Takes off what was waited.
pub(crate) fn spend(waited: Duration) {
    // Outside of a request there is nothing to take it off.
    let _ = LEFT.try_with(|left| left.set(left.get().saturating_sub(waited)));
}
