//! Prints results of the commands to standard output, and messages to standard error. A closed pipe is not an error,
//! because the program that reads the output, such as `head`, may stop early on purpose.

use super::{CliError, charset};
use crate::runtime::charset::TerminalCharset;
use mail_reader::ascii;
use mail_reader::text_width::display_width;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

/// Converts text to the charset of the terminal. If `stream` is not a terminal, returns the text unchanged.
fn to_terminal_charset<'a>(text: &'a str, stream: &impl IsTerminal) -> Cow<'a, str> {
    if text.is_ascii() || !stream.is_terminal() || charset::terminal_charset() == TerminalCharset::Utf8 {
        return Cow::Borrowed(text);
    }
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Cow::Owned(ascii::json(text)),
        Err(_) => ascii::line(text),
    }
}

/// Converts a message to the charset of the terminal. If standard error is not a terminal, returns the message
/// unchanged.
pub(super) fn to_stderr_charset(text: &str) -> Cow<'_, str> {
    to_terminal_charset(text, &io::stderr())
}

/// Prints the help, the version or the error message that clap returns in place of parsed arguments.
pub(super) fn print_usage(error: &clap::Error) {
    let text = error.render().to_string();
    if text.is_ascii() {
        // The help and the version are printed to standard output and are not errors. A closed pipe is ignored.
        drop(error.print());
    } else if error.use_stderr() {
        drop(io::stderr().write_all(to_stderr_charset(&text).as_bytes()));
    } else {
        drop(write_bytes(text.as_bytes()));
    }
}

/// Writes one line of a command's result to standard output.
pub(super) fn write_line(text: &str) -> io::Result<()> {
    let text = to_terminal_charset(text, &io::stdout());
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes bytes of a command's result to standard output.
pub(super) fn write_bytes(content: &[u8]) -> io::Result<()> {
    write_unless_closed(content).map(|_taken| ())
}

/// Writes bytes of a command's result to standard output. Returns `false` if the program that reads standard output has
/// closed the pipe, so that the command can stop.
pub(super) fn write_unless_closed(content: &[u8]) -> io::Result<bool> {
    let content = match std::str::from_utf8(content) {
        Ok(text) => match to_terminal_charset(text, &io::stdout()) {
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

/// Writes a line of a command's result to standard output. A write error, for example on a full disk, makes the command
/// fail.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    write_line(text).map_err(|why| CliError::failed(format!("standard output: {why}")))
}

/// Writes lines of a command's result to standard output. A write error, for example on a full disk, makes the command
/// fail.
pub(super) fn print_all<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> Result<(), CliError> {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    write_bytes(text.as_bytes()).map_err(|why| CliError::failed(format!("standard output: {why}")))
}

/// Prints a message about the progress of a command to standard error, if standard error is a terminal.
pub(super) fn print_progress(words: &str) {
    if io::stderr().is_terminal() {
        eprint_line(words);
    }
}

/// Prints a message to standard error. Ignores a write error, because there is no way to report it.
pub(super) fn eprint_line(words: &str) {
    let line = format!("dropmail-tui: {words}");
    let text = match stderr_width() {
        Some(width) => wrap_message(&line, width),
        None => line,
    };
    drop(writeln!(io::stderr(), "{}", to_stderr_charset(&text)));
}

/// Returns the width in columns of the terminal to which standard error is connected; `None` if standard error is not
/// connected to a terminal, or if the width is unknown.
fn stderr_width() -> Option<usize> {
    if !io::stderr().is_terminal() {
        return None;
    }
    let size = crossterm::terminal::window_size().ok()?;
    Some(usize::from(size.columns)).filter(|columns| *columns > 0)
}

/// Wraps a message at its spaces into lines of at most `width` columns. A longer word, such as a URL, stays whole, so
/// that the user can copy it from the terminal.
fn wrap_message(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let columns = display_width(word);
        if used > 0 && used + 1 + columns > width {
            wrapped.push('\n');
            used = 0;
        } else if !wrapped.is_empty() {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += columns;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::wrap_message;

    #[test]
    fn a_message_breaks_only_between_words() {
        let text = "dropmail-tui: that was the demo";
        assert_eq!(wrap_message(text, 80), text);
        assert_eq!(wrap_message(text, 24), "dropmail-tui: that was\nthe demo");
        assert_eq!(wrap_message(text, 5), "dropmail-tui:\nthat\nwas\nthe\ndemo");
        let url = "see https://example.com/a/long/path now";
        assert_eq!(wrap_message(url, 12), "see\nhttps://example.com/a/long/path\nnow");
    }
}
