//! The message pane: which mail it holds, its views, and the layout that follows the width.

use super::{inbox, overlay, problem};
use crate::app::effect::Effect;
use crate::app::layout::{Layout, Pane};
use crate::app::link::Generation;
use crate::app::model::Model;
use crate::app::msg::Failure;
use crate::app::reader::{Laid, Opened, Page, Reader};
use crate::domain::ids::MailId;
use crate::domain::richtext::{Line, View};
use std::collections::HashMap;
use std::sync::Arc;

/// `Enter` on a mail.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if model.inbox.selected().is_none() {
        return Vec::new();
    }
    let mut effects = inbox::mark_read(model);
    model.focus = Pane::Message;
    effects.extend(load_selected(model));
    effects
}

fn load_selected(model: &mut Model) -> Option<Effect> {
    let id = model.inbox.selected()?.summary.envelope.id.clone();
    if model.reader.id() == Some(&id) { None } else { Some(load(model, id)) }
}

pub(super) fn load(model: &mut Model, id: MailId) -> Effect {
    let generation = model.next_generation();
    model.reader = Reader::Loading { id: id.clone(), generation };
    Effect::LoadMail { id, generation }
}

/// Keeps the pane in step with the cursor and with the width. One mail is loaded at a time: a
/// cursor that runs through the list loads what it stops at.
pub(super) fn follow(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    let shows_all = matches!(model.layout(), Layout::Three { message: Some(_), .. });
    let idle = !matches!(model.reader, Reader::Loading { .. });
    if shows_all && idle && model.focus != Pane::Message && model.pending.is_none() {
        effects.extend(load_selected(model));
    }
    effects.extend(lay_out(model));
    effects
}

fn lay_out(model: &mut Model) -> Option<Effect> {
    let width = model.layout().message_room().0;
    let page = model.reader.page()?;
    if page.laid.width == width || page.laying.is_some() {
        return None;
    }
    let generation = model.next_generation();
    let page = model.reader.page_mut()?;
    page.laying = Some(generation);
    Some(Effect::Render { opened: Arc::clone(&page.opened), view: page.view, width, generation })
}

pub(super) fn loaded(
    model: &mut Model,
    id: &MailId,
    generation: Generation,
    result: Result<Arc<Opened>, Failure>,
) -> Vec<Effect> {
    let waiting = matches!(&model.reader, Reader::Loading { generation: asked, .. } if *asked == generation);
    if !waiting {
        return Vec::new();
    }
    match result {
        Ok(opened) => {
            let page = Page {
                opened,
                view: View::Text,
                laid: Laid { width: 0, lines: Arc::from([]) },
                laying: None,
                scroll: 0,
                places: HashMap::new(),
                search: None,
            };
            model.reader = Reader::Open(Box::new(page));
            overlay::open_pending(model, id)
        }
        Err(why) => {
            model.reader = Reader::Empty;
            model.pending = None;
            model.focus = if model.focus == Pane::Message { Pane::Inbox } else { model.focus };
            problem(model, why.words)
        }
    }
}

pub(super) fn rendered(
    model: &mut Model,
    generation: Generation,
    view: View,
    width: u16,
    lines: Arc<[Line]>,
) {
    let rows = usize::from(model.layout().message_room().1);
    let Some(page) = model.reader.page_mut().filter(|page| page.laying == Some(generation)) else { return };
    page.laying = None;
    page.laid = Laid { width, lines };
    if page.view == view {
        page.scroll_by(0, rows);
        if let Some(search) = page.search.take() {
            page.look_for(&search.needle);
        }
    } else {
        // The view was changed meanwhile: lay out again.
        page.laid.width = 0;
    }
}

/// `v`.
pub(super) fn next_view(model: &mut Model) -> Vec<Effect> {
    let Some(page) = model.reader.page_mut() else { return Vec::new() };
    let next = match page.view {
        View::Text if page.opened.mail.html.is_some() => View::Html,
        View::Text | View::Html => View::Headers,
        View::Headers => View::Raw,
        View::Raw => View::Text,
    };
    page.places.insert(page.view, page.scroll);
    page.scroll = page.places.get(&next).copied().unwrap_or(0);
    page.view = next;
    page.laid = Laid { width: 0, lines: Arc::from([]) };
    Vec::new()
}

/// Looks for text in the message and goes to the first match.
pub(super) fn search(model: &mut Model, needle: &str) -> Vec<Effect> {
    let rows = usize::from(model.layout().message_room().1);
    let Some(page) = model.reader.page_mut() else { return Vec::new() };
    if needle.is_empty() {
        page.search = None;
        return Vec::new();
    }
    page.look_for(needle);
    page.go_to_match(0, rows);
    if page.search.as_ref().is_some_and(|search| search.matches.is_empty()) {
        page.search = None;
        return problem(model, format!("“{needle}” is not in this view of the mail."));
    }
    Vec::new()
}
