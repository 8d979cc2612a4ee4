//! Mails in the mail (RFC 2046, 5.2.1): each is opened as a mail of its own.

use super::structure::{Kind, Structure};

/// The raw bytes of a mail that is attached, by [`crate::domain::mail::Attachment::part`]: without the
/// transfer encoding that it must not have and sometimes has. `None` where the part is no mail.
///
/// It is opened like any mail, and what is attached to it in turn by its own part numbers.
pub fn nested_mail(raw: &[u8], part: usize) -> Option<Vec<u8>> {
    let structure = Structure::scan(raw);
    let nested = structure.parts.get(part)?;
    let named = nested.fields.file_name().is_some_and(|name| {
        name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("eml"))
    });
    if nested.kind != Kind::Mail && !(named && nested.kind == Kind::Leaf) {
        return None;
    }
    let content = nested.fields.encoding.decode(structure.body(nested)).content;
    // What is only named like a mail has to begin like one.
    let is_mail = nested.kind == Kind::Mail || Structure::scan(&content).has_header;
    is_mail.then(|| content.into_owned())
}
