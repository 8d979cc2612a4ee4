//! Measures the local server with the real program over real sockets.
//!
//! `cargo bench --bench server` prints four results. The first is the number of small mails per second that the server
//! receives over SMTP, parses, stores and pushes; each mail is sent over a separate connection, 8 at a time. The second
//! is the memory and the CPU time for 1,000 idle subscriptions. The third is the memory for one large mail. The fourth
//! is the response time of a client while other clients send GraphQL queries whose fragments expand to many fields; `--
//! --hostile` measures only this.
//!
//! Postfix's `smtp-source` sends the mails if it is on the `PATH` or the `SMTP_SOURCE` environment variable contains
//! its path. If not, threads of the benchmark send the mails. The figures depend on the state of the machine, so
//! compare them only with figures from the same run.
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
#[path = "server/server_process.rs"]
mod server_process;

/// The memory allocator of the benchmark. The program uses the same one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let is_selected = |name: &str| std::env::args().any(|arg| arg == name);
    runtime.block_on(async {
        if is_selected("--hostile") {
            return hostile::measure().await;
        }
        flood::measure().await;
        hostile::measure().await;
        quiet::measure().await;
        large::measure().await;
    });
}
