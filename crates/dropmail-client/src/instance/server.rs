//! Listens on the socket of the data directory and serves the other processes.

mod connection;

use super::owner_state::OwnerState;
use super::socket;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio::task::JoinSet;

/// Maximum number of simultaneous connections from other processes; further connections are closed.
const MAX_CONNECTIONS: usize = 32;

/// Pause after a failed attempt to accept a connection, for example because too many files are open.
const ERROR_DELAY: Duration = Duration::from_millis(100);

/// Serves the other processes. Returns when one of them has taken over the lock because this process did not respond.
pub(super) async fn serve(listener: UnixListener, owner_state: Arc<OwnerState>) {
    let mut connections = JoinSet::new();
    let mut last_number = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if connections.len() < MAX_CONNECTIONS && socket::is_own_user(&stream) => {
                    last_number += 1;
                    connections.spawn(connection::run(stream, last_number, Arc::clone(&owner_state)));
                }
                // Dropping the stream closes the connection, and the other process detects that.
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "a connection of another window was not accepted");
                    tokio::time::sleep(ERROR_DELAY).await;
                }
            },
            // A process that takes over the data directory closes its connection.
            Some(_) = connections.join_next() => {
                if !owner_state.lock.is_held() {
                    return;
                }
            }
        }
    }
}
