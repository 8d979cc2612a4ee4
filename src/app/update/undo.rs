//! Handles the key `U`: undoes the user's newest change and shows a notice about it.

use super::{hidden, notify_success, restore, sessions, stars};
use crate::app::effect::{ArchiveEffect, Effect, StoreEffect};
use crate::app::model::Model;
use crate::app::undo::Change;
use dropmail_client::domain::ids::MailId;
use std::collections::HashSet;

/// Undoes the user's newest change. If there is no change to undo, requests the list of hidden mails and deleted
/// addresses, which includes those of earlier runs.
pub(super) fn undo(model: &mut Model) -> Vec<Effect> {
    match model.changes.take_last() {
        Some(Change::Hidden(mails)) => {
            let words = match mails.len() {
                1 => "Undone: the mail is in the list again.".to_owned(),
                n => format!("Undone: {n} mails are in the list again."),
            };
            let effects = hidden::unhide_mails(model, mails);
            drop(notify_success(model, words));
            effects
        }
        Some(Change::Read(ids, read)) => {
            let ids: HashSet<MailId> = ids.into_iter().collect();
            let changed = model.inbox.set_read(&ids, !read);
            let what = if ids.len() == 1 { "the mail is" } else { "the mails are" };
            let state = if read { "unread" } else { "read" };
            drop(notify_success(model, format!("Undone: {what} {state} again.")));
            changed.into_iter().map(|id| Effect::Store(StoreEffect::SetRead(id, !read))).collect()
        }
        Some(Change::Starred(ids, starred)) => stars::undo_stars(model, ids, starred),
        Some(Change::Marks(before)) => {
            model.inbox.set_marks(before);
            notify_success(model, "Undone: the marks are as they were.")
        }
        Some(Change::Label(session, before)) => {
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
        Some(Change::AddressDeleted(session, address)) => {
            let again = Change::AddressDeleted(session.clone(), address.clone());
            let effects = restore::restore_address(model, session, address);
            if effects.is_empty() {
                // There is no connection to the service. The change is kept, so that the user can undo it later.
                model.changes.record(again);
            }
            effects
        }
        Some(Change::SessionRemoved(row)) => {
            let effects = sessions::reinsert(model, *row);
            drop(notify_success(model, "Undone: the session is in the list again."));
            effects
        }
        None => vec![Effect::Archive(ArchiveEffect::ListHidden)],
    }
}
