//! Determines the charset of the terminal to which a command prints, from the locale or by querying the terminal.

use super::output;
use crate::config::Terminal;
use crate::runtime::charset::{TerminalCharset, query_charset};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, IsTerminal};
use std::sync::OnceLock;

/// Warning that a command prints if the terminal was queried for its charset and does not support UTF-8.
const ANSWERED: &str = "this terminal does not read UTF-8: letters beyond ASCII are written as similar ones \
                        or `?`. A file or a pipe gets them as they are.";
/// Warning that a command prints if the locale is not UTF-8, and the terminal was not queried for its charset or did
/// not reply.
const BY_LOCALE: &str = "the locale is not UTF-8: letters beyond ASCII are written as similar ones or `?`. \
                         Set LC_ALL=C.UTF-8 if this terminal reads UTF-8.";

/// Properties of the terminal according to the environment variables. The program uses them to decide whether to query
/// the terminal for its charset.
#[derive(Clone, Copy, Debug)]
struct Facts {
    utf8_locale: bool,
    reports_cursor: bool,
}

static FACTS: OnceLock<Facts> = OnceLock::new();
/// The charset of the terminal, and the warning to print if the terminal does not support UTF-8. Both are determined
/// when the charset is first needed.
static ANSWER: OnceLock<(TerminalCharset, &str)> = OnceLock::new();
/// Set once the user has been warned that text is printed as ASCII, so that the warning appears only once.
static REPORTED: OnceLock<()> = OnceLock::new();

/// Returns `true` if the terminal can report the cursor position (DSR 6, ECMA-48). All terminals can, except those that
/// cannot move the cursor.
pub(super) fn reports_cursor(terminal: &Terminal) -> bool {
    !matches!(terminal.term.as_str(), "" | "dumb" | "unknown")
}

/// Stores the terminal properties that the environment variables describe. `main` calls this function once, before the
/// program prints anything.
pub(super) fn set_up(terminal: &Terminal) {
    let facts = Facts { utf8_locale: terminal.has_utf8_locale(), reports_cursor: reports_cursor(terminal) };
    // A second call would store the same properties, so its error is ignored.
    let _known = FACTS.set(facts);
}

/// Returns `true` if the terminal supports text attributes, such as strikethrough. All terminals do, except those that
/// cannot move the cursor.
pub(super) fn supports_attributes() -> bool {
    FACTS.get().is_some_and(|facts| facts.reports_cursor)
}

/// Returns the charset of the terminal. The first call may query the terminal. Warns the user once if text will be
/// printed as ASCII.
///
/// If the locale is UTF-8, the terminal is not queried, because a query would consume input that the user has typed
/// ahead for the shell.
pub(super) fn terminal_charset() -> TerminalCharset {
    let known = FACTS.get();
    if known.is_none_or(|facts| facts.utf8_locale) {
        return TerminalCharset::Utf8;
    }
    let (charset, words) = *ANSWER.get_or_init(|| {
        match known.filter(|facts| facts.reports_cursor).and_then(|_| query_terminal()) {
            Some(charset) => (charset, ANSWERED),
            None => (TerminalCharset::Ascii, BY_LOCALE),
        }
    });
    if charset == TerminalCharset::Ascii && REPORTED.set(()).is_ok() {
        output::eprint_line(words);
    }
    charset
}

/// Queries the terminal for its charset. Returns `None` if the terminal does not reply or must not be queried. Only a
/// foreground process may query it, and only if no input is pending, because pending input would be lost.
fn query_terminal() -> Option<TerminalCharset> {
    let (input, output) = (io::stdin(), io::stdout());
    let group = rustix::termios::tcgetpgrp(&output).ok();
    // The operating system stops a background process that enables raw mode.
    if !(input.is_terminal() && output.is_terminal() && group == Some(rustix::process::getpgrp())) {
        return None;
    }
    enable_raw_mode().ok()?;
    let mut ready = [PollFd::new(&input, PollFlags::IN)];
    let typed_ahead = poll(&mut ready, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) != Ok(0);
    let charset = if typed_ahead { None } else { query_charset() };
    disable_raw_mode().ok()?;
    charset
}
