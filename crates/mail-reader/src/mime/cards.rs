//! Summarises machine-readable MIME parts such as invitations, contacts and delivery reports. Also reports whether
//! content is signed, encrypted or inside an Outlook container.

mod calendar;
mod content_lines;
mod delivery_report;
mod recurrence;
mod vcard;

use super::lines::LineEnd;
use super::structure::{PartKind, RawPart, Structure};
use super::{text, tnef};
use crate::mail::{InfoCard, Mail, format_size};
use crate::sanitize::SafeText;
use std::borrow::Cow;

/// Once a mail has this many summaries, no further machine-readable MIME parts are summarised.
const MAX_CARDS: usize = 20;
/// Maximum number of bytes read from a machine-readable MIME part; the rest is ignored.
const MAX_READ_BYTES: usize = 256 << 10;
/// Maximum length in characters of a value in a summary; longer values are truncated.
const MAX_VALUE_CHARS: usize = 500;

pub(super) fn fill(mail: &mut Mail, structure: &Structure<'_>) {
    for part in &structure.parts {
        if mail.cards.len() >= MAX_CARDS {
            return;
        }
        mail.cards.extend(of_part(structure, part));
    }
    let armoured = mail.text.as_deref().and_then(armour);
    mail.cards.extend(armoured);
}

fn of_part(structure: &Structure<'_>, part: &RawPart) -> Vec<InfoCard> {
    let attribute = |name| part.fields.parameter(name).unwrap_or_default();
    let text = |part| text_of(structure, part);
    let mime = part.media_type.as_str();
    match mime {
        "text/calendar" | "application/ics" => calendar::events(&text(part)),
        "text/vcard" | "text/x-vcard" | "text/directory" => vcard::contacts(&text(part)),
        "message/delivery-status" | "message/global-delivery-status" => {
            delivery_report::recipients(&text(part))
        }
        "message/disposition-notification" => delivery_report::receipt(&text(part)),
        "multipart/signed" => vec![signed(attribute("protocol"))],
        "multipart/encrypted" => vec![encrypted("PGP")],
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
            vec![match attribute("smime-type").to_ascii_lowercase().as_str() {
                "signed-data" => card(
                    "Signed (S/MIME)",
                    &[("Its text", "is inside the signature; save it to open it elsewhere")],
                ),
                "compressed-data" => {
                    card("Compressed (S/MIME)", &[("Its text", "cannot be read here; save the mail")])
                }
                _ => encrypted("S/MIME"),
            }]
        }
        _ if part.kind == PartKind::Leaf && (mime.contains("ms-tnef") || is_winmail(part)) => {
            vec![winmail(&content(structure, part))]
        }
        _ => Vec::new(),
    }
}

fn is_winmail(part: &RawPart) -> bool {
    part.fields.file_name().is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"))
}

fn signed(protocol: &str) -> InfoCard {
    let how = if protocol.contains("pgp") { "PGP" } else { "S/MIME" };
    card(&format!("Signed ({how})"), &[("The signature", "is not checked by this program")])
}

fn encrypted(how: &str) -> InfoCard {
    card(
        &format!("Encrypted ({how})"),
        &[("Its text", "can only be read with the key: save the mail, or pipe it to a program")],
    )
}

/// Returns the summary of text that starts with a PGP message or a PGP-signed message (RFC 9580, section 6.2); `None`
/// for any other text.
fn armour(text: &str) -> Option<InfoCard> {
    let start = text.trim_start();
    if start.starts_with("-----BEGIN PGP MESSAGE-----") {
        return Some(encrypted("PGP"));
    }
    start.starts_with("-----BEGIN PGP SIGNED MESSAGE-----").then(|| signed("pgp"))
}

fn winmail(content: &[u8]) -> InfoCard {
    let inside = tnef::list(content);
    let rows = inside.into_iter().map(|(name, size)| {
        let name = if name.is_empty() { "(no name)".to_owned() } else { name };
        (SafeText::new("Inside"), value(&format!("{name} ({})", format_size(size as u64))))
    });
    let mut made = card("Outlook attachment container (winmail.dat)", &[]);
    made.rows = rows.collect();
    if made.rows.is_empty() {
        made.rows.push((SafeText::new("Inside"), SafeText::new("no attachments")));
    }
    made
}

fn content<'a>(structure: &Structure<'a>, part: &RawPart) -> Cow<'a, [u8]> {
    part.fields.encoding.decode(structure.body(part)).content
}

/// Returns the decoded text of a MIME part, limited to the first [`MAX_READ_BYTES`] bytes.
fn text_of(structure: &Structure<'_>, part: &RawPart) -> String {
    let content = content(structure, part);
    let near = content.get(..MAX_READ_BYTES).unwrap_or(&content);
    let text = text::characters(Cow::Borrowed(near), part.fields.charset()).0;
    match structure.line_end {
        LineEnd::Lf => text.into_owned(),
        LineEnd::Any => text::with_line_feeds(&text),
    }
}

fn card(title: &str, rows: &[(&str, &str)]) -> InfoCard {
    let rows = rows.iter().map(|(name, text)| (SafeText::new(name), value(text))).collect();
    InfoCard { title: SafeText::new(title), rows }
}

/// Converts a string to the value of a summary: one line, truncated to [`MAX_VALUE_CHARS`] characters.
fn value(text: &str) -> SafeText {
    let cut: String = text.trim().chars().take(MAX_VALUE_CHARS).collect();
    SafeText::new(&cut)
}
