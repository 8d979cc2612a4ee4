//! Looks up keys in list overlays, such as menus. These overlays use the key bindings of the panes.

use crate::app::command::{Command, Context, MoveCommand};
use crate::app::key::{Key, KeyCode};
use crate::app::keymap::KeyMatch;
use crate::app::model::Model;

/// Returns the command that a key runs in a list overlay. The keys that move the cursor, start a search or go back in
/// the panes do the same in the list. Returns `None` if the key is not bound to a command, or if it starts a longer
/// chord.
pub(super) fn list_command(model: &mut Model, key: Key) -> Option<Command> {
    let nowhere = Context { mail: false, message: false, searching: false };
    let meaning = model.keyboard.look_up(&model.settings.keymap, &mut model.typed, key, nowhere);
    if meaning != KeyMatch::Partial {
        model.typed.clear();
    }
    match meaning {
        KeyMatch::Command(command) => Some(command),
        KeyMatch::Sequence(_) | KeyMatch::Partial | KeyMatch::NoMatch => None,
    }
}

/// Returns the number of lines by which a command moves the cursor down in a list overlay (up if negative).
pub(super) fn step_of(command: MoveCommand) -> isize {
    match command {
        MoveCommand::Down => 1,
        MoveCommand::Up => -1,
        MoveCommand::First => isize::MIN,
        MoveCommand::Last => isize::MAX,
        MoveCommand::HalfDown | MoveCommand::PageDown => LINES_PER_PAGE,
        MoveCommand::HalfUp | MoveCommand::PageUp => -LINES_PER_PAGE,
    }
}

/// Number of lines by which Page Up and Page Down move the cursor in a list overlay.
const LINES_PER_PAGE: isize = 10;

/// Returns the number of lines by which a key moves the cursor down in a list overlay (up if negative), regardless of
/// the key bindings. Returns `None` if the key does not move the cursor.
pub(super) fn list_step(key: Key) -> Option<isize> {
    Some(match key {
        Key { code: KeyCode::Down, .. } | Key { code: KeyCode::Char('n'), ctrl: true, .. } => 1,
        Key { code: KeyCode::Up, .. } | Key { code: KeyCode::Char('p'), ctrl: true, .. } => -1,
        Key { code: KeyCode::PageDown, .. } => LINES_PER_PAGE,
        Key { code: KeyCode::PageUp, .. } => -LINES_PER_PAGE,
        Key { code: KeyCode::Home, .. } => isize::MIN,
        Key { code: KeyCode::End, .. } => isize::MAX,
        _ => return None,
    })
}
