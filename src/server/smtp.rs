//! Mail comes in over SMTP (RFC 5321), for the addresses that live here and no others. Nothing
//! is relayed and nothing is added: a mail is kept as the bytes that were sent.

mod connection;
mod data;
mod dialogue;
mod faulty;
mod foreign;
mod lines;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, oneshot};
use tokio_util::task::TaskTracker;

use super::Shared;

/// How long to wait when the system has no socket left to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const BUSY: &[u8] = b"421 4.3.2 too many connections, try again later\r\n";

/// Serves in a thread of its own until the server stops. A small mail is a dozen turns of the conversation
/// with little work in each: handing them from thread to thread costs more than sharing them would give.
pub(super) fn serve(listener: TcpListener, shared: Arc<Shared>) -> io::Result<()> {
    let listener = listener.into_std()?;
    let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
    let (alive, ended) = oneshot::channel::<()>();
    let tasks = shared.tasks.clone();
    std::thread::Builder::new().name("smtp".to_owned()).spawn(move || {
        runtime.block_on(async {
            match TcpListener::from_std(listener) {
                Ok(listener) => accept(listener, shared).await,
                Err(error) => tracing::error!(%error, "the SMTP listener failed"),
            }
        });
        drop(alive);
    })?;
    // Whoever waits for the server waits for its connections.
    tasks.spawn(async move { drop(ended.await) });
    Ok(())
}

/// Accepts connections until the server stops, and waits for their ends.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let room = Arc::new(Semaphore::new(shared.config.limits.smtp_connections));
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = shared.stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let mut stream = match accepted {
            Ok((stream, _peer)) => stream,
            Err(error) => {
                tracing::warn!(%error, "an SMTP connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        match Arc::clone(&room).try_acquire_owned() {
            Ok(permit) => {
                let shared = Arc::clone(&shared);
                connections.spawn(async move {
                    connection::run(stream, Arc::clone(&shared)).await;
                    shared.freed_memory.report();
                    drop(permit);
                });
            }
            // A fresh socket has room for one line; whoever is refused need not be waited for.
            Err(_full) => drop(stream.write(BUSY).await),
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}
