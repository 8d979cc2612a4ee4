//! Mail comes in over SMTP (RFC 5321), for the addresses that live here and no others. Nothing
//! is relayed and nothing is added: a mail is kept as the bytes that were sent.

mod connection;
mod data;
mod dialogue;
mod faulty;
mod lines;

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::Shared;

/// How long to wait when the system has no socket left to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const BUSY: &[u8] = b"421 4.3.2 too many connections, try again later\r\n";

/// Accepts connections until the server stops.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let room = Arc::new(Semaphore::new(shared.config.limits.smtp_connections));
    loop {
        let accepted = tokio::select! {
            () = shared.stop.cancelled() => return,
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
                let shared_there = Arc::clone(&shared);
                shared.tasks.spawn(async move {
                    connection::run(stream, shared_there).await;
                    drop(permit);
                });
            }
            // A fresh socket has room for one line; whoever is refused need not be waited for.
            Err(_full) => drop(stream.write(BUSY).await),
        }
    }
}
