//! The column layout of inbox rows, used to draw the rows and to determine which column the user has clicked.

use super::inbox::{Inbox, InboxRow};
use super::model::Model;
use dropmail_client::domain::mail::Summary;
use dropmail_client::domain::time::Timestamp;
use mail_reader::text_width::display_width;
use std::ops::Range;

/// Minimum width in cells of the code column in inbox rows that are at least [`NARROW_ROW_WIDTH`] cells wide. Longer
/// text widens the column, up to half the width of the row.
const FINDING_WIDTH: usize = 11;
/// Width in cells below which an inbox row is narrow. Narrow rows have a code column only if a mail on the screen has a
/// code or a link, and an attachment column only if a mail on the screen has attachments.
const NARROW_ROW_WIDTH: usize = 60;

/// Minimum width in cells of the subject column. If the column would be narrower, the row omits the age of the mail.
const MIN_SUBJECT_WIDTH: usize = 28;

/// Widths of the columns of an inbox row, in cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Columns {
    /// Width in cells of the address tag (the letter for the recipient's address) and the gap after it; 0 if inbox rows
    /// have no address tags.
    pub address_tag: usize,
    /// Width of the sender column in cells.
    pub sender: usize,
    /// Width of the subject column in cells.
    pub subject: usize,
    /// Width in cells of the column that shows a mail's code or the kind of its best link.
    pub finding: usize,
    /// Width in cells of the attachment count and the gap before it; 0 in narrow rows if no mail on the screen has
    /// attachments.
    pub files: usize,
    /// Width in cells of a mail's age and the gap before it; 0 if the age would make the subject column too narrow.
    pub age: usize,
}

/// Width in cells of the two indicators at the start of an inbox row: one for an unread mail, one for a marked mail.
pub const MARKS_WIDTH: usize = 2;
/// Width in cells of the age of a mail, including the gap before it.
pub const AGE_WIDTH: usize = 5;

impl Columns {
    /// Computes the column widths of inbox rows that are `width` cells wide. `rows` are the rows on the screen;
    /// their codes and attachments determine the widths.
    pub fn compute(width: usize, model: &Model, rows: &[InboxRow<'_>]) -> Self {
        let mails = || {
            rows.iter().filter_map(|row| match row {
                InboxRow::Mail(_, mail) => Some(mail),
                InboxRow::Heading(_) => None,
            })
        };
        let findings = mails().map(|mail| code_column_text(&model.inbox, &mail.summary, model.now));
        let widest = findings.map(|finding| display_width(&finding)).max().unwrap_or(0);
        let least = if width < NARROW_ROW_WIDTH { 0 } else { FINDING_WIDTH };
        let finding = widest.clamp(least, (width / 2).max(FINDING_WIDTH));
        let any_files = mails().any(|mail| mail.summary.attachments > 0);
        let files = if width >= NARROW_ROW_WIDTH || any_files { 3 } else { 0 };
        let address_tag = if model.has_address_tags() { 2 } else { 0 };
        let sender = (width / 4).clamp(8, 22);
        let fixed = MARKS_WIDTH + address_tag + sender + 1 + 1 + finding + files;
        let rest = width.saturating_sub(fixed);
        let age = if rest < MIN_SUBJECT_WIDTH + AGE_WIDTH { 0 } else { AGE_WIDTH };
        Self { address_tag, sender, subject: rest - age, finding, files, age }
    }

    /// Returns the range of cells that the code column occupies, counted from the left edge of the inbox row.
    pub fn code_range(&self) -> Range<usize> {
        let start = MARKS_WIDTH + self.address_tag + self.sender + 1 + self.subject + 1;
        start..start + self.finding
    }
}

/// Returns the text that a mail's inbox row shows in the code column: the code, with a remark if the code is
/// superseded, old or ambiguous. If the mail has no code, returns the kind of its best link; if it has no link either,
/// returns an empty string.
pub fn code_column_text(inbox: &Inbox, summary: &Summary, now: Timestamp) -> String {
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
