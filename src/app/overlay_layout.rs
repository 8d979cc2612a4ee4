//! Where dialogs stand on the screen: for drawing them, and for knowing what a click is on.

use super::layout::Area;
use super::overlay::{Attachments, Confirm, Item, Menu, NO, YES};
use crate::domain::mail::{Attachment, format_size};
use crate::domain::text_width::{display_width, wrap_parts};

/// A question is never wider than this.
const WIDEST: u16 = 76;
/// The longest name of an attachment that is shown whole beside the types.
const NAMES: usize = 40;

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// A box in the upper middle of the screen, cut to it.
pub fn centred(screen: Area, width: u16, height: u16) -> Area {
    let width = width.min(screen.width);
    let height = height.min(screen.height.saturating_sub(1));
    Area { x: (screen.width - width) / 2, y: (screen.height - height) / 3, width, height }
}

/// A list in a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListLayout {
    /// The frame.
    pub frame: Area,
    /// The rows for its lines.
    pub rows: Area,
    /// The line on the first of them.
    pub top: usize,
}

impl ListLayout {
    fn new(frame: Area, rows: Area, cursor: usize) -> Self {
        Self { frame, rows, top: cursor.saturating_sub(usize::from(rows.height).saturating_sub(1)) }
    }

    /// The line that a cell is on; there may be fewer lines than rows.
    pub fn line_at(self, column: u16, row: u16) -> Option<usize> {
        self.rows.holds(column, row).then(|| self.top + usize::from(row - self.rows.y))
    }
}

fn longest(items: &[Item], text: fn(&Item) -> &str) -> usize {
    items.iter().map(|item| display_width(text(item))).max().unwrap_or(0)
}

/// Columns beside the labels and details of a menu: at the edges, and between the two.
fn gap(details: usize) -> usize {
    if details > 0 { 4 } else { 2 }
}

/// Columns of the labels of a menu: details give way first, but keep a quarter of the room.
pub fn label_width(items: &[Item], room: usize) -> usize {
    let details = longest(items, |item| &item.detail).min(room / 4);
    longest(items, |item| &item.label).min(room.saturating_sub(details + gap(details)))
}

/// Where a menu stands, under its heading. What is typed has the row above its lines.
pub fn of_menu(menu: &Menu, heading: &str, screen: Area) -> ListLayout {
    let labels = longest(&menu.items, |item| &item.label);
    let details = longest(&menu.items, |item| &item.detail);
    let width = (labels + details + gap(details) + 2).max(display_width(heading) + 4);
    let typing = u16::from(menu.filter.is_some());
    let height = cells(menu.items.len() + 2).saturating_add(typing);
    let mut frame = centred(screen, cells(width).min(screen.width.saturating_sub(2)), height);
    if menu.filter.is_some() {
        // It does not jump while one types: its upper edge stays where all lines have it.
        frame.height = frame.height.min(cells(menu.matching().len().max(1) + 3));
    }
    let inner = frame.inner();
    let rows = Area { y: inner.y + typing, height: inner.height.saturating_sub(typing), ..inner };
    ListLayout::new(frame, rows, menu.cursor)
}

/// What is told of an attachment beside its name.
pub fn attachment_details(attachment: &Attachment) -> String {
    let size = format_size(attachment.size);
    match attachment.nested.as_deref() {
        None => format!("{size} · {}", attachment.type_label()),
        Some("") => format!("{size} · mail without a subject"),
        Some(subject) => format!("{size} · mail: {subject}"),
    }
}

/// Columns of the names of attachments.
pub fn name_width(list: &Attachments) -> usize {
    let names = list.opened.mail.attachments.iter().map(|one| display_width(&one.name));
    names.max().unwrap_or(0).min(NAMES)
}

/// Where the list of attachments stands. The rows below its lines are for the keys.
pub fn of_attachments(list: &Attachments, keys: &str, screen: Area) -> ListLayout {
    let all = &list.opened.mail.attachments;
    let abouts = all.iter().map(|one| display_width(&attachment_details(one))).max().unwrap_or(0);
    let width = cells((name_width(list) + abouts + 9).max(display_width(keys) + 4));
    let width = width.min(screen.width.saturating_sub(2));
    let keys = cells(wrap_parts(keys, usize::from(width.saturating_sub(2))).len());
    let frame = centred(screen, width, cells(all.len() + 2).saturating_add(keys));
    let inner = frame.inner();
    let rows = Area { height: inner.height.saturating_sub(keys).max(1), ..inner };
    ListLayout::new(frame, rows, list.cursor)
}

/// A question in a frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfirmLayout {
    /// The frame.
    pub frame: Area,
    /// The question itself, line by line.
    pub question: Vec<String>,
    /// What it is about, line by line.
    pub details: Vec<String>,
    /// The row with the answers.
    pub answers: Area,
}

/// The words of the answers: yes, what lies between, no.
pub fn answers() -> [(char, &'static str); 2] {
    [(YES, " yes (Enter)   "), (NO, " no (Esc)")]
}

impl ConfirmLayout {
    /// The answer that a cell is on.
    pub fn answer_at(&self, column: u16, row: u16) -> Option<bool> {
        if !self.answers.holds(column, row) {
            return None;
        }
        let [(_, yes), (_, no)] = answers();
        let at = usize::from(column - self.answers.x);
        let (yes, no) = (1 + display_width(yes), 1 + display_width(no));
        // The gap between the two is neither.
        match at {
            at if at + 3 < yes => Some(true),
            at if at >= yes && at < yes + no => Some(false),
            _ => None,
        }
    }
}

/// Where a question stands.
pub fn of_question(confirm: &Confirm, screen: Area) -> ConfirmLayout {
    let width = screen.width.saturating_sub(4).clamp(1, WIDEST);
    let inner = usize::from(width.saturating_sub(2)).max(1);
    let wrapped = |text: &str| -> Vec<String> {
        textwrap::wrap(text, inner).into_iter().map(std::borrow::Cow::into_owned).collect()
    };
    let mut question = wrapped(&confirm.question);
    let mut details: Vec<String> = confirm.details.iter().flat_map(|detail| wrapped(detail)).collect();
    // A link of a thousand letters must not push the answer off the screen.
    let room = usize::from(screen.height.saturating_sub(6)).max(1);
    question.truncate(room);
    details.truncate(room.saturating_sub(question.len()));
    let frame = centred(screen, width, cells(question.len() + details.len() + 4));
    let inner = frame.inner();
    let answers =
        Area { y: (inner.y + inner.height).saturating_sub(1), height: inner.height.min(1), ..inner };
    ConfirmLayout { frame, question, details, answers }
}
