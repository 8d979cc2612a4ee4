//! Measures the time until the `open` command shows a whole mail in a terminal, and the time until the browser receives
//! the page with the mail. A second run presses the key that opens the browser while the program is still parsing the
//! mail.

use super::process::{MAX_CPU_TIME, MAX_ELAPSED_TIME, ProcessCost, peak, processor_time};
use super::{HostileMail, measured, report};
use crate::terminal::Terminal;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Subject of the hostile mails. Once the screen shows this subject, the mail is open.
const SUBJECT: &str = "Hostile mail";
/// Interval between two checks for the file that the fake browser writes.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

pub(crate) fn measure(hostile: &HostileMail, sizes: &[usize], over: &mut Vec<String>) {
    let stored = |size| MailInHome::new((hostile.make)(size));
    let opened = measured(sizes, |size| stored(size).open());
    report(hostile.name, "open", sizes, &opened, over);
    if stored(sizes[0]).has_page {
        let browsed = measured(sizes, |size| stored(size).browse());
        report(hostile.name, "open, B", sizes, &browsed, over);
        let early = measured(sizes, |size| stored(size).browse_early());
        report(hostile.name, "open, B early", sizes, &early, over);
    }
}

/// A mail in a folder of its own, which is also the home directory of the program that opens the mail.
struct MailInHome {
    home: TempDir,
    /// Part of the text of the mail. Once the screen shows this text, the program has opened the mail.
    mark: &'static str,
    /// Whether the mail has an HTML part, from which a page for the browser can be created.
    has_page: bool,
}

impl MailInHome {
    fn new(raw: Vec<u8>) -> Self {
        let contains = |text: &[u8]| raw.windows(text.len()).any(|window| window == text);
        let has_page = contains(b"text/html");
        // A mail without a header has no subject, so the text of the mail is used.
        let mark = if contains(SUBJECT.as_bytes()) { SUBJECT } else { "word word" };
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("mail.eml"), raw).unwrap();
        Self { home, mark, has_page }
    }

    /// Opens the mail. Returns the time and memory used until the screen shows the whole mail; `None` on timeout.
    fn open(&self) -> Option<ProcessCost> {
        let started = Instant::now();
        let terminal = self.start();
        let shown = self.wait_until_shown(&terminal, started);
        terminal.signal("KILL");
        shown
    }

    /// Waits until the screen shows the whole mail, then presses the key that opens the mail in the browser. Returns
    /// the time and memory used until the browser has received the page; `None` on timeout.
    fn browse(&self) -> Option<ProcessCost> {
        let mut terminal = self.start();
        let passed = self.wait_until_shown(&terminal, Instant::now()).and_then(|_| {
            let pressed_at = Instant::now();
            terminal.type_keys("B");
            until(&terminal, pressed_at, |_| self.page().exists())
        });
        terminal.signal("KILL");
        passed
    }

    /// Presses the key that opens the mail in the browser as soon as the screen shows the beginning of the mail.
    /// Returns the time and memory used until the browser has received the page and the whole mail is shown; `None` on
    /// timeout.
    fn browse_early(&self) -> Option<ProcessCost> {
        let mut terminal = self.start();
        let has_begun = until(&terminal, Instant::now(), |terminal| self.is_begun(&terminal.screen()));
        let passed = has_begun.and_then(|_| {
            let pressed_at = Instant::now();
            terminal.type_keys("B");
            until(&terminal, pressed_at, |terminal| {
                self.page().exists() && !terminal.screen().contains("reading")
            })
        });
        terminal.signal("KILL");
        passed
    }

    /// Waits until the screen shows the whole mail. Returns the time since `since` and the memory used; `None` on
    /// timeout.
    fn wait_until_shown(&self, terminal: &Terminal, since: Instant) -> Option<ProcessCost> {
        until(terminal, since, |terminal| {
            let screen = terminal.screen();
            // The inbox row appears first, then the beginning of the message, then the whole message.
            self.is_begun(&screen) && !screen.contains("reading")
        })
    }

    fn is_begun(&self, screen: &str) -> bool {
        screen.contains(self.mark) && !screen.contains("One moment")
    }

    fn page(&self) -> PathBuf {
        self.home.path().join("page")
    }

    fn start(&self) -> Terminal {
        let home = self.home.path();
        if self.page().exists() {
            std::fs::remove_file(self.page()).unwrap();
        }
        browser(home, &self.page());
        let path = format!("{}:/usr/bin:/bin", home.display());
        let mail = home.join("mail.eml");
        // The program is killed and cannot remove its temporary files, so they are in the home folder.
        let temporary = home.to_str().unwrap();
        let variables = [("PATH", path.as_str()), ("TMPDIR", temporary)];
        Terminal::start_with(&["open", mail.to_str().unwrap()], home, (100, 30), &variables)
    }
}

/// Waits until `is_so` returns `true`. Returns the time since `since` and the memory used; `None` if the program
/// exceeds [`MAX_CPU_TIME`] or [`MAX_ELAPSED_TIME`].
fn until(terminal: &Terminal, since: Instant, is_so: impl Fn(&Terminal) -> bool) -> Option<ProcessCost> {
    while !is_so(terminal) {
        let processor = processor_time(terminal.id()).unwrap_or_default();
        if processor > MAX_CPU_TIME || since.elapsed() > MAX_ELAPSED_TIME {
            return None;
        }
        std::thread::sleep(POLL_INTERVAL);
    }
    let processor = processor_time(terminal.id()).unwrap_or_default();
    Some(ProcessCost { time: since.elapsed(), processor, memory: peak(terminal.id()).unwrap_or(0) })
}

/// Writes a fake browser to the directory `home`: a script that creates the file `page` when it is run.
fn browser(home: &Path, page: &Path) {
    for name in ["xdg-open", "gio", "gnome-open", "kde-open"] {
        let program = home.join(name);
        std::fs::write(&program, format!("#!/bin/sh\n: > '{}'\n", page.display())).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
}
