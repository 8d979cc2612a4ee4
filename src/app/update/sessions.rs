//! Handles sessions that are read from the archive or listed by the service, and runs the commands that remove, put
//! back and name sessions.

use super::{
    addresses, inbox, notify_failure, notify_info, notify_problem, notify_success, read_archive, restore,
    sync,
};
use crate::app::account::Account;
use crate::app::command::{AddressCommand, AppCommand};
use crate::app::effect::{Effect, StoreEffect};
use crate::app::input::TextInput;
use crate::app::model::Model;
use crate::app::msg::AppError;
use crate::app::overlay::{Overlay, Prompt, PromptKind};
use crate::app::pending_request::PendingRequest;
use crate::app::sessions::{SessionEntry, SessionSources};
use crate::app::undo::UndoableChange;
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::session::{self, Session, SessionEvent, SessionState};
use dropmail_client::domain::sharing::Ownership;
use dropmail_client::domain::stored_mail::{ArchiveSnapshot, MailCounts};
use mail_reader::sanitize::SafeText;

/// Shows the mails and sessions that were read from the archive. Which of the sessions are live is not known until the
/// service reports it.
pub(super) fn handle_archive_read(
    model: &mut Model,
    result: Result<ArchiveSnapshot, AppError>,
) -> Vec<Effect> {
    let archived = match result {
        Ok(archived) => archived,
        Err(why) => return notify_problem(model, why.text),
    };
    model.inbox.insert_page(archived.mails);
    if model.account == Account::ReadOnly {
        model.sessions.labels.clear();
    }
    model.sessions.current = archived.current;
    model.sessions.removed.extend(archived.removed);
    if model.ownership == Ownership::Owner {
        model.changes.load(archived.undo_steps);
    }
    model.address_tags.assign_letters(&archived.known_addresses);
    for (session, label) in archived.labels {
        // Keep a name that the user has already typed, because the archive may not have stored it yet.
        model.sessions.labels.entry(session).or_insert(label);
    }
    for session in archived.sessions.into_iter().rev() {
        let known = model.sessions.get(&session.id);
        // Data from the service is more recent than data from the archive, so it is kept.
        if known.is_none_or(|row| row.state == SessionState::Opening || model.account == Account::ReadOnly) {
            let mails = known.map_or_else(|| mail_count(model, &session.id), |row| row.mails);
            let row = SessionEntry::from_archive(session, model.now, mails);
            // An expired session whose addresses have all moved to other sessions can no longer be restored.
            let is_removed = model.sessions.removed.contains(&row.session.id) && !row.is_live();
            if !is_removed && (row.is_live() || !row.session.addresses.is_empty()) {
                model.sessions.insert(row);
            }
        }
    }
    model.sessions.sources = model.sessions.sources.after_archive();
    Vec::new()
}

/// Compares the stored sessions with the list of the service, if the archive was read after the service had answered: a
/// stored session that the service has not listed is not live. Then restores lapsed sessions, or shows a notice about
/// them. Waits while a request is in flight, because the archive may contain a session that this request is opening.
pub(super) fn compare_stored(model: &mut Model) -> Vec<Effect> {
    if model.sessions.sources != SessionSources::Uncompared || model.pending_request.is_in_flight() {
        return Vec::new();
    }
    model.sessions.sources = SessionSources::Compared;
    let is_unlisted = |row: &SessionEntry| row.state == SessionState::Opening;
    mark_unlisted(model, is_unlisted);
    model.sessions.sort();
    restore::notify_lapsed_sessions(model);
    restore::auto_restore(model)
}

/// Handles the archive's mail counts, which include mails that are not loaded into the inbox.
pub(super) fn handle_counts(model: &mut Model, result: Result<MailCounts, AppError>) -> Vec<Effect> {
    let tally = match result {
        Ok(tally) => tally,
        Err(why) => return notify_problem(model, why.text),
    };
    model.inbox.set_counts(&tally);
    Vec::new()
}

fn mail_count(model: &Model, id: &SessionId) -> usize {
    model.inbox.mails().filter(|mail| mail.summary.envelope.session == *id).count()
}

pub(super) fn live_entry(model: &Model, session: Session) -> SessionEntry {
    let known = model.sessions.get(&session.id);
    let mails = known.map_or_else(|| mail_count(model, &session.id), |row| row.mails);
    let mut row = SessionEntry::from_archive(session, model.now, mails);
    if let Some(known) = known {
        row.state = known.state;
        row.connection = known.connection.clone();
        row.sync = known.sync.clone();
        row.stream_params.clone_from(&known.stream_params);
        row.why = known.why.clone();
    }
    row.apply(SessionEvent::Confirmed);
    row.update_expiry(model.now);
    row
}

/// Updates the states of all sessions to match the list of live sessions that the service has returned.
pub(super) fn reconcile(model: &mut Model, live: Vec<Session>) {
    let is_unlisted = |row: &SessionEntry| live.iter().all(|session| session.id != row.session.id);
    mark_unlisted(model, is_unlisted);
    for session in live.into_iter().rev() {
        let row = live_entry(model, session);
        model.sessions.insert(row);
    }
    model.sessions.sort();
    model.sessions.sources = model.sessions.sources.after_service();
}

/// Updates the states of the sessions for which `is_unlisted` returns `true`: the service has not listed them. Warns the
/// user if one of them has not expired.
fn mark_unlisted(model: &mut Model, is_unlisted: impl Fn(&SessionEntry) -> bool) {
    let now = model.now;
    let mut unreachable = Vec::new();
    for row in model.sessions.rows.iter_mut().filter(|row| is_unlisted(row)) {
        let over = row.session.expires_at <= now;
        let before = row.state;
        row.apply(if over { SessionEvent::Ended } else { SessionEvent::Unlisted });
        if row.state == SessionState::Unreachable && before != SessionState::Unreachable {
            unreachable.extend(row.session.addresses.iter().map(|held| held.address.clone()));
        }
    }
    warn_unreachable_addresses(model, &unreachable);
}

/// Shows a notice that `addresses` cannot receive mail: their sessions have not expired, but the service does not list
/// the sessions for the token.
fn warn_unreachable_addresses(model: &mut Model, addresses: &[SafeText]) {
    let Some((first, rest)) = addresses.split_first() else { return };
    let others = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    let restore = model.key_of(AddressCommand::Restore);
    notify_problem(
        model,
        format!(
            "{first}{others} cannot be reached: the token does not show the session. Its mail so far is \
             here; {restore} restores the address once the session has lapsed."
        ),
    );
}

pub(super) fn handle_opened(model: &mut Model, result: Result<Session, AppError>) -> Vec<Effect> {
    model.pending_request = PendingRequest::Nothing;
    match result {
        Ok(session) => {
            let newest = session.addresses.first().cloned();
            let row = live_entry(model, session);
            model.sessions.insert(row);
            let mut effects = sync::connect_all(model);
            effects.extend(newest.map_or_else(Vec::new, |address| addresses::show_address(model, &address)));
            // The restore had to wait for this request if the archive was read while the session was being opened.
            effects.extend(restore::auto_restore(model));
            effects
        }
        Err(why) => notify_failure(model, why),
    }
}

/// Handles the `d` key in the sessions pane: removes an expired session from the list of sessions, or asks the user
/// whether to delete the address under the cursor.
pub(super) fn delete_selected(model: &mut Model) -> Vec<Effect> {
    if model.sessions.selected_row().is_some_and(|row| row.state == SessionState::Lapsed) {
        return remove_session(model);
    }
    addresses::confirm_delete(model)
}

/// Handles the `d` key on an expired session: removes the session from the list of sessions. The archive keeps its
/// mails and restore keys.
fn remove_session(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.sessions.selected_row().map(|row| row.session.id.clone()) else { return Vec::new() };
    if let Some(row) = model.sessions.remove(&id) {
        model.changes.record(UndoableChange::SessionRemoved(Box::new(row)));
    }
    let key = model.key_of(AppCommand::Undo);
    notify_info(model, format!("The lapsed session is out of the list; its mail stays. {key} undoes it."));
    vec![Effect::Store(StoreEffect::SetSessionRemoved(id, true))]
}

/// Puts an expired session back into the list of sessions after the user has chosen it in the list of hidden items.
pub(super) fn restore_removed(model: &mut Model, session: Session) -> Vec<Effect> {
    let row = stored_row(model, session);
    model.changes.forget_removed(&row.session.id);
    let effects = reinsert(model, row);
    drop(notify_success(model, "Restored: the session is in the list again."));
    effects
}

/// Creates the sessions pane entry for a session that was read from the archive.
pub(super) fn stored_row(model: &Model, session: Session) -> SessionEntry {
    let mails = mail_count(model, &session.id);
    SessionEntry::from_archive(session, model.now, mails)
}

/// Puts a removed session back into the list of sessions, and returns the effect that stores this change.
pub(super) fn reinsert(model: &mut Model, row: SessionEntry) -> Vec<Effect> {
    let id = row.session.id.clone();
    model.sessions.removed.remove(&id);
    model.sessions.insert(row);
    inbox::recount_mails(model);
    vec![Effect::Store(StoreEffect::SetSessionRemoved(id, false))]
}

/// Applies a change by another process, which has removed an expired session from the list of sessions (`removed` is
/// `true`) or put it back (`false`).
pub(super) fn apply_shared_removal(model: &mut Model, id: &SessionId, removed: bool) -> Vec<Effect> {
    if removed {
        drop(model.sessions.remove(id));
        return Vec::new();
    }
    model.sessions.removed.remove(id);
    read_archive()
}

/// Handles the `e` key: prompts for a name for the session under the cursor.
pub(super) fn open_label_prompt(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.sessions.selected_row().map(|row| row.session.id.clone()) else {
        return notify_info(model, "There is no session to name yet.");
    };
    let known = model.sessions.labels.get(&id).map_or("", |label| label.as_str());
    let input = TextInput::new(known);
    model.overlays.push(Overlay::Prompt(Prompt { purpose: PromptKind::Label(id), input, wrong: None }));
    Vec::new()
}

/// Sets the name that the user has typed for a session; an empty name removes it.
pub(super) fn set_label(model: &mut Model, id: SessionId, text: &str) -> Vec<Effect> {
    let label = session::clean_label(text);
    let before = model.sessions.labels.get(&id).cloned().unwrap_or_default();
    if before != label {
        model.changes.record(UndoableChange::Label(id.clone(), before));
    }
    let words = if label.is_empty() {
        model.sessions.labels.remove(&id);
        "The session has no name any more.".to_owned()
    } else {
        model.sessions.labels.insert(id.clone(), label.clone());
        let cut = label.chars().count() < text.trim().chars().count();
        format!("The session is called {label}{}.", if cut { " (cut)" } else { "" })
    };
    notify_success(model, words);
    vec![Effect::Store(StoreEffect::SetLabel(id, label))]
}
