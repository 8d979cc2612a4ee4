//! Renders overlays as lines of text for screen readers.

use crate::app::Model;
use crate::app::captcha_dialog::{Captcha, CaptchaImageState};
use crate::app::command::MailCommand;
use crate::app::hints::{attachment_hints, prompt_labels};
use crate::app::input::TextInput;
use crate::app::keymap::Keymap;
use crate::app::overlay::{Action, Attachments, Menu, Overlay, Prompt, PromptKind};
use crate::app::overlay_layout::{ShownAnswer, shown_answers};
use mail_reader::mail::format_size;

/// Returns the lines that a screen reader speaks for the overlay.
pub(super) fn overlay_lines(model: &Model, overlay: &Overlay) -> Vec<String> {
    match overlay {
        Overlay::Menu(menu) => menu_words(menu, &model.settings.keymap),
        Overlay::Confirm(confirm) => {
            let mut lines = vec![confirm.question.to_string()];
            lines.extend(confirm.details.iter().map(ToString::to_string));
            let answers = shown_answers(&confirm.action, &model.key_of(MailCommand::CopyLink));
            let answers: Vec<String> =
                answers.into_iter().map(|ShownAnswer { key, words, .. }| key + words).collect();
            lines.push(answers.join(", "));
            lines
        }
        Overlay::Prompt(Prompt { purpose, input, wrong }) => {
            let name = match purpose {
                PromptKind::SearchMessage => "Search in the message",
                PromptKind::SearchInbox => "Search all mail",
                PromptKind::Label(_) => "Name of the session",
                PromptKind::Filter => "Show only mails with",
                PromptKind::DomainName => "Name of your domain",
                PromptKind::DomainPassword => "Its password",
                PromptKind::DomainPasswordAgain => "The password again",
                PromptKind::Extension => "Word behind the plus sign",
                PromptKind::Pipe(None) => "Hand the mail to the command",
                PromptKind::Pipe(Some(_)) => "Hand this part to the command",
            };
            let mut lines =
                vec![format!("{name}: {}", input.displayed_text()), prompt_labels(purpose).join(" · ")];
            lines.extend(wrong.as_ref().map(ToString::to_string));
            lines
        }
        // An image cannot be spoken, so the text that the QR code encodes is spoken.
        Overlay::Qr(code) => {
            vec![format!("{}: {}", code.title, code.text), "Any key goes on.".to_owned()]
        }
        Overlay::Attachments(list) => attachment_words(list, &attachment_hints(model)),
        Overlay::Captcha(captcha) => captcha_words(captcha),
    }
}

fn attachment_words(list: &Attachments, keys: &str) -> Vec<String> {
    let count = list.opened.mail.attachments.len();
    let item = list.current().map_or_else(String::new, |one| {
        let marked = if list.marked.contains(&one.part) { "marked, " } else { "" };
        let lies = if one.has_type_mismatch() { ", not what it claims to be" } else { "" };
        let size = format_size(one.size);
        format!("{marked}{} of {count}: {}, {}, {size}{lies}", list.cursor + 1, one.name, one.mime)
    });
    vec![format!("Attachments · {keys}"), item]
}

/// Returns the lines that a screen reader speaks for the captcha dialog. They explain that the captcha is an image, and
/// list the keys that the user can press.
fn captcha_words(captcha: &Captcha) -> Vec<String> {
    let picture = match &captcha.image {
        CaptchaImageState::Loading => "Its picture is on its way.".to_owned(),
        CaptchaImageState::Loaded(_) => {
            "It is a picture of letters, which only eyes can read. Control o writes it to a file and opens it \
             in another program."
                .to_owned()
        }
        CaptchaImageState::Failed(why) => why.to_string(),
    };
    let mut lines = vec![
        "The service asks for a captcha. Enter answers, Control r draws it anew, Escape leaves it."
            .to_owned(),
        picture,
        format!("Typed: {}", captcha.input.text()),
    ];
    lines.extend(captcha.message.as_ref().map(ToString::to_string));
    lines
}

fn menu_words(menu: &Menu, keymap: &Keymap) -> Vec<String> {
    let matching = menu.matching_items();
    let typed = match menu.filter.as_ref().map(TextInput::text) {
        None => String::new(),
        Some("") => "Type to narrow.".to_owned(),
        Some(text) => format!("Typed: {text}"),
    };
    let item = match matching.get(menu.cursor) {
        Some(item) => {
            let label: Vec<&str> = item.label.split_whitespace().collect();
            let (number, count) = menu.position();
            let above = menu.cursor.checked_sub(1).and_then(|above| matching.get(above));
            let heading = above.filter(|above| above.action == Action::Heading);
            let heading = heading.map_or_else(String::new, |heading| format!("{}. ", heading.label));
            format!("{heading}{number} of {count}: {} {}", label.join(" "), item.detail)
        }
        None => "Nothing matches.".to_owned(),
    };
    vec![menu.heading(keymap), typed, item.trim_end().to_owned()]
}
