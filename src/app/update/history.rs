//! Handles the history overlay. It lists what happened to the user's addresses and when, for example that an address
//! was created, that mail arrived, or that a code was copied.

use super::{notify_failure, notify_info};
use crate::app::command::AddressCommand;
use crate::app::effect::{ArchiveEffect, Effect};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::msg::AppError;
use crate::app::overlay::{Action, Item, Menu, MenuContent, Overlay};
use crate::app::sessions::SessionsLine;
use dropmail_client::domain::history::HistoryEntry;
use dropmail_client::domain::time::format_age;
use mail_reader::sanitize::SafeText;

/// Width in columns of the right-aligned age of a history entry.
const AGE_WIDTH: usize = 4;

/// Handles the `L` key: requests the history of the address under the cursor in the sessions pane. If another pane has
/// the focus, or the cursor is not on an address, requests the history of all addresses.
pub(super) fn request_history(model: &mut Model) -> Vec<Effect> {
    let on_address = model.focus == Pane::Sessions
        && matches!(model.sessions.selected_line(), Some(SessionsLine::Address(..)));
    let address = if on_address { model.selected_address().cloned() } else { None };
    request_history_of(address)
}

/// Requests the history of an address; `None` requests the history of all addresses.
pub(super) fn request_history_of(address: Option<SafeText>) -> Vec<Effect> {
    vec![Effect::Archive(ArchiveEffect::ReadHistory(address))]
}

/// Opens a menu with the requested history entries: those of one address or, if `address` is `None`, those of all
/// addresses. An open history menu is replaced.
pub(super) fn open_menu(
    model: &mut Model,
    address: Option<SafeText>,
    result: Result<Vec<HistoryEntry>, AppError>,
) -> Vec<Effect> {
    let entries = match result {
        Ok(entries) => entries,
        Err(why) => return notify_failure(model, why),
    };
    let title = match &address {
        Some(address) => format!("History of {address}"),
        None => "History of all addresses".to_owned(),
    };
    if entries.is_empty() {
        let words = match &address {
            Some(address) => {
                let key = model.key_of(AddressCommand::History);
                format!("Nothing was done with {address} yet. {key} in another pane shows all addresses.")
            }
            None => "Nothing was done yet.".to_owned(),
        };
        return notify_info(model, words);
    }
    let now = model.now;
    // The title already names the address of a history of one address.
    let has_one_address = address.is_some();
    let item = |entry: HistoryEntry| Item {
        label: format!("{:>AGE_WIDTH$}  {}", format_age(entry.at, now), entry.action.text()).into(),
        detail: if has_one_address { SafeText::default() } else { entry.address },
        action: Action::Nothing,
    };
    let items = entries.into_iter().map(item).collect();
    let menu = Menu { content: MenuContent::History(address), ..Menu::new(title, items) };
    let is_history =
        |overlay: &Overlay| matches!(overlay, Overlay::Menu(Menu { content: MenuContent::History(_), .. }));
    match model.overlays.last_mut().filter(|overlay| is_history(overlay)) {
        Some(open) => *open = Overlay::Menu(menu),
        None => model.overlays.push(Overlay::Menu(menu)),
    }
    Vec::new()
}
