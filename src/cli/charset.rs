//! The charset of the terminal to which a command prints, found by the locale or by the reply of the
//! terminal.

use super::output;
use crate::config::Terminal;
use crate::runtime::charset::{Charset, ask_terminal};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, IsTerminal};
use std::sync::OnceLock;

/// Warning that the command prints if the terminal has replied that it does not read UTF-8.
const ANSWERED: &str = "this terminal does not read UTF-8: letters beyond ASCII are written as similar ones \
                        or `?`. A file or a pipe gets them as they are.";
/// Warning that the command prints if the terminal did not reply and the locale is not UTF-8.
const BY_LOCALE: &str = "the locale is not UTF-8: letters beyond ASCII are written as similar ones or `?`. \
                         Set LC_ALL=C.UTF-8 if this terminal reads UTF-8.";

/// Facts about the terminal, taken from environment variables, that decide whether it is asked for its
/// charset.
#[derive(Clone, Copy, Debug)]
struct Facts {
    utf8_locale: bool,
    reports_cursor: bool,
}

static FACTS: OnceLock<Facts> = OnceLock::new();
/// The charset of the terminal and the warning that belongs to it, stored after the first query.
static ANSWER: OnceLock<(Charset, &str)> = OnceLock::new();
/// Set once the user has been warned that text is printed as ASCII, so that the warning appears only once.
static REPORTED: OnceLock<()> = OnceLock::new();

/// Returns whether the terminal reports the position of the cursor (DSR 6, ECMA-48). All terminals do, except
/// those that cannot move the cursor.
pub(super) fn reports_cursor(terminal: &Terminal) -> bool {
    !matches!(terminal.term.as_str(), "" | "dumb" | "unknown")
}

/// Stores what the environment says about the terminal. `main` calls this once, before anything is printed.
pub(super) fn set_up(terminal: &Terminal) {
    let facts = Facts { utf8_locale: terminal.has_utf8_locale(), reports_cursor: reports_cursor(terminal) };
    // A second call would store the same facts.
    let _known = FACTS.set(facts);
}

/// Returns whether the terminal draws attributes of text, such as a line through it. All terminals do, except
/// those that cannot move the cursor.
pub(super) fn draws_attributes() -> bool {
    FACTS.get().is_some_and(|facts| facts.reports_cursor)
}

/// Returns the charset of the terminal. The first call may query the terminal, and warns the user if text is
/// printed as ASCII.
///
/// A UTF-8 locale is trusted without a query, because a query would consume what the user types ahead for the
/// shell.
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

/// Asks the terminal for its charset; `None` if the terminal does not reply or was not asked. Only a
/// foreground process with no input waiting asks, because the input would be lost.
fn ask() -> Option<Charset> {
    let (input, output) = (io::stdin(), io::stdout());
    let group = rustix::termios::tcgetpgrp(&output).ok();
    // A background process that sets raw mode is stopped by the system.
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
