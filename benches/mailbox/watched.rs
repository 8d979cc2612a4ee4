//! Runs a program in a pseudo-terminal and records the arrival time of each chunk of its output. A separate thread
//! records the times, so that searching the output does not affect them.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::DirEntry;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Size of the pseudo-terminal in columns and rows.
const TERMINAL_SIZE: (u16, u16) = (120, 40);
/// Timeout for each step of the program under measurement. If it expires, the benchmark aborts.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A query that a program sends to its terminal and that every terminal answers.
#[derive(Clone, Copy)]
enum TerminalQuery {
    Position,
    Attributes,
    Status,
}

/// Finds the first terminal query in the output of a program. Returns the byte offset of its end and its kind; `None`
/// if the output contains no query.
fn first_query(bytes: &[u8]) -> Option<(usize, TerminalQuery)> {
    let queries: [(&[u8], TerminalQuery); 3] = [
        (b"\x1b[6n", TerminalQuery::Position),
        (b"\x1b[c", TerminalQuery::Attributes),
        (b"\x1b[5n", TerminalQuery::Status),
    ];
    let ends = queries.into_iter().filter_map(|(query, kind)| {
        let at = bytes.windows(query.len()).position(|window| window == query)?;
        Some((at + query.len(), kind))
    });
    ends.min_by_key(|(end, _)| *end)
}

/// A program under measurement, running in its own pseudo-terminal.
pub(crate) struct Watched {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    started: Instant,
}

impl Watched {
    pub(crate) fn start(command: &[String], home: &Path) -> Self {
        let (cols, rows) = TERMINAL_SIZE;
        let pair =
            native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut builder = CommandBuilder::new(&command[0]);
        builder.args(&command[1..]);
        builder.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")] {
            builder.env(name, value);
        }
        builder.env("HOME", home);
        builder.cwd(home);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0_u8; 64 * 1024];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send((Instant::now(), buffer[..count].to_vec())).is_err() {
                    return;
                }
            }
        });
        let started = Instant::now();
        let child = pair.slave.spawn_command(builder).unwrap();
        let screen = vt100::Parser::new(rows.try_into().unwrap(), cols.try_into().unwrap(), 0);
        Self { child, _master: pair.master, keys, output, screen, started }
    }

    /// Waits until the screen shows the text. Returns the time from the start of the program to the arrival of the
    /// output that made the text appear.
    pub(crate) fn wait_for_text(&mut self, text: &str) -> Duration {
        loop {
            let read = self.output.recv_timeout(TIMEOUT);
            assert!(read.is_ok(), "{text} did not appear; the screen:\n{}", self.screen.screen().contents());
            let (at, bytes) = read.unwrap();
            self.process_output(&bytes);
            if self.screen.screen().contents().contains(text) {
                return at.saturating_duration_since(self.started);
            }
        }
    }

    fn process_output(&mut self, mut bytes: &[u8]) {
        while let Some((end, query)) = first_query(bytes) {
            let (before, after) = bytes.split_at(end);
            self.screen.process(before);
            let (row, column) = self.screen.screen().cursor_position();
            self.type_keys(&match query {
                TerminalQuery::Position => format!("\x1b[{};{}R", row + 1, column + 1),
                TerminalQuery::Attributes => "\x1b[?62;22c".to_owned(),
                TerminalQuery::Status => "\x1b[0n".to_owned(),
            });
            bytes = after;
        }
        self.screen.process(bytes);
    }

    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Reads the output of the program for the given time.
    pub(crate) fn read_for(&mut self, time: Duration) {
        let end = Instant::now() + time;
        loop {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok((_, bytes)) => self.process_output(&bytes),
                Err(error) => {
                    assert_eq!(error, RecvTimeoutError::Timeout, "the program is still running");
                    return;
                }
            }
        }
    }

    /// Sends a key, and returns the time until the next output arrives. Before returning, reads further output for the
    /// time `between`.
    pub(crate) fn key(&mut self, key: &str, between: Duration) -> Duration {
        let pressed = Instant::now();
        self.type_keys(key);
        let (at, bytes) = self.output.recv_timeout(TIMEOUT).unwrap();
        self.process_output(&bytes);
        self.read_for(between);
        at.saturating_duration_since(pressed)
    }

    fn folder(&self) -> std::path::PathBuf {
        Path::new("/proc").join(self.child.process_id().unwrap().to_string())
    }

    /// Returns the resident memory of the program in KiB.
    pub(crate) fn resident_memory(&self) -> u64 {
        status(&self.folder(), "VmRSS:")
    }

    /// Returns, for each thread id of the program, how often the thread has gone to sleep, which equals the number of
    /// its wake-ups. A thread that exits during the call is left out.
    pub(crate) fn wake_ups(&self) -> HashMap<OsString, u64> {
        let threads = std::fs::read_dir(self.folder().join("task")).unwrap().flatten();
        let of_thread = |thread: DirEntry| {
            let status = std::fs::read_to_string(thread.path().join("status")).ok()?;
            Some((thread.file_name(), field_of(&status, "voluntary_ctxt_switches:")))
        };
        threads.filter_map(of_thread).collect()
    }

    /// Sends the `q` key and waits until the program exits.
    pub(crate) fn quit(mut self) {
        self.type_keys("q");
        let end = Instant::now() + TIMEOUT;
        while self.child.try_wait().unwrap().is_none() {
            assert!(
                Instant::now() < end,
                "the program has not ended; the screen:\n{}",
                self.screen.screen().contents()
            );
            if let Ok((_, bytes)) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.process_output(&bytes);
            }
        }
    }
}

/// Returns the number in a field of the `status` file in `path`, which is the `/proc` directory of a process or thread.
fn status(path: &Path, field: &str) -> u64 {
    field_of(&std::fs::read_to_string(path.join("status")).unwrap(), field)
}

fn field_of(status: &str, field: &str) -> u64 {
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

impl Drop for Watched {
    fn drop(&mut self) {
        // A benchmark that aborts must not leave the program running.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
