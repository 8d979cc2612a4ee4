//! Measures the time for turning the raw bytes of a mail into lines on the screen, and compares it with the time that
//! `w3m` takes.
//!
//! `cargo bench --bench reading -- FOLDER` reads the `.eml` files in a directory. Without a directory, the benchmark
//! reads generated mails. `-- --opening` measures only the real program, and `-- --short` skips the real program. The
//! figures depend on the state of the machine, so compare them only with figures from the same run.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    dead_code,
    reason = "a benchmark measures time, prints figures and stops at the first fault"
)]

#[path = "reading/key_times.rs"]
mod key_times;
#[path = "reading/large.rs"]
mod large;
#[path = "reading/made.rs"]
mod made;
#[path = "reading/opening.rs"]
mod opening;
#[path = "reading/scroll.rs"]
mod scroll;
#[path = "../tests/it/pty/terminal.rs"]
mod terminal;
#[path = "reading/w3m.rs"]
mod w3m;

use std::time::Duration;

/// The memory allocator of the benchmark. The program uses the same one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let is_selected = |name: &str| std::env::args().any(|arg| arg == name);
    if is_selected("--opening") {
        return opening::measure();
    }
    large::measure();
    scroll::measure();
    if !is_selected("--short") {
        opening::measure();
    }
    let folder = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    w3m::measure(folder.as_deref());
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Prints the median, the 99th percentile and the maximum of the measured times, together with the limit.
fn report(what: &str, mut times: Vec<Duration>, bound: &str) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!(
        "{what:<48} n {:>5}   p50 {:>8.3} ms   p99 {:>8.3} ms   max {:>8.3} ms   ({bound})",
        times.len(),
        ms(at(0.5)),
        ms(at(0.99)),
        ms(at(1.0)),
    );
}
