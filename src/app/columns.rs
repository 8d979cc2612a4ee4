//! The columns of an inbox row: what is drawn, and what a click in a row is on.

use crate::domain::mail::Summary;
use crate::domain::text_width::display_width;
use crate::domain::time::Timestamp;
use crate::ports::archive::StoredMail;
use std::ops::Range;

/// Columns that are kept for codes on a wide row: a longer one takes more, up to half of the row.
const FINDING_WIDTH: usize = 11;
/// Rows narrower than this keep no room for what none of their mails has.
const TIGHT: usize = 60;

/// How wide each column is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Columns {
    /// The sign of the address, with its gap; 0 where there is one address only.
    pub address_tag: usize,
    /// The sender.
    pub sender: usize,
    /// The subject.
    pub subject: usize,
    /// What the mail is good for.
    pub finding: usize,
    /// How many attachments there are, with the gap before; 0 where no mail has any.
    pub files: usize,
}

/// Columns of the marks: unread, and chosen.
pub const MARKS_WIDTH: usize = 2;
/// Columns of the age, with the gap before.
pub const AGE_WIDTH: usize = 5;

impl Columns {
    /// Columns for rows of `width` columns that show these mails.
    pub fn of(width: usize, mails: &[&StoredMail], address_tags: bool, now: Timestamp) -> Self {
        let widest = mails.iter().map(|mail| display_width(&finding(&mail.summary, now))).max().unwrap_or(0);
        let least = if width < TIGHT { 0 } else { FINDING_WIDTH };
        let finding = widest.clamp(least, (width / 2).max(FINDING_WIDTH));
        let any_files = mails.iter().any(|mail| mail.summary.attachments > 0);
        let files = if width >= TIGHT || any_files { 3 } else { 0 };
        let address_tag = if address_tags { 2 } else { 0 };
        let sender = (width / 4).clamp(8, 22);
        let fixed = MARKS_WIDTH + address_tag + sender + 1 + 1 + finding + files + AGE_WIDTH;
        Self { address_tag, sender, subject: width.saturating_sub(fixed), finding, files }
    }

    /// The columns of the code or link, from the left edge of the row.
    pub fn gain_range(&self) -> Range<usize> {
        let start = MARKS_WIDTH + self.address_tag + self.sender + 1 + self.subject + 1;
        start..start + self.finding
    }
}

/// What a mail is good for: its code, with what is to be said of it, else where its link leads.
pub fn finding(summary: &Summary, now: Timestamp) -> String {
    match (&summary.code, &summary.link) {
        (Some(code), _) if code.stale(summary.envelope.received_at, now).is_some() => {
            format!("{} old", code.value)
        }
        (Some(code), _) if code.ambiguous => format!("{} (?)", code.value),
        (Some(code), _) => code.value.to_string(),
        (None, Some(link)) => format!("→ {}", link.kind.as_str()),
        (None, None) => String::new(),
    }
}
