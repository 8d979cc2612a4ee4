//! Frees the memory of sessions when they expire. The background task sleeps until the next session expires, instead of
//! polling. While there are no sessions, it does not wake up.

use std::sync::Arc;

use super::ServerState;

/// Removes expired sessions until the server stops.
pub(super) async fn run(shared: Arc<ServerState>) {
    loop {
        let (clear_leftovers, next) = shared.store.sweep();
        if clear_leftovers {
            shared.purge_signal.report();
        }
        let due = async {
            match next {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => shared.store.first_session().await,
            }
        };
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = due => {}
        }
    }
}
