//! What the local server has to reach, measured on the real program over real sockets.
//!
//! `cargo bench --bench server` prints: small mails a second over SMTP, each on a connection of its
//! own and 8 at a time, taken apart, stored and pushed; memory and work of 1,000 quiet subscribers;
//! memory at one large mail; how long a caller waits while others send queries that expand (alone with
//! `-- --hostile`). With Postfix's `smtp-source` on the path (or named in `SMTP_SOURCE`) it
//! sends; else threads of this program do. Figures are of this machine at this moment.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark measures time, prints figures and stops at the first fault"
)]

#[path = "server/flood.rs"]
mod flood;
#[path = "server/hostile.rs"]
mod hostile;
#[path = "server/large.rs"]
mod large;
#[path = "server/quiet.rs"]
mod quiet;
#[path = "server/served.rs"]
mod served;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let wants = |name: &str| std::env::args().any(|arg| arg == name);
    runtime.block_on(async {
        if wants("--hostile") {
            return hostile::measure().await;
        }
        flood::measure().await;
        hostile::measure().await;
        quiet::measure().await;
        large::measure().await;
    });
}
