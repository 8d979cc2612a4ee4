//! Adds notes about content that is missing from the mail: the other fragments of a larger mail (RFC 2046, section
//! 5.2.2), and external bodies (RFC 2046, section 5.2.3; RFC 2017).

use super::structure::{RawPart, Structure};
use crate::mail::{Mail, Note};

/// Maximum number of notes about content that is missing from the mail; further missing content is not reported.
const MAX_NOTES: usize = 10;

/// Adds a note to `mail` for each MIME part whose content is missing from the mail.
pub(super) fn fill(mail: &mut Mail, structure: &Structure<'_>) {
    let notes = structure.parts.iter().filter_map(|part| match part.media_type.as_str() {
        "message/partial" => Some(partial(part)),
        "message/external-body" => Some(external(part)),
        _ => None,
    });
    mail.notes.extend(notes.take(MAX_NOTES).map(|words| Note::new(&words)));
}

fn partial(part: &RawPart) -> String {
    let number = |name| part.fields.parameter(name).and_then(|value| value.trim().parse::<u32>().ok());
    match (number("number"), number("total")) {
        (Some(number), Some(total)) => {
            format!(
                "This is piece {number} of {total} of a mail that was sent in pieces; it is attached unchanged."
            )
        }
        (Some(number), None) => {
            format!("This is piece {number} of a mail that was sent in pieces; it is attached unchanged.")
        }
        (None, _) => {
            "This is a piece of a mail that was sent in pieces; it is attached unchanged.".to_owned()
        }
    }
}

fn external(part: &RawPart) -> String {
    let parameter = |name| part.fields.parameter(name).map(str::trim).filter(|value| !value.is_empty());
    let what = parameter("name").map_or_else(|| "A part".to_owned(), |name| format!("The part {name}"));
    let place = match (parameter("url"), parameter("site"), parameter("access-type")) {
        (Some(url), _, _) => format!(": {}", url.split_whitespace().collect::<String>()),
        (None, Some(site), Some(access)) => format!(": {access} at {site}"),
        (None, Some(site), None) => format!(": {site}"),
        (None, None, Some(access)) => format!(": {access}"),
        (None, None, None) => String::new(),
    };
    format!("{what} is not in this mail; the sender stored it elsewhere{place}. It is not downloaded.")
}
