//! The header fields and the raw bytes.

use super::Role;
use super::page::Page;
use super::wrap::Piece;
use crate::domain::mail::Mail;
use crate::domain::sanitize::SafeText;

/// How much of a raw mail is shown, in bytes.
const MAX_RAW: usize = 2 << 20;

pub(super) fn headers(page: &mut Page, mail: &Mail) {
    for header in &mail.headers {
        let name = SafeText::new(&format!("{}: ", header.name));
        page.push(&[
            Piece { text: name, role: Role::HeaderName, link: None },
            Piece { text: header.value.clone(), role: Role::Plain, link: None },
        ]);
    }
    if mail.headers.is_empty() {
        page.note("This mail has no header.");
    }
}

pub(super) fn raw(page: &mut Page, raw: &[u8]) {
    let shown = raw.get(..MAX_RAW).unwrap_or(raw);
    for line in SafeText::multiline(&String::from_utf8_lossy(shown)) {
        if page.is_full() {
            return;
        }
        page.push_raw(&line);
    }
    if shown.len() < raw.len() {
        page.note("Only the first 2 MiB are shown; save the mail to read all of it.");
    }
    if raw.is_empty() {
        page.note("This mail is empty.");
    }
}
