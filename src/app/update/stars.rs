//! Handles the `*` key: stars or unstars mails.

use super::{notify_info, notify_success};
use crate::app::command::{AppCommand, ListCommand};
use crate::app::effect::{Effect, StoreEffect};
use crate::app::model::Model;
use crate::app::undo::UndoableChange;
use dropmail_client::domain::ids::MailId;
use std::collections::HashSet;

/// Stars the marked mails, or the current mail if no mail is marked. If all of these mails are already starred, unstars
/// them.
pub(super) fn toggle_stars(model: &mut Model) -> Vec<Effect> {
    let ids: HashSet<MailId> = model.target_mails().into_iter().collect();
    let starred = !ids.iter().all(|id| model.inbox.get(id).is_some_and(|mail| mail.starred));
    let changed = model.inbox.set_starred(&ids, starred);
    model.inbox.clear_marks();
    model.changes.forget_marks();
    if changed.is_empty() {
        return notify_info(model, "There is no mail to give a star.");
    }
    model.changes.record(UndoableChange::Starred(changed.clone(), starred));
    let what = match changed.len() {
        1 => "The mail".to_owned(),
        count => format!("{count} mails"),
    };
    let has = if changed.len() == 1 { "has" } else { "have" };
    let words = if starred {
        format!("{what} {has} a star. {} is:starred lists those.", model.key_of(ListCommand::Filter))
    } else {
        format!("{what} {has} no star any more. {} undoes it.", model.key_of(AppCommand::Undo))
    };
    drop(notify_success(model, words));
    star_effects(changed, starred)
}

/// Undoes a change of stars: removes the stars if the user starred the mails (`starred` is `true`), and adds the stars
/// again if the user unstarred them (`false`).
pub(super) fn undo_stars(model: &mut Model, ids: Vec<MailId>, starred: bool) -> Vec<Effect> {
    let ids: HashSet<MailId> = ids.into_iter().collect();
    drop(model.inbox.set_starred(&ids, !starred));
    let words = if starred { "Undone: the star is gone." } else { "Undone: the star is back." };
    drop(notify_success(model, words));
    // Some of the mails may not be loaded into the inbox.
    star_effects(ids, !starred)
}

fn star_effects(ids: impl IntoIterator<Item = MailId>, starred: bool) -> Vec<Effect> {
    ids.into_iter().map(|id| Effect::Store(StoreEffect::SetStarred(id, starred))).collect()
}
