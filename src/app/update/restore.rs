//! Shows notices about expired sessions, and restores their addresses.

use super::account::offline_message;
use super::sessions::live_entry;
use super::{notify_failure, notify_info, notify_problem, notify_success, sync};
use crate::app::account::Account;
use crate::app::command::{AddressCommand, AppCommand};
use crate::app::effect::{AccountEffect, Effect, StoreEffect};
use crate::app::model::Model;
use crate::app::msg::{AppError, FailureKind, Restoration, RestoredAddress};
use crate::app::pending_request::PendingRequest;
use crate::app::sessions::SessionsLine;
use crate::config::RestorePolicy;
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::session::{Address, Session, SessionEvent, SessionState};
use dropmail_client::domain::sharing::Ownership;
use mail_reader::sanitize::SafeText;

/// Shows a notice about the expired sessions whose addresses can be restored, if there are any and the `restore`
/// setting is `ask`. Used for sessions that expired while the program was not running.
pub(super) fn notify_lapsed_sessions(model: &mut Model) {
    if model.restore != RestorePolicy::Ask {
        return;
    }
    let lapsed =
        model.sessions.rows.iter().filter(|row| row.state == SessionState::Lapsed && row.can_restore());
    let key = model.key_of(AddressCommand::Restore);
    let words = match lapsed.count() {
        0 => return,
        1 => format!("A session has lapsed. Its mail is here; {key} restores its addresses."),
        n => format!("{n} sessions have lapsed. Their mail is here; {key} restores the addresses of one."),
    };
    notify_info(model, words);
}

/// Shows a notice that a session has expired while the program was running.
pub(super) fn notify_session_lapsed(model: &mut Model) {
    let then = match model.restore {
        RestorePolicy::Ask => {
            format!("; {} on it restores its addresses.", model.key_of(AddressCommand::Restore))
        }
        RestorePolicy::Auto => ".".to_owned(),
        RestorePolicy::Never => "; `restore` is `never`.".to_owned(),
    };
    notify_problem(model, format!("A session has lapsed on the service. Its mail stays here{then}"));
}

/// Restores the addresses of the first expired session whose addresses the program has not tried to restore yet. Does
/// so only if the `restore` setting is `auto`, and only once for each session.
pub(super) fn auto_restore(model: &mut Model) -> Vec<Effect> {
    // Only the process that owns the data directory restores addresses automatically. If two processes did so, each
    // address would be restored twice.
    if model.restore != RestorePolicy::Auto
        || model.ownership != Ownership::Owner
        || model.account != Account::Open
        || model.pending_request.is_in_flight()
    {
        return Vec::new();
    }
    let next = model
        .sessions
        .rows
        .iter()
        .position(|row| row.state == SessionState::Lapsed && row.can_restore() && !row.tried);
    next.map_or_else(Vec::new, |at| restore_session(model, at))
}

/// Handles the `R` key: restores the addresses of the expired session under the cursor. If the session under the cursor
/// has not expired, restores the addresses of the first expired session. The addresses move to the first live session
/// or, if no session is live, to a new one.
pub(super) fn restore_selected(model: &mut Model) -> Vec<Effect> {
    if let Some(words) = offline_message(model, "nothing is restored. Its key is kept") {
        return notify_problem(model, words);
    }
    let here = match model.sessions.selected_line() {
        Some(SessionsLine::Session(at) | SessionsLine::Address(at, _)) => Some(at),
        None => None,
    };
    let rows = &model.sessions.rows;
    let under = here.filter(|at| rows.get(*at).is_some_and(|row| row.state.can_restore()));
    let Some(at) = under.or_else(|| rows.iter().position(|row| row.state.can_restore())) else {
        let deleted = model.key_of(AppCommand::BringBack);
        return notify_info(
            model,
            format!("No session has lapsed. {deleted} lists deleted addresses and hidden mails."),
        );
    };
    if rows.get(at).is_none_or(|row| !row.can_restore()) {
        return notify_problem(model, "This session has no address whose restore key is known.");
    }
    restore_session(model, at)
}

fn restore_session(model: &mut Model, at: usize) -> Vec<Effect> {
    let into = model.sessions.first_live().map(|row| row.session.id.clone());
    let Some(row) = model.sessions.rows.get_mut(at) else { return Vec::new() };
    row.tried = true;
    row.apply(SessionEvent::RestoreRequested);
    let (lapsed, addresses) = (row.session.id.clone(), row.session.addresses.clone());
    model.pending_request = PendingRequest::Restore;
    notify_info(model, "Restoring addresses …");
    vec![Effect::Account(AccountEffect::Restore { lapsed, into, addresses })]
}

/// Restores a deleted address that the user has chosen in the list of hidden items.
pub(super) fn restore_address(model: &mut Model, from: SessionId, address: Address) -> Vec<Effect> {
    if let Some(words) = offline_message(model, "nothing is restored. Its key is kept") {
        return notify_problem(model, words);
    }
    model.pending_request = PendingRequest::Restore;
    model.changes.forget_deleted(&address);
    let into = model.sessions.first_live().map(|row| row.session.id.clone());
    notify_info(model, format!("Restoring {} …", address.address));
    vec![Effect::Account(AccountEffect::Restore { lapsed: from, into, addresses: vec![address] })]
}

pub(super) fn handle_restored(
    model: &mut Model,
    lapsed: &SessionId,
    result: Result<Restoration, AppError>,
) -> Vec<Effect> {
    model.pending_request = PendingRequest::Nothing;
    let Restoration { into, opened, addresses } = match result {
        Ok(restoration) => restoration,
        Err(why) => {
            apply_event(model, lapsed, SessionEvent::RestoreFinished);
            return notify_failure(model, why);
        }
    };
    let mut effects = Vec::new();
    if let Some(session) = opened {
        let row = live_entry(model, session);
        model.sessions.insert(row);
    }
    // For the user, the session that receives the addresses continues the expired session, so it gets that session's
    // name.
    let named = model.sessions.labels.get(lapsed).cloned();
    let moved = addresses.iter().any(|one| one.result.is_ok() && one.adopted.is_none());
    if let Some(label) = named.filter(|_| moved && !model.sessions.labels.contains_key(&into)) {
        model.sessions.labels.insert(into.clone(), label.clone());
        model.changes.move_labels(lapsed, &into);
        effects.push(Effect::Store(StoreEffect::SetLabel(into.clone(), label)));
    }
    let (mut restored, mut refused) = (Vec::new(), 0);
    for RestoredAddress { address, result, adopted, unsaved } in addresses {
        if let Some(why) = unsaved {
            notify_problem(model, format!("{address}: {why}"));
        }
        match (result, adopted) {
            (Ok(back), Some(session)) => {
                restored.push(address);
                adopt_session(model, lapsed, session, &back);
            }
            (Ok(back), None) => {
                restored.push(address);
                move_address(model, lapsed, &into, back);
            }
            (Err(why), _) => {
                refused += usize::from(matches!(why.kind, FailureKind::Captcha | FailureKind::Other));
                notify_problem(model, format!("{address}: {}", why.text));
            }
        }
    }
    apply_event(
        model,
        lapsed,
        if restored.is_empty() && refused > 0 {
            SessionEvent::KeysRejected
        } else {
            SessionEvent::RestoreFinished
        },
    );
    // An expired session without addresses is no longer useful.
    model
        .sessions
        .rows
        .retain(|row| row.session.id != *lapsed || row.is_live() || !row.session.addresses.is_empty());
    model.sessions.sort();
    effects.extend(sync::connect_all(model));
    if let Some(words) = restored_words(&restored) {
        drop(notify_success(model, words));
        effects.extend(auto_restore(model));
    }
    effects
}

/// Returns the text of the notice about restored addresses; `None` if no address was restored.
fn restored_words(addresses: &[SafeText]) -> Option<String> {
    match addresses {
        [] => None,
        [address] => Some(format!("{address} takes mail again.")),
        [first, second] => Some(format!("{first} and {second} take mail again.")),
        [first, more @ ..] => Some(format!("{first} and {} more addresses take mail again.", more.len())),
    }
}

fn apply_event(model: &mut Model, id: &SessionId, turn: SessionEvent) {
    if let Some(row) = model.sessions.get_mut(id) {
        row.apply(turn);
    }
}

/// Handles the case that an address to restore already belongs to a live session: adds that session to the list of
/// sessions.
fn adopt_session(model: &mut Model, lapsed: &SessionId, session: Session, address: &Address) {
    let id = session.id.clone();
    let mut row = live_entry(model, session);
    if id != *lapsed {
        row.apply(SessionEvent::AddressFound);
        if let Some(old) = model.sessions.get_mut(lapsed) {
            old.session.addresses.retain(|held| held.address != address.address);
        }
    }
    model.sessions.insert(row);
    notify_info(model, format!("{} still lived in another session; that one is taken up.", address.address));
}

fn move_address(model: &mut Model, from: &SessionId, into: &SessionId, address: Address) {
    if let Some(row) = model.sessions.get_mut(from) {
        row.session.addresses.retain(|old| old.address != address.address);
    }
    if let Some(row) = model.sessions.get_mut(into) {
        row.session.addresses.retain(|old| old.address != address.address);
        row.session.addresses.insert(0, address);
    }
}
