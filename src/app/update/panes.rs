//! Runs the commands that select, resize, show or hide panes. Also stores the pane layout, so that it can be restored
//! when the program next starts.

use super::{movement, notify_info};
use crate::app::command::PaneCommand;
use crate::app::effect::{Effect, StoreEffect};
use crate::app::layout::{Layout, NARROW, Pane, PaneLayout, Split};
use crate::app::model::Model;

/// Runs a command that selects, resizes, shows or hides panes.
pub(super) fn run_command(model: &mut Model, command: PaneCommand) -> Vec<Effect> {
    let layout = model.layout();
    match command {
        PaneCommand::NextPane => return movement::focus_pane(model, model.focus.next()),
        PaneCommand::PreviousPane => return movement::focus_pane(model, model.focus.previous()),
        PaneCommand::Zoom => model.arrangement.zoomed = !model.arrangement.zoomed,
        PaneCommand::ToggleAddresses => {
            model.arrangement.hide_sessions = !model.arrangement.hide_sessions;
            leave_hidden(model, Pane::Sessions, model.arrangement.hide_sessions);
        }
        PaneCommand::ToggleMessage => {
            model.arrangement.hide_message = !model.arrangement.hide_message;
            leave_hidden(model, Pane::Message, model.arrangement.hide_message);
        }
        PaneCommand::ToggleSplit => {
            let beside = Layout::is_beside(model.screen, &model.arrangement);
            model.arrangement.split = if beside { Split::Stacked } else { Split::SideBySide };
            model.arrangement.share = None;
        }
        PaneCommand::Grow | PaneCommand::Shrink => {
            let by = if command == PaneCommand::Grow { 1 } else { -1 };
            model.arrangement.resize(layout, model.focus, by);
        }
        PaneCommand::ResetPanes => model.arrangement = PaneLayout::default(),
    }
    // If one pane fills the screen, the command has no visible effect until the screen shows several panes. For `Zoom`
    // on a wide screen, this notice would be wrong.
    let narrow = model.screen.width < NARROW;
    if layout.has_one_pane() && model.layout() == layout && (narrow || command != PaneCommand::Zoom) {
        return notify_info(
            model,
            "There is room for one pane at a time: the change shows in a wider window.",
        );
    }
    Vec::new()
}

/// Moves the focus to the inbox if `pane` has the focus and `hidden` is `true`, which means that it has just been
/// hidden.
fn leave_hidden(model: &mut Model, pane: Pane, hidden: bool) {
    if hidden && model.focus == pane {
        model.focus = Pane::Inbox;
    }
}

/// Returns the effect that stores the pane layout if it has changed. Returns `None` if it has not changed, or while the
/// user is dragging a border.
pub(super) fn store_layout(model: &mut Model) -> Option<Effect> {
    let settled = PaneLayout { zoomed: false, ..model.arrangement };
    if settled == model.stored_arrangement || model.mouse.drag.is_some() {
        return None;
    }
    model.stored_arrangement = settled;
    Some(Effect::Store(StoreEffect::SaveArrangement(settled)))
}
