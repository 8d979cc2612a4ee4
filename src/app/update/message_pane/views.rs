//! Switches between the views of the open mail.

use crate::app::command::AppCommand;
use crate::app::effect::Effect;
use crate::app::layout::Pane;
use crate::app::message_pane::OpenMail;
use crate::app::model::Model;
use crate::app::update::notify_info;
use mail_reader::richtext::{View, views};

/// Handles the `v` key: switches to the next view of the open mail.
pub(in crate::app::update) fn next_view(model: &mut Model) -> Vec<Effect> {
    let Some(open) = model.message_pane.open_mail_mut() else { return notify_no_mail(model) };
    let views = views(&open.opened.mail);
    if views.as_slice() == [open.view] {
        let words = format!("This mail has one view alone: {}.", open.view.words());
        return notify_info(model, words);
    }
    let here = views.iter().position(|view| *view == open.view);
    let next = here.map_or(0, |here| (here + 1) % views.len().max(1));
    open.view_before_part = None;
    open.switch_to(views.get(next).copied().unwrap_or_default());
    Vec::new()
}

/// If a screen reader is used, shows a notice that no mail is open. Called when the user tries to switch the view
/// without an open mail.
fn notify_no_mail(model: &mut Model) -> Vec<Effect> {
    if !model.settings.accessible {
        return Vec::new();
    }
    let key = model.key_of(AppCommand::Open);
    notify_info(model, format!("No mail is open. {key} opens the selected one."))
}

/// Switches to the view that shows only the MIME part with the index `part` of the open mail.
pub(in crate::app::update) fn show_part(model: &mut Model, part: usize) {
    let Some(open) = model.message_pane.open_mail_mut() else { return };
    if !matches!(open.view, View::Part(_)) {
        open.view_before_part = Some(open.view);
    }
    open.switch_to(View::Part(part));
}

/// Returns the index of the MIME part that the message pane shows alone. Returns `None` if the pane shows a whole mail
/// or no mail, or if it does not have the focus.
pub(in crate::app::update) fn viewed_part(model: &Model) -> Option<usize> {
    match model.message_pane.open_mail().map(|open| open.view) {
        Some(View::Part(part)) if model.focus == Pane::Message => Some(part),
        _ => None,
    }
}

/// Returns from the view of a single MIME part to the previous view of the mail. Returns `false` if the open mail was
/// not in the view of a single part.
pub(in crate::app::update) fn leave_part(open: &mut OpenMail) -> bool {
    match open.view_before_part.take() {
        Some(view) => {
            open.switch_to(view);
            true
        }
        None => false,
    }
}
