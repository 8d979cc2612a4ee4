//! Measures two program windows that use the same data directory, and commands that run while such a window is open.

use super::fill::fill;
use super::report;
use super::terminal::Terminal;
use dropmail_server::{Server, ServerConfig};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Number of mails in the archive that both program windows use.
const MAILS: u64 = 10_000;

/// Number of times that a program window or a command is started to measure its startup time.
const STARTS: usize = 30;

/// Number of keys that are typed in each program window.
const KEYS: usize = 300;

/// The text that a program window shows once its push connection is acknowledged.
const CONNECTED: &str = "push · WebSocket";

fn window(home: &Path, base: &str) -> Terminal {
    // The program does not wait for replies from an unknown terminal.
    Terminal::start_with(&["--base-url", base], home, (120, 40), &[("TERM", "unknown")])
}

/// Measures the time from each key press to the frame that shows the new cursor position.
fn keys(what: &str, window: &mut Terminal) {
    let mut times = Vec::new();
    for place in 2..KEYS + 2 {
        let shown = window.expect_text(&format!("{place} of "));
        let pressed_at = Instant::now();
        window.type_keys("j");
        times.push(shown.wait().saturating_duration_since(pressed_at));
    }
    window.type_keys("g");
    report(what, times, "p50 < 1 ms, p95 < 2 ms");
}

fn commands(base: &str) {
    let home = tempfile::tempdir().unwrap();
    let mut owner = window(home.path(), base);
    owner.wait_for_text(CONNECTED);
    for args in [&["ls"][..], &["sessions"], &["new"]] {
        let once = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_dropmail-tui"));
            command.env_clear().env("HOME", home.path()).args(args).args(["--base-url", base]);
            command.stdin(Stdio::null()).stdout(Stdio::null());
            let started = Instant::now();
            assert!(command.status().unwrap().success());
            started.elapsed()
        };
        once();
        report(&format!("{} beside a window", args[0]), (0..STARTS).map(|_| once()).collect(), "< 10 ms");
    }
    owner.type_keys("q");
    owner.end();
}

pub(crate) fn measure() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let free = "127.0.0.1:0".parse().unwrap();
    let config = ServerConfig { http: free, smtp: free, ..ServerConfig::default() };
    let server = runtime.block_on(Server::start(config)).unwrap();
    let base = server.base_url();
    let home = tempfile::tempdir().unwrap();
    fill(&home.path().join(".local/share/dropmail-tui"), &base, MAILS);
    let newest = format!("Your code {MAILS}");
    let mut owner = window(home.path(), &base);
    owner.wait_for_text(CONNECTED);
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let started = Instant::now();
        let mut second = window(home.path(), &base);
        let frame = second.expect_text(&newest).wait();
        times.push(frame.saturating_duration_since(started));
        second.type_keys("q");
        second.end();
    }
    report("start of a second window to its list", times, "< 40 ms");
    let mut second = window(home.path(), &base);
    second.wait_for_text(CONNECTED);
    keys("key to frame in the first window", &mut owner);
    keys("key to frame in the second window", &mut second);
    for window in [&mut second, &mut owner] {
        window.type_keys("q");
        window.end();
    }
    commands(&base);
    runtime.block_on(server.shutdown());
}
