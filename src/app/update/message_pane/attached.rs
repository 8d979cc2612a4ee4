//! Opens mails that are attached to other mails, and returns to the outer mail.

use crate::app::connection::Generation;
use crate::app::effect::{Effect, MessagePaneEffect};
use crate::app::layout::Pane;
use crate::app::message_pane::{LoadedMail, MessagePane, OpenMail};
use crate::app::model::Model;
use crate::app::msg::AppError;
use crate::app::update::{notify_info, notify_problem};
use std::sync::Arc;

/// Requests the attached mail in the MIME part of `outer` with the index `part`.
pub(in crate::app::update) fn request_attached(
    model: &mut Model,
    outer: &Arc<LoadedMail>,
    part: usize,
) -> Vec<Effect> {
    model.focus = Pane::Message;
    let generation = model.next_generation();
    let here = |open: &&mut OpenMail| open.opened.envelope.id == outer.envelope.id;
    let Some(open) = model.message_pane.open_mail_mut().filter(here) else { return Vec::new() };
    open.attached_request = Some(generation);
    let mut effects = notify_info(model, "Reading the mail …");
    effects.push(Effect::MessagePane(MessagePaneEffect::OpenAttached {
        opened: Arc::clone(outer),
        part,
        generation,
    }));
    effects
}

/// Shows the attached mail that the user has requested. It replaces its outer mail in the message pane.
pub(in crate::app::update) fn handle_attached_opened(
    model: &mut Model,
    generation: Generation,
    result: Result<Arc<LoadedMail>, AppError>,
) -> Vec<Effect> {
    let Some(open) =
        model.message_pane.open_mail_mut().filter(|open| open.attached_request == Some(generation))
    else {
        return Vec::new();
    };
    open.attached_request = None;
    match result {
        Ok(opened) => {
            if let MessagePane::Open(open) = std::mem::take(&mut model.message_pane) {
                model.message_pane = MessagePane::Open(Box::new(open.into_attached(opened)));
            }
            model.notices.dismiss();
            Vec::new()
        }
        Err(why) => notify_problem(model, why.text),
    }
}

/// Closes an attached mail and shows its outer mail again. Returns `false` if the open mail is not attached.
pub(in crate::app::update) fn leave_attached(model: &mut Model) -> bool {
    let Some(mut outer) = model.message_pane.open_mail_mut().and_then(|open| open.outer.take()) else {
        return false;
    };
    outer.reset_requests();
    model.message_pane = MessagePane::Open(outer);
    true
}

/// Closes all attached mails that are open, one inside the other, and shows the outermost mail, which is in the inbox.
pub(in crate::app::update) fn leave_all_attached(model: &mut Model) {
    while leave_attached(model) {}
}
