//! Serializes a mail to JSON for scripts and hooks, with `snake_case` names and RFC 3339 times.

use super::mail::Summary;
use mail_codes::{Code, Link, codes_to_json, links_to_json};
use serde_json::{Value, json};

/// Returns a JSON object with the data from the mail's row in the inbox. `read` is `true` if the mail is marked as
/// read.
pub fn summary(summary: &Summary, read: bool) -> Value {
    let Summary { envelope, sender, sender_address, subject, code, link, attachments } = summary;
    json!({
        "id": envelope.id.as_str(),
        "session_id": envelope.session.as_str(),
        "received_at": envelope.received_at.to_string(),
        "from": envelope.from.as_str(),
        "to": envelope.to.as_str(),
        "to_orig": envelope.to_orig.as_str(),
        "sender": sender.as_str(),
        "sender_address": sender_address.as_str(),
        "subject": subject.as_str(),
        "size": envelope.size,
        "attachments": attachments,
        "read": read,
        "oddities": envelope.oddities.iter().map(|oddity| oddity.name()).collect::<Vec<_>>(),
        "code": code.as_ref().map(|code| code.value.as_str()),
        "link": link.as_ref().map(|link| link.url.as_str()),
    })
}

/// Returns the JSON object from [`summary`] with all codes and links of the mail added.
pub fn with_findings(mail: &Summary, read: bool, codes: &[Code], links: &[Link]) -> Value {
    let mut value = summary(mail, read);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("codes".to_owned(), codes_to_json(codes));
        fields.insert("links".to_owned(), links_to_json(links));
    }
    value
}
