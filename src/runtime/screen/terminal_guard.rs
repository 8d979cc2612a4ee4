//! Taking the terminal over, and giving it back.

use super::charset::Charset;
use crate::app::Model;
use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::style::Print;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Puts the window's title on the terminal's stack of titles, and takes it back from there (xterm
/// control sequences, `CSI 22 ; 2 t`). Terminals that have no stack leave both alone.
const SAVE_TITLE: &str = "\x1b[22;2t";
const RESTORE_TITLE: &str = "\x1b[23;2t";

/// Whether a title has to be taken back.
static TITLE_SAVED: AtomicBool = AtomicBool::new(false);

/// Clicks, drags and the wheel, told in numbers of any size (xterm's modes 1000, 1002 and 1006).
/// Mode 1003 is left alone: it would wake the program with each move of the mouse.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// Keys that other encodings confuse are told apart (kitty's keyboard protocol, flag 1). Terminals
/// that do not know it pass over it.
const KEYBOARD_ON: &str = "\x1b[>1u";
const KEYBOARD_OFF: &str = "\x1b[<1u";

/// How the terminal is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TerminalMode {
    /// The whole screen.
    Screen {
        /// Whether the mouse is listened to.
        mouse: bool,
        /// Whether kitty's keyboard protocol is asked for.
        keyboard: bool,
    },
    /// Lines, one after the other, as a screen reader wants them.
    Lines,
}

/// What of the terminal is taken over: a panic has to know, wherever it comes from.
static TAKEN: AtomicU8 = AtomicU8::new(NOTHING);
const NOTHING: u8 = 0;
const LINES: u8 = 1;
const SCREEN: u8 = 2;
const SCREEN_AND_KEYBOARD: u8 = 3;

/// The user's terminal, taken over. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct TerminalGuard(());

impl TerminalGuard {
    /// Takes the terminal over.
    pub fn new(terminal_mode: TerminalMode) -> io::Result<Self> {
        let taken = Self(());
        enter_terminal(terminal_mode)?;
        Ok(taken)
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        restore_terminal();
    }
}

/// Switches to raw mode and to what the terminal mode says.
pub(super) fn enter_terminal(terminal_mode: TerminalMode) -> io::Result<()> {
    restore_terminal();
    enable_raw_mode()?;
    let (mouse, keyboard) = match terminal_mode {
        TerminalMode::Lines => {
            TAKEN.store(LINES, Ordering::SeqCst);
            return execute!(io::stdout(), EnableBracketedPaste);
        }
        TerminalMode::Screen { mouse, keyboard } => (mouse, keyboard),
    };
    TAKEN.store(if keyboard { SCREEN_AND_KEYBOARD } else { SCREEN }, Ordering::SeqCst);
    let mouse = if mouse { MOUSE_ON } else { "" };
    // Each of the two screens has its own stack of keyboard modes: the alternate one comes first.
    let keyboard = if keyboard { KEYBOARD_ON } else { "" };
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        EnableFocusChange,
        Print(mouse),
        Print(keyboard)
    )
}

/// Leaves the terminal as it was. Doing it twice does no harm. Errors have nowhere to go: a
/// terminal that is gone needs no care.
pub fn restore_terminal() {
    let taken = TAKEN.swap(NOTHING, Ordering::SeqCst);
    if taken == NOTHING {
        return;
    }
    let title = if TITLE_SAVED.swap(false, Ordering::SeqCst) { RESTORE_TITLE } else { "" };
    drop(if taken == LINES {
        execute!(io::stdout(), DisableBracketedPaste)
    } else {
        execute!(
            io::stdout(),
            EndSynchronizedUpdate,
            Print(title),
            Print(if taken == SCREEN_AND_KEYBOARD { KEYBOARD_OFF } else { "" }),
            Print(MOUSE_OFF),
            DisableFocusChange,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Show
        )
    });
    drop(disable_raw_mode());
}

/// The mouse is listened to or left alone, as the settings say by now.
pub(super) fn follow_mouse(
    writer: &mut impl Write,
    terminal_mode: &mut TerminalMode,
    model: &Model,
) -> io::Result<()> {
    match terminal_mode {
        TerminalMode::Screen { mouse, .. } if *mouse != model.settings.mouse => {
            *mouse = model.settings.mouse;
            queue!(writer, Print(if *mouse { MOUSE_ON } else { MOUSE_OFF }))
        }
        TerminalMode::Screen { .. } | TerminalMode::Lines => Ok(()),
    }
}

/// The window's title, where it is another than before.
pub(super) fn tell_title(
    writer: &mut impl Write,
    told: &mut Option<String>,
    charset: Charset,
    model: &Model,
) -> io::Result<()> {
    if !model.settings.window_title {
        return Ok(());
    }
    let title = charset.line(&crate::ui::title(model)).into_owned();
    if told.as_ref() == Some(&title) {
        return Ok(());
    }
    if told.is_none() {
        queue!(writer, Print(SAVE_TITLE))?;
        TITLE_SAVED.store(true, Ordering::SeqCst);
    }
    write!(writer, "\x1b]2;{title}\x07")?;
    *told = Some(title);
    Ok(())
}
