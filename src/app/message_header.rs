//! Generates the header lines of the message pane: subject, sender, recipient, time, best code, best link and
//! attachments.

use super::command::MailCommand;
use super::keymap::Keymap;
use super::message_pane::LoadedMail;
use dropmail_client::domain::time::Timestamp;
use jiff::tz::TimeZone;
use mail_reader::mail::{Attachment, EmailAddress, format_size};
use mail_reader::richtext::{Line, Role, Span};
use mail_reader::text_width::truncate;

/// Width in columns of the field names on the left of the message header.
const FIELD_NAME_WIDTH: usize = 9;

/// Minimum width in columns at which the message header names the key that opens the link. A narrower header shows more
/// of the link instead.
const MIN_WIDTH_FOR_OPEN_KEY: usize = 60;

/// Maximum number of warnings in the message header. Further warnings are not shown, so that the text of the
/// mail stays visible.
const MAX_WARNINGS: usize = 2;

/// Text that the message header shows if the mail has no subject.
const NO_SUBJECT: &str = "(no subject)";

/// Maximum number of alternative codes in the message header. Alternative codes are shown only if they are as
/// likely as the best code.
const MAX_ALTERNATIVES: usize = 2;

/// Names of the keys that the message header shows next to the code, the link and the attachments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keys {
    /// Name of the key that copies the best code.
    pub code: String,
    /// Name of the key that opens the list of codes.
    pub codes: String,
    /// Name of the key that copies the best link.
    pub link: String,
    /// Name of the key that opens the best link in the browser.
    pub open: String,
    /// Name of the key that opens the list of attachments.
    pub files: String,
}

impl Keys {
    /// Looks up which keys are bound to the commands for codes, links and attachments.
    pub fn from_keymap(keymap: &Keymap) -> Self {
        Self {
            code: keymap.key_text(MailCommand::CopyCode),
            codes: keymap.key_text(MailCommand::ChooseCode),
            link: keymap.key_text(MailCommand::CopyLink),
            open: keymap.key_text(MailCommand::OpenLink),
            files: keymap.key_text(MailCommand::SaveAttachments),
        }
    }
}

fn header_line(name: &str, parts: &[(&str, Role)], width: usize) -> Line {
    let mut spans = vec![span(&format!("{name:<FIELD_NAME_WIDTH$}"), Role::HeaderName)];
    let mut max_width = width.saturating_sub(FIELD_NAME_WIDTH);
    for (text, role) in parts {
        let text = truncate(text, max_width);
        max_width = max_width.saturating_sub(mail_reader::text_width::display_width(&text));
        spans.push(span(&text, *role));
    }
    Line { spans }
}

fn span(text: &str, role: Role) -> Span {
    Span { text: text.into(), role, link: None }
}

fn format_mailbox(mailbox: &EmailAddress) -> String {
    match (mailbox.name.is_empty(), mailbox.address.is_empty()) {
        (true, _) => mailbox.address.to_string(),
        (false, true) => mailbox.name.to_string(),
        (false, false) => format!("{} <{}>", mailbox.name, mailbox.address),
    }
}

/// Returns the header lines of a mail for a pane of `width` columns, with timestamps in the time zone `zone`. `keys` is
/// `None` for output without key bindings, such as text in a pager.
pub fn header_lines(opened: &LoadedMail, width: u16, zone: &TimeZone, keys: Option<&Keys>) -> Vec<Line> {
    let LoadedMail { envelope, mail, .. } = opened;
    let width = usize::from(width);
    let subject = if mail.subject.is_empty() { NO_SUBJECT } else { mail.subject.as_str() };
    let mut lines = vec![Line { spans: vec![span(&truncate(subject, width), Role::Strong)] }];
    let from = format_mailbox(&mail.from);
    let mut sender = vec![(if from.is_empty() { "(nobody)" } else { &from }, Role::Plain)];
    // The envelope sender is shown only if it differs from the `From` field.
    let by = format!("  sent by {}", envelope.from);
    if !envelope.from.is_empty() && envelope.from != mail.from.address {
        sender.push((&by, Role::Note));
    }
    lines.push(header_line("From", &sender, width));
    if opened.nested.is_none() || !envelope.to_orig.is_empty() {
        lines.push(header_line("To", &[(&envelope.to_orig, Role::Plain)], width));
    }
    let format_time =
        |time: Timestamp| time.to_zoned_datetime(zone.clone()).strftime("%a %-d %b %Y %H:%M:%S").to_string();
    match &opened.nested {
        None => {
            lines.push(header_line("Received", &[(&format_time(envelope.received_at), Role::Plain)], width));
        }
        Some(nested) => {
            lines.extend(
                mail.date.map(|date| header_line("Date", &[(&format_time(date), Role::Plain)], width)),
            );
            let outer = &nested.outer.mail.subject;
            let outer = if outer.is_empty() { NO_SUBJECT } else { outer };
            lines.push(header_line("In", &[(outer, Role::Note)], width));
        }
    }
    lines.extend(finding_lines(opened, width, keys));
    if opened.nested.is_none() {
        for oddity in &envelope.oddities {
            lines.push(header_line("Delivery", &[(oddity.text(), Role::Note)], width));
        }
    }
    for note in &mail.notes {
        lines.push(header_line("Note", &[(note, Role::Note)], width));
    }
    lines.push(Line { spans: vec![span(&"─".repeat(width), Role::Rule)] });
    lines
}

fn finding_lines(opened: &LoadedMail, width: usize, keys: Option<&Keys>) -> Vec<Line> {
    let named = |key: fn(&Keys) -> &String, does: &str| {
        keys.map_or_else(String::new, |keys| format!("{} {does}", key(keys)))
    };
    let code_key = named(|keys| &keys.code, "copies  ");
    let codes_key = named(|keys| &keys.codes, "chooses  ");
    let link_key = named(|keys| &keys.link, "copies  ");
    let open_key =
        if width < MIN_WIDTH_FOR_OPEN_KEY { String::new() } else { named(|keys| &keys.open, "opens  ") };
    let files_key = named(|keys| &keys.files, "lists  ");
    let mail = &opened.mail;
    let mut lines = Vec::new();
    let mut claimed = mail.findings.codes.iter().filter(|code| code.confidence.is_confident());
    if let Some(code) = claimed.next() {
        let parts: [(&str, Role); 4] = [
            (&code.value, Role::Code),
            ("  ", Role::Plain),
            (&code_key, Role::Note),
            (&code.reason, Role::Note),
        ];
        lines.push(header_line("Code", &parts, width));
        for ambiguous in claimed.filter(|other| code.ambiguous && other.ambiguous).take(MAX_ALTERNATIVES) {
            let parts: [(&str, Role); 4] = [
                (&ambiguous.value, Role::Code),
                ("  ", Role::Plain),
                (&codes_key, Role::Note),
                (&ambiguous.reason, Role::Note),
            ];
            lines.push(header_line("or", &parts, width));
        }
    }
    if let Some(link) = mail.findings.confident_link() {
        let kind = format!("{}  ", link.kind.as_str());
        let parts: [(&str, Role); 4] = [
            (&kind, Role::Strong),
            (&link_key, Role::Note),
            (&open_key, Role::Note),
            (&link.url, Role::Link),
        ];
        lines.push(header_line("Link", &parts, width));
        if let Some(inner) = &link.leads_to {
            let parts: [(&str, Role); 2] = [("it leads to  ", Role::Note), (inner, Role::Link)];
            lines.push(header_line("", &parts, width));
        }
    }
    // The warnings about all links are shown, not only those about the best link, because one deceptive link makes the
    // whole mail suspicious.
    let mut warnings: Vec<_> = mail.findings.links.iter().flat_map(|link| &link.warnings).collect();
    warnings.dedup();
    for warning in warnings.into_iter().take(MAX_WARNINGS) {
        lines.push(header_line("Careful", &[("a link: ", Role::Strong), (warning, Role::Strong)], width));
    }
    if opened.attachments > 0 {
        let name = |part: &Attachment| format!("{} ({})", part.name, format_size(part.size));
        let names: Vec<String> = mail.attachments.iter().map(name).collect();
        let count = format!("{}  ", opened.attachments);
        // Until all attachments are known, `…` replaces their names, so that the lines below do not move later.
        let all = names.len() == opened.attachments;
        let names = if all { names.join(", ") } else { "…".to_owned() };
        let parts: [(&str, Role); 3] =
            [(&count, Role::Strong), (&files_key, Role::Note), (&names, Role::Plain)];
        lines.push(header_line("Files", &parts, width));
    }
    lines
}
