//! Handles mouse input on overlays. A click selects a list line; a click on the selected line acts like Enter. A click
//! outside a dialog acts like Esc.

use super::{Outcome, attachments, confirm_key, keep, menu_key, preview, prompt_key};
use crate::app::command::ListCommand;
use crate::app::hints;
use crate::app::key::{Code, Key};
use crate::app::model::Model;
use crate::app::mouse::Mouse;
use crate::app::overlay::{Overlay, PromptKind};
use crate::app::overlay_layout::{ListLayout, of_attachments, of_menu, of_question};

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
        _ if listing.frame.holds(mouse.column, mouse.row) => HitTarget::Frame,
        _ => HitTarget::Outside,
    }
}

const ENTER: Key = Key::plain(Code::Enter);
const ESC: Key = Key::plain(Code::Esc);

/// Handles a click while an overlay is open.
pub(in crate::app::update) fn click(model: &mut Model, mouse: Mouse) -> Outcome {
    let screen = model.screen;
    let effects = match model.overlays.pop() {
        Some(Overlay::Menu(mut menu)) => {
            let heading = menu.heading(&model.key(ListCommand::Search));
            match hit_target(of_menu(&menu, &heading, screen), menu.matching().len(), mouse) {
                HitTarget::Line(line) if line == menu.cursor => return menu_key(model, menu, ENTER),
                HitTarget::Line(line) => menu.cursor = line,
                HitTarget::Outside => return menu_key(model, menu, ESC),
                HitTarget::Frame => {}
            }
            keep(model, Overlay::Menu(menu));
            preview(model);
            Vec::new()
        }
        Some(Overlay::Attachments(mut list)) => {
            let keys = hints::for_attachments(model);
            let lines = list.opened.mail.attachments.len();
            match hit_target(of_attachments(&list, &keys, screen), lines, mouse) {
                HitTarget::Line(line) if line == list.cursor => {
                    return attachments::key(model, list, ENTER).into();
                }
                HitTarget::Line(line) => list.cursor = line,
                HitTarget::Outside => return attachments::key(model, list, ESC).into(),
                HitTarget::Frame => {}
            }
            keep(model, Overlay::Attachments(list))
        }
        Some(Overlay::Confirm(confirm)) => {
            let asked = of_question(&confirm, screen);
            match asked.answer_at(mouse.column, mouse.row) {
                Some(true) => confirm_key(model, confirm, ENTER),
                None if asked.frame.holds(mouse.column, mouse.row) => keep(model, Overlay::Confirm(confirm)),
                Some(false) | None => confirm_key(model, confirm, ESC),
            }
        }
        // A click closes the prompt of the inbox filter, so that the user can click a mail that matches the filter. It
        // does not close other prompts, because their incomplete text would be lost.
        Some(Overlay::Prompt(prompt)) if prompt.purpose == PromptKind::Filter => {
            prompt_key(model, prompt, ENTER)
        }
        // A click closes a QR code, like a key press.
        Some(Overlay::Qr(_)) | None => Vec::new(),
        Some(other @ (Overlay::Prompt(_) | Overlay::Captcha(_))) => keep(model, other),
    };
    effects.into()
}

/// Handles the mouse wheel while an overlay is open. The wheel moves the cursor of a list down by `by` lines (up if
/// negative); it has no effect on other overlays.
pub(in crate::app::update) fn scroll(model: &mut Model, by: isize) {
    match model.overlays.last_mut() {
        Some(Overlay::Menu(menu)) => {
            menu.move_by(by);
            preview(model);
        }
        Some(Overlay::Attachments(list)) => list.move_by(by),
        Some(Overlay::Confirm(_) | Overlay::Prompt(_) | Overlay::Qr(_) | Overlay::Captcha(_)) | None => {}
    }
}
