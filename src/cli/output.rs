//! The two ways out: results to standard output, words about the work to standard error. A pipe
//! that is closed is silent: whoever reads has had enough.

use super::{CliError, charset};
use crate::domain::ascii;
use crate::runtime::screen::Charset;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

/// A text as the terminal behind a stream reads it; a pipe or a file gets it as it is.
fn readable<'a>(text: &'a str, stream: &impl IsTerminal) -> Cow<'a, str> {
    if text.is_ascii() || !stream.is_terminal() || charset::of_terminal() == Charset::Utf8 {
        return Cow::Borrowed(text);
    }
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Cow::Owned(ascii::json(text)),
        Err(_) => ascii::line(text),
    }
}

/// A text for the standard error.
pub(super) fn for_stderr(text: &str) -> Cow<'_, str> {
    readable(text, &io::stderr())
}

/// Writes what the reading of the command line has to say: help, the version, an error.
pub(super) fn usage(error: &clap::Error) {
    let text = error.render().to_string();
    if text.is_ascii() {
        // Help and version go to stdout and are no errors; a closed pipe is silent.
        drop(error.print());
    } else if error.use_stderr() {
        drop(io::stderr().write_all(for_stderr(&text).as_bytes()));
    } else {
        drop(bytes(text.as_bytes()));
    }
}

/// Writes a line of a result.
pub(super) fn line(text: &str) -> io::Result<()> {
    let text = readable(text, &io::stdout());
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
    let content = match std::str::from_utf8(content) {
        Ok(text) => match readable(text, &io::stdout()) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
        Err(_) => Cow::Borrowed(content),
    };
    let mut out = io::stdout().lock();
    match out.write_all(&content).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        other => other.map(|()| true),
    }
}

/// Writes a line of a result; a disk that is full is a failure.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    line(text).map_err(|why| CliError::failed(format!("standard output: {why}")))
}

/// Writes lines of a result.
pub(super) fn print_all<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> Result<(), CliError> {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    bytes(text.as_bytes()).map_err(|why| CliError::failed(format!("standard output: {why}")))
}

/// Tells how long work gets on, where somebody sits and watches.
pub(super) fn progress(words: &str) {
    if io::stderr().is_terminal() {
        eprint_line(words);
    }
}

/// Tells the user something about the work. There is nobody to tell if that fails.
pub(super) fn eprint_line(words: &str) {
    drop(writeln!(io::stderr(), "dropmail-tui: {}", for_stderr(words)));
}
