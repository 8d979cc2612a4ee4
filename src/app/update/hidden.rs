//! Hides mails from the inbox, and restores hidden mails.

use super::{inbox, notify_failure, notify_info, notify_problem, undo};
use crate::app::command::AppCommand;
use crate::app::effect::{Effect, StoreEffect};
use crate::app::layout::Pane;
use crate::app::message_pane::MessagePane;
use crate::app::model::Model;
use crate::app::msg::{AppError, HiddenItems, Storage};
use crate::app::overlay::{Action, Item, Menu, Overlay};
use crate::app::undo::UndoableChange;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::mail::Summary;
use dropmail_client::domain::session::{DeletedAddress, Session};
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::domain::time::format_age;
use mail_reader::sanitize::SafeText;
use std::collections::HashSet;

/// Handles the `d` key in the inbox and in the message pane: hides the marked mails, or the current mail if no mail is
/// marked. The user is not asked for confirmation, because the change can be undone.
pub(super) fn hide_targets(model: &mut Model) -> Vec<Effect> {
    let ids = model.target_mails();
    if ids.is_empty() {
        return notify_problem(model, "There is no mail to hide.");
    }
    hide_mails(model, ids)
}

fn hide_mails(model: &mut Model, ids: Vec<MailId>) -> Vec<Effect> {
    let gone: HashSet<MailId> = ids.iter().cloned().collect();
    let mails: Vec<StoredMail> = ids.iter().filter_map(|id| model.inbox.get(id)).cloned().collect();
    model.changes.record(UndoableChange::Hidden(mails));
    model.inbox.remove(&gone);
    inbox::recount_mails(model);
    if model.message_pane.id().is_some_and(|id| gone.contains(id)) {
        model.message_pane = MessagePane::Empty;
        model.focus = if model.focus == Pane::Message { Pane::Inbox } else { model.focus };
    }
    let key = model.key_of(AppCommand::Undo);
    model.hidden += ids.len();
    let stays = storage_note(model, ids.len());
    let words = match ids.len() {
        1 => format!("Hidden from the list. {stays} {key} undoes it."),
        n => format!("{n} mails are hidden from the list. {stays} {key} undoes it."),
    };
    notify_info(model, words);
    ids.into_iter().map(|id| Effect::Store(StoreEffect::SetHidden(id, true))).collect()
}

/// Returns a sentence for the user about where the hidden mails remain stored. `count` is the number of mails that the
/// user has hidden.
fn storage_note(model: &Model, count: usize) -> &'static str {
    match (model.storage(), count) {
        (Storage::Archive, 1) => "It stays in the archive.",
        (Storage::Archive, _) => "They stay in the archive.",
        (Storage::Memory, 1) => "It is kept in memory until the program ends.",
        (Storage::Memory, _) => "They are kept in memory until the program ends.",
        (Storage::MailFiles, 1) => "The file stays as it is.",
        (Storage::MailFiles, _) => "The files stay as they are.",
    }
}

/// Maximum number of hidden mails in the list that the `H` key opens; older hidden mails are omitted.
const MAX_ITEMS: usize = 500;

/// Opens the list of hidden mails, deleted addresses and removed sessions that the user has requested with the `H` key.
pub(super) fn open_list(model: &mut Model, result: Result<HiddenItems, AppError>) -> Vec<Effect> {
    if let Some(change) = model.undoing.take() {
        return undo::undo_earlier(model, change, result);
    }
    let HiddenItems { mut mails, addresses, sessions } = match result {
        Ok(aside) => aside,
        Err(why) => return notify_failure(model, why),
    };
    if mails.is_empty() && addresses.is_empty() && sessions.is_empty() {
        return notify_info(model, "No mail is hidden and no address was deleted.");
    }
    mails.truncate(MAX_ITEMS);
    let now = model.now;
    let address = |DeletedAddress { session, address }| Item {
        label: address.address.clone(),
        detail: "deleted address".into(),
        action: Action::BringBackAddress(session, address),
    };
    let mail = |stored: &StoredMail| {
        let Summary { sender, subject, envelope, .. } = &stored.summary;
        let subject = if subject.is_empty() { "(no subject)" } else { subject.as_str() };
        Item {
            label: format!("{sender}: {subject}").into(),
            detail: format!("hidden mail · {}", format_age(envelope.received_at, now)).into(),
            action: Action::BringBackMails(vec![stored.clone()]),
        }
    };
    let session = |session: Session| Item {
        label: session.addresses.first().map_or_else(SafeText::default, |address| address.address.clone()),
        detail: "lapsed session, out of the list".into(),
        action: Action::BringBackSession(session),
    };
    let sessions = sessions.into_iter().filter(|session| !session.addresses.is_empty()).map(session);
    let mut items: Vec<Item> =
        addresses.into_iter().map(address).chain(sessions).chain(mails.iter().map(mail)).collect();
    if mails.len() > 1 {
        items.push(Item {
            label: match mails.len() {
                2 => "both hidden mails".into(),
                count => format!("all {count} hidden mails").into(),
            },
            detail: "".into(),
            action: Action::BringBackMails(mails),
        });
    }
    model
        .overlays
        .push(Overlay::Menu(Menu::new("Hidden and deleted", items).with_enter_label("restores it")));
    Vec::new()
}

/// Restores the hidden mails that the user has chosen, and shows a notice about them.
pub(super) fn restore_mails(model: &mut Model, mails: Vec<StoredMail>) -> Vec<Effect> {
    let words = match mails.len() {
        1 => "Restored: the mail is in the list again.".to_owned(),
        n => format!("Restored: {n} mails are in the list again."),
    };
    let ids: Vec<MailId> = mails.iter().map(|mail| mail.summary.envelope.id.clone()).collect();
    model.changes.forget_hidden(&ids);
    let effects = unhide_mails(model, mails);
    notify_info(model, words);
    effects
}

/// Inserts hidden mails into the inbox again, moves the cursor to the first of them, and returns the effects that store
/// this change.
pub(super) fn unhide_mails(model: &mut Model, mails: Vec<StoredMail>) -> Vec<Effect> {
    let effects = mails
        .iter()
        .map(|mail| Effect::Store(StoreEffect::SetHidden(mail.summary.envelope.id.clone(), false)))
        .collect();
    model.hidden = model.hidden.saturating_sub(mails.len());
    let ids: HashSet<MailId> = mails.iter().map(|mail| mail.summary.envelope.id.clone()).collect();
    model.inbox.insert_restored(mails);
    let rows = inbox::visible_rows(model);
    model.inbox.go_to_first_of(&ids, rows);
    inbox::recount_mails(model);
    effects
}
