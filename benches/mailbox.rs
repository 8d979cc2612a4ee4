//! Measures the mailbox (the program's user interface in the terminal): runs the real program in an emulated terminal.
//!
//! `cargo bench --bench mailbox` prints all figures except those of an idle program. `-- --idle` also measures the
//! program during a minute without any event. `-- --extraction` measures only the parsing of mails, `-- --scripts` only
//! the command line, and `-- --windows` only two windows and commands that use one data directory. `-- --beside
//! neomutt` compares the mailbox with neomutt; with `--unattended`, it also counts the wake-ups of an unattended
//! mailbox for ten minutes. The figures depend on the state of the machine, so compare them only with figures from the
//! same run.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    dead_code,
    reason = "a benchmark measures time, prints figures and stops at the first fault"
)]

#[path = "../tests/it/pty/terminal.rs"]
mod terminal;

#[path = "mailbox/arrival.rs"]
mod arrival;
#[path = "mailbox/beside.rs"]
mod beside;
#[path = "mailbox/extraction.rs"]
mod extraction;
#[path = "archive/fill.rs"]
mod fill;
#[path = "mailbox/idle.rs"]
mod idle;
#[path = "reading/key_times.rs"]
mod key_times;
#[path = "mailbox/scripts.rs"]
mod scripts;
#[path = "mailbox/scroll.rs"]
mod scroll;
#[path = "mailbox/start.rs"]
mod start;
#[path = "mailbox/watched.rs"]
mod watched;
#[path = "mailbox/windows.rs"]
mod windows;

use std::time::Duration;

/// The memory allocator of the benchmark. The program uses the same one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let is_selected = |name: &str| std::env::args().any(|arg| arg == name);
    if is_selected("--extraction") {
        return extraction::measure();
    }
    if is_selected("--scripts") {
        return scripts::measure();
    }
    if is_selected("--windows") {
        return windows::measure();
    }
    if let Some(other) = std::env::args().skip_while(|arg| arg != "--beside").nth(1) {
        return beside::measure(&other);
    }
    extraction::measure();
    scripts::measure();
    arrival::measure();
    start::measure();
    scroll::measure();
    windows::measure();
    if is_selected("--idle") {
        idle::wake_ups();
        idle::measure();
    }
}

/// Prints the median, the 95th and 99th percentiles and the maximum of the measured times, together with their limits.
fn report(what: &str, mut times: Vec<Duration>, bounds: &str) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{what:<42} n {:>5}   p50 {:>8.3} ms   p95 {:>8.3} ms   p99 {:>8.3} ms   max {:>8.3} ms   ({bounds})",
        times.len(),
        ms(at(0.5)),
        ms(at(0.95)),
        ms(at(0.99)),
        ms(at(1.0)),
    );
}
