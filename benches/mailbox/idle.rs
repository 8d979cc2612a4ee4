//! Processor time of a minute in which nothing happens.

use super::terminal::Terminal;
use std::time::{Duration, Instant};

/// Clock ticks of `/proc/PID/stat` in a second: fixed at 100 on Linux for what programs see.
const TICKS: f64 = 100.0;

fn ticks(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    // The name in brackets may hold blanks; the 14th and 15th fields come after it.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()
}

pub(crate) fn measure() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&["--local", "--smtp", "127.0.0.1:0"], home.path(), (120, 40));
    terminal.shows("push");
    let id = terminal.id();
    let start = Instant::now();
    let before = ticks(id);
    // The one place where time has to pass: that is what is measured.
    std::thread::sleep(Duration::from_mins(1));
    let used = (ticks(id) - before) / TICKS;
    println!(
        "{:<42} {used:.2} s of CPU in {:.0} s   (< 0.1 s)",
        "idle, one live session, server included",
        start.elapsed().as_secs_f64()
    );
    terminal.type_keys("q");
    terminal.end();
}
