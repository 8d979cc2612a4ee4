//! The charset of the terminal that a command prints to: what the locale says, or what the terminal shows.

use super::output;
use super::tui::reports_cursor;
use crate::config::Terminal;
use crate::runtime::screen::{Charset, ask_terminal};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, IsTerminal};
use std::sync::OnceLock;

/// Shown where the terminal has answered that it reads single bytes.
const ANSWERED: &str = "this terminal does not read UTF-8: letters beyond ASCII are written as similar ones \
                        or `?`. A file or a pipe gets them as they are.";
/// Shown where the locale alone decides.
const BY_LOCALE: &str = "the locale is not UTF-8: letters beyond ASCII are written as similar ones or `?`. \
                         Set LC_ALL=C.UTF-8 if this terminal reads UTF-8.";

/// What is known of the terminal before it is asked.
#[derive(Clone, Copy, Debug)]
struct Facts {
    utf8_locale: bool,
    reports_cursor: bool,
}

static FACTS: OnceLock<Facts> = OnceLock::new();
/// The charset, and the words about it.
static ANSWER: OnceLock<(Charset, &str)> = OnceLock::new();
/// Whether the user knows.
static REPORTED: OnceLock<()> = OnceLock::new();

/// Takes the facts of the environment. Called once, before anything is printed.
pub(super) fn set_up(terminal: &Terminal) {
    let facts = Facts { utf8_locale: terminal.has_utf8_locale(), reports_cursor: reports_cursor(terminal) };
    // A second call would bring the same facts.
    let _known = FACTS.set(facts);
}

/// The charset of the terminal. The first call may ask the terminal, and says where text will be ASCII.
///
/// A UTF-8 locale is taken at its word: to ask would take what is typed ahead for the shell.
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

/// Asks the terminal, where this process may and nothing was typed that would be lost.
fn ask() -> Option<Charset> {
    let (input, output) = (io::stdin(), io::stdout());
    let group = rustix::termios::tcgetpgrp(&output).ok();
    // A process in the background would be stopped for it.
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
