//! Handles the message pane: loads the mail, switches between its views, and lays out the mail for the width of the
//! pane.
// This file exceeds 300 lines because each step of loading and laying out a mail depends on the state that the
// previous step has left.

mod attached;
mod external;

pub(super) use attached::{handle_attached_opened, leave_all_attached, leave_attached, request_attached};
pub(super) use external::{notify_browsed, open_in_browser, open_in_program, pipe_mail};

use super::{inbox, notify_info, notify_problem};
use crate::app::command::{AppCommand, ReaderCommand};
use crate::app::connection::Generation;
use crate::app::effect::{Effect, ReaderEffect};
use crate::app::layout::{Layout, Pane};
use crate::app::message_header::Keys;
use crate::app::model::Model;
use crate::app::msg::AppError;
use crate::app::reader::{
    ImageSize, ImageState, LoadedMail, MessageView, PendingRender, Reader, RenderedView, Search, SearchTerm,
};
use dropmail_client::domain::ids::MailId;
use mail_reader::richtext::{CellSize, HalfBlockImage, Quotes, View, views};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Handles the key `Enter` in the inbox: opens the mail under the cursor in the message pane and marks it as read.
pub(super) fn open_mail(model: &mut Model) -> Vec<Effect> {
    if model.inbox.selected().is_none() {
        return Vec::new();
    }
    model.focus = Pane::Message;
    let rows = usize::from(model.layout().message_size().1);
    if let Some(page) = model.reader.message_mut() {
        page.show_match(rows);
    }
    // The program loads the mail before it stores that the mail is read, because writing to a slow disk would
    // delay the loading.
    let mut effects: Vec<Effect> = load_selected(model).into_iter().collect();
    effects.extend(inbox::mark_read(model));
    effects
}

fn load_selected(model: &mut Model) -> Option<Effect> {
    let id = model.inbox.selected()?.summary.envelope.id.clone();
    if model.reader.id() == Some(&id) { None } else { Some(load_mail(model, id)) }
}

pub(super) fn load_mail(model: &mut Model, id: MailId) -> Effect {
    let generation = model.next_generation();
    model.reader = Reader::Loading { id: id.clone(), generation };
    Effect::Reader(ReaderEffect::Load { id, generation })
}

/// Requests everything that the message pane lacks: the mail under the cursor, the rest of a large mail, the layout,
/// and images. Only one mail is loaded at a time, so mails over which the cursor moves quickly are skipped.
pub(super) fn request_missing(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    let shows_all = matches!(model.layout(), Layout::Three { message: Some(_), .. });
    let idle = !matches!(model.reader, Reader::Loading { .. });
    if shows_all && idle && model.focus != Pane::Message && model.pending.is_none() {
        effects.extend(load_selected(model));
        if model.inbox.shows_no_mail() {
            // The inbox shows no mail. If the message pane still showed a mail, the user would assume that it matches
            // the search or filter.
            model.reader = Reader::Empty;
        }
    }
    highlight_found(model);
    effects.extend(request_full_load(model));
    effects.extend(request_render(model));
    effects.extend(request_images(model));
    effects
}

/// Highlights the words of an inbox search in the open mail, and removes the highlighting when the search has ended.
/// Does nothing while an overlay is open, because the user may still be typing.
fn highlight_found(model: &mut Model) {
    let Some(page) = model.reader.message_mut().filter(|_| model.overlays.is_empty()) else { return };
    let words = model.inbox.search_words();
    let marked = match &page.search {
        Some(Search { needle: SearchTerm::Typed(_), .. }) => return,
        Some(Search { needle: SearchTerm::Found(marked), .. }) => marked.as_slice(),
        None => &[],
    };
    if marked == words {
        return;
    }
    let id = &page.opened.outermost().envelope.id;
    if words.is_empty() {
        page.search = None;
    } else if model.inbox.selected().is_some_and(|mail| mail.summary.envelope.id == *id) {
        page.find(SearchTerm::Found(words.to_vec()));
        page.expand_quotes_unless_found();
    }
}

/// Returns the effect that lays out missing lines: the first lines if the width or the view has changed, and the
/// remaining lines if not. Results of outdated requests are ignored. Returns `None` if no lines are missing or a
/// request is in flight.
fn request_render(model: &mut Model) -> Option<Effect> {
    let (width, rows) = model.layout().message_size();
    let page = model.reader.message()?;
    let view = page.view;
    let fits = page.rendered.width == width;
    let is_needed = |pending: PendingRender| {
        pending.view == view && pending.width == width && pending.quotes_collapsed == page.quotes_collapsed
    };
    let asked = page.pending_render.is_some_and(is_needed);
    if asked || (fits && page.rendered.is_complete) {
        return None;
    }
    let enough = (!fits).then(|| page.scroll + 2 * usize::from(rows));
    let generation = model.next_generation();
    let keys = Keys::from_keymap(&model.settings.keymap);
    let (quotes, cell) = (quotes_setting(model), model.cell);
    let page = model.reader.message_mut()?;
    page.pending_render =
        Some(PendingRender { generation, view, width, quotes_collapsed: page.quotes_collapsed });
    let opened = Arc::clone(&page.opened);
    Some(Effect::Reader(ReaderEffect::Render { opened, view, width, quotes, cell, enough, keys, generation }))
}

/// Returns how the message pane shows quoted mails: as text, expanded or collapsed. If a screen reader is used, quoted
/// mails are always shown completely.
fn quotes_setting(model: &Model) -> Quotes {
    let key = model.key_of(ReaderCommand::ToggleQuotes);
    match model.reader.message() {
        Some(page) if !model.settings.accessible => {
            if page.quotes_collapsed {
                Quotes::Folded { key }
            } else {
                Quotes::Open { key }
            }
        }
        Some(_) | None => Quotes::Plain,
    }
}

/// Requests a new layout and new images after the size of a screen cell has changed, so that images keep their
/// aspect ratio.
pub(super) fn set_cell_size(model: &mut Model, cell: CellSize) {
    if model.cell == cell {
        return;
    }
    model.cell = cell;
    discard_layouts(model);
}

/// Discards the layouts and images of the open mail and of the mails that contain it, so that they are requested again.
pub(super) fn discard_layouts(model: &mut Model) {
    let mut page = model.reader.message_mut();
    while let Some(changed) = page {
        changed.rendered.width = 0;
        changed.pending_render = None;
        changed.images.clear();
        page = changed.outer.as_deref_mut();
    }
}

/// Handles the key `f`: collapses or expands the quoted mails in the open mail.
pub(super) fn toggle_quotes(model: &mut Model) -> Vec<Effect> {
    if let Some(page) = model.reader.message_mut() {
        let collapsed = !page.quotes_collapsed;
        page.set_quotes_collapsed(collapsed);
    }
    Vec::new()
}

/// Expands the quoted mails in the open mail before a search, so that the search includes them.
pub(super) fn expand_quotes(model: &mut Model) {
    if let Some(page) = model.reader.message_mut()
        && (!page.rendered.is_complete
            || (0..page.rendered.lines.len()).any(|line| page.is_quote_toggle(line)))
    {
        page.set_quotes_collapsed(false);
    }
}

fn request_images(model: &mut Model) -> Vec<Effect> {
    let rows = usize::from(model.layout().message_size().1);
    let Some(page) = model.reader.message_mut().filter(|page| page.opened.is_complete) else {
        return Vec::new();
    };
    let missing = page.missing_images(rows);
    page.images.extend(missing.iter().map(|size| (*size, ImageState::Decoding)));
    missing
        .into_iter()
        .map(|size| Effect::Reader(ReaderEffect::DecodeImage(Arc::clone(&page.opened), size)))
        .collect()
}

pub(super) fn handle_image(model: &mut Model, id: &MailId, size: ImageSize, pixels: Option<HalfBlockImage>) {
    if let Some(page) = model.reader.message_mut().filter(|page| page.opened.envelope.id == *id) {
        page.images.insert(size, pixels.map_or(ImageState::Broken, ImageState::Decoded));
    }
}

pub(super) fn handle_loaded(
    model: &mut Model,
    generation: Generation,
    result: Result<Arc<LoadedMail>, AppError>,
) -> ControlFlow<Vec<Effect>> {
    let waiting = matches!(&model.reader, Reader::Loading { generation: asked, .. } if *asked == generation);
    if !waiting {
        return ControlFlow::Break(Vec::new());
    }
    match result {
        Ok(opened) => {
            model.reader = Reader::Open(Box::new(MessageView::new(opened)));
            ControlFlow::Continue(())
        }
        Err(why) => {
            model.reader = Reader::Empty;
            model.pending = None;
            model.focus = if model.focus == Pane::Message { Pane::Inbox } else { model.focus };
            ControlFlow::Break(notify_problem(model, why.text))
        }
    }
}

/// Updates the progress of parsing a large mail: `done` of its `total` bytes are processed.
pub(super) fn update_progress(model: &mut Model, generation: Generation, done: u64, total: u64) {
    let Some(page) = model.reader.message_mut() else { return };
    if page.full_load == Some(generation)
        || page.pending_render.is_some_and(|pending| pending.generation == generation)
    {
        page.progress = Some((done, total));
    }
}

/// Replaces the partially parsed large mail in the message pane with the completely parsed mail. Returns `Continue` if
/// the mail was replaced. Returns `Break` with the effects to run if parsing failed or the result is outdated.
pub(super) fn handle_full_loaded(
    model: &mut Model,
    generation: Generation,
    result: Result<Arc<LoadedMail>, AppError>,
    (view, rendered): (View, RenderedView),
) -> ControlFlow<Vec<Effect>> {
    let rows = usize::from(model.layout().message_size().1);
    let asked = |page: &&mut MessageView| page.full_load == Some(generation);
    let Some(page) = model.reader.message_mut().filter(asked) else { return ControlFlow::Break(Vec::new()) };
    match result {
        Ok(opened) => {
            page.full_load = None;
            let views = views(&opened.mail);
            if !views.contains(&page.view) {
                page.view = views.first().copied().unwrap_or_default();
            }
            page.opened = opened;
            page.pending_render = None;
            let fits = page.view == view && page.full_load_collapsed == page.quotes_collapsed;
            if fits && page.rendered.width == rendered.width {
                replace_rendered(page, rendered, rows);
            } else {
                // The old lines stay on the screen until the new lines arrive.
                page.rendered.is_complete = false;
            }
            ControlFlow::Continue(())
        }
        // The program does not retry the request, because it would fail again.
        Err(why) => ControlFlow::Break(notify_problem(model, why.text)),
    }
}

/// Returns the effect that parses a large mail completely, after its beginning has appeared on the screen. Only one
/// such request is in flight at a time, because two would slow each other down. Returns `None` if no request is needed
/// or one is in flight.
fn request_full_load(model: &mut Model) -> Option<Effect> {
    let begun =
        |page: &&MessageView| !page.opened.is_complete && page.full_load.is_none() && page.rendered.width > 0;
    let opened = model.reader.message().filter(begun).map(|page| Arc::clone(&page.opened))?;
    let (width, _) = model.layout().message_size();
    let generation = model.next_generation();
    let keys = Keys::from_keymap(&model.settings.keymap);
    let (quotes, cell) = (quotes_setting(model), model.cell);
    let page = model.reader.message_mut()?;
    page.full_load = Some(generation);
    page.full_load_collapsed = page.quotes_collapsed;
    Some(Effect::Reader(ReaderEffect::LoadFull {
        opened,
        view: page.view,
        width,
        quotes,
        cell,
        keys,
        generation,
    }))
}

/// Replaces the lines of the open mail with a new layout. Keeps the scroll position and the search.
fn replace_rendered(page: &mut MessageView, rendered: RenderedView, rows: usize) {
    page.replace_rendered(rendered);
    page.scroll_by(0, rows);
    if let Some(search) = page.search.take() {
        page.find(search.needle);
        page.expand_quotes_unless_found();
    }
}

pub(super) fn handle_rendered(model: &mut Model, generation: Generation, rendered: RenderedView) {
    let rows = usize::from(model.layout().message_size().1);
    let asked =
        |page: &&mut MessageView| page.pending_render.is_some_and(|pending| pending.generation == generation);
    let Some(page) = model.reader.message_mut().filter(asked) else { return };
    let shown = |pending: PendingRender| {
        pending.view == page.view && pending.quotes_collapsed == page.quotes_collapsed
    };
    let fits = page.pending_render.take().is_some_and(shown);
    if !fits {
        return;
    }
    let first = page.rendered.width == 0;
    replace_rendered(page, rendered, rows);
    if first && model.focus == Pane::Message {
        page.show_match(rows);
    }
}

/// Handles the key `v`: switches to the next view of the open mail.
pub(super) fn next_view(model: &mut Model) -> Vec<Effect> {
    let Some(page) = model.reader.message_mut() else { return notify_no_mail(model) };
    let views = views(&page.opened.mail);
    if views.as_slice() == [page.view] {
        let words = format!("This mail has one view alone: {}.", page.view.words());
        return notify_info(model, words);
    }
    let here = views.iter().position(|view| *view == page.view);
    let next = here.map_or(0, |here| (here + 1) % views.len().max(1));
    page.view_before_part = None;
    page.switch_to(views.get(next).copied().unwrap_or_default());
    Vec::new()
}

/// If a screen reader is used, shows a notice that no mail is open. Called when the user tries to switch the view.
fn notify_no_mail(model: &mut Model) -> Vec<Effect> {
    if !model.settings.accessible {
        return Vec::new();
    }
    let key = model.key_of(AppCommand::Open);
    notify_info(model, format!("No mail is open. {key} opens the selected one."))
}

/// Switches to the view that shows only the MIME part with the index `part` of the open mail.
pub(super) fn show_part(model: &mut Model, part: usize) {
    let Some(page) = model.reader.message_mut() else { return };
    if !matches!(page.view, View::Part(_)) {
        page.view_before_part = Some(page.view);
    }
    page.switch_to(View::Part(part));
}

/// Returns from the view of a single MIME part to the previous view of the mail. Returns `false` if no single
/// part was shown.
pub(super) fn leave_part(page: &mut MessageView) -> bool {
    match page.view_before_part.take() {
        Some(view) => {
            page.switch_to(view);
            true
        }
        None => false,
    }
}

/// Searches the open mail for the text `needle` and scrolls to the first match.
pub(super) fn search_message(model: &mut Model, needle: &str) -> Vec<Effect> {
    let rows = usize::from(model.layout().message_size().1);
    let Some(page) = model.reader.message_mut() else { return Vec::new() };
    if needle.is_empty() {
        page.search = None;
        return Vec::new();
    }
    page.find(SearchTerm::Typed(needle.to_lowercase()));
    page.go_to_match(0, rows);
    if page.search.as_ref().is_some_and(|search| search.matches.is_empty()) {
        page.search = None;
        return notify_problem(model, format!("“{needle}” is not in this view of the mail."));
    }
    Vec::new()
}
