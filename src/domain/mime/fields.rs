//! Header fields of the mail itself: subject, sender, recipients, date.

use super::MAX_HEADER_CHARS;
use super::header::HeaderBlock;
use crate::domain::mail::{Header, Mail, Mailbox, Note};
use crate::domain::sanitize::SafeText;

/// Fills in what the header of the mail says.
pub(super) fn fill(mail: &mut Mail, header: &HeaderBlock<'_>) {
    let mut cut = false;
    for (name, raw) in header.fields() {
        let value = header.text(raw);
        let value = value.trim();
        let kept = shortened(value);
        cut |= kept.len() < value.len();
        mail.headers.push(Header { name: SafeText::new(name), value: SafeText::new(kept) });
        // The first one counts where a field stands twice.
        if name.eq_ignore_ascii_case("subject") && mail.subject.is_empty() {
            mail.subject = SafeText::new(kept);
        }
    }
    if cut {
        mail.notes.push(Note::new("A header is too long; the rest of it is left out."));
    }
    mail.from = mailboxes(header, "from").into_iter().next().unwrap_or_default();
    mail.to = mailboxes(header, "to");
    mail.cc = mailboxes(header, "cc");
    mail.date = header.date();
}

fn shortened(value: &str) -> &str {
    match value.char_indices().nth(MAX_HEADER_CHARS) {
        Some((end, _)) => value.get(..end).unwrap_or(value),
        None => value,
    }
}

fn mailboxes(header: &HeaderBlock<'_>, name: &str) -> Vec<Mailbox> {
    let short = |text: &SafeText| SafeText::new(shortened(text.as_str()));
    let all = header.mailboxes(name).into_iter();
    all.map(|one| Mailbox { name: short(&one.name), address: short(&one.address) }).collect()
}
