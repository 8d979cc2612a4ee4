//! The head of a message: who, when, what, and the code and the link that it was opened for.

use super::command::Command;
use super::keymap::Keymap;
use super::reader::LoadedMail;
use crate::domain::mail::{Attachment, EmailAddress, format_size};
use crate::domain::richtext::{Line, Role, Span};
use crate::domain::text_width::truncate;
use crate::domain::time::Timestamp;
use jiff::tz::TimeZone;

/// Columns of the names at the left.
const NAMES: usize = 9;

/// No more warnings than this: the mail itself must stay in sight.
const WARNINGS: usize = 2;

/// Stands where a mail has no subject.
const NO_SUBJECT: &str = "(no subject)";

/// No more codes than this beside the first, where they are as likely.
const RIVALS: usize = 2;

/// The keys that the head names beside what they take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keys {
    /// Copies the best code.
    pub code: String,
    /// Chooses among the codes.
    pub codes: String,
    /// Copies the best link.
    pub link: String,
    /// Lists the attachments.
    pub files: String,
}

impl Keys {
    /// Those that are bound now.
    pub fn of(keymap: &Keymap) -> Self {
        Self {
            code: keymap.told(Command::CopyCode),
            codes: keymap.told(Command::ChooseCode),
            link: keymap.told(Command::CopyLink),
            files: keymap.told(Command::SaveAttachments),
        }
    }
}

fn line(name: &str, parts: &[(&str, Role)], width: usize) -> Line {
    let mut spans = vec![span(&format!("{name:<NAMES$}"), Role::HeaderName)];
    let mut room = width.saturating_sub(NAMES);
    for (text, role) in parts {
        let text = truncate(text, room);
        room = room.saturating_sub(crate::domain::text_width::display_width(&text));
        spans.push(span(&text, *role));
    }
    Line { spans }
}

fn span(text: &str, role: Role) -> Span {
    Span { text: text.into(), role, link: None }
}

fn mailbox(mailbox: &EmailAddress) -> String {
    match (mailbox.name.is_empty(), mailbox.address.is_empty()) {
        (true, _) => mailbox.address.to_string(),
        (false, true) => mailbox.name.to_string(),
        (false, false) => format!("{} <{}>", mailbox.name, mailbox.address),
    }
}

/// The head for a pane of `width` columns, with times told for a time zone. Without keys it is for a
/// place where none can be pressed.
pub fn head(opened: &LoadedMail, width: u16, zone: &TimeZone, keys: Option<&Keys>) -> Vec<Line> {
    let LoadedMail { envelope, mail, .. } = opened;
    let width = usize::from(width);
    let subject = if mail.subject.is_empty() { NO_SUBJECT } else { mail.subject.as_str() };
    let mut lines = vec![Line { spans: vec![span(&truncate(subject, width), Role::Heading)] }];
    let from = mailbox(&mail.from);
    let mut sender = vec![(if from.is_empty() { "(nobody)" } else { &from }, Role::Plain)];
    // Who handed the mail in is worth a word where it is somebody else.
    let by = format!("  sent by {}", envelope.from);
    if !envelope.from.is_empty() && envelope.from != mail.from.address {
        sender.push((&by, Role::Note));
    }
    lines.push(line("From", &sender, width));
    if opened.nested.is_none() || !envelope.to_orig.is_empty() {
        lines.push(line("To", &[(&envelope.to_orig, Role::Plain)], width));
    }
    let told =
        |time: Timestamp| time.to_zoned_datetime(zone.clone()).strftime("%a %-d %b %Y %H:%M:%S").to_string();
    match &opened.nested {
        None => lines.push(line("Received", &[(&told(envelope.received_at), Role::Plain)], width)),
        Some(nested) => {
            lines.extend(mail.date.map(|date| line("Date", &[(&told(date), Role::Plain)], width)));
            let outer = &nested.outer.mail.subject;
            let outer = if outer.is_empty() { NO_SUBJECT } else { outer };
            lines.push(line("In", &[(outer, Role::Note)], width));
        }
    }
    lines.extend(finds(opened, width, keys));
    for note in &mail.notes {
        lines.push(line("Note", &[(note, Role::Note)], width));
    }
    lines.push(Line { spans: vec![span(&"─".repeat(width), Role::Rule)] });
    lines
}

fn finds(opened: &LoadedMail, width: usize, keys: Option<&Keys>) -> Vec<Line> {
    let named = |key: fn(&Keys) -> &String, does: &str| {
        keys.map_or_else(String::new, |keys| format!("{} {does}", key(keys)))
    };
    let code_key = named(|keys| &keys.code, "copies  ");
    let codes_key = named(|keys| &keys.codes, "chooses  ");
    let link_key = named(|keys| &keys.link, "copies  ");
    let files_key = named(|keys| &keys.files, "lists  ");
    let mail = &opened.mail;
    let mut lines = Vec::new();
    let mut claimed = mail.codes.iter().filter(|code| code.confidence.is_confident());
    if let Some(code) = claimed.next() {
        let parts: [(&str, Role); 4] = [
            (&code.value, Role::Strong),
            ("  ", Role::Plain),
            (&code_key, Role::Note),
            (&code.reason, Role::Note),
        ];
        lines.push(line("Code", &parts, width));
        for ambiguous in claimed.filter(|other| code.ambiguous && other.ambiguous).take(RIVALS) {
            let parts: [(&str, Role); 4] = [
                (&ambiguous.value, Role::Strong),
                ("  ", Role::Plain),
                (&codes_key, Role::Note),
                (&ambiguous.reason, Role::Note),
            ];
            lines.push(line("or", &parts, width));
        }
    }
    if let Some(link) = mail.links.first().filter(|link| link.confidence.is_confident()) {
        let kind = format!("{}  ", link.kind.as_str());
        let parts: [(&str, Role); 3] =
            [(&kind, Role::Strong), (&link_key, Role::Note), (&link.url, Role::Link)];
        lines.push(line("Link", &parts, width));
        if let Some(inner) = &link.leads_to {
            let parts: [(&str, Role); 2] = [("it leads to  ", Role::Note), (inner, Role::Link)];
            lines.push(line("", &parts, width));
        }
    }
    // Also of links that are not the one to press: a mail that lies once is told as one that lies.
    let mut warnings: Vec<_> = mail.links.iter().flat_map(|link| &link.warnings).collect();
    warnings.dedup();
    for warning in warnings.into_iter().take(WARNINGS) {
        lines.push(line("Careful", &[("a link: ", Role::Strong), (warning, Role::Strong)], width));
    }
    if opened.attachments > 0 {
        let name = |part: &Attachment| format!("{} ({})", part.name, format_size(part.size));
        let names: Vec<String> = mail.attachments.iter().map(name).collect();
        let count = format!("{}  ", opened.attachments);
        // Where they are not all known the line has its place, so that nothing below it moves.
        let all = names.len() == opened.attachments;
        let names = if all { names.join(", ") } else { "…".to_owned() };
        let parts: [(&str, Role); 3] =
            [(&count, Role::Strong), (&files_key, Role::Note), (&names, Role::Plain)];
        lines.push(line("Files", &parts, width));
    }
    lines
}
