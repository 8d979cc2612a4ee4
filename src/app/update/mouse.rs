//! Handles mouse input. A click moves the cursor to the clicked line, and the wheel scrolls.

use super::{copy, inbox, keys, message_pane, movement, overlay};
use crate::app::columns::Columns;
use crate::app::effect::{CopiedMail, CopySource, Effect, ExternalEffect};
use crate::app::layout::{Area, Layout, Pane};
use crate::app::message_pane::OpenMail;
use crate::app::model::Model;
use crate::app::mouse::{Gesture, Mouse};
use crate::app::pane_tabs;
use dropmail_client::domain::mail::Summary;
use mail_reader::richtext::Role;
use mail_reader::text_width::display_width;

/// Number of lines by which one notch of the mouse wheel scrolls the message pane.
const LINES_PER_NOTCH: isize = 3;

pub(super) fn handle_mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    let wheel = wheel_notches(mouse.gesture);
    // A mouse event ends an incomplete chord.
    model.typed.clear();
    if !model.overlays.is_empty() {
        return handle_overlay_mouse(model, mouse, wheel);
    }
    if let Some(by) = wheel {
        if let Some(pane) = model.layout().pane_at(mouse.column, mouse.row, model.focus) {
            scroll(model, pane, by);
        }
        return Vec::new();
    }
    match mouse.gesture {
        Gesture::Press => return handle_press(model, mouse),
        Gesture::Drag => {
            let layout = model.layout();
            if let Some(border) = model.mouse.drag {
                model.arrangement.move_border(border, layout, mouse.column, mouse.row);
            }
        }
        Gesture::Release | Gesture::WheelUp | Gesture::WheelDown => model.mouse.drag = None,
    }
    Vec::new()
}

/// Returns the number of notches by which the mouse wheel was turned down (up if negative); `None` for a
/// gesture of the left button.
fn wheel_notches(gesture: Gesture) -> Option<isize> {
    match gesture {
        Gesture::WheelUp => Some(-1),
        Gesture::WheelDown => Some(1),
        Gesture::Press | Gesture::Drag | Gesture::Release => None,
    }
}

/// Handles a mouse event while an overlay is open. The panes behind the overlay do not receive the event.
fn handle_overlay_mouse(model: &mut Model, mouse: Mouse, wheel: Option<isize>) -> Vec<Effect> {
    if let Some(by) = wheel {
        overlay::scroll(model, by);
        return Vec::new();
    }
    if mouse.gesture != Gesture::Press {
        model.mouse.drag = None;
        return Vec::new();
    }
    model.notices.dismiss();
    let outcome = overlay::click(model, mouse);
    keys::apply_outcome(model, outcome)
}

fn scroll(model: &mut Model, pane: Pane, by: isize) {
    let focus = std::mem::replace(&mut model.focus, pane);
    movement::move_by(model, if pane == Pane::Message { by * LINES_PER_NOTCH } else { by });
    model.focus = focus;
}

fn handle_press(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    model.notices.dismiss();
    model.pending_action = None;
    let twice = model.mouse.press(model.now, mouse);
    let layout = model.layout();
    if let Some(effects) = handle_code_chip_click(model, layout, mouse) {
        return effects;
    }
    model.mouse.drag = layout.border_at(mouse.column, mouse.row);
    if model.mouse.drag.is_some() {
        return Vec::new();
    }
    if let Layout::One { header, .. } = layout
        && header.contains(mouse.column, mouse.row)
    {
        if let Some(tab) =
            pane_tabs::pane_tabs(model).into_iter().find(|tab| tab.columns.contains(&mouse.column))
        {
            return movement::focus_pane(model, tab.pane);
        }
        return copy::copy_address(model);
    }
    let Some(pane) = layout.pane_at(mouse.column, mouse.row, model.focus) else { return Vec::new() };
    let inside = layout.inside(pane, model.focus).filter(|area| area.contains(mouse.column, mouse.row));
    let at = inside.map(|area| (usize::from(mouse.column - area.x), usize::from(mouse.row - area.y), area));
    match (pane, at) {
        (Pane::Sessions, Some((_, row, area))) => handle_address_click(model, row, area, twice),
        (Pane::Inbox, Some((column, row, area))) => handle_mail_click(model, (column, row), area, twice),
        (Pane::Message, Some((column, row, _))) => handle_message_click(model, column, row),
        (Pane::Message, None) => movement::focus_pane(model, Pane::Message),
        (pane, None) => {
            model.focus = pane;
            Vec::new()
        }
    }
}

/// Handles a click on the code of the open mail in the title line of the message pane. A click anywhere in the right
/// two thirds of the title line counts as a click on the code. Returns the effect that copies the code. Returns `None`
/// if the click is elsewhere, if the mail has no code, or if the code is expired or old.
fn handle_code_chip_click(model: &Model, layout: Layout, mouse: Mouse) -> Option<Vec<Effect>> {
    let area = layout.pane(Pane::Message, model.focus)?;
    let right = area.x + area.width / 3..(area.x + area.width).saturating_sub(1);
    let open = model.message_pane.open_mail()?;
    let code = open.opened.mail.findings.confident_code()?;
    let is_fresh = code.stale(open.opened.envelope.received_at, model.now).is_none();
    if mouse.row != area.y || !right.contains(&mouse.column) || !is_fresh {
        return None;
    }
    let from = CopiedMail::new(&Summary::new(open.opened.outermost().envelope.clone(), &open.opened.mail));
    Some(vec![Effect::External(ExternalEffect::Copy {
        source: CopySource::Code(from),
        text: code.value.clone(),
    })])
}

fn handle_address_click(model: &mut Model, row: usize, area: Area, twice: bool) -> Vec<Effect> {
    model.focus = Pane::Sessions;
    let place = model.sessions.top_for(usize::from(area.height)) + row;
    if place >= model.sessions.lines().len() {
        return Vec::new();
    }
    model.sessions.cursor = place;
    if twice { copy::copy_address(model) } else { Vec::new() }
}

fn handle_mail_click(
    model: &mut Model,
    (column, row): (usize, usize),
    area: Area,
    twice: bool,
) -> Vec<Effect> {
    model.focus = Pane::Inbox;
    let rows = usize::from(area.height);
    let Some(place) = model.inbox.mail_index_at(row, rows) else { return Vec::new() };
    let shape = Columns::compute(usize::from(area.width), model, &model.inbox.rows(rows));
    model.inbox.go_to(place, rows);
    if shape.code_range().contains(&column) {
        let summary = model.inbox.selected().map(|mail| mail.summary.clone());
        let copy = summary.map_or_else(Vec::new, |summary| copy_code_or_link(&summary));
        if !copy.is_empty() {
            return copy;
        }
    }
    if twice { message_pane::open_selected(model) } else { inbox::handle_click(model) }
}

fn copy_code_or_link(summary: &Summary) -> Vec<Effect> {
    if summary.code.is_some() { copy::copy_code_of(summary) } else { copy::copy_link_of(summary) }
}

fn handle_message_click(model: &mut Model, column: usize, row: usize) -> Vec<Effect> {
    let effects = movement::focus_pane(model, Pane::Message);
    let Some(open) = model.message_pane.open_mail().filter(|_| effects.is_empty()) else { return effects };
    if open.is_quote_toggle(open.scroll + row) {
        return message_pane::toggle_quotes(model);
    }
    click_effect(open, column, row).into_iter().collect()
}

/// Returns the effect of a click on a cell of the message pane: it copies the link at that cell or, in the `Code` or
/// `Link` line of the message header, the best code or link. Returns `None` if there is nothing to copy at the cell.
fn click_effect(open: &OpenMail, column: usize, row: usize) -> Option<Effect> {
    let line = open.rendered.lines.get(open.scroll + row)?;
    let mut right = 0;
    let span = line.spans.iter().find(|span| {
        right += display_width(&span.text);
        column < right
    })?;
    let mail = &open.opened.mail;
    let from = CopiedMail::new(&Summary::new(open.opened.outermost().envelope.clone(), mail));
    if let Some(link) = span.link.and_then(|link| mail.findings.links.get(usize::from(link))) {
        return Some(Effect::External(ExternalEffect::Copy {
            source: CopySource::Link(from),
            text: link.url.clone(),
        }));
    }
    let name = line.spans.first().filter(|first| first.role == Role::HeaderName)?;
    match name.text.trim() {
        "Code" => {
            let code = mail.findings.codes.first()?;
            Some(Effect::External(ExternalEffect::Copy {
                source: CopySource::Code(from),
                text: code.value.clone(),
            }))
        }
        "Link" => {
            let link = mail.findings.links.first()?;
            Some(Effect::External(ExternalEffect::Copy {
                source: CopySource::Link(from),
                text: link.url.clone(),
            }))
        }
        _ => None,
    }
}
