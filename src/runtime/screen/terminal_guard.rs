//! Takes over the terminal when this program starts, and restores it when this program exits or panics.

use crate::app::Model;
use crate::runtime::charset::TerminalCharset;
use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::style::Print;
use crossterm::terminal::{
    Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{execute, queue};
use rustix::termios::{InputModes, LocalModes, OptionalActions, OutputModes, tcgetattr, tcsetattr};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Escape sequence that saves the window title on the terminal's title stack (xterm control sequences, `CSI 22 ; 2 t`);
/// `RESTORE_TITLE` restores the title. Terminals without such a stack ignore both sequences.
const SAVE_TITLE: &str = "\x1b[22;2t";
const RESTORE_TITLE: &str = "\x1b[23;2t";

/// `true` if the window title was saved and must be restored when the program exits.
static TITLE_SAVED: AtomicBool = AtomicBool::new(false);

/// Escape sequence that enables mouse reports (clicks, drags and the wheel) with coordinates of any size (xterm modes
/// 1000, 1002 and 1006). Mode 1003 is not used, because each movement of the mouse would wake the process.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// Escape sequence that enables unambiguous codes for keys (kitty's keyboard protocol, flag 1). Terminals without this
/// protocol ignore the sequence.
const KEYBOARD_ON: &str = "\x1b[>1u";
/// Escape sequence that removes all keyboard modes from the stack of the alternate screen. It is sent before the
/// program leaves that screen. It also removes modes that an earlier run of the program left on the stack when it was
/// killed, because other programs do not expect them.
const KEYBOARD_OFF: &str = "\x1b[<8u";

/// How the program uses the terminal: as a full screen, or line by line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TerminalMode {
    /// This program uses the alternate screen and draws whole frames.
    Screen {
        /// `true` if the program makes the terminal report mouse events.
        mouse: bool,
        /// `true` if the program enables kitty's keyboard protocol.
        keyboard: bool,
    },
    /// This program prints its output line by line, for screen readers.
    Lines,
}

/// The terminal modes that this program has set. The variable is global, because the panic hook must restore the
/// terminal.
static TAKEN: AtomicU8 = AtomicU8::new(NO_MODE);
const NO_MODE: u8 = 0;
const LINES: u8 = 1;
const SCREEN: u8 = 2;
const SCREEN_AND_KEYBOARD: u8 = 3;

/// A guard that represents the program's use of the terminal. Dropping it restores the terminal.
#[derive(Debug)]
pub struct TerminalGuard(());

impl TerminalGuard {
    /// Takes over the terminal until the returned guard is dropped. This enables raw mode and, unless the output is
    /// printed line by line, the alternate screen.
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

/// Switches the terminal to raw mode and sets the modes that `terminal_mode` needs.
pub(super) fn enter_terminal(terminal_mode: TerminalMode) -> io::Result<()> {
    restore_terminal();
    leave_raw_mode_of_killed_program();
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
    // The main screen and the alternate screen have separate stacks of keyboard modes, so the alternate screen is
    // entered first.
    let keyboard = if keyboard { KEYBOARD_ON } else { "" };
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        // A killed run may have left its frame on the alternate screen, and tmux keeps it.
        Clear(ClearType::All),
        EnableBracketedPaste,
        EnableFocusChange,
        Print(mouse),
        Print(keyboard)
    )
}

/// Ends raw mode if a killed program left the terminal in it. Without this, this program would restore raw mode when it
/// exits. Changes the terminal only if it is fully in raw mode. Ignores errors, because the later attempt to enter raw
/// mode reports them.
fn leave_raw_mode_of_killed_program() {
    let input = io::stdin();
    let Ok(mut modes) = tcgetattr(&input) else { return };
    let line = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN;
    if modes.local_modes.intersects(line) || modes.output_modes.contains(OutputModes::OPOST) {
        return;
    }
    modes.local_modes |= line;
    modes.output_modes |= OutputModes::OPOST;
    modes.input_modes |= InputModes::ICRNL | InputModes::IXON;
    let _changed = tcsetattr(&input, OptionalActions::Now, &modes);
}

/// Restores the terminal; a second call has no effect. Ignores errors, because a closed terminal need not be restored.
pub fn restore_terminal() {
    let taken = TAKEN.swap(NO_MODE, Ordering::SeqCst);
    if taken == NO_MODE {
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

/// Turns mouse reports on or off if the user has changed the `mouse` setting.
pub(super) fn update_mouse_mode(
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

/// Sets the title of the terminal window if the title has changed.
pub(super) fn update_title(
    writer: &mut impl Write,
    shown: &mut Option<String>,
    charset: TerminalCharset,
    model: &Model,
) -> io::Result<()> {
    if !model.settings.window_title {
        return Ok(());
    }
    let title = charset.convert_line(&crate::ui::window_title(model)).into_owned();
    if shown.as_ref() == Some(&title) {
        return Ok(());
    }
    if shown.is_none() {
        queue!(writer, Print(SAVE_TITLE))?;
        TITLE_SAVED.store(true, Ordering::SeqCst);
    }
    write!(writer, "\x1b]2;{title}\x07")?;
    *shown = Some(title);
    Ok(())
}
