//! Searches (`/` key) or filters (`\` key) all stored mails while the user is typing, and shows the matching mails in
//! the inbox.

use super::{inbox, notify_problem};
use crate::app::connection::Generation;
use crate::app::effect::{ArchiveEffect, Effect};
use crate::app::filter::Filter;
use crate::app::input::TextInput;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::msg::AppError;
use crate::app::overlay::{Overlay, Prompt, PromptKind};
use dropmail_client::domain::stored_mail::SearchBatch;
use mail_reader::sanitize::SafeText;

/// Opens the search prompt of the inbox. The prompt initially contains the text of the active search, so that
/// the user can change it.
pub(super) fn open_search(model: &mut Model) -> Vec<Effect> {
    // The inbox shows the matches while the user types, so it must be on the screen.
    model.focus = Pane::Inbox;
    let text = model.inbox.search_status().map_or("", |search| search.text);
    let input = TextInput::new(text);
    model.overlays.push(Overlay::Prompt(Prompt { purpose: PromptKind::SearchInbox, input, wrong: None }));
    Vec::new()
}

/// Starts or updates the search for the text that the user has typed. Returns a message about the invalid terms in the
/// text; `None` if all terms are valid.
pub(super) fn apply_typed(model: &mut Model, text: &str) -> Option<SafeText> {
    let (filter, wrong) = Filter::parse(text, model.now, &model.zone);
    model.inbox.start_search(filter);
    wrong
}

/// Requests the next step of the inbox search, if one is due.
pub(super) fn request_next_step(model: &mut Model) -> Vec<Effect> {
    if !model.inbox.has_search_steps() {
        return Vec::new();
    }
    let rows = inbox::visible_rows(model);
    let generation = model.next_generation();
    let step = model.inbox.next_step(rows, generation);
    step.map(|(request, from)| Effect::Archive(ArchiveEffect::Search { request, from, generation }))
        .into_iter()
        .collect()
}

pub(super) fn handle_batch(
    model: &mut Model,
    generation: Generation,
    result: Result<SearchBatch, AppError>,
) -> Vec<Effect> {
    match result {
        Ok(step) => {
            model.inbox.apply_step(generation, step);
            Vec::new()
        }
        Err(why) => {
            model.inbox.fail_step(generation);
            notify_problem(model, why.text)
        }
    }
}

/// Handles the `n` and `N` keys: moves the cursor down by `by` matches of the inbox search (up if negative), and wraps
/// around at the ends of the list.
pub(super) fn go_to_match(model: &mut Model, by: isize) -> Vec<Effect> {
    let rows = inbox::visible_rows(model);
    model.inbox.move_by_wrapping(by, rows);
    Vec::new()
}
