//! Handles the history overlay. It lists what happened to the user's addresses and when, for example that an address
//! was created, that mail arrived, or that a code was copied.

use super::{notify_failure, notify_info};
use crate::app::effect::{ArchiveEffect, Effect};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::msg::AppError;
use crate::app::overlay::{Action, Item, Menu, Overlay};
use crate::app::sessions::SessionsLine;
use dropmail_client::domain::history::HistoryEntry;
use dropmail_client::domain::time::format_age;

/// Handles the `L` key: requests the history of the address under the cursor in the sessions pane. If another pane has
/// the focus, or the cursor is not on an address, requests the history of all addresses.
pub(super) fn request_history(model: &mut Model) -> Vec<Effect> {
    let on_address = model.focus == Pane::Sessions
        && matches!(model.sessions.selected_line(), Some(SessionsLine::Address(..)));
    let address = if on_address { model.selected_address().cloned() } else { None };
    vec![Effect::Archive(ArchiveEffect::ReadHistory(address))]
}

/// Opens a menu with the requested history entries.
pub(super) fn open_menu(model: &mut Model, result: Result<Vec<HistoryEntry>, AppError>) -> Vec<Effect> {
    let entries = match result {
        Ok(entries) => entries,
        Err(why) => return notify_failure(model, why),
    };
    if entries.is_empty() {
        return notify_info(model, "Nothing was done yet.");
    }
    let now = model.now;
    let item = |entry: HistoryEntry| Item {
        label: format!("{}  {}", format_age(entry.at, now), entry.action.text()).into(),
        detail: entry.address,
        action: Action::Nothing,
    };
    let items = entries.into_iter().map(item).collect();
    model.overlays.push(Overlay::Menu(Menu::new("History", items)));
    Vec::new()
}
