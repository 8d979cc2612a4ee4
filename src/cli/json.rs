//! Generates the JSON output of commands with the `--json` option. Names are in `snake_case`, and times in RFC 3339
//! format. `docs/json.md` describes the fields.

use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::mail_json;
use dropmail_client::domain::session::{Address, Domain, Session};
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::service::SyncedSessions;
use mail_codes::{Code, Link, MailWithFindings, codes_to_json, links_to_json};
use mail_reader::html::sanitize;
use mail_reader::sanitize::SafeText;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Returns the JSON object for a mail in a list of mails.
pub(super) fn summary(stored: &StoredMail) -> Value {
    mail_json::summary(&stored.summary, stored.read)
}

/// Returns the JSON object for a mail that the `wait` or `search` command prints: its summary, codes and links.
pub(super) fn with_findings(stored: &StoredMail, codes: &[Code], links: &[Link]) -> Value {
    mail_json::with_findings(&stored.summary, stored.read, codes, links)
}

/// Adds a field to the JSON object `object`; does nothing if `object` is not a JSON object.
pub(super) fn add_field(object: &mut Value, name: &str, field: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), field);
    }
}

/// Returns the JSON object for a new or restored address: the session, the address and its restore key.
pub(super) fn address(session: &Session, address: &Address) -> Value {
    json!({
        "session_id": session.id.as_str(),
        "expires_at": session.expires_at.to_string(),
        "address": address.address.as_str(),
        "address_id": address.id.as_str(),
        "restore_key": address.restore_key.expose(),
    })
}

/// Returns all sessions as JSON. Omits the restore keys, which the `restore` command reads from the archive.
pub(super) fn sessions(taken: &SyncedSessions, labels: &HashMap<SessionId, SafeText>) -> Value {
    let one = |state: &'static str| {
        move |session: &Session| {
            let addresses: Vec<Value> = session
                .addresses
                .iter()
                .map(
                    |address| json!({"address": address.address.as_str(), "address_id": address.id.as_str()}),
                )
                .collect();
            json!({
                "session_id": session.id.as_str(),
                "label": labels.get(&session.id).map(SafeText::as_str),
                "state": state,
                "expires_at": session.expires_at.to_string(),
                "addresses": addresses,
            })
        }
    };
    taken.live.iter().map(one("live")).chain(taken.lapsed.iter().map(one("lapsed"))).collect()
}

/// Returns the JSON object for a domain in the output of the `domains` command.
pub(super) fn domain(domain: &Domain) -> Value {
    json!({
        "id": domain.id.as_str(),
        "name": domain.name.as_str(),
        "expires_at": domain.expires_at.map(|end| end.to_string()),
    })
}

/// Returns the JSON object for a whole mail. `text` is the text of the mail as the message pane shows it.
pub(super) fn whole_mail(mail: &MailWithFindings, text: &str) -> Value {
    let header = |header: &mail_reader::mail::Header| json!({"name": header.name.as_str(), "value": header.value.as_str()});
    let party = |party: &mail_reader::mail::EmailAddress| json!({"name": party.name.as_str(), "address": party.address.as_str()});
    let html = mail.html.as_deref().map(sanitize);
    let mut notes: Vec<&str> = mail.notes.iter().map(SafeText::as_str).collect();
    let left_out = html.iter().flat_map(|page| &page.left_out);
    notes.extend(left_out.map(|left_out| left_out.words()));
    json!({
        "subject": mail.subject.as_str(),
        "from": party(&mail.from),
        "to": mail.to.iter().map(party).collect::<Vec<_>>(),
        "cc": mail.cc.iter().map(party).collect::<Vec<_>>(),
        "date": mail.date.map(|date| date.to_string()),
        "headers": mail.headers.iter().map(header).collect::<Vec<_>>(),
        "text": text,
        "html": html.as_ref().map(|page| page.html.as_str()),
        "parts": parts(mail),
        "codes": codes_to_json(&mail.findings.codes),
        "links": links(mail),
        "notes": notes,
    })
}

/// Returns the links in a mail as JSON, including the warnings about each link.
fn links(mail: &MailWithFindings) -> Value {
    let mut links = links_to_json(&mail.findings.links);
    for (value, link) in links.as_array_mut().into_iter().flatten().zip(&mail.findings.links) {
        let warnings: Vec<&str> = link.warnings.iter().map(SafeText::as_str).collect();
        add_field(value, "warnings", json!(warnings));
        add_field(value, "leads_to", json!(link.leads_to.as_ref().map(SafeText::as_str)));
    }
    links
}

/// Returns the attachments of a mail as JSON, including their part numbers.
pub(super) fn parts(mail: &MailWithFindings) -> Value {
    mail.attachments
        .iter()
        .map(|part| {
            json!({
                "part": part.part,
                "mime": part.mime.as_str(),
                "size": part.size,
                "name": part.name.as_str(),
                "subject": part.nested.as_ref().map(SafeText::as_str),
            })
        })
        .collect()
}
