//! Copies the essential header data to the parsed mail: its subject, sender, recipients and date.

use super::MAX_HEADER_CHARS;
use super::header::HeaderBlock;
use crate::mail::{EmailAddress, Header, Mail, Note};
use crate::sanitize::SafeText;

/// Maximum number of notes that each report one truncated header field. If more fields were truncated, one more note
/// states the number of the other fields.
const MAX_CUT_NOTES: usize = 3;

/// Copies the header fields to `mail`, and adds notes about truncated fields.
pub(super) fn fill(mail: &mut Mail, header: &HeaderBlock<'_>) {
    let mut cut: Vec<&str> = Vec::new();
    for (name, raw) in header.fields() {
        let value = header.text(raw);
        let value = value.trim();
        let truncated = shortened(value);
        if truncated.len() < value.len() && !cut.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            cut.push(name);
        }
        mail.headers.push(Header { name: SafeText::new(name), value: SafeText::new(truncated) });
        // If a header field occurs more than once, the first one is used.
        if name.eq_ignore_ascii_case("subject") && mail.subject.is_empty() {
            mail.subject = SafeText::new(truncated);
        }
    }
    for name in cut.iter().take(MAX_CUT_NOTES) {
        mail.notes.push(Note::new(&format!(
            "The field {name} is longer than {MAX_HEADER_CHARS} characters; the rest of it is left out."
        )));
    }
    if let Some(others) = cut.len().checked_sub(MAX_CUT_NOTES).filter(|others| *others > 0) {
        mail.notes.push(Note::new(&format!("{others} more fields are as long and are truncated as well.")));
    }
    mail.from = mailboxes(mail, header, "From").into_iter().next().unwrap_or_default();
    mail.to = mailboxes(mail, header, "To");
    mail.cc = mailboxes(mail, header, "Cc");
    mail.date = header.date();
}

fn shortened(value: &str) -> &str {
    match value.char_indices().nth(MAX_HEADER_CHARS) {
        Some((end, _)) => value.get(..end).unwrap_or(value),
        None => value,
    }
}

fn mailboxes(mail: &mut Mail, header: &HeaderBlock<'_>, name: &str) -> Vec<EmailAddress> {
    let short = |text: &SafeText| SafeText::new(shortened(text.as_str()));
    let (all, more) = header.mailboxes(name);
    if more > 0 {
        let count = all.len();
        mail.notes.push(Note::new(&format!(
            "The field {name} lists {count} mailboxes and {more} more, which are left out."
        )));
    }
    all.into_iter().map(|one| EmailAddress { name: short(&one.name), address: short(&one.address) }).collect()
}
