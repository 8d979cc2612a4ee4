//! Measures the server with a thousand subscribed sessions, none of which receives mail.

use std::time::{Duration, Instant};

use futures_util::StreamExt;

use super::server_process::ServerProcess;

const SESSIONS: usize = 1_000;
const WATCHED: Duration = Duration::from_mins(1);

pub(crate) async fn measure() {
    let server = ServerProcess::start();
    let mut sockets = Vec::new();
    for _ in 0..SESSIONS {
        let (id, _) = server.session().await;
        sockets.push(server.subscribe(&id).await);
    }
    let opened = server.work();
    let before = Instant::now();
    // The sockets are read, because a client must reply to pings.
    let mut all: futures_util::stream::SelectAll<_> = sockets.into_iter().collect();
    let read = async { while all.next().await.is_some() {} };
    let ended = tokio::time::timeout(WATCHED, read).await;
    assert!(ended.is_err(), "the server closed the connection");
    let seconds = before.elapsed().as_secs_f64();
    let (now, peak_memory) = server.memory();
    println!(
        "quiet: {SESSIONS} subscribed sessions: {now:.1} MiB (at most {peak_memory:.1}), {:.2} % of a core over {seconds:.0} s",
        (server.work() - opened) / seconds * 100.0,
    );
}
