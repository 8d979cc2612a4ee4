//! Parses a large mail completely, after its beginning has appeared on the screen.

use super::layouts::{quotes_setting, replace_rendered};
use crate::app::connection::Generation;
use crate::app::effect::{Effect, MessagePaneEffect};
use crate::app::message_header::Keys;
use crate::app::message_pane::{LoadedMail, OpenMail, RenderedView};
use crate::app::model::Model;
use crate::app::msg::AppError;
use crate::app::update::notify_problem;
use mail_reader::richtext::{View, views};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Returns the effect that parses a large mail completely after its beginning has appeared on the screen. Returns
/// `None` if there is no such mail, or if a request for this is already in flight, because two requests would slow each
/// other down.
pub(super) fn request_full_load(model: &mut Model) -> Option<Effect> {
    let begun =
        |open: &&OpenMail| !open.opened.is_complete && open.full_load.is_none() && open.rendered.width > 0;
    let opened = model.message_pane.open_mail().filter(begun).map(|open| Arc::clone(&open.opened))?;
    let (width, _) = model.layout().message_size();
    let generation = model.next_generation();
    let keys = Keys::from_keymap(&model.settings.keymap);
    let (quotes, cell) = (quotes_setting(model), model.cell);
    let open = model.message_pane.open_mail_mut()?;
    open.full_load = Some(generation);
    open.full_load_collapsed = open.quotes_collapsed;
    Some(Effect::MessagePane(MessagePaneEffect::LoadFull {
        opened,
        view: open.view,
        width,
        quotes,
        cell,
        keys,
        generation,
    }))
}

/// Replaces the partially parsed large mail in the message pane with the completely parsed mail. Returns `Continue` if
/// it has replaced the mail. Returns `Break` with the effects to run if parsing failed or the result is outdated.
pub(in crate::app::update) fn handle_full_loaded(
    model: &mut Model,
    generation: Generation,
    result: Result<Arc<LoadedMail>, AppError>,
    (view, rendered): (View, RenderedView),
) -> ControlFlow<Vec<Effect>> {
    let rows = usize::from(model.layout().message_size().1);
    let asked = |open: &&mut OpenMail| open.full_load == Some(generation);
    let Some(open) = model.message_pane.open_mail_mut().filter(asked) else {
        return ControlFlow::Break(Vec::new());
    };
    match result {
        Ok(opened) => {
            open.full_load = None;
            let views = views(&opened.mail);
            if !views.contains(&open.view) {
                open.view = views.first().copied().unwrap_or_default();
            }
            open.opened = opened;
            open.pending_render = None;
            let fits = open.view == view && open.full_load_collapsed == open.quotes_collapsed;
            if fits && open.rendered.width == rendered.width {
                replace_rendered(open, rendered, rows);
            } else {
                // The old lines stay on the screen until the new lines arrive.
                open.rendered.is_complete = false;
            }
            ControlFlow::Continue(())
        }
        // The program does not retry the request, because it would fail again.
        Err(why) => ControlFlow::Break(notify_problem(model, why.text)),
    }
}

/// Updates the progress of parsing a large mail: `done` of its `total` bytes have been processed so far.
pub(in crate::app::update) fn update_progress(
    model: &mut Model,
    generation: Generation,
    done: u64,
    total: u64,
) {
    let Some(open) = model.message_pane.open_mail_mut() else { return };
    if open.full_load == Some(generation)
        || open.pending_render.is_some_and(|pending| pending.generation == generation)
    {
        open.progress = Some((done, total));
    }
}
