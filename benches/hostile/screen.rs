//! Measures how long `open` takes to show all of a mail in a terminal, and how long the browser waits for the
//! page. A second run presses the browser key while the mail is still being read.

use super::process::{Cost, peak, processor_time};
use super::{Shape, report};
use crate::terminal::Terminal;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// Maximum time for one step; then the run is given up.
const MAX_RUN: Duration = Duration::from_secs(20);
/// Interval between two checks for the file that the substitute browser writes.
const LOOK: Duration = Duration::from_millis(5);

pub(crate) fn measure(shape: &Shape, sizes: &[usize], over: &mut Vec<String>) {
    let (mut opened, mut browsed, mut early) = (Vec::new(), Vec::new(), Vec::new());
    for &size in sizes {
        let home = tempfile::tempdir().unwrap();
        let mail = home.path().join("mail.eml");
        let raw = (shape.make)(size);
        let has_page = raw.windows(9).any(|window| window == b"text/html");
        std::fs::write(&mail, raw).unwrap();
        let (open, browse) = run(home.path(), &mail, has_page);
        opened.push(open);
        if has_page {
            browsed.push(browse);
            early.push(run_early(home.path(), &mail));
        }
    }
    report(shape.name, "open", sizes, &opened, over);
    if !browsed.is_empty() {
        report(shape.name, "open, B", sizes, &browsed, over);
        report(shape.name, "open, B early", sizes, &early, over);
    }
}

fn run(home: &Path, mail: &Path, has_page: bool) -> (Option<Cost>, Option<Cost>) {
    let page = home.join("page");
    let started = Instant::now();
    let mut terminal = start(home, mail, &page);
    let shown = until(&terminal, started, |terminal| {
        let screen = terminal.screen();
        // The inbox row appears before the message does, and the beginning of the message before all of it.
        shows_message(&screen) && !screen.contains("reading")
    });
    let mut handed = None;
    if shown.is_some() && has_page {
        let pressed = Instant::now();
        terminal.type_keys("B");
        handed = until(&terminal, pressed, |_| page.exists());
    }
    terminal.signal("KILL");
    (shown, handed)
}

/// Presses the browser key as soon as the beginning of the message is shown. Returns the cost until the
/// browser has received the page and the whole message is shown.
fn run_early(home: &Path, mail: &Path) -> Option<Cost> {
    let page = home.join("early page");
    let mut terminal = start(home, mail, &page);
    let shown = until(&terminal, Instant::now(), |terminal| shows_message(&terminal.screen()));
    let mut handed = None;
    if shown.is_some() {
        let pressed = Instant::now();
        terminal.type_keys("B");
        handed =
            until(&terminal, pressed, |terminal| page.exists() && !terminal.screen().contains("reading"));
    }
    terminal.signal("KILL");
    handed
}

fn start(home: &Path, mail: &Path, page: &Path) -> Terminal {
    browser(home, page);
    let path = format!("{}:/usr/bin:/bin", home.display());
    Terminal::start_with(&["open", mail.to_str().unwrap()], home, (100, 30), &[("PATH", &path)])
}

fn shows_message(screen: &str) -> bool {
    screen.contains("Hostile shape") && !screen.contains("One moment")
}

/// Waits until `is_so` returns true, for `MAX_RUN` at most.
fn until(terminal: &Terminal, since: Instant, is_so: impl Fn(&Terminal) -> bool) -> Option<Cost> {
    while !is_so(terminal) {
        if since.elapsed() > MAX_RUN {
            return None;
        }
        std::thread::sleep(LOOK);
    }
    let processor = processor_time(terminal.id()).unwrap_or_default();
    Some(Cost { time: since.elapsed(), processor, memory: peak(terminal.id()).unwrap_or(0) })
}

/// Writes a substitute browser into the folder; the browser creates the file `page` when it is called.
fn browser(home: &Path, page: &Path) {
    for name in ["xdg-open", "gio", "gnome-open", "kde-open"] {
        let program = home.join(name);
        std::fs::write(&program, format!("#!/bin/sh\n: > '{}'\n", page.display())).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
}
