//! Handles the `U` key: undoes the user's newest change and shows a notice about it.

use super::{hidden, notify_failure, notify_info, notify_success, restore, sessions, stars};
use crate::app::account::Account;
use crate::app::command::AppCommand;
use crate::app::effect::{ArchiveEffect, Effect, StoreEffect};
use crate::app::model::Model;
use crate::app::msg::{AppError, HiddenItems, Storage};
use crate::app::undo::{EarlierChange, UndoableChange};
use dropmail_client::domain::ids::MailId;
use std::collections::HashSet;

/// Undoes the user's newest change. If there is no change to undo, shows a notice.
///
/// The undo history is linear and has no redo: each call undoes one change, until none is left. A change that can no
/// longer have an effect, for example because its mails were deleted, is skipped.
pub(super) fn undo(model: &mut Model) -> Vec<Effect> {
    if model.undoing.is_some() {
        // The program is still reading from the archive what an earlier change requires.
        return Vec::new();
    }
    while let Some(change) = model.changes.take_last() {
        if has_effect(model, &change) {
            return undo_change(model, change);
        }
    }
    let key = model.key_of(AppCommand::BringBack);
    notify_info(model, format!("Nothing is left to undo. {key} lists hidden mail and deleted addresses."))
}

/// Returns `true` if undoing a change may have an effect, and `false` if it certainly has none.
fn has_effect(model: &Model, change: &UndoableChange) -> bool {
    match change {
        UndoableChange::Marks(before) => present(model, before) != present(model, model.inbox.marks()),
        UndoableChange::Read(ids, _) | UndoableChange::Starred(ids, _) => {
            // A mail that is not loaded may still be in the archive.
            model.inbox.older_count() > 0 || ids.iter().any(|id| model.inbox.get(id).is_some())
        }
        UndoableChange::Hidden(_)
        | UndoableChange::Label(..)
        | UndoableChange::AddressDeleted(..)
        | UndoableChange::SessionRemoved(_)
        | UndoableChange::Earlier(_) => true,
    }
}

/// Returns the ids from `ids` whose mails are in the inbox.
fn present(model: &Model, ids: &HashSet<MailId>) -> HashSet<MailId> {
    ids.iter().filter(|id| model.inbox.get(id).is_some()).cloned().collect()
}

/// Undoes a change from an earlier run of the program, using `items`: the hidden mails, deleted addresses and removed
/// sessions that were read from the archive. If the data for undoing the change is not in `items`, undoes the preceding
/// change instead.
pub(super) fn undo_earlier(
    model: &mut Model,
    change: EarlierChange,
    items: Result<HiddenItems, AppError>,
) -> Vec<Effect> {
    let items = match items {
        Ok(items) => items,
        Err(why) => {
            model.changes.record(UndoableChange::Earlier(change));
            return notify_failure(model, why);
        }
    };
    let found = match change {
        EarlierChange::Hidden(ids) => {
            let ids: HashSet<MailId> = ids.into_iter().collect();
            let mut mails = items.mails;
            mails.retain(|mail| ids.contains(&mail.summary.envelope.id));
            (!mails.is_empty()).then_some(UndoableChange::Hidden(mails))
        }
        EarlierChange::AddressDeleted(_, address) => {
            let deleted = items.addresses.into_iter().find(|deleted| deleted.address.address == address);
            deleted.map(|deleted| UndoableChange::AddressDeleted(deleted.session, deleted.address))
        }
        EarlierChange::SessionRemoved(id) => {
            let session = items.sessions.into_iter().find(|session| session.id == id);
            session
                .map(|session| UndoableChange::SessionRemoved(Box::new(sessions::stored_row(model, session))))
        }
    };
    match found {
        Some(change) => undo_change(model, change),
        None => undo(model),
    }
}

/// Returns the effect that stores the latest edits to the undo history in the archive. Returns an empty list if there
/// are no such edits, or if this process must not store them.
pub(super) fn store_steps(model: &mut Model) -> Vec<Effect> {
    if model.account == Account::ReadOnly || model.storage() != Storage::Archive {
        model.changes.drop_unstored();
        return Vec::new();
    }
    let edits = model.changes.take_unstored(model.quitting);
    edits.map(|edits| Effect::Store(StoreEffect::EditUndoSteps(edits))).into_iter().collect()
}

fn undo_change(model: &mut Model, change: UndoableChange) -> Vec<Effect> {
    match change {
        UndoableChange::Hidden(mails) => {
            let words = match mails.len() {
                1 => "Undone: the mail is in the list again.".to_owned(),
                n => format!("Undone: {n} mails are in the list again."),
            };
            let effects = hidden::unhide_mails(model, mails);
            drop(notify_success(model, words));
            effects
        }
        UndoableChange::Read(ids, read) => {
            let ids: HashSet<MailId> = ids.into_iter().collect();
            drop(model.inbox.set_read(&ids, !read));
            let what = if ids.len() == 1 { "the mail is" } else { "the mails are" };
            let state = if read { "unread" } else { "read" };
            drop(notify_success(model, format!("Undone: {what} {state} again.")));
            // Some of the mails may not be loaded into the inbox.
            ids.into_iter().map(|id| Effect::Store(StoreEffect::SetRead(id, !read))).collect()
        }
        UndoableChange::Starred(ids, starred) => stars::undo_stars(model, ids, starred),
        UndoableChange::Marks(before) => {
            model.inbox.set_marks(present(model, &before));
            notify_success(model, "Undone: the marks are as they were.")
        }
        UndoableChange::Label(session, before) => {
            let words = if before.is_empty() {
                model.sessions.labels.remove(&session);
                "Undone: the session has no name again.".to_owned()
            } else {
                model.sessions.labels.insert(session.clone(), before.clone());
                format!("Undone: the session is called {before} again.")
            };
            drop(notify_success(model, words));
            vec![Effect::Store(StoreEffect::SetLabel(session, before))]
        }
        UndoableChange::AddressDeleted(session, address) => {
            let again = UndoableChange::AddressDeleted(session.clone(), address.clone());
            let effects = restore::restore_address(model, session, address);
            if effects.is_empty() {
                // There is no connection to the service. The change is kept, so that the user can undo it later.
                model.changes.record(again);
            }
            effects
        }
        UndoableChange::SessionRemoved(row) => {
            let effects = sessions::reinsert(model, *row);
            drop(notify_success(model, "Undone: the session is in the list again."));
            effects
        }
        UndoableChange::Earlier(change) => {
            model.undoing = Some(change);
            vec![Effect::Archive(ArchiveEffect::ListHidden)]
        }
    }
}
