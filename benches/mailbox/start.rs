//! Measures the time from the start of the demo to its first frame.

use super::{report, terminal::Terminal};
use std::time::Instant;

/// Number of times that the start of the program is measured. An additional first start is not counted.
const STARTS: usize = 10;

pub(crate) fn measure() {
    let mut times = Vec::new();
    for _ in 0..=STARTS {
        let home = tempfile::tempdir().unwrap();
        let started = Instant::now();
        let mut terminal = Terminal::start(&["demo"], home.path(), (120, 40));
        let frame = terminal.expect_text("Inbox").wait();
        times.push(frame.saturating_duration_since(started));
        terminal.type_keys("q");
        terminal.end();
    }
    // The first start is not counted, because it reads the program from the disk.
    times.remove(0);
    report("start of demo to first frame", times, "median < 50 ms");
}
