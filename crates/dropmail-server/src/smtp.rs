//! The SMTP listener (RFC 5321). It accepts mail only for addresses of this server, and does not relay mail. A mail is
//! stored exactly as it was received, without additional header fields.

mod auth;
mod connection;
mod data;
mod fault_injection;
mod lines;
mod oddity;
mod other_protocols;
mod session;
mod stream;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, oneshot};
use tokio_util::task::TaskTracker;

use super::ServerState;
use super::smtp_settings::SmtpTls;

/// Pause after a failure to accept an SMTP connection, for example because the operating system has no free sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const BUSY: &[u8] = b"421 4.3.2 too many connections, try again later\r\n";

/// Serves SMTP in a separate thread until the server stops. All connections run in this thread: a small mail takes a
/// dozen short steps, and moving a connection between threads would cost more time than it saves.
///
/// `implicit_tls` is a second listener, on which connections start with a TLS handshake; `None` if there is no such
/// listener.
pub(super) fn serve(
    listener: TcpListener,
    implicit_tls: Option<TcpListener>,
    shared: Arc<ServerState>,
) -> io::Result<()> {
    let mut listeners = vec![(listener.into_std()?, shared.config.smtp_tls)];
    if let Some(listener) = implicit_tls {
        listeners.push((listener.into_std()?, SmtpTls::Implicit));
    }
    let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
    let (alive, ended) = oneshot::channel::<()>();
    let tasks = shared.tasks.clone();
    std::thread::Builder::new().name("smtp".to_owned()).spawn(move || {
        runtime.block_on(async {
            let limit = Arc::new(Semaphore::new(shared.config.limits.smtp_connections));
            let accepting = listeners.into_iter().map(|(listener, tls)| {
                let (shared, limit) = (Arc::clone(&shared), Arc::clone(&limit));
                async move {
                    match TcpListener::from_std(listener) {
                        Ok(listener) => accept(listener, tls, limit, shared).await,
                        Err(error) => tracing::error!(%error, "an SMTP listener failed"),
                    }
                }
            });
            futures_util::future::join_all(accepting).await;
        });
        drop(alive);
    })?;
    // The shutdown of the server also waits for the SMTP connections.
    tasks.spawn(async move { drop(ended.await) });
    Ok(())
}

/// Accepts SMTP connections until the server stops, then waits until the open connections have ended.
async fn accept(listener: TcpListener, tls: SmtpTls, limit: Arc<Semaphore>, shared: Arc<ServerState>) {
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
        match Arc::clone(&limit).try_acquire_owned() {
            Ok(permit) => {
                let shared = Arc::clone(&shared);
                connections.spawn(async move {
                    connection::run(stream, tls, Arc::clone(&shared)).await;
                    shared.purge_signal.report();
                    drop(permit);
                });
            }
            // One line always fits into the empty send buffer of a new socket, so the write need not be awaited.
            Err(_full) => drop(stream.write(BUSY).await),
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}
