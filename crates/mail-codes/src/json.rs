//! Formats the codes and links of a mail as the JSON line that the `extract --json` command prints.

use super::{Code, Findings, Link};
use serde_json::{Value, json};

/// Formats the findings of a mail as one line of JSON: `{"file", "codes": [{"value", "kind", "confidence",
/// "reason"}], "links": [{"url", "kind", "confidence", "reason"}]}`. The best codes and links come first. A
/// confidence is a number from 0 to 1.
pub fn to_json(file: &str, findings: &Findings) -> String {
    json!({"file": file, "codes": codes_to_json(&findings.codes), "links": links_to_json(&findings.links)})
        .to_string()
}

/// Like [`to_json`], but for a mail in a file that contains several mails. `number` is the position of the mail in the
/// file, counted from 1.
pub fn to_json_numbered(file: &str, number: usize, findings: &Findings) -> String {
    json!({
        "file": file,
        "mail": number,
        "codes": codes_to_json(&findings.codes),
        "links": links_to_json(&findings.links),
    })
    .to_string()
}

/// Formats the codes of a mail as a JSON array.
pub fn codes_to_json(codes: &[Code]) -> Value {
    codes
        .iter()
        .map(|code| {
            json!({
                "value": code.value.as_str(),
                "kind": code.purpose.as_str(),
                "confidence": code.confidence.as_f64(),
                "reason": code.reason.as_str(),
            })
        })
        .collect()
}

/// Formats the links of a mail as a JSON array.
pub fn links_to_json(links: &[Link]) -> Value {
    links
        .iter()
        .map(|link| {
            json!({
                "url": link.url.as_str(),
                "kind": link.kind.as_str(),
                "confidence": link.confidence.as_f64(),
                "reason": link.reason.as_str(),
            })
        })
        .collect()
}
