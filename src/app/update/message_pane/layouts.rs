//! Requests the layout of the open mail, and replaces its lines when the layout is ready.

use crate::app::command::MessagePaneCommand;
use crate::app::connection::Generation;
use crate::app::effect::{Effect, MessagePaneEffect};
use crate::app::layout::Pane;
use crate::app::message_header::Keys;
use crate::app::message_pane::{OpenMail, PendingRender, RenderedView};
use crate::app::model::Model;
use mail_reader::richtext::{CellSize, Quotes};
use std::sync::Arc;

/// Returns the effect that lays out the missing lines of the open mail. If the width or the view has changed, the
/// effect lays out only the first lines, and a second request lays out all lines. Returns `None` if no lines are
/// missing, or if a suitable request is already in flight.
pub(super) fn request_render(model: &mut Model) -> Option<Effect> {
    let (width, rows) = model.layout().message_size();
    let open = model.message_pane.open_mail()?;
    let view = open.view;
    let fits = open.rendered.width == width;
    let is_needed = |pending: PendingRender| {
        pending.view == view && pending.width == width && pending.quotes_collapsed == open.quotes_collapsed
    };
    let asked = open.pending_render.is_some_and(is_needed);
    if asked || (fits && open.rendered.is_complete) {
        return None;
    }
    let enough = (!fits).then(|| open.scroll + 2 * usize::from(rows));
    let generation = model.next_generation();
    let keys = Keys::from_keymap(&model.settings.keymap);
    let (quotes, cell) = (quotes_setting(model), model.cell);
    let open = model.message_pane.open_mail_mut()?;
    open.pending_render =
        Some(PendingRender { generation, view, width, quotes_collapsed: open.quotes_collapsed });
    let opened = Arc::clone(&open.opened);
    Some(Effect::MessagePane(MessagePaneEffect::Render {
        opened,
        view,
        width,
        quotes,
        cell,
        enough,
        keys,
        generation,
    }))
}

pub(in crate::app::update) fn handle_rendered(
    model: &mut Model,
    generation: Generation,
    rendered: RenderedView,
) {
    let rows = usize::from(model.layout().message_size().1);
    let asked =
        |open: &&mut OpenMail| open.pending_render.is_some_and(|pending| pending.generation == generation);
    let Some(open) = model.message_pane.open_mail_mut().filter(asked) else { return };
    let shown = |pending: PendingRender| {
        pending.view == open.view && pending.quotes_collapsed == open.quotes_collapsed
    };
    let fits = open.pending_render.take().is_some_and(shown);
    if !fits {
        return;
    }
    let first = open.rendered.width == 0;
    replace_rendered(open, rendered, rows);
    if first && model.focus == Pane::Message {
        open.show_match(rows);
    }
}

/// Replaces the lines of the open mail with a new layout. Keeps the scroll position and the search.
pub(super) fn replace_rendered(open: &mut OpenMail, rendered: RenderedView, rows: usize) {
    open.replace_rendered(rendered);
    open.scroll_by(0, rows);
    if let Some(search) = open.search.take() {
        open.find(search.needle);
        open.expand_quotes_unless_found();
    }
}

/// Records the new size of a screen cell and requests a new layout and new images, so that images keep their aspect
/// ratio.
pub(in crate::app::update) fn set_cell_size(model: &mut Model, cell: CellSize) {
    if model.cell == cell {
        return;
    }
    model.cell = cell;
    discard_layouts(model);
}

/// Discards the layouts and images of the open mail and of the mails that contain it, so that they are requested again.
pub(in crate::app::update) fn discard_layouts(model: &mut Model) {
    let mut open = model.message_pane.open_mail_mut();
    while let Some(changed) = open {
        changed.rendered.width = 0;
        changed.pending_render = None;
        changed.images.clear();
        open = changed.outer.as_deref_mut();
    }
}

/// Returns how the message pane shows quoted mails: as text, expanded or collapsed. If a screen reader is used, quoted
/// mails are shown as text.
pub(super) fn quotes_setting(model: &Model) -> Quotes {
    let key = model.key_of(MessagePaneCommand::ToggleQuotes);
    match model.message_pane.open_mail() {
        Some(open) if !model.settings.accessible => {
            if open.quotes_collapsed {
                Quotes::Folded { key }
            } else {
                Quotes::Open { key }
            }
        }
        Some(_) | None => Quotes::Plain,
    }
}

/// Handles the `f` key: collapses or expands the quoted mails in the open mail.
pub(in crate::app::update) fn toggle_quotes(model: &mut Model) -> Vec<Effect> {
    if let Some(open) = model.message_pane.open_mail_mut() {
        let collapsed = !open.quotes_collapsed;
        open.set_quotes_collapsed(collapsed);
    }
    Vec::new()
}

/// Expands the quoted mails in the open mail, so that a search can find text in them.
pub(in crate::app::update) fn expand_quotes(model: &mut Model) {
    if let Some(open) = model.message_pane.open_mail_mut()
        && (!open.rendered.is_complete
            || (0..open.rendered.lines.len()).any(|line| open.is_quote_toggle(line)))
    {
        open.set_quotes_collapsed(false);
    }
}
