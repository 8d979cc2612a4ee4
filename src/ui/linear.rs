//! The mailbox in words, for screen readers. Each part is a line; what reads as before is not
//! said again.

use super::status;
use crate::app::Model;
use crate::app::captcha::{Captcha, Picture};
use crate::app::columns::gain;
use crate::app::command::Command;
use crate::app::hints::{for_attachments, for_prompt};
use crate::app::input::TextInput;
use crate::app::layout::Pane;
use crate::app::model::Watching;
use crate::app::overlay::{Attachments, Menu, NO, Overlay, Prompt, Purpose, YES};
use crate::app::reader::{Page, Reader};
use crate::app::sessions::Line as Place;
use crate::domain::ids::MailId;
use crate::domain::mail::size_words;
use crate::domain::time::age;
use crate::ports::archive::Kept;

/// What the model says, in parts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said {
    connection: String,
    address: String,
    keys: String,
    pane: String,
    /// What the cursor is on, and how it reads: the age alone is no reason to say it again.
    item: (String, String),
    newest: Option<MailId>,
    newest_words: String,
    message: Option<(MailId, &'static str, Vec<String>)>,
    overlay: Vec<String>,
    notices: Vec<String>,
}

impl Said {
    /// What the model says now.
    pub fn of(model: &Model) -> Self {
        let newest = model.inbox.mails().next();
        Self {
            connection: status::in_words(model),
            address: model.address().map_or_else(String::new, |address| format!("Address: {address}")),
            keys: format!("{} lists all keys, {} quits.", model.key(Command::Help), model.key(Command::Quit)),
            pane: pane(model),
            item: item(model),
            newest: newest.map(|mail| mail.summary.envelope.id.clone()),
            newest_words: newest.map_or_else(String::new, |mail| words(mail, model)),
            message: message(model),
            overlay: model.overlays.last().map_or_else(Vec::new, |top| overlay(model, top)),
            notices: model.notices.shown().iter().map(|notice| notice.text.to_string()).collect(),
        }
    }

    /// The lines to say when what was said before is this.
    pub fn since(&self, before: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut say = |line: &str, last: &str| {
            if line != last && !line.is_empty() {
                lines.push(line.to_owned());
            }
        };
        say(&self.connection, &before.connection);
        say(&self.address, &before.address);
        say(&self.keys, &before.keys);
        let is_new = self.newest != before.newest && !self.newest_words.is_empty();
        // What has come and where the cursor stands by that is one thing, and said once.
        let selected = is_new && self.overlay.is_empty() && self.item.0.ends_with(&self.newest_words);
        if is_new {
            let which = if selected { ", selected" } else { "" };
            say(&format!("New mail{which}: {}", self.newest_words), "");
        }
        say(&self.pane, &before.pane);
        if self.overlay.is_empty() {
            // A dialog that has gone leaves the reader where it was before.
            let again = !before.overlay.is_empty();
            if again && self.item.1.is_empty() {
                say(&self.pane, "");
            }
            if again || self.item.0 != before.item.0 && !selected {
                say(&self.item.1, "");
            }
        } else {
            for (at, line) in self.overlay.iter().enumerate() {
                say(line, before.overlay.get(at).map_or("", String::as_str));
            }
        }
        if let Some((id, view, text)) = &self.message {
            let known = before
                .message
                .as_ref()
                .is_some_and(|old| old.0 == *id && old.1 == *view && !old.2.is_empty());
            if !known && !text.is_empty() {
                for line in text {
                    say(line, "");
                }
                say("End of the message.", "");
            }
        }
        for notice in self.notices.iter().filter(|notice| !before.notices.contains(notice)) {
            say(notice, "");
        }
        lines
    }
}

fn pane(model: &Model) -> String {
    let inbox = &model.inbox;
    match model.focus {
        Pane::Sessions => format!("Addresses, {} sessions", model.sessions.rows.len()),
        Pane::Inbox => {
            let filter = match inbox.filter() {
                "" => String::new(),
                words => format!(", {} with {words}", inbox.sifted().0),
            };
            let marked = match inbox.marked().len() {
                0 => String::new(),
                n => format!(", {n} marked"),
            };
            let search = inbox.searching().map_or_else(String::new, |search| {
                let count = search.count.filter(|_| search.whole);
                let count = count.map_or_else(|| "searching for".to_owned(), |count| format!("{count} with"));
                format!(", {count} {}", search.text)
            });
            let watching = if model.watching == Watching::On { ", watching for codes" } else { "" };
            let mails = match inbox.len() {
                1 => "1 mail".to_owned(),
                count => format!("{count} mails"),
            };
            format!("Inbox, {mails}, {} unread{marked}{filter}{search}{watching}", inbox.unread())
        }
        Pane::Message => "Message".to_owned(),
    }
}

fn words(mail: &Kept, model: &Model) -> String {
    let summary = &mail.summary;
    let subject = if summary.subject.is_empty() { "no subject" } else { summary.subject.as_str() };
    let unread = if mail.read { "" } else { "unread, " };
    let mut parts = vec![format!("{unread}from {}, {subject}", summary.sender)];
    if summary.code.is_some() {
        parts.push(format!("code {}", gain(summary, model.now)));
    } else if let Some(link) = &summary.link {
        parts.push(format!("link to {}", link.kind.word()));
    }
    match summary.attachments {
        0 => {}
        1 => parts.push("1 attachment".to_owned()),
        n => parts.push(format!("{n} attachments")),
    }
    if model.has_signs() {
        parts.push(format!("to {}", summary.envelope.to));
    }
    parts.join(", ")
}

fn item(model: &Model) -> (String, String) {
    let (place, count, words, life) = match model.focus {
        Pane::Message => return (String::new(), String::new()),
        Pane::Inbox => {
            let Some(mail) = model.inbox.selected() else {
                return ("none".to_owned(), no_mail(model));
            };
            let ago = format!(", {}", age(mail.summary.envelope.received_at, model.now));
            (model.inbox.cursor(), model.inbox.shown(), words(mail, model), ago)
        }
        Pane::Sessions => {
            let lines = model.sessions.lines();
            let words = match model.sessions.selected() {
                Some(Place::Session(at)) => model.sessions.rows.get(at).map(|row| {
                    let restore = || format!("lapsed session, {} restores it", model.key(Command::Restore));
                    let life = if row.is_live() { "live session".to_owned() } else { restore() };
                    format!("{life}, {} mails", row.mails)
                }),
                Some(Place::Address(..)) => model.address().map(ToString::to_string),
                None => None,
            };
            (model.sessions.cursor, lines.len(), words.unwrap_or_default(), String::new())
        }
    };
    let words = format!("{} of {count}: {words}", place + 1);
    (words.clone(), words + &life)
}

fn no_mail(model: &Model) -> String {
    let key = |command| model.key(command);
    format!(
        "No mail yet. {} copies the address, {} copies the next code by itself.",
        key(Command::CopyAddress),
        key(Command::Watch)
    )
}

fn message(model: &Model) -> Option<(MailId, &'static str, Vec<String>)> {
    let Reader::Open(page) = &model.reader else { return None };
    if model.focus != Pane::Message {
        return None;
    }
    Some((page.opened.envelope.id.clone(), page.view.words(), text(page)))
}

fn text(page: &Page) -> Vec<String> {
    let line = |line: &crate::domain::richtext::Line| -> String {
        line.spans.iter().map(|span| span.text.as_str()).collect()
    };
    // Rules and frames are for the eye.
    let spoken = |line: &String| line.chars().any(char::is_alphanumeric);
    page.laid.lines.iter().map(line).filter(spoken).collect()
}

fn overlay(model: &Model, overlay: &Overlay) -> Vec<String> {
    match overlay {
        Overlay::Menu(menu) => menu_words(menu, &model.key(Command::Search)),
        Overlay::Confirm(confirm) => {
            let mut lines = vec![confirm.question.to_string()];
            lines.extend(confirm.details.iter().map(ToString::to_string));
            lines.push(format!("{YES} yes, {NO} no"));
            lines
        }
        Overlay::Prompt(Prompt { purpose, input, wrong }) => {
            let name = match purpose {
                Purpose::SearchMessage => "Search in the message",
                Purpose::SearchInbox => "Search all mail",
                Purpose::Label => "Name of the session",
                Purpose::Filter => "Show only mails with",
                Purpose::DomainName => "Name of your domain",
                Purpose::DomainPassword => "Its password",
                Purpose::DomainPasswordAgain => "The password again",
                Purpose::Extension => "Word behind the plus sign",
                Purpose::Pipe(None) => "Hand the mail to the command",
                Purpose::Pipe(Some(_)) => "Hand this part to the command",
            };
            let mut lines = vec![format!("{name}: {}", input.shown()), for_prompt(*purpose).to_owned()];
            lines.extend(wrong.as_ref().map(ToString::to_string));
            lines
        }
        // Nobody can hear a picture: what it holds is said.
        Overlay::Qr(code) => {
            vec![format!("{}: {}", code.title, code.text), "Any key goes on.".to_owned()]
        }
        Overlay::Attachments(list) => attachment_words(list, &for_attachments(model)),
        Overlay::Captcha(captcha) => captcha_words(captcha),
    }
}

fn attachment_words(list: &Attachments, keys: &str) -> Vec<String> {
    let count = list.opened.mail.attachments.len();
    let item = list.current().map_or_else(String::new, |one| {
        let marked = if list.marked.contains(&one.part) { "marked, " } else { "" };
        let lies = if one.lies() { ", not what it claims to be" } else { "" };
        let size = size_words(one.size);
        format!("{marked}{} of {count}: {}, {}, {size}{lies}", list.cursor + 1, one.name, one.mime)
    });
    vec![format!("Attachments · {keys}"), item]
}

/// The picture itself cannot be heard; that it is one, and how to leave it, can.
fn captcha_words(captcha: &Captcha) -> Vec<String> {
    let picture = match &captcha.picture {
        Picture::Loading => "Its picture is on its way.".to_owned(),
        Picture::Here(_) => {
            "It is a picture of letters, which only eyes can read. Control o writes it to a file and opens it \
             in another program."
                .to_owned()
        }
        Picture::Failed(why) => why.to_string(),
    };
    let mut lines = vec![
        "The service asks for a captcha. Enter answers, Control r draws it anew, Escape leaves it."
            .to_owned(),
        picture,
        format!("Typed: {}", captcha.input.text()),
    ];
    lines.extend(captcha.told.as_ref().map(ToString::to_string));
    lines
}

fn menu_words(menu: &Menu, search: &str) -> Vec<String> {
    let matching = menu.matching();
    let typed = match menu.filter.as_ref().map(TextInput::text) {
        None => String::new(),
        Some("") => "Type to narrow.".to_owned(),
        Some(text) => format!("Typed: {text}"),
    };
    let item = match matching.get(menu.cursor) {
        Some(item) => {
            let label: Vec<&str> = item.label.split_whitespace().collect();
            format!("{} of {}: {} {}", menu.cursor + 1, matching.len(), label.join(" "), item.detail)
        }
        None => "Nothing matches.".to_owned(),
    };
    vec![menu.heading(search), typed, item.trim_end().to_owned()]
}
