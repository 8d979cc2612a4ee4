//! Handles mouse input on overlays. A click on a list line moves the cursor there. A click on the line under the cursor
//! has the same effect as Enter, and a click outside a dialog the same effect as Esc.

use super::{Outcome, apply_answer, attachments, handle_menu_key, keep_open, preview_theme, prompts};
use crate::app::command::MailCommand;
use crate::app::hints;
use crate::app::key::{Key, KeyCode};
use crate::app::model::Model;
use crate::app::mouse::Mouse;
use crate::app::overlay::{Answer, Overlay, PromptKind};
use crate::app::overlay_layout::{
    ListLayout, attachments_layout, confirm_layout, menu_layout, shown_answers,
};

/// The part of a list dialog that the user clicked.
enum HitTarget {
    /// The click hit the list line with this index.
    Line(usize),
    /// The click hit the frame of the list, or a screen row that shows no list line.
    Frame,
    /// The click was outside the frame of the list.
    Outside,
}

fn hit_target(listing: ListLayout, lines: usize, mouse: Mouse) -> HitTarget {
    match listing.line_at(mouse.column, mouse.row) {
        Some(line) if line < lines => HitTarget::Line(line),
        _ if listing.frame.contains(mouse.column, mouse.row) => HitTarget::Frame,
        _ => HitTarget::Outside,
    }
}

const ENTER: Key = Key::plain(KeyCode::Enter);
const ESC: Key = Key::plain(KeyCode::Esc);

/// Handles a click while an overlay is open.
pub(in crate::app::update) fn click(model: &mut Model, mouse: Mouse) -> Outcome {
    let screen = model.screen;
    let effects = match model.overlays.pop() {
        Some(Overlay::Menu(mut menu)) => {
            let heading = menu.heading(&model.settings.keymap);
            match hit_target(menu_layout(&menu, &heading, screen), menu.matching_items().len(), mouse) {
                HitTarget::Line(line) if line == menu.cursor => return handle_menu_key(model, menu, ENTER),
                HitTarget::Line(line) => menu.select(line),
                HitTarget::Outside => return handle_menu_key(model, menu, ESC),
                HitTarget::Frame => {}
            }
            keep_open(model, Overlay::Menu(menu));
            preview_theme(model);
            Vec::new()
        }
        Some(Overlay::Attachments(mut list)) => {
            let keys = hints::attachment_hints(model);
            let lines = list.opened.mail.attachments.len();
            match hit_target(attachments_layout(&list, &keys, screen), lines, mouse) {
                HitTarget::Line(line) if line == list.cursor => {
                    return attachments::handle_key(model, list, ENTER).into();
                }
                HitTarget::Line(line) => list.cursor = line,
                HitTarget::Outside => return attachments::handle_key(model, list, ESC).into(),
                HitTarget::Frame => {}
            }
            keep_open(model, Overlay::Attachments(list))
        }
        Some(Overlay::Confirm(confirm)) => {
            let asked = confirm_layout(&confirm, screen);
            let shown = shown_answers(&confirm.action, &model.key_of(MailCommand::CopyLink));
            match asked.answer_at(&shown, mouse.column, mouse.row) {
                Some(answer) => apply_answer(model, confirm, answer),
                None if asked.frame.contains(mouse.column, mouse.row) => {
                    keep_open(model, Overlay::Confirm(confirm))
                }
                None => apply_answer(model, confirm, Answer::No),
            }
        }
        // A click closes the prompt of the inbox filter, so that the user can click a mail that matches the filter. It
        // does not close other prompts, because their incomplete text would be lost.
        Some(Overlay::Prompt(prompt)) if prompt.purpose == PromptKind::Filter => {
            prompts::handle_key(model, prompt, ENTER)
        }
        // A click closes a QR code, like a key press.
        Some(Overlay::Qr(_)) | None => Vec::new(),
        Some(other @ (Overlay::Prompt(_) | Overlay::Captcha(_))) => keep_open(model, other),
    };
    effects.into()
}

/// Handles the mouse wheel while an overlay is open. The wheel moves the cursor of a list down by `by` lines (up if
/// negative); it has no effect on other overlays.
pub(in crate::app::update) fn scroll(model: &mut Model, by: isize) {
    match model.overlays.last_mut() {
        Some(Overlay::Menu(menu)) => {
            menu.move_by(by);
            preview_theme(model);
        }
        Some(Overlay::Attachments(list)) => list.move_by(by),
        Some(Overlay::Confirm(_) | Overlay::Prompt(_) | Overlay::Qr(_) | Overlay::Captcha(_)) | None => {}
    }
}
