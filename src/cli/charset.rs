//! The charset of the terminal to which a command prints, determined from the locale or by a query to the terminal.

use super::output;
use crate::config::Terminal;
use crate::runtime::charset::{Charset, ask_terminal};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, IsTerminal};
use std::sync::OnceLock;

/// Warning that a command prints if the terminal's reply shows that the terminal does not support UTF-8.
const ANSWERED: &str = "this terminal does not read UTF-8: letters beyond ASCII are written as similar ones \
                        or `?`. A file or a pipe gets them as they are.";
/// Warning that a command prints if the terminal has not replied and the locale is not UTF-8.
const BY_LOCALE: &str = "the locale is not UTF-8: letters beyond ASCII are written as similar ones or `?`. \
                         Set LC_ALL=C.UTF-8 if this terminal reads UTF-8.";

/// Facts about the terminal, from environment variables. They determine whether the terminal is queried for its
/// charset.
#[derive(Clone, Copy, Debug)]
struct Facts {
    utf8_locale: bool,
    reports_cursor: bool,
}

static FACTS: OnceLock<Facts> = OnceLock::new();
/// The charset of the terminal and the warning about it, stored after the first query.
static ANSWER: OnceLock<(Charset, &str)> = OnceLock::new();
/// Set once the user has been warned that text is printed as ASCII, so that the warning is printed only once.
static REPORTED: OnceLock<()> = OnceLock::new();

/// Returns whether the terminal reports the position of the cursor (DSR 6, ECMA-48). All terminals do so, except those
/// that cannot move the cursor.
pub(super) fn reports_cursor(terminal: &Terminal) -> bool {
    !matches!(terminal.term.as_str(), "" | "dumb" | "unknown")
}

/// Stores the facts about the terminal from the environment. `main` calls this once, before anything is printed.
pub(super) fn set_up(terminal: &Terminal) {
    let facts = Facts { utf8_locale: terminal.has_utf8_locale(), reports_cursor: reports_cursor(terminal) };
    // A second call would store the same facts, so its error is ignored.
    let _known = FACTS.set(facts);
}

/// Returns whether the terminal supports text attributes, such as crossed-out text. All terminals do so, except those
/// that cannot move the cursor.
pub(super) fn draws_attributes() -> bool {
    FACTS.get().is_some_and(|facts| facts.reports_cursor)
}

/// Returns the charset of the terminal. The first call may query the terminal, and warns the user if text will be
/// printed as ASCII.
///
/// A UTF-8 locale is trusted without a query, because a query would consume type-ahead for the shell.
pub(super) fn of_terminal() -> Charset {
    let known = FACTS.get();
    if known.is_none_or(|facts| facts.utf8_locale) {
        return Charset::Utf8;
    }
    let (charset, words) =
        *ANSWER.get_or_init(|| match known.filter(|facts| facts.reports_cursor).and_then(|_| ask()) {
            Some(charset) => (charset, ANSWERED),
            None => (Charset::Ascii, BY_LOCALE),
        });
    if charset == Charset::Ascii && REPORTED.set(()).is_ok() {
        output::eprint_line(words);
    }
    charset
}

/// Queries the terminal for its charset; `None` if the terminal does not reply or must not be queried. Only a
/// foreground process may query it, and only if no input is waiting, because that input would be lost.
fn ask() -> Option<Charset> {
    let (input, output) = (io::stdin(), io::stdout());
    let group = rustix::termios::tcgetpgrp(&output).ok();
    // The operating system stops a background process that enables raw mode.
    if !(input.is_terminal() && output.is_terminal() && group == Some(rustix::process::getpgrp())) {
        return None;
    }
    enable_raw_mode().ok()?;
    let mut ready = [PollFd::new(&input, PollFlags::IN)];
    let typed_ahead = poll(&mut ready, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) != Ok(0);
    let charset = if typed_ahead { None } else { ask_terminal() };
    disable_raw_mode().ok()?;
    charset
}
