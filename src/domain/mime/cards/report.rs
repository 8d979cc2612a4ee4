//! Reports on what became of a mail (RFC 3464, RFC 8098).

use super::{card, value};
use crate::domain::mail::Card;
use crate::domain::sanitize::SafeText;

/// How many recipients of a report are told.
const RECIPIENTS: usize = 10;

/// A card for each recipient.
pub(super) fn recipients(text: &str) -> Vec<Card> {
    let text = text.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    text.split("\n\n").filter_map(recipient).take(RECIPIENTS).collect()
}

fn field<'a>(group: &'a str, name: &str) -> Option<&'a str> {
    group.lines().find_map(|line| {
        let (key, said) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| said.trim())
    })
}

/// A value behind its type: `rfc822; someone@example.com`.
fn typed(said: &str) -> &str {
    said.split_once(';').map_or(said, |(_, said)| said.trim())
}

fn recipient(group: &str) -> Option<Card> {
    let who = field(group, "Final-Recipient").or_else(|| field(group, "Original-Recipient"))?;
    let action = field(group, "Action").unwrap_or_default().to_ascii_lowercase();
    let title = match action.as_str() {
        "failed" => "Not delivered",
        "delayed" => "Delayed",
        "delivered" => "Delivered",
        "relayed" => "Handed on",
        "expanded" => "Delivered to a list",
        _ => "Delivery report",
    };
    let rows = [
        ("To", Some(typed(who))),
        ("Status", field(group, "Status")),
        ("Why", field(group, "Diagnostic-Code").map(typed)),
        ("Server", field(group, "Remote-MTA").map(typed)),
        ("Until", field(group, "Will-Retry-Until")),
    ];
    let mut made = card(title, &[]);
    made.rows = rows.iter().filter_map(|(name, said)| Some((SafeText::new(name), value((*said)?)))).collect();
    Some(made)
}

/// A receipt of a mail that was read, or was not.
pub(super) fn receipt(text: &str) -> Vec<Card> {
    let Some(disposition) = field(text, "Disposition") else { return Vec::new() };
    let what = disposition.rsplit(';').next().unwrap_or(disposition).trim();
    let title = if what.starts_with("displayed") { "Was read" } else { "Receipt" };
    let by = field(text, "Final-Recipient").map(typed).unwrap_or_default();
    vec![card(title, &[("By", by), ("Outcome", what)])]
}
