//! The line that `extract --json` prints for a mail.

use super::{Code, Link};
use crate::domain::mail::Mail;
use serde_json::{Value, json};

/// One line of JSON: `{"file", "codes": [{"value", "confidence", "reason"}], "links": [{"url",
/// "kind", "confidence", "reason"}]}`, the best first, confidence from 0 to 1.
pub fn to_json(file: &str, mail: &Mail) -> String {
    json!({"file": file, "codes": codes_to_json(&mail.codes), "links": links_to_json(&mail.links)})
        .to_string()
}

/// As [`to_json`], for one of the mails of a file: with its number as `mail`, from 1.
pub fn to_json_numbered(file: &str, number: usize, mail: &Mail) -> String {
    json!({
        "file": file,
        "mail": number,
        "codes": codes_to_json(&mail.codes),
        "links": links_to_json(&mail.links),
    })
    .to_string()
}

/// The codes of [`to_json`].
pub fn codes_to_json(codes: &[Code]) -> Value {
    codes
        .iter()
        .map(|code| {
            json!({
                "value": code.value.as_str(),
                "confidence": code.confidence.as_f64(),
                "reason": code.reason.as_str(),
            })
        })
        .collect()
}

/// The links of [`to_json`].
pub fn links_to_json(links: &[Link]) -> Value {
    links
        .iter()
        .map(|link| {
            json!({
                "url": link.url.as_str(),
                "kind": link.kind.word(),
                "confidence": link.confidence.as_f64(),
                "reason": link.reason.as_str(),
            })
        })
        .collect()
}
