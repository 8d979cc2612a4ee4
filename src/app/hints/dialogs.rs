//! Generates the key hints for overlays. They are shown in the status line or in the overlay itself.

use super::Hint;
use crate::app::command::{AddressCommand, Command, ListCommand, MailCommand, MoveCommand};
use crate::app::keymap::Keymap;
use crate::app::model::Model;
use crate::app::overlay::{Action, Confirm, ConfirmableAction, NO, Overlay, PromptKind, YES};

/// Returns the key hints for an open overlay. While the overlay is open, the keys of the panes have no effect.
pub(super) fn hints(model: &Model, overlay: &Overlay) -> Vec<Hint> {
    let close = || ("Esc".to_owned(), "close".into());
    match overlay {
        Overlay::Menu(menu) => {
            let word = menu.matching_items().get(menu.cursor).and_then(|item| match item.action {
                Action::Run(_) | Action::Invoke(_) => Some("run"),
                Action::NewAddressOn(_) => Some("take"),
                Action::BringBackMails(_) | Action::BringBackAddress(..) | Action::BringBackSession(_) => {
                    Some("restore")
                }
                Action::AddDomain => Some("add"),
                Action::DeleteDomain(..) => Some("give up"),
                Action::Copy(..) => Some("copy"),
                Action::OpenLink(..) => Some("open"),
                Action::Theme(_) => Some("keep"),
                Action::ShowQr(..) => Some("show"),
                Action::StopJob(_) => Some("stop"),
                Action::Nothing | Action::Heading => None,
            });
            let enter = word.map(|word| ("Enter".to_owned(), word.into()));
            let search = menu.filter.is_none().then(|| (model.key_of(ListCommand::Search), "search".into()));
            let all = menu.can_show_all_history();
            let all = all.then(|| (model.key_of(AddressCommand::History), "all addresses".into()));
            enter.into_iter().chain([close()]).chain(all).chain(search).collect()
        }
        Overlay::Confirm(Confirm { action: ConfirmableAction::OpenLink(..), .. }) => {
            let copy_key = model.key_of(MailCommand::CopyLink);
            vec![
                ("Enter".to_owned(), "open".into()),
                (copy_key, "copy".into()),
                ("Esc".to_owned(), "leave".into()),
            ]
        }
        Overlay::Confirm(_) => vec![(YES.to_string(), "yes".into()), (NO.to_string(), "no".into())],
        Overlay::Attachments(_) | Overlay::Qr(_) => vec![close()],
        // These overlays draw their key hints themselves.
        Overlay::Prompt(_) | Overlay::Captcha(_) => Vec::new(),
    }
}

/// Returns the labels of the two key hints of a text prompt: the first for Enter, the second for Esc.
pub fn prompt_labels(purpose: &PromptKind) -> [&'static str; 2] {
    match purpose {
        PromptKind::SearchMessage => ["Enter finds", "Esc leaves"],
        PromptKind::SearchInbox => ["Enter to the list", "Esc ends the search"],
        PromptKind::Filter => ["Enter to the list", "Esc shows all"],
        PromptKind::Label(_) => ["Enter names it", "Esc leaves"],
        PromptKind::DomainName | PromptKind::DomainPassword | PromptKind::DomainPasswordAgain => {
            ["Enter goes on", "Esc leaves"]
        }
        PromptKind::Extension => ["Enter copies", "Esc leaves"],
        PromptKind::Pipe(_) => ["Enter runs it", "Esc leaves"],
    }
}

/// Returns the names of the keys that scroll a long menu, separated by ` · `, the most useful first.
pub fn menu_keys(keymap: &Keymap) -> String {
    let pair = |first: MoveCommand, second: MoveCommand| {
        format!("{} {}", keymap.key_text(first), keymap.key_text(second))
    };
    format!(
        "{} a page · {} start and end",
        pair(MoveCommand::PageDown, MoveCommand::PageUp),
        pair(MoveCommand::First, MoveCommand::Last)
    )
}

/// Returns the key hints of the attachment list, separated by ` · `. A narrow dialog wraps this text, but only between
/// two hints.
pub fn attachment_hints(model: &Model) -> String {
    let key = |command: Command| model.key_of(command);
    format!(
        "Enter views · {} saves · {} saves all · {} marks · {} opens · {} pipes",
        key(MailCommand::SaveMail.into()),
        key(MailCommand::SaveAttachments.into()),
        key(ListCommand::Mark.into()),
        key(MailCommand::OpenLink.into()),
        key(MailCommand::Pipe.into())
    )
}
