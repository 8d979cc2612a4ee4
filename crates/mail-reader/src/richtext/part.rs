//! Lays out a single MIME part if it is text, an attached mail or an image. Any other part is only described.

use super::page::LineBuilder;
use super::wrap::StyledText;
use super::{Role, cards, html, picture, plain};
use crate::mail::{Attachment, Mail, format_size};
use crate::mime;
use crate::sanitize::SafeText;

pub(super) fn lay_out(page: &mut LineBuilder, mail: &Mail, raw: &[u8], part: usize) {
    let Some(attachment) = mail.attachments.iter().find(|attachment| attachment.part == part) else {
        page.note("This mail has no such part.");
        return;
    };
    title(page, attachment);
    let claimed = attachment.mime.as_str();
    if picture::is_picture(attachment) {
        let Some(bytes) = mime::attachment_bytes(raw, part) else { return undecodable(page) };
        picture::alone(page, part, &bytes);
        return;
    }
    if matches!(claimed, "message/rfc822" | "message/global") {
        let Some(bytes) = mime::attachment_bytes(raw, part) else { return undecodable(page) };
        inner(page, &mime::parse_without_attached(&bytes), &bytes);
        return;
    }
    let wrapped = mail.cards.iter().any(|_| claimed == "text/calendar" || claimed.contains("vcard"));
    if wrapped {
        cards::lay_out(page, &mail.cards);
    }
    let binary = attachment.detected_type.is_some_and(|detected_type| !detected_type.starts_with("text/"));
    let text = if binary { None } else { mime::part_text(raw, part) };
    match text {
        Some(text) if claimed == "text/html" || claimed == mime::XHTML => {
            let html = Mail { flow: Some(mime::flow(&text)), html: Some(text), ..Mail::default() };
            page.leave_links_unnumbered();
            html::lay_out(page, &html, raw);
        }
        Some(text) => plain::lay_out(page, &text),
        None => page.note("This cannot be shown here. It can be saved, opened, or piped to a program."),
    }
}

fn undecodable(page: &mut LineBuilder) {
    page.note("This part cannot be decoded. The whole mail can be saved.");
}

fn title(page: &mut LineBuilder, attachment: &Attachment) {
    let piece = |text: &str, role| StyledText { text: SafeText::new(text), role, link: None };
    let about = format!("  {} · {}", attachment.type_label(), format_size(attachment.size));
    page.push(&[piece(&attachment.name, Role::Heading), piece(&about, Role::Note)]);
    if attachment.has_type_mismatch() {
        page.push(&[piece("Careful: this is not what its sender says it is.", Role::Strong)]);
    }
    page.blank();
}

/// Lays out the text of an attached mail.
fn inner(page: &mut LineBuilder, mail: &Mail, raw: &[u8]) {
    let from = match (mail.from.name.as_str(), mail.from.address.as_str()) {
        ("", address) => address.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    };
    let to: Vec<&str> = mail.to.iter().map(|to| to.address.as_str()).collect();
    let date = mail.date.map_or_else(String::new, |date| date.strftime("%Y-%m-%d %H:%M UTC").to_string());
    for (name, said) in
        [("Subject", mail.subject.as_str()), ("From", &from), ("To", &to.join(", ")), ("Date", &date)]
    {
        if !said.is_empty() {
            page.push(&[
                StyledText { text: SafeText::new(&format!("{name}: ")), role: Role::HeaderName, link: None },
                StyledText { text: SafeText::new(said), role: Role::Plain, link: None },
            ]);
        }
    }
    page.blank();
    page.notes(&mail.notes);
    cards::lay_out(page, &mail.cards);
    match &mail.text {
        Some(text) if !plain::is_stub(text, mail) => plain::lay_out(page, text),
        _ => html::lay_out(page, mail, raw),
    }
    for attachment in &mail.attachments {
        page.blank();
        page.note(&format!("Attached in it: {} ({})", attachment.name, format_size(attachment.size)));
    }
}
