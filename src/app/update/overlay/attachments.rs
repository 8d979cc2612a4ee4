//! The keys of the list of attachments.

use super::keep;
use crate::app::effect::Effect;
use crate::app::input::TextInput;
use crate::app::key::{Code, Key};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::overlay::{Attachments, Overlay, Prompt, Purpose};
use crate::app::update::{keys, reader};
use crate::domain::mail::Attachment;
use std::sync::Arc;

pub(super) fn key(model: &mut Model, mut list: Attachments, key: Key) -> Vec<Effect> {
    let Some(part) = list.current().map(|attachment| attachment.part) else { return Vec::new() };
    let mail = list.opened.envelope.id.clone();
    if let Some(step) = keys::list_step(key) {
        list.move_by(step);
        return keep(model, Overlay::Attachments(list));
    }
    match key.code {
        Code::Esc | Code::Char('q' | 'S') => return Vec::new(),
        Code::Enter => {
            if list.current().is_some_and(can_be_viewed) {
                return view(model, &list, part);
            }
            return vec![Effect::SaveAttachments(mail, Some(vec![part]))];
        }
        Code::Char('s') => {
            let parts =
                if list.marked.is_empty() { vec![part] } else { list.marked.iter().copied().collect() };
            return vec![Effect::SaveAttachments(mail, Some(parts))];
        }
        Code::Char('a') => return vec![Effect::SaveAttachments(mail, None)],
        Code::Char('o') => return vec![Effect::OpenPart(Arc::clone(&list.opened), part)],
        Code::Char('|') => {
            let prompt = Prompt { purpose: Purpose::Pipe(Some(part)), input: TextInput::default() };
            return keep(model, Overlay::Prompt(prompt));
        }
        Code::Char(' ') => {
            if !list.marked.remove(&part) {
                list.marked.insert(part);
            }
            list.move_by(1);
        }
        Code::Char('j') => list.move_by(1),
        Code::Char('k') => list.move_by(-1),
        Code::Char('g') => list.move_by(isize::MIN),
        Code::Char('G') => list.move_by(isize::MAX),
        _ => {}
    }
    keep(model, Overlay::Attachments(list))
}

/// Whether the program can show it; what it cannot is saved instead.
fn can_be_viewed(attachment: &Attachment) -> bool {
    let claimed = attachment.mime.as_str();
    match attachment.found {
        Some(found) => {
            matches!(found, "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp")
                || found.starts_with("text/")
        }
        None => {
            claimed.starts_with("text/")
                || claimed.starts_with("message/")
                || matches!(
                    claimed,
                    "application/json"
                        | "application/xml"
                        | "application/ics"
                        | "application/pgp-keys"
                        | "application/pgp-signature"
                )
        }
    }
}

fn view(model: &mut Model, list: &Attachments, part: usize) -> Vec<Effect> {
    model.focus = Pane::Message;
    if model.reader.id() == Some(&list.opened.envelope.id) {
        reader::show_part(model, part);
    }
    Vec::new()
}
