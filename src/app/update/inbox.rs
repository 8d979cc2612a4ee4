//! Handles mail that has just arrived, and runs the commands that act on mails in the inbox.

// This file exceeds 300 lines because it has a function for each command on mails of the inbox.

use super::{copy, notify_failure, notify_info, notify_problem, notify_success, sync};
use crate::app::account::Account;
use crate::app::code_watch::CodeWatch;
use crate::app::command::ListCommand;
use crate::app::effect::{ArchiveEffect, Effect, SaveEffect, StoreEffect};
use crate::app::filter::Filter;
use crate::app::inbox::MailScope;
use crate::app::input::TextInput;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::msg::{AppError, IngestedMail};
use crate::app::overlay::{Overlay, Prompt, PromptKind};
use crate::app::sessions::SessionsLine;
use crate::app::undo::UndoableChange;
use dropmail_client::domain::current_code;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::stored_mail::StoredMail;
use mail_reader::sanitize::SafeText;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) fn handle_ingested(
    model: &mut Model,
    session: &SessionId,
    result: Result<Box<IngestedMail>, AppError>,
) -> Vec<Effect> {
    match result {
        Ok(taken) => {
            let mut effects = Vec::new();
            if let Some(why) = taken.problem {
                model.unsaved += 1;
                notify_problem(model, why);
            } else if model.unsaved > 0 {
                // This mail was stored, so storing the other mails may succeed, too.
                effects.push(Effect::Store(StoreEffect::RetryUnsaved));
            }
            effects.extend(insert_arrived(model, vec![taken.mail]));
            effects
        }
        Err(why) => {
            let mut effects = sync::missed(model, session);
            effects.extend(notify_failure(model, why));
            effects
        }
    }
}

/// Updates the number of mails that are only in memory. If the number becomes 0, shows a notice that all mails are
/// stored.
pub(super) fn set_unsaved_count(model: &mut Model, count: usize) {
    let before = std::mem::replace(&mut model.unsaved, count);
    if before > 0 && count == 0 {
        drop(notify_success(model, "All mails are kept on the disk now."));
    }
}

/// Inserts mails that have just arrived into the inbox. If watching for codes is on, also copies the code from the
/// newest of these mails that contains one.
pub(super) fn insert_arrived(model: &mut Model, mut mails: Vec<StoredMail>) -> Vec<Effect> {
    mails.retain(|mail| !model.inbox.is_older_than_pages(mail));
    let new = model.inbox.insert(mails);
    if !new.is_empty() {
        sync::attend(model);
    }
    model.inbox.record_arrived(&new);
    let mut effects = look_up_addresses(model, &new);
    if model.code_watch == CodeWatch::Off {
        return effects;
    }
    let coded = new.iter().filter_map(|id| model.inbox.get(id)).filter(|mail| mail.summary.code.is_some());
    let newest = coded.max_by_key(|mail| current_code::age(&mail.summary)).map(|mail| mail.summary.clone());
    effects.extend(newest.into_iter().flat_map(|mail| copy::copy_arrived_code(model, &mail)));
    effects
}

/// Queries the sessions of mails that were sent to an address that is not in the model, once per address. Such mails
/// arrive if another client has added the address, or if the local server accepts mail to any recipient.
fn look_up_addresses(model: &mut Model, arrived: &[MailId]) -> Vec<Effect> {
    let envelopes = arrived.iter().filter_map(|id| model.inbox.get(id)).map(|mail| &mail.summary.envelope);
    let recipients: Vec<(SessionId, SafeText)> =
        envelopes.map(|envelope| (envelope.session.clone(), envelope.to.clone())).collect();
    let mut effects = Vec::new();
    for (session, address) in recipients {
        if model.address_tags.assign_letter(&address) {
            effects.extend(sync::look_up_addresses(model, &session));
        }
    }
    effects
}

/// Requests the next page of mails from the archive if the cursor is near the end of the list.
pub(super) fn request_next_page(model: &mut Model) -> Vec<Effect> {
    let rows = visible_rows(model);
    model
        .inbox
        .next_page(rows)
        .map(|below| Effect::Archive(ArchiveEffect::LoadPage(below)))
        .into_iter()
        .collect()
}

pub(super) fn handle_older_page(model: &mut Model, result: Result<Vec<StoredMail>, AppError>) -> Vec<Effect> {
    match result {
        Ok(page) => {
            model.inbox.insert_page(page);
            Vec::new()
        }
        Err(why) => notify_failure(model, why),
    }
}

/// Returns the height of the inbox pane in rows; at least 1.
pub(super) fn visible_rows(model: &Model) -> usize {
    let inside = model.layout().inside(Pane::Inbox, Pane::Inbox);
    inside.map_or(1, |area| usize::from(area.height).max(1))
}

/// Records which new mails have been seen, because the screen shows their rows.
pub(super) fn record_seen(model: &mut Model) {
    let is_shown = model.layout().pane(Pane::Inbox, model.focus).is_some();
    let rows = if is_shown { visible_rows(model) } else { 0 };
    model.inbox.record_seen(rows);
}

/// Recounts the mails of each session. A mail counts towards the session that currently contains the recipient's
/// address, even if the address belonged to another session before.
pub(super) fn recount_mails(model: &mut Model) {
    let mut by_address = HashMap::new();
    let mut by_id = HashMap::new();
    for (at, row) in model.sessions.rows.iter().enumerate() {
        by_id.insert(&row.session.id, at);
        for address in &row.session.addresses {
            by_address.entry(&address.address).or_insert(at);
        }
    }
    let mut counts = vec![0; model.sessions.rows.len()];
    for (session, to, count) in model.inbox.counts() {
        let at = by_address.get(to).or_else(|| by_id.get(session));
        if let Some(total) = at.and_then(|at| counts.get_mut(*at)) {
            *total += count;
        }
    }
    for (session, count) in model.inbox.older_by_session() {
        if let Some(total) = by_id.get(session).and_then(|at| counts.get_mut(*at)) {
            *total += count;
        }
    }
    for (row, count) in model.sessions.rows.iter_mut().zip(counts) {
        row.mails = count;
    }
}

/// Assigns an address tag to each new address of a session, the oldest first. Also updates the scope of the inbox,
/// which may depend on the cursor in the sessions pane.
pub(super) fn update_addresses(model: &mut Model) {
    for row in model.sessions.rows.iter().rev() {
        for address in row.session.addresses.iter().rev() {
            model.address_tags.assign_letter(&address.address);
        }
    }
    let scope = match (model.follows_cursor, model.sessions.selected_line()) {
        (false, _) | (true, None) => MailScope::All,
        (true, Some(_)) if model.sessions.rows.is_empty() => MailScope::All,
        (true, Some(SessionsLine::Session(_))) => {
            model.sessions.selected_row().map_or(MailScope::All, |row| {
                let addresses = row.session.addresses.iter().map(|address| address.address.clone()).collect();
                MailScope::Session(row.session.id.clone(), addresses)
            })
        }
        (true, Some(SessionsLine::Address(..))) => {
            model.selected_address().map_or(MailScope::All, |address| MailScope::Address(address.clone()))
        }
    };
    model.inbox.set_scope(scope);
}

/// Returns the name of the session or address under the cursor in the sessions pane, for a notice. A session without
/// a name is named after its first address.
fn selected_scope_name(model: &Model) -> String {
    let under_cursor = || "the session under the cursor".to_owned();
    let label = model.sessions.selected_row().and_then(|row| model.sessions.labels.get(&row.session.id));
    let address = model.selected_address();
    match (model.sessions.selected_line(), label) {
        (Some(SessionsLine::Session(_)), Some(label)) => format!("the session {label}"),
        (Some(SessionsLine::Session(_)), None) => {
            address.map_or_else(under_cursor, |address| format!("the session of {address}"))
        }
        (Some(SessionsLine::Address(..)), _) => address.map_or_else(under_cursor, ToString::to_string),
        (None, _) => under_cursor(),
    }
}

/// Handles the `.` key: switches the inbox between all mails and the mails of the session or address under the cursor
/// in the sessions pane.
pub(super) fn toggle_scope(model: &mut Model) -> Vec<Effect> {
    model.follows_cursor = !model.follows_cursor;
    if model.follows_cursor {
        let key = model.key_of(ListCommand::ToggleScope);
        let whose = selected_scope_name(model);
        notify_info(model, format!("Only mail of {whose} is shown. {key} shows all."))
    } else {
        notify_info(model, "The mail of all sessions is shown.")
    }
}

/// Handles the `Space` key: marks or unmarks the mail under the cursor, and moves the cursor to the next mail.
pub(super) fn toggle_mark(model: &mut Model) -> Vec<Effect> {
    let before = model.inbox.marks().clone();
    model.inbox.toggle_mark();
    if *model.inbox.marks() != before {
        model.changes.record(UndoableChange::Marks(before));
    }
    let rows = visible_rows(model);
    model.inbox.move_by(1, rows);
    Vec::new()
}

/// Handles the `V` key: starts a marked range at the cursor, or ends the active range.
pub(super) fn mark_range(model: &mut Model) -> Vec<Effect> {
    let before = model.inbox.marks().clone();
    model.inbox.toggle_range();
    if *model.inbox.marks() != before {
        model.changes.record(UndoableChange::Marks(before));
    }
    Vec::new()
}

/// Removes all marks. Returns `true` if there were any marks.
pub(super) fn clear_marks(model: &mut Model) -> bool {
    let before = model.inbox.marks().clone();
    if !before.is_empty() {
        model.changes.record(UndoableChange::Marks(before));
    }
    model.inbox.clear_marks()
}

/// Handles a click on a mail in the inbox. If the message pane is visible, marks the clicked mail as read, because the
/// pane then shows it.
pub(super) fn handle_click(model: &mut Model) -> Vec<Effect> {
    let shown = model.layout().pane(Pane::Message, model.focus).is_some();
    if shown { mark_read(model) } else { Vec::new() }
}

/// Handles the `u` key: marks the marked mails as unread, or the current mail if no mail is marked.
pub(super) fn mark_unread(model: &mut Model) -> Vec<Effect> {
    let ids = model.target_mails().into_iter().collect();
    let changed = model.inbox.set_read(&ids, false);
    model.inbox.clear_marks();
    model.changes.forget_marks();
    if !changed.is_empty() {
        model.changes.record(UndoableChange::Read(changed.clone(), false));
    }
    changed.into_iter().map(|id| Effect::Store(StoreEffect::SetRead(id, false))).collect()
}

/// Marks the current mail as read, because the user has opened it.
pub(super) fn mark_read(model: &mut Model) -> Vec<Effect> {
    if model.account == Account::ReadOnly {
        // This process cannot store that the mail is read, so the mail would be unread again after a restart.
        return Vec::new();
    }
    let ids = model.current_mail().into_iter().collect();
    let changed = model.inbox.set_read(&ids, true);
    changed.into_iter().map(|id| Effect::Store(StoreEffect::SetRead(id, true))).collect()
}

/// Handles the `s` key: saves the open attached mail. If no attached mail is open, saves the marked mails, or the
/// current mail if no mail is marked.
pub(super) fn save_mails(model: &mut Model) -> Vec<Effect> {
    if let Some(opened) = model.current_attached_mail() {
        return vec![Effect::Save(SaveEffect::AttachedMail(Arc::clone(opened)))];
    }
    let ids = model.target_mails();
    model.inbox.clear_marks();
    model.changes.forget_marks();
    if ids.is_empty() {
        notify_info(model, "There is no mail to save.")
    } else {
        vec![Effect::Save(SaveEffect::Mails(ids))]
    }
}

/// Handles the `\` key: opens the prompt for the inbox filter.
pub(super) fn open_filter_prompt(model: &mut Model) -> Vec<Effect> {
    // The inbox shows the matches while the user types, so it must be on the screen.
    model.focus = Pane::Inbox;
    // The prompt initially contains the active filter, so that the user can change it.
    let input = TextInput::new(model.inbox.filter());
    model.overlays.push(Overlay::Prompt(Prompt { purpose: PromptKind::Filter, input, wrong: None }));
    Vec::new()
}

/// Applies the filter text that the user has typed. Returns a message about the invalid terms in the text; `None` if
/// all terms are valid.
pub(super) fn apply_filter(model: &mut Model, text: &str) -> Option<SafeText> {
    let (filter, wrong) = Filter::parse(text, model.now, &model.zone);
    model.inbox.set_filter(filter);
    wrong
}
