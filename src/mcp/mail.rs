//! Mails as the tools tell of them: the official package's fields, with codes and links beside them.

use crate::domain::extract::{Code, CodeKind, Link};
use crate::domain::mail::Mail;
use crate::domain::sanitize::SafeText;
use serde_json::{Map, Value, json};

/// The longest preview of a text, in characters.
const PREVIEW: usize = 1024;

/// A mail of a listing: `textPreview` in place of `text`.
pub(super) fn preview(mail: Value) -> Map<String, Value> {
    let Value::Object(mut fields) = mail else { return Map::new() };
    let text = fields.remove("text");
    let text = text.as_ref().and_then(Value::as_str).unwrap_or_default();
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = folded.chars().take(PREVIEW).collect();
    fields.insert("textPreview".to_owned(), Value::String(cut));
    fields
}

/// Adds what was found in a mail.
pub(super) fn add_findings(fields: &mut Map<String, Value>, mail: Option<&Mail>) {
    let codes: Value = mail.map_or_else(|| json!([]), |mail| mail.codes.iter().map(code).collect());
    let links: Value = mail.map_or_else(|| json!([]), |mail| mail.links.iter().map(link).collect());
    fields.insert("codes".to_owned(), codes);
    fields.insert("links".to_owned(), links);
}

/// Adds the attachments, by the numbers that `save_attachment` takes.
pub(super) fn add_parts(fields: &mut Map<String, Value>, mail: Option<&Mail>) {
    let part = |part: &crate::domain::mail::Attachment| json!({"part": part.part, "name": part.name.as_str(), "mime": part.mime.as_str(), "size": part.size});
    let parts: Value = mail.map_or_else(|| json!([]), |mail| mail.attachments.iter().map(part).collect());
    fields.insert("parts".to_owned(), parts);
}

pub(super) fn code(code: &Code) -> Value {
    json!({
        "value": code.value.as_str(),
        "confidence": code.confidence.as_f64(),
        "kind": match code.kind {
            CodeKind::Digits => "digits",
            CodeKind::Alphanumeric => "alphanumeric",
        },
        "reason": code.reason.as_str(),
    })
}

fn link(link: &Link) -> Value {
    json!({
        "value": link.url.as_str(),
        "confidence": link.confidence.as_f64(),
        "kind": link.kind.word(),
        "reason": link.reason.as_str(),
        "warnings": link.warnings.iter().map(SafeText::as_str).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_folded_and_cut() {
        let fields = preview(json!({"id": "m", "text": format!(" a\n\n b\t{}", "c".repeat(2000))}));
        let text = fields["textPreview"].as_str().unwrap();
        assert!(text.starts_with("a b ccc") && text.chars().count() == PREVIEW);
        assert!(!fields.contains_key("text"));
        assert_eq!(preview(json!({"text": null}))["textPreview"], "");
    }
}
