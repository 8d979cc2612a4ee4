//! Runs the commands that move the cursor, scroll the message pane, or move the focus to another pane.

use super::{inbox, message_pane, notify_info};
use crate::app::command::MoveCommand;
use crate::app::effect::Effect;
use crate::app::layout::{Layout, Pane};
use crate::app::model::Model;

/// Moves the cursor in the focused pane, or scrolls if the message pane has the focus.
pub(super) fn run_command(model: &mut Model, command: MoveCommand) -> Vec<Effect> {
    let page = page_height(model);
    let half = (page / 2).max(1);
    move_and_load(
        model,
        match command {
            MoveCommand::Down => 1,
            MoveCommand::Up => -1,
            MoveCommand::First => isize::MIN,
            MoveCommand::Last => isize::MAX,
            MoveCommand::HalfDown => half,
            MoveCommand::HalfUp => -half,
            MoveCommand::PageDown => page,
            MoveCommand::PageUp => -page,
        },
    )
}

/// Moves the cursor in the focused pane down by a page, or scrolls down by a page if the message pane has the focus.
pub(super) fn page_down(model: &mut Model) -> Vec<Effect> {
    let page = page_height(model);
    move_and_load(model, page)
}

/// Returns the number of lines that the focused pane shows.
fn page_height(model: &Model) -> isize {
    let rows = match model.focus {
        Pane::Message => usize::from(model.layout().message_size().1),
        Pane::Inbox | Pane::Sessions => inbox::visible_rows(model),
    };
    isize::try_from(rows).unwrap_or(1).max(1)
}

fn move_and_load(model: &mut Model, lines: isize) -> Vec<Effect> {
    let before = position(model);
    move_by(model, lines);
    if position(model) == before { notify_edge(model, lines) } else { Vec::new() }
}

/// Moves the cursor in the focused pane down by `by` lines (up if negative). If the message pane has the focus, scrolls
/// by `by` lines instead.
pub(super) fn move_by(model: &mut Model, by: isize) {
    match model.focus {
        Pane::Sessions => {
            let last = model.sessions.lines().len().saturating_sub(1);
            model.sessions.cursor = model.sessions.cursor.saturating_add_signed(by).min(last);
        }
        Pane::Inbox => {
            let rows = inbox::visible_rows(model);
            model.inbox.move_by(by, rows);
        }
        Pane::Message => {
            let rows = usize::from(model.layout().message_size().1);
            if let Some(open) = model.message_pane.open_mail_mut() {
                open.scroll_by(by, rows);
            }
        }
    }
}

/// Returns the position in the focused pane: the index of the item under the cursor or, in the message pane, of the
/// first visible line.
fn position(model: &Model) -> usize {
    match model.focus {
        Pane::Sessions => model.sessions.cursor,
        Pane::Inbox => model.inbox.cursor(),
        Pane::Message => model.message_pane.open_mail().map_or(0, |open| open.scroll),
    }
}

/// If a screen reader is used, shows a notice that the cursor did not move. A negative `step` means that the cursor is
/// at the first line, a positive `step` that it is at the last line.
fn notify_edge(model: &mut Model, step: isize) -> Vec<Effect> {
    if !model.settings.accessible {
        return Vec::new();
    }
    let words = match (model.focus, step < 0) {
        (Pane::Inbox, _) if model.inbox.selected().is_none() => "There is no mail in the list.",
        (Pane::Inbox | Pane::Sessions, true) => "This is the first line.",
        (Pane::Inbox | Pane::Sessions, false) => "This is the last line.",
        (Pane::Message, true) => "This is the beginning of the message.",
        (Pane::Message, false) => "This is the end of the message.",
    };
    notify_info(model, words)
}

/// Moves the focus to `pane`. If `pane` is the message pane and there is no mail to show, moves the focus from the
/// sessions pane to the inbox, or from another pane to the sessions pane.
pub(super) fn focus_pane(model: &mut Model, pane: Pane) -> Vec<Effect> {
    if pane != Pane::Message {
        model.focus = pane;
        return Vec::new();
    }
    if model.inbox.selected().is_some() {
        return message_pane::open_selected(model);
    }
    model.focus = match (model.layout(), model.focus) {
        (Layout::TooSmall, _) | (_, Pane::Sessions) => Pane::Inbox,
        (_, Pane::Inbox | Pane::Message) => Pane::Sessions,
    };
    Vec::new()
}
