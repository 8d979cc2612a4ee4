//! Summarises calendar invitations (RFC 5545, RFC 5546): their subject, time, place and attendees.

use super::content_lines::{ContentLine, read, unfold};
use super::recurrence::repeats;
use super::{card, value};
use crate::mail::InfoCard;
use crate::sanitize::SafeText;

/// Maximum number of summarised events per calendar; further events are ignored.
const MAX_EVENTS: usize = 5;
/// Maximum number of attendees that the summary of an event lists by name; further attendees are only counted.
const MAX_ATTENDEES: usize = 12;

/// Returns a summary of each event in an iCalendar document, for at most [`MAX_EVENTS`] events.
pub(super) fn events(text: &str) -> Vec<InfoCard> {
    let text = unfold(text);
    let mut cards: Vec<InfoCard> = Vec::new();
    let mut method = String::new();
    let mut event: Option<CalendarEvent> = None;
    // Alarms and other components inside an event have properties with the same names as the event.
    let mut inside = 0_usize;
    for line in read(&text) {
        match (line.name.as_str(), line.value.trim().to_ascii_uppercase().as_str()) {
            ("METHOD", named) => named.clone_into(&mut method),
            ("BEGIN", "VEVENT") => event = Some(CalendarEvent::default()),
            ("BEGIN", _) if event.is_some() => inside += 1,
            ("END", "VEVENT") => cards.extend(event.take().map(|event| event.card(&method))),
            ("END", _) if event.is_some() => inside = inside.saturating_sub(1),
            _ => {
                if let Some(event) = event.as_mut().filter(|_| inside == 0) {
                    event.take(&line);
                }
            }
        }
        if cards.len() >= MAX_EVENTS {
            break;
        }
    }
    cards
}

#[derive(Default)]
struct CalendarEvent {
    what: String,
    start: String,
    end: String,
    place: String,
    organizer: String,
    guests: Vec<String>,
    again: String,
    status: String,
}

impl CalendarEvent {
    fn take(&mut self, line: &ContentLine<'_>) {
        match line.name.as_str() {
            "SUMMARY" => self.what.clone_from(&line.value),
            "DTSTART" => self.start = moment(line),
            "DTEND" => self.end = moment(line),
            "LOCATION" => self.place.clone_from(&line.value),
            "ORGANIZER" => self.organizer = person(line),
            "ATTENDEE" => self.guests.push(person(line)),
            "RRULE" => self.again = repeats(&line.value),
            "STATUS" => self.status = line.value.to_ascii_lowercase(),
            _ => {}
        }
    }

    fn card(self, method: &str) -> InfoCard {
        let title = match (method, self.status.as_str()) {
            ("CANCEL", _) | (_, "cancelled") => "Cancelled appointment",
            ("REPLY", _) => "Reply to an invitation",
            ("REQUEST", _) => "Invitation",
            _ => "Appointment",
        };
        let when = match (self.start.as_str(), self.end.as_str()) {
            (start, "") => start.to_owned(),
            // If both times are on the same day, the date is written only once.
            (start, end) if start.get(..10).is_some() && start.get(..10) == end.get(..10) => {
                format!("{start} to {}", end.get(11..).filter(|time| !time.is_empty()).unwrap_or(end))
            }
            (start, end) => format!("{start} to {end}"),
        };
        let more = self.guests.len().saturating_sub(MAX_ATTENDEES);
        let mut who = self.guests.into_iter().take(MAX_ATTENDEES).collect::<Vec<_>>().join(", ");
        if more > 0 {
            who.push_str(&format_more(more));
        }
        let mut made = card(title, &[]);
        let rows = [
            ("What", self.what),
            ("When", when),
            ("Again", self.again),
            ("Where", self.place),
            ("From", self.organizer),
            ("Who", who),
        ];
        let said = rows.into_iter().filter(|(_, said)| !said.trim().is_empty());
        made.rows = said.map(|(name, said)| (SafeText::new(name), value(&said))).collect();
        made
    }
}

fn format_more(more: usize) -> String {
    format!(" and {more} more")
}

fn person(line: &ContentLine<'_>) -> String {
    let address = line.value.trim();
    let address = address
        .get(..7)
        .filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
        .map_or(address, |_| address.get(7..).unwrap_or_default());
    match line.parameter("CN").filter(|name| !name.is_empty() && *name != address) {
        Some(name) => format!("{name} <{address}>"),
        None => address.to_owned(),
    }
}

/// Formats an iCalendar date and time: `20250314T093000Z` becomes `2025-03-14 09:30 UTC`.
fn moment(line: &ContentLine<'_>) -> String {
    let text = line.value.trim();
    let part =
        |from: usize, to: usize| text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let (Some(year), Some(month), Some(day)) = (part(0, 4), part(4, 6), part(6, 8)) else {
        return text.to_owned();
    };
    let mut said = format!("{year}-{month}-{day}");
    if let (Some(hour), Some(minute)) = (part(9, 11), part(11, 13)) {
        said.push_str(&[" ", hour, ":", minute].concat());
        if text.ends_with('Z') {
            said.push_str(" UTC");
        } else if let Some(zone) = line.parameter("TZID") {
            said.push_str(&[" (", zone, ")"].concat());
        }
    }
    said
}
