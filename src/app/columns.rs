//! The columns of an inbox row, used to draw the row and to find what a click hits.

use super::inbox::{Inbox, InboxRow};
use super::model::Model;
use crate::domain::mail::Summary;
use crate::domain::time::Timestamp;
use mail_reader::text_width::display_width;
use std::ops::Range;

/// Minimum width in cells of the code column in a wide row. A longer code widens the column up to half of the
/// row.
const FINDING_WIDTH: usize = 11;
/// Width in cells below which an inbox row is narrow. A narrow row has no columns for codes or attachments if
/// no mail in the list has any.
const TIGHT: usize = 60;

/// Width in cells that the subject gets before the age of the mail is shown.
const MIN_SUBJECT_WIDTH: usize = 28;

/// Width of each column of an inbox row, in cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Columns {
    /// Width in cells of the address tag and the gap after the tag; 0 if the inbox shows only one address.
    pub address_tag: usize,
    /// Width of the sender column, in cells.
    pub sender: usize,
    /// Width of the subject column, in cells.
    pub subject: usize,
    /// Width in cells of the column that shows the code or the kind of link.
    pub finding: usize,
    /// Width in cells of the attachment count and the gap before the count; 0 in a narrow row if no mail has
    /// attachments.
    pub files: usize,
    /// Width in cells of the age of the mail and the gap before it; 0 in a row whose subject would get too little.
    pub age: usize,
}

/// Width in cells of the two marks at the start of an inbox row: unread and selected.
pub const MARKS_WIDTH: usize = 2;
/// Width in cells of the age of a mail, including the gap before the age.
pub const AGE_WIDTH: usize = 5;

impl Columns {
    /// Computes the columns of inbox rows that are `width` cells wide, for these rows of the inbox.
    pub fn of(width: usize, model: &Model, rows: &[InboxRow<'_>]) -> Self {
        let mails = || {
            rows.iter().filter_map(|row| match row {
                InboxRow::Mail(_, mail) => Some(mail),
                InboxRow::Heading(_) => None,
            })
        };
        let findings = mails().map(|mail| finding(&model.inbox, &mail.summary, model.now));
        let widest = findings.map(|finding| display_width(&finding)).max().unwrap_or(0);
        let least = if width < TIGHT { 0 } else { FINDING_WIDTH };
        let finding = widest.clamp(least, (width / 2).max(FINDING_WIDTH));
        let any_files = mails().any(|mail| mail.summary.attachments > 0);
        let files = if width >= TIGHT || any_files { 3 } else { 0 };
        let address_tag = if model.has_address_tags() { 2 } else { 0 };
        let sender = (width / 4).clamp(8, 22);
        let fixed = MARKS_WIDTH + address_tag + sender + 1 + 1 + finding + files;
        let rest = width.saturating_sub(fixed);
        let age = if rest < MIN_SUBJECT_WIDTH + AGE_WIDTH { 0 } else { AGE_WIDTH };
        Self { address_tag, sender, subject: rest - age, finding, files, age }
    }

    /// Returns the range of cells that the code or link takes in a row, counted from the left edge of the
    /// row.
    pub fn gain_range(&self) -> Range<usize> {
        let start = MARKS_WIDTH + self.address_tag + self.sender + 1 + self.subject + 1;
        start..start + self.finding
    }
}

/// Returns the text of the code column for a mail of the inbox: the code, with a mark if a newer code
/// replaced it, or if it is old or ambiguous. Without a code, the text is the kind of the best link.
pub fn finding(inbox: &Inbox, summary: &Summary, now: Timestamp) -> String {
    match (&summary.code, &summary.link) {
        (Some(code), _) if inbox.newer_code(summary).is_some() => format!("{} replaced", code.value),
        (Some(code), _) if code.stale(summary.envelope.received_at, now).is_some() => {
            format!("{} old", code.value)
        }
        (Some(code), _) if code.ambiguous => format!("{} (?)", code.value),
        (Some(code), _) => code.value.to_string(),
        (None, Some(link)) => format!("→ {}", link.kind.as_str()),
        (None, None) => String::new(),
    }
}
