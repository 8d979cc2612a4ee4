//! The two ways out: results to standard output, words about the work to standard error. A pipe
//! that is closed is silent: whoever reads has had enough.

use super::Failure;
use std::io::{self, IsTerminal, Write};

/// Writes a line of a result.
pub(super) fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes a result as it is.
pub(super) fn bytes(content: &[u8]) -> io::Result<()> {
    offer(content).map(|_taken| ())
}

/// Writes a result as it is; tells whether somebody still reads.
pub(super) fn offer(content: &[u8]) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    match out.write_all(content).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        other => other.map(|()| true),
    }
}

/// Writes a line of a result; a disk that is full is a failure.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    line(text).map_err(|why| Failure::failed(format!("standard output: {why}")))
}

/// Writes lines of a result.
pub(super) fn print_all<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> Result<(), Failure> {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    bytes(text.as_bytes()).map_err(|why| Failure::failed(format!("standard output: {why}")))
}

/// Tells how long work gets on, where somebody sits and watches.
pub(super) fn progress(words: &str) {
    if io::stderr().is_terminal() {
        tell(words);
    }
}

/// Tells the user something about the work. There is nobody to tell if that fails.
pub(super) fn tell(words: &str) {
    drop(writeln!(io::stderr(), "dropmail-tui: {words}"));
}
