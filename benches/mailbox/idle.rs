//! Measures the CPU time that the program uses in a minute without any event, and counts the wake-ups of an idle
//! program.

use super::terminal::Terminal;
use std::time::{Duration, Instant};

/// Number of clock ticks per second in `/proc/PID/stat`; on Linux, this number is always 100.
const TICKS_PER_SECOND: f64 = 100.0;

fn ticks(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    // The process name in brackets may contain spaces; the 14th and 15th fields follow it.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()
}

/// Returns how often the threads of the process `id` have gone to sleep in total. This number equals the number of
/// their wake-ups.
fn wakes(id: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{id}/task")).unwrap();
    let switches = |thread: std::fs::DirEntry| {
        let status = std::fs::read_to_string(thread.path().join("status")).unwrap();
        let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches")).unwrap();
        line.split_whitespace().last().unwrap().parse::<u64>().unwrap()
    };
    threads.map(|thread| switches(thread.unwrap())).sum()
}

/// Prints the number of wake-ups during half a minute with the focus on the terminal window, and during half a minute
/// without the focus.
pub(crate) fn wake_ups() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&["--local", "--smtp", "127.0.0.1:0"], home.path(), (120, 40));
    terminal.wait_for_text("push");
    for (what, word) in [("with the focus", "\x1b[I"), ("without the focus", "\x1b[O")] {
        terminal.type_keys(word);
        std::thread::sleep(Duration::from_secs(2));
        let before = wakes(terminal.id());
        std::thread::sleep(Duration::from_secs(30));
        let count = wakes(terminal.id()) - before;
        println!("{:<42} {count} wake-ups of all threads in 30 s", format!("idle, {what}, server included"));
    }
    terminal.type_keys("q");
    terminal.end();
}

pub(crate) fn measure() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&["--local", "--smtp", "127.0.0.1:0"], home.path(), (120, 40));
    terminal.wait_for_text("push");
    let id = terminal.id();
    let start = Instant::now();
    let before = ticks(id);
    // The benchmark sleeps, because it measures what happens while time passes.
    std::thread::sleep(Duration::from_mins(1));
    let used = (ticks(id) - before) / TICKS_PER_SECOND;
    println!(
        "{:<42} {used:.2} s of CPU in {:.0} s   (< 0.1 s)",
        "idle, one live session, server included",
        start.elapsed().as_secs_f64()
    );
    terminal.type_keys("q");
    terminal.end();
}
