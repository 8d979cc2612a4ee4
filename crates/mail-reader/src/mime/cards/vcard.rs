//! Summarises contacts (vCard, RFC 6350).

use super::content_lines::{read, unfold};
use super::{card, value};
use crate::mail::InfoCard;
use crate::sanitize::SafeText;

/// Maximum number of summarised contacts per MIME part; further contacts are ignored.
const MAX_CONTACTS: usize = 5;
/// Maximum number of rows in the summary of a contact; further rows are dropped.
const MAX_ROWS: usize = 12;

/// Returns a summary of each contact in a vCard document, for at most [`MAX_CONTACTS`] contacts.
pub(super) fn contacts(text: &str) -> Vec<InfoCard> {
    let text = unfold(text);
    let mut cards: Vec<InfoCard> = Vec::new();
    for line in read(&text) {
        let name = match line.name.as_str() {
            "BEGIN" if cards.len() >= MAX_CONTACTS => break,
            "BEGIN" => {
                cards.push(card("Contact", &[]));
                continue;
            }
            "FN" => "Name",
            "EMAIL" => "Mail",
            "TEL" => "Phone",
            "ORG" => "Company",
            "TITLE" => "Title",
            "URL" => "Web",
            "ADR" => "Address",
            "BDAY" => "Birthday",
            _ => continue,
        };
        let parts = line.value.split(';').filter(|part| !part.trim().is_empty()).collect::<Vec<_>>();
        if let Some(made) = cards.last_mut().filter(|made| made.rows.len() < MAX_ROWS && !parts.is_empty()) {
            made.rows.push((SafeText::new(name), value(&parts.join(", "))));
        }
    }
    cards.retain(|made| !made.rows.is_empty());
    cards
}
