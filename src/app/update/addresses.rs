//! Adds and deletes addresses, and makes an address the current one.

use super::account::offline_message;
use super::{account, notify_failure, notify_info, notify_problem, notify_success};
use crate::app::account::Account;
use crate::app::command::{AddressCommand, AppCommand};
use crate::app::effect::{AccountEffect, CopySource, Effect, ExternalEffect, StoreEffect};
use crate::app::model::Model;
use crate::app::msg::{AppError, FailureKind};
use crate::app::overlay::{Confirm, ConfirmableAction, Overlay};
use crate::app::pending_request::PendingRequest;
use crate::app::undo::UndoableChange;
use dropmail_client::domain::ids::{AddressId, SessionId};
use dropmail_client::domain::session::{Address, AddressOptions, SessionState};
use mail_reader::sanitize::SafeText;

/// Handles the `n` key and a choice in the domain menu: creates an address. Adds the address to the session under the
/// cursor if that session is live, and to the first live session if not. If no session is live, opens a new session,
/// which contains the address.
pub(super) fn add_address(model: &mut Model, options: AddressOptions) -> Vec<Effect> {
    if let Account::Waiting { why, .. } = &model.account {
        match why.kind {
            FailureKind::Keyring(_) => return account::open_account_without_stored_token(model),
            // The user must solve the captcha first. Signing in to the service then creates an address.
            FailureKind::Captcha => return account::open_account(model, 0),
            FailureKind::Offline | FailureKind::Token | FailureKind::Lapsed | FailureKind::Other => {}
        }
    }
    if model.pending_request.is_in_flight() {
        return notify_info(model, "A new address is already on its way.");
    }
    if model.account != Account::Open {
        let key = model.key_of(AddressCommand::Refresh);
        return notify_problem(
            model,
            format!("There is no connection to the service yet, so no new address. {key} tries at once."),
        );
    }
    model.pending_request = PendingRequest::Address;
    let live = model.sessions.selected_row().filter(|row| row.is_live()).or(model.sessions.first_live());
    match live {
        Some(row) => vec![Effect::Account(AccountEffect::AddAddress(row.session.id.clone(), options))],
        None => vec![Effect::Account(AccountEffect::OpenSession(options))],
    }
}

pub(super) fn handle_address_added(
    model: &mut Model,
    id: &SessionId,
    result: Result<Address, AppError>,
) -> Vec<Effect> {
    model.pending_request = PendingRequest::Nothing;
    match result {
        Ok(address) => {
            if let Some(row) = model.sessions.get_mut(id) {
                row.session.addresses.retain(|known| known.id != address.id);
                row.session.addresses.insert(0, address.clone());
            }
            show_address(model, &address)
        }
        Err(why) => notify_failure(model, why),
    }
}

pub(super) fn show_address(model: &mut Model, address: &Address) -> Vec<Effect> {
    model.sessions.select(&address.id);
    if model.settings.copy_new_address {
        // The notice about the copied address makes a separate notice unnecessary.
        return vec![Effect::External(ExternalEffect::Copy {
            source: CopySource::Address,
            text: address.address.clone(),
        })];
    }
    let key = model.key_of(AddressCommand::CopyAddress);
    notify_success(model, format!("New address {} ({key} copies it)", address.address))
}

/// Asks the user whether to delete the address under the cursor.
pub(super) fn confirm_delete(model: &mut Model) -> Vec<Effect> {
    let Some((row, at)) = model.sessions.selected_address_line() else {
        let key = model.key_of(AppCommand::Delete);
        return notify_problem(model, format!("Go to the address that is to be deleted, then press {key}."));
    };
    let Some(row) = model.sessions.rows.get(row) else { return Vec::new() };
    if row.state == SessionState::Opening
        && let Some(words) = offline_message(model, "no address can be deleted")
    {
        return notify_problem(model, words);
    }
    if !row.is_live() {
        return notify_info(model, "This session has lapsed: its addresses take no mail any more.");
    }
    let Some(address) = row.session.addresses.get(at) else { return Vec::new() };
    let back = model.key_of(AppCommand::BringBack);
    let confirm = Confirm {
        question: "Delete this address? Mail to it will be refused.".into(),
        details: vec![
            address.address.clone(),
            format!("Its restore key is kept; {back} restores it.").into(),
        ],
        action: ConfirmableAction::DeleteAddress(row.session.id.clone(), address.id.clone()),
    };
    model.overlays.push(Overlay::Confirm(confirm));
    Vec::new()
}

pub(super) fn handle_address_deleted(
    model: &mut Model,
    id: &SessionId,
    address: &AddressId,
    result: Result<(), AppError>,
) -> Vec<Effect> {
    if let Err(why) = result {
        return notify_failure(model, why);
    }
    let mut name = SafeText::from("The address");
    if let Some(row) = model.sessions.get_mut(id) {
        let deleted = row.session.addresses.iter().find(|known| known.id == *address).cloned();
        row.session.addresses.retain(|known| known.id != *address);
        if let Some(deleted) = deleted {
            name = deleted.address.clone();
            model.changes.record(UndoableChange::AddressDeleted(id.clone(), deleted));
        }
    }
    model.sessions.sort();
    let key = model.key_of(AppCommand::Undo);
    notify_success(
        model,
        format!("{name} no longer takes mail. What came to it stays here. {key} undoes it."),
    )
}

/// Handles the `M` key: makes the address under the cursor the current address (the default for commands). If it is
/// already the current address, unsets the current address instead.
pub(super) fn toggle_current_address(model: &mut Model) -> Vec<Effect> {
    let Some(address) = model.selected_address().cloned() else {
        return notify_info(model, "There is no address to make the current one.");
    };
    let was_current = model.sessions.current.as_ref() == Some(&address);
    let words = if was_current {
        format!("{address} is no longer the current address.")
    } else {
        format!("{address} is the current address: commands mean it when they name none.")
    };
    model.sessions.current = (!was_current).then_some(address);
    notify_success(model, words);
    vec![Effect::Store(StoreEffect::SetCurrentAddress(model.sessions.current.clone()))]
}
