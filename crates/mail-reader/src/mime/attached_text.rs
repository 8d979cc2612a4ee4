//! Collects the text of attached mails, so that the full-text search can find a mail by the text of its attached mails.

use super::MAX_SEARCHED_BYTES;
use super::attached_mail;
use super::structure::Structure;
use crate::html;
use crate::mail::{EmailAddress, Mail};

/// Maximum nesting depth of attached mails whose text is collected; more deeply nested mails are ignored.
const MAX_DEPTH: usize = 32;
/// Maximum total size of the attached mails that are parsed, as a multiple of the size of the whole mail. Attached
/// mails beyond this limit are ignored. Without this limit, deep nesting would be slow, because an attached mail is
/// parsed again for each mail that contains it.
const MAX_PARSED_RATIO: usize = 4;

/// Returns the text of all attached mails for the full-text search; empty if the mail has no attached mails.
pub(super) fn searchable_text(raw: &[u8], mail: &Mail) -> String {
    let mut words = SearchText { out: String::new(), left: raw.len().saturating_mul(MAX_PARSED_RATIO) };
    if mail.attachments.iter().any(|attachment| attachment.nested.is_some()) {
        words.add_mails_of(raw, 0);
    }
    words.out
}

struct SearchText {
    out: String,
    /// The number of bytes of attached mails that may still be parsed.
    left: usize,
}

impl SearchText {
    fn add_mails_of(&mut self, raw: &[u8], depth: usize) {
        let structure = Structure::scan(raw);
        for content in structure.parts.iter().filter_map(|part| attached_mail::of_part(&structure, part)) {
            self.add_mail_and_its_mails(&content, depth);
        }
    }

    fn add_mail_and_its_mails(&mut self, content: &[u8], depth: usize) {
        if self.out.len() >= MAX_SEARCHED_BYTES || self.left < content.len() {
            return;
        }
        self.left -= content.len();
        let mail = super::parse_without_attached(content);
        self.add_mail(&mail);
        if depth < MAX_DEPTH && mail.attachments.iter().any(|attachment| attachment.nested.is_some()) {
            self.add_mails_of(content, depth + 1);
        }
    }

    fn add_mail(&mut self, mail: &Mail) {
        self.add(&mail.subject);
        for EmailAddress { name, address } in std::iter::once(&mail.from).chain(&mail.to).chain(&mail.cc) {
            self.add(name);
            self.add(address);
        }
        for attachment in &mail.attachments {
            self.add(attachment.name.as_str());
        }
        self.add(mail.text.as_deref().unwrap_or_default());
        if let Some(html) = &mail.html {
            self.add(&html::to_text(html));
        }
    }

    fn add(&mut self, piece: &str) {
        let remaining = MAX_SEARCHED_BYTES.saturating_sub(self.out.len());
        if remaining > 0 && !piece.is_empty() {
            self.out.push_str(piece.get(..piece.floor_char_boundary(remaining)).unwrap_or_default());
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::mime::parse;

    fn around(mail: &str, name: &str) -> String {
        format!(
            "Subject: {name}\r\nContent-Type: multipart/mixed; boundary={name}\r\n\r\n--{name}\r\n\r\n\
             words of {name}\r\n--{name}\r\nContent-Type: message/rfc822\r\n\r\n{mail}\r\n--{name}--\r\n"
        )
    }

    #[test]
    fn text_of_attached_mails_is_collected_without_own_text() {
        let inner = "Subject: innermost\r\nContent-Type: text/html\r\n\r\n<p>the <b>treasure</b></p>";
        let words = parse(around(&around(inner, "middle"), "outer").as_bytes()).enclosed;
        for word in ["innermost", "the treasure", "words of middle"] {
            assert!(words.contains(word), "{word}: {words}");
        }
        assert!(!words.contains("outer"), "{words}");
        assert_eq!(parse(b"Subject: x\r\n\r\nwords").enclosed, "");
    }

    #[test]
    fn a_mail_with_only_an_attached_mail_has_its_text() {
        let raw = "Subject: outside\r\nContent-Type: message/rfc822\r\n\r\nSubject: inside\r\n\r\nfound";
        assert_eq!(parse(raw.as_bytes()).enclosed, "inside\nfound\n");
    }

    #[test]
    fn work_is_bounded_at_any_nesting() {
        let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000);
        let wide = "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nx\r\n".repeat(3_000);
        let wide = format!("Content-Type: multipart/digest; boundary=b\r\n\r\n{wide}");
        for raw in [deep, wide] {
            assert!(parse(raw.as_bytes()).enclosed.len() <= crate::mime::MAX_SEARCHED_BYTES * 2);
        }
    }
}
