//! The beginning of a mail: no more of it is taken apart than the first screen shows.

use super::{header_end, parse_with};
use crate::domain::html;
use crate::domain::mail::Mail;
use std::sync::Arc;

/// A mail up to this size is as quick as its beginning, in bytes.
const SMALL: usize = 16 << 10;
/// A mail up to this size has all of its parts told apart for its beginning; of a larger one only so
/// much is looked at first.
const FIRST: usize = 1 << 20;
/// No more than this is looked at; what shows nothing by then is read as a whole.
const MOST: usize = 8 << 20;
/// The beginning is enough from this many lines on: more than a screen has.
const LINES: usize = 100;
/// Columns that lines are counted by.
const COLUMNS: usize = 100;

/// The beginning of a mail.
#[derive(Clone, PartialEq, Debug)]
pub struct Start {
    /// What was taken apart of it. Codes and links were not looked for.
    pub mail: Mail,
    /// Whether all its parts are known: the text of one may still go on.
    pub parts: bool,
}

/// The beginning of a mail, for the first screen; `None` where the whole is as quick.
pub fn parse_start(raw: &[u8]) -> Option<Start> {
    if raw.len() <= SMALL {
        return None;
    }
    let read = |html: String| {
        let flow = Arc::new(html::read_start(&html, LINES, COLUMNS));
        (Some(html), flow)
    };
    let head = header_end(raw);
    let mut size = FIRST;
    while head + size < raw.len() {
        let start = whole_lines(raw.get(..head + size)?);
        let mail = parse_with(start, read);
        if says_enough(&mail) {
            return Some(Start { mail, parts: false });
        }
        size *= 4;
        if size > MOST {
            return None;
        }
    }
    Some(Start { mail: parse_with(raw, read), parts: true })
}

/// Without the line that was cut: half a character would be taken for another charset.
fn whole_lines(start: &[u8]) -> &[u8] {
    let end = memchr::memrchr(b'\n', start).map_or(start.len(), |at| at + 1);
    start.get(..end).unwrap_or(start)
}

fn says_enough(mail: &Mail) -> bool {
    let text = mail.text.as_ref().is_some_and(|text| text.len() > LINES * COLUMNS);
    text || mail.flow.as_ref().is_some_and(|flow| flow.lines(COLUMNS) >= LINES)
}
