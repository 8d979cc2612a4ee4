//! Contacts (RFC 6350).

use super::lines::{read, unfold};
use super::{card, value};
use crate::domain::mail::Card;
use crate::domain::sanitize::SafeText;

/// How many contacts are told.
const CONTACTS: usize = 5;
/// How many lines of one.
const ROWS: usize = 12;

/// The contacts, a card for each.
pub(super) fn contacts(text: &str) -> Vec<Card> {
    let text = unfold(text);
    let mut cards: Vec<Card> = Vec::new();
    for line in read(&text) {
        let name = match line.name.as_str() {
            "BEGIN" if cards.len() >= CONTACTS => break,
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
        if let Some(made) = cards.last_mut().filter(|made| made.rows.len() < ROWS && !parts.is_empty()) {
            made.rows.push((SafeText::new(name), value(&parts.join(", "))));
        }
    }
    cards.retain(|made| !made.rows.is_empty());
    cards
}
