//! Handles the message pane: loads the selected mail, requests missing content such as layouts and images, and searches
//! the open mail. The submodules handle layouts, images, views, large and attached mails, and other programs.

mod attached;
mod external;
mod images;
mod large_mails;
mod layouts;
mod views;

pub(super) use attached::{handle_attached_opened, leave_all_attached, leave_attached, request_attached};
pub(super) use external::{notify_browsed, open_in_browser, open_in_program, pipe_mail};
pub(super) use images::handle_image;
pub(super) use large_mails::{handle_full_loaded, update_progress};
pub(super) use layouts::{discard_layouts, expand_quotes, handle_rendered, set_cell_size, toggle_quotes};
pub(super) use views::{leave_part, next_view, show_part, viewed_part};

use super::{inbox, notify_problem};
use crate::app::connection::Generation;
use crate::app::effect::{Effect, MessagePaneEffect};
use crate::app::layout::{Layout, Pane};
use crate::app::message_pane::{LoadedMail, MessagePane, OpenMail, Search, SearchTerm};
use crate::app::model::Model;
use crate::app::msg::AppError;
use dropmail_client::domain::ids::MailId;
use images::request_images;
use large_mails::request_full_load;
use layouts::request_render;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Handles the `Enter` key in the inbox: opens the mail under the cursor in the message pane and marks it as read.
pub(super) fn open_selected(model: &mut Model) -> Vec<Effect> {
    if model.inbox.selected().is_none() {
        return Vec::new();
    }
    model.focus = Pane::Message;
    let rows = usize::from(model.layout().message_size().1);
    if let Some(open) = model.message_pane.open_mail_mut() {
        open.show_match(rows);
    }
    // The program loads the mail before it stores that the mail is read, because writing to a slow disk would
    // delay the loading.
    let mut effects: Vec<Effect> = load_selected(model).into_iter().collect();
    effects.extend(inbox::mark_read(model));
    effects
}

fn load_selected(model: &mut Model) -> Option<Effect> {
    let id = model.inbox.selected()?.summary.envelope.id.clone();
    if model.message_pane.id() == Some(&id) { None } else { Some(load_mail(model, id)) }
}

pub(super) fn load_mail(model: &mut Model, id: MailId) -> Effect {
    let generation = model.next_generation();
    model.message_pane = MessagePane::Loading { id: id.clone(), generation };
    Effect::MessagePane(MessagePaneEffect::Load { id, generation })
}

pub(super) fn handle_loaded(
    model: &mut Model,
    generation: Generation,
    result: Result<Arc<LoadedMail>, AppError>,
) -> ControlFlow<Vec<Effect>> {
    let waiting =
        matches!(&model.message_pane, MessagePane::Loading { generation: asked, .. } if *asked == generation);
    if !waiting {
        return ControlFlow::Break(Vec::new());
    }
    match result {
        Ok(opened) => {
            model.message_pane = MessagePane::Open(Box::new(OpenMail::new(opened)));
            ControlFlow::Continue(())
        }
        Err(why) => {
            model.message_pane = MessagePane::Empty;
            model.pending_action = None;
            model.focus = if model.focus == Pane::Message { Pane::Inbox } else { model.focus };
            ControlFlow::Break(notify_problem(model, why.text))
        }
    }
}

/// Requests everything that the message pane lacks: the mail under the cursor, the rest of a large mail, the layout,
/// and images. Only one mail is loaded at a time, so mails that the cursor only passes are not loaded.
pub(super) fn request_missing(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    let shows_all = matches!(model.layout(), Layout::Three { message: Some(_), .. });
    let idle = !matches!(model.message_pane, MessagePane::Loading { .. });
    if shows_all && idle && model.focus != Pane::Message && model.pending_action.is_none() {
        effects.extend(load_selected(model));
        if model.inbox.shows_no_mail() {
            // The inbox shows no mail. If the message pane still showed a mail, the user would assume that it matches
            // the search or filter.
            model.message_pane = MessagePane::Empty;
        }
    }
    highlight_found(model);
    effects.extend(request_full_load(model));
    effects.extend(request_render(model));
    effects.extend(request_images(model));
    effects
}

/// Highlights the words of the inbox search in the open mail, or removes the highlighting if the search has ended. Does
/// nothing while an overlay is open, because the user may still be typing the search text.
fn highlight_found(model: &mut Model) {
    let Some(open) = model.message_pane.open_mail_mut().filter(|_| model.overlays.is_empty()) else { return };
    let words = model.inbox.search_words();
    let marked = match &open.search {
        Some(Search { needle: SearchTerm::Typed(_), .. }) => return,
        Some(Search { needle: SearchTerm::Found(marked), .. }) => marked.as_slice(),
        None => &[],
    };
    if marked == words {
        return;
    }
    let id = &open.opened.outermost().envelope.id;
    if words.is_empty() {
        open.search = None;
    } else if model.inbox.selected().is_some_and(|mail| mail.summary.envelope.id == *id) {
        open.find(SearchTerm::Found(words.to_vec()));
        open.expand_quotes_unless_found();
    }
}

/// Searches the open mail for the text `needle` and scrolls to the first match.
pub(super) fn search_message(model: &mut Model, needle: &str) -> Vec<Effect> {
    let rows = usize::from(model.layout().message_size().1);
    let Some(open) = model.message_pane.open_mail_mut() else { return Vec::new() };
    if needle.is_empty() {
        open.search = None;
        return Vec::new();
    }
    open.find(SearchTerm::Typed(needle.to_lowercase()));
    open.go_to_match(0, rows);
    if open.search.as_ref().is_some_and(|search| search.matches.is_empty()) {
        open.search = None;
        return notify_problem(model, format!("“{needle}” is not in this view of the mail."));
    }
    Vec::new()
}
