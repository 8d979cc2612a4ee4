//! Handles key presses while the attachment list is open.

use super::keep_open;
use crate::app::command::{AddressCommand, AppCommand, Command, ListCommand, MailCommand};
use crate::app::effect::{Effect, ExternalEffect, SaveEffect};
use crate::app::input::TextInput;
use crate::app::key::{Key, KeyCode};
use crate::app::layout::Pane;
use crate::app::message_pane::LoadedMail;
use crate::app::model::Model;
use crate::app::overlay::{Action, Attachments, Item, Menu, Overlay, Prompt, PromptKind};
use crate::app::update::{list_keys, message_pane};
use mail_reader::mail::Attachment;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

pub(super) fn handle_key(model: &mut Model, mut list: Attachments, key: Key) -> Vec<Effect> {
    let Some(part) = list.current().map(|attachment| attachment.part) else { return Vec::new() };
    if let Some(step) = list_keys::list_step(key) {
        list.move_by(step);
        return keep_open(model, Overlay::Attachments(list));
    }
    if key.code == KeyCode::Esc {
        model.typed.clear();
        return Vec::new();
    }
    if key.code == KeyCode::Enter {
        if list.current().is_some_and(|attachment| attachment.nested.is_some()) {
            return message_pane::request_attached(model, &list.opened, part);
        }
        if list.current().is_some_and(can_be_viewed) {
            return view_attachment(model, &list, part);
        }
        return save_attachments(&list.opened, Some(vec![part]));
    }
    match list_keys::list_command(model, key) {
        Some(Command::App(AppCommand::Quit | AppCommand::Back)) => return Vec::new(),
        Some(Command::App(AppCommand::Help)) => {
            let help = key_menu(model);
            model.overlays.push(Overlay::Attachments(list));
            return keep_open(model, Overlay::Menu(help));
        }
        Some(Command::Mail(MailCommand::SaveMail)) => {
            let parts =
                if list.marked.is_empty() { vec![part] } else { list.marked.iter().copied().collect() };
            return save_attachments(&list.opened, Some(parts));
        }
        // The key of `CopyAddress` also saves all attachments, because there is no address to copy in this list.
        Some(Command::Mail(MailCommand::SaveAttachments) | Command::Address(AddressCommand::CopyAddress)) => {
            return save_attachments(&list.opened, None);
        }
        Some(Command::Mail(MailCommand::OpenLink)) => {
            return vec![Effect::External(ExternalEffect::OpenPart(Arc::clone(&list.opened), part))];
        }
        Some(Command::Mail(MailCommand::Pipe)) => {
            let prompt =
                Prompt { purpose: PromptKind::Pipe(Some(part)), input: TextInput::default(), wrong: None };
            return keep_open(model, Overlay::Prompt(prompt));
        }
        Some(Command::List(ListCommand::Mark)) => {
            if !list.marked.remove(&part) {
                list.marked.insert(part);
            }
            list.move_by(1);
        }
        Some(Command::Move(command)) => list.move_by(list_keys::step_of(command)),
        // Other commands have no effect in the attachment list.
        Some(
            Command::Pane(_)
            | Command::Address(_)
            | Command::Mail(_)
            | Command::MessagePane(_)
            | Command::List(_)
            | Command::App(_),
        )
        | None => {}
    }
    keep_open(model, Overlay::Attachments(list))
}

/// Returns the menu that explains the keys of the attachment list.
fn key_menu(model: &Model) -> Menu {
    let enter = "view the attachment; save it if it can only be saved".into();
    let others: [(Command, &str); 5] = [
        (MailCommand::SaveMail.into(), "save the marked attachments, or the one under the cursor"),
        (MailCommand::SaveAttachments.into(), "save all attachments"),
        (ListCommand::Mark.into(), "mark the attachment, or remove its mark"),
        (MailCommand::OpenLink.into(), "save the attachment and open it in another program"),
        (MailCommand::Pipe.into(), "pass the attachment to a command"),
    ];
    let item =
        |label: String, detail: SafeText| Item { label: label.into(), detail, action: Action::Nothing };
    let others = others.map(|(command, words)| item(model.key_of(command), words.into()));
    let items = std::iter::once(item("Enter".to_owned(), enter)).chain(others).collect();
    Menu::new("Keys of the attachments", items)
}

/// Returns the effect that saves attachments: the MIME parts with the indices in `parts`, or all attachments if `None`.
/// For a stored mail, the effect contains only the id of the mail, and the runtime reads the mail from the archive. For
/// an attached mail, the effect contains the mail itself.
pub(super) fn save_attachments(opened: &Arc<LoadedMail>, parts: Option<Vec<usize>>) -> Vec<Effect> {
    vec![if opened.nested.is_some() {
        Effect::Save(SaveEffect::PartsOfAttached(Arc::clone(opened), parts))
    } else {
        Effect::Save(SaveEffect::Attachments(opened.envelope.id.clone(), parts))
    }]
}

/// Returns `true` if the program can display an attachment. If the user presses Enter on an attachment that it cannot
/// display, the program saves the attachment.
fn can_be_viewed(attachment: &Attachment) -> bool {
    let claimed = attachment.mime.as_str();
    match attachment.detected_type {
        Some(detected_type) => {
            matches!(detected_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp")
                || detected_type.starts_with("text/")
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

fn view_attachment(model: &mut Model, list: &Attachments, part: usize) -> Vec<Effect> {
    model.focus = Pane::Message;
    if model.message_pane.open_mail().is_some_and(|open| open.opened.envelope.id == list.opened.envelope.id) {
        message_pane::show_part(model, part);
    }
    Vec::new()
}
