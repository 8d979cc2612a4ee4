//! Summarises delivery reports and read receipts (RFC 3464, RFC 8098).

use super::{card, value};
use crate::mail::InfoCard;
use crate::sanitize::SafeText;

/// Maximum number of summarised recipients per delivery report; further recipients are ignored.
const MAX_RECIPIENTS: usize = 10;

/// Returns a summary for each recipient in a delivery report, including the delivery status.
pub(super) fn recipients(text: &str) -> Vec<InfoCard> {
    let text = text.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    text.split("\n\n").filter_map(recipient).take(MAX_RECIPIENTS).collect()
}

fn field<'a>(group: &'a str, name: &str) -> Option<&'a str> {
    group.lines().find_map(|line| {
        let (key, said) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| said.trim())
    })
}

/// Returns the value of a report field without its type: `rfc822; someone@example.com` becomes
/// `someone@example.com`.
fn typed(said: &str) -> &str {
    said.split_once(';').map_or(said, |(_, said)| said.trim())
}

fn recipient(group: &str) -> Option<InfoCard> {
    let who = field(group, "Final-Recipient").or_else(|| field(group, "Original-Recipient"))?;
    let action = field(group, "Action").unwrap_or_default().to_ascii_lowercase();
    let title = match action.as_str() {
        "failed" => "Not delivered",
        "delayed" => "Delayed",
        "delivered" => "Delivered",
        "relayed" => "Forwarded",
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

/// Returns the summary of a read receipt: whether the recipient's mail client displayed the mail.
pub(super) fn receipt(text: &str) -> Vec<InfoCard> {
    let Some(disposition) = field(text, "Disposition") else { return Vec::new() };
    let what = disposition.rsplit(';').next().unwrap_or(disposition).trim();
    let title = if what.starts_with("displayed") { "Was read" } else { "Receipt" };
    let by = field(text, "Final-Recipient").map(typed).unwrap_or_default();
    vec![card(title, &[("By", by), ("Outcome", what)])]
}
