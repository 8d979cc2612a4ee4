//! Computes the positions and sizes of overlays. The positions are used to draw an overlay and to determine which part
//! of it the user has clicked.

use super::layout::Area;
use super::overlay::{Answer, Attachments, Confirm, ConfirmableAction, Item, Menu, NO, YES};
use super::text_wrap::wrap_text;
use mail_reader::mail::{Attachment, format_size};
use mail_reader::text_width::{display_width, wrap_parts};

/// Width in columns of a confirmation dialog on a wide screen; longer lines are wrapped.
const QUESTION_WIDTH: u16 = 76;
/// Maximum width in columns of the attachment names in the attachment list; longer names are truncated.
const MAX_FILE_NAME_WIDTH: usize = 40;

fn to_cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// If at most this many columns remain visible beside an overlay, on both sides together, the overlay covers them as
/// well. In so few columns, the rows of the panes would be truncated to unreadable fragments.
const MAX_COVERED_COLUMNS: u16 = 20;
/// If at most this many lines remain visible above and below an overlay, together, the overlay covers them as well.
const MAX_COVERED_LINES: u16 = 2;

/// Returns the width in columns of an overlay that needs `width` columns: normally `width`, but the width of the screen
/// if only a narrow strip of the panes would remain visible beside the overlay.
fn overlay_width(screen: Area, width: u16) -> u16 {
    let rest = screen.width.saturating_sub(width);
    if rest <= MAX_COVERED_COLUMNS { screen.width } else { width }
}

/// Returns the height in lines of an overlay that needs `height` lines: all lines above the status line if only
/// a few lines of the panes would remain visible above and below the overlay.
fn overlay_height(screen: Area, height: u16) -> u16 {
    let available = screen.height.saturating_sub(1);
    let rest = available.saturating_sub(height);
    if rest <= MAX_COVERED_LINES { available } else { height }
}

/// Returns the area of an overlay that needs `width` columns and `height` lines. The area is centred horizontally and
/// slightly above the middle of the screen. An overlay that would cover nearly the whole width or height covers it completely.
pub fn centred(screen: Area, width: u16, height: u16) -> Area {
    let (width, height) = (overlay_width(screen, width), overlay_height(screen, height));
    Area { x: (screen.width - width) / 2, y: (screen.height - height) / 3, width, height }
}

/// Layout of a dialog with a list: its frame, the area of the list lines and the index of the first visible line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListLayout {
    /// Area of the dialog's frame, including the border.
    pub frame: Area,
    /// Screen area in which the lines of the list are shown.
    pub rows: Area,
    /// Index of the first visible line of the list.
    pub top: usize,
}

impl ListLayout {
    fn new(frame: Area, rows: Area, cursor: usize) -> Self {
        Self { frame, rows, top: cursor.saturating_sub(usize::from(rows.height).saturating_sub(1)) }
    }

    /// Returns the index of the list line at this screen cell. The index may be beyond the last line of the list.
    /// Returns `None` if the cell is outside the list.
    pub fn line_at(self, column: u16, row: u16) -> Option<usize> {
        self.rows.contains(column, row).then(|| self.top + usize::from(row - self.rows.y))
    }
}

fn longest_width(items: &[Item], text: fn(&Item) -> &str) -> usize {
    items.iter().map(|item| display_width(text(item))).max().unwrap_or(0)
}

/// Returns the total width in columns of the margins of a menu and of the gap between its labels and its additional
/// texts. `details` is the width of the additional texts in columns; if this width is 0, there is no gap.
fn gap_width(details: usize) -> usize {
    if details > 0 { 4 } else { 2 }
}

/// Returns the width in columns of the labels in a menu that is at most `max_width` columns wide. The additional texts
/// get at most a quarter of `max_width`, and the labels get at most the rest.
pub fn label_width(items: &[Item], max_width: usize) -> usize {
    let details = longest_width(items, |item| &item.detail).min(max_width / 4);
    longest_width(items, |item| &item.label).min(max_width.saturating_sub(details + gap_width(details)))
}

/// Computes the layout of a menu with the given heading. If the menu has a filter field, the field is above the
/// items.
pub fn menu_layout(menu: &Menu, heading: &str, screen: Area) -> ListLayout {
    let labels = longest_width(&menu.items, |item| &item.label);
    let details = longest_width(&menu.items, |item| &item.detail);
    let width = (labels + details + gap_width(details) + 2).max(display_width(heading) + 4);
    let typing = u16::from(menu.filter.is_some());
    let height = to_cells(menu.items.len() + 2).saturating_add(typing);
    let mut frame = centred(screen, to_cells(width), height);
    if menu.filter.is_some() {
        // While the user types, only the height of the menu changes. The upper edge stays where it is for the complete
        // list, so that the menu does not move.
        frame.height = frame.height.min(to_cells(menu.matching_items().len().max(1) + 3));
    }
    let inner = frame.inner();
    let rows = Area { y: inner.y + typing, height: inner.height.saturating_sub(typing), ..inner };
    ListLayout::new(frame, rows, menu.cursor)
}

/// Returns the text next to an attachment's name: its size, and its type or, for an attached mail, the subject.
pub fn attachment_details(attachment: &Attachment) -> String {
    let size = format_size(attachment.size);
    match attachment.nested.as_deref() {
        None => format!("{size} · {}", attachment.type_label()),
        Some("") => format!("{size} · mail without a subject"),
        Some(subject) => format!("{size} · mail: {subject}"),
    }
}

/// Returns the width in columns of the attachment names in the attachment list.
pub fn name_width(list: &Attachments) -> usize {
    let names = list.opened.mail.attachments.iter().map(|one| display_width(&one.name));
    names.max().unwrap_or(0).min(MAX_FILE_NAME_WIDTH)
}

/// Computes the layout of the attachment list. The key hints `keys` are shown below the list.
pub fn attachments_layout(list: &Attachments, keys: &str, screen: Area) -> ListLayout {
    let all = &list.opened.mail.attachments;
    let abouts = all.iter().map(|one| display_width(&attachment_details(one))).max().unwrap_or(0);
    let width = to_cells((name_width(list) + abouts + 9).max(display_width(keys) + 6));
    let width = overlay_width(screen, width);
    let keys = to_cells(wrap_parts(keys, usize::from(width.saturating_sub(4))).len());
    let frame = centred(screen, width, to_cells(all.len() + 2).saturating_add(keys));
    let inner = frame.inner();
    let rows = Area { height: inner.height.saturating_sub(keys).max(1), ..inner };
    ListLayout::new(frame, rows, list.cursor)
}

/// Layout of a confirmation dialog: the frame, the wrapped text and the row with the answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfirmLayout {
    /// Area of the confirmation dialog's frame, including the border.
    pub frame: Area,
    /// Area of the dialog that shows the question and the details.
    pub text: Area,
    /// Text of the question, wrapped into lines for the dialog.
    pub question: Vec<String>,
    /// Details below the question, wrapped into lines for the dialog.
    pub details: Vec<String>,
    /// Area of the row that shows the answers.
    pub answers: Area,
}

/// An answer that the user can give in a confirmation dialog, with its key and text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownAnswer {
    /// The answer that the user selects with the key.
    pub answer: Answer,
    /// Name of the key that selects the answer.
    pub key: String,
    /// Text of the answer, shown after the key.
    pub words: &'static str,
}

/// Number of blank columns between two answers of a confirmation dialog.
pub const ANSWER_GAP: u16 = 2;

/// Returns the answers that the confirmation dialog for an action shows, from left to right. If the action opens a
/// link, an additional answer copies the link. `copy_key` is the key of this answer, which is also the key of the
/// `copy-link` command.
pub fn shown_answers(action: &ConfirmableAction, copy_key: &str) -> Vec<ShownAnswer> {
    let shown = |answer, key: &str, words| ShownAnswer { answer, key: key.to_owned(), words };
    match action {
        ConfirmableAction::OpenLink(..) => vec![
            shown(Answer::Yes, "Enter", " opens"),
            shown(Answer::CopyLink, copy_key, " copies"),
            shown(Answer::No, "Esc", " leaves"),
        ],
        ConfirmableAction::DeleteAddress(..) | ConfirmableAction::AddDomain | ConfirmableAction::Quit => {
            vec![
                shown(Answer::Yes, &YES.to_string(), " yes (Enter)"),
                shown(Answer::No, &NO.to_string(), " no (Esc)"),
            ]
        }
    }
}

impl ConfirmLayout {
    /// Returns the answer at this screen cell of the confirmation dialog; `None` if there is no answer at the cell.
    pub fn answer_at(&self, shown: &[ShownAnswer], column: u16, row: u16) -> Option<Answer> {
        if !self.answers.contains(column, row) {
            return None;
        }
        let mut start = self.answers.x;
        for ShownAnswer { answer, key, words } in shown {
            let end = start.saturating_add(to_cells(display_width(key) + display_width(words)));
            if (start..end).contains(&column) {
                return Some(*answer);
            }
            start = end.saturating_add(ANSWER_GAP);
        }
        None
    }
}

/// Computes the layout of a confirmation dialog. The question and the details are truncated if they do not fit on the
/// screen.
pub fn confirm_layout(confirm: &Confirm, screen: Area) -> ConfirmLayout {
    let width = overlay_width(screen, QUESTION_WIDTH);
    let inner = usize::from(Area::screen(width, 0).inner().without_margins().width).max(1);
    let mut question = wrap_text(&confirm.question, inner);
    let mut details: Vec<String> =
        confirm.details.iter().flat_map(|detail| wrap_text(detail, inner)).collect();
    // The limit keeps the answers on the screen, even if the question contains a link of 1,000 characters.
    let max_lines = usize::from(screen.height.saturating_sub(6)).max(1);
    question.truncate(max_lines);
    details.truncate(max_lines.saturating_sub(question.len()));
    let frame = centred(screen, width, to_cells(question.len() + details.len() + 4));
    let inner = frame.inner().without_margins();
    let answers =
        Area { y: (inner.y + inner.height).saturating_sub(1), height: inner.height.min(1), ..inner };
    ConfirmLayout { frame, text: inner, question, details, answers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_leaves_no_narrow_strip_of_the_panes() {
        for (columns, lines) in [(30, 8), (40, 12), (60, 20), (80, 24), (120, 40)] {
            let screen = Area::screen(columns, lines);
            for (width, height) in
                (1..=columns + 5).flat_map(|width| (1..=lines + 5).map(move |h| (width, h)))
            {
                let frame = centred(screen, width, height);
                let (beside, above) = (columns - frame.width, lines - 1 - frame.height);
                assert!(beside == 0 || beside > MAX_COVERED_COLUMNS, "{columns}: {frame:?}");
                assert!(above == 0 || above > MAX_COVERED_LINES, "{lines}: {frame:?}");
                assert!(frame.width >= width.min(columns) && frame.height >= height.min(lines - 1));
                assert!(frame.x + frame.width <= columns && frame.y + frame.height < lines, "{frame:?}");
            }
        }
    }
}
