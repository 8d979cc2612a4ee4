//! The view: a pure function that renders the model. It contains no application logic.

pub mod accessible;
pub mod captcha;
mod code_chip;
mod code_in_text;
mod dialog;
mod header;
mod hyperlink;
mod inbox;
mod lines;
mod message_pane;
mod notices;
mod overlay;
pub mod picture;
mod qr;
mod scrollbar;
mod sessions;
mod status;
pub mod theme;

use crate::app::Model;
use crate::app::layout::{Area, Layout, Pane};
use mail_reader::text_width::{display_width, truncate_segments_partial};
use ratatui::Frame;
use ratatui::buffer::{Cell, CellDiffOption};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Borders, Clear, Paragraph, Wrap};
use theme::Styles;

/// Number of columns in a frame's top border that the corners and the spaces around the two titles occupy.
const TITLE_EDGES: usize = 7;

/// Symbol that marks the line under the cursor of an unfocused pane; drawn on the left border of the pane.
const POINTER: &str = "►";

/// Renders the whole screen for the model into a frame.
pub fn view(model: &Model, styles: &Styles, frame: &mut Frame<'_>) {
    let screen = frame.area();
    // The background of the theme is drawn first, below everything else.
    fill_background(frame, screen, styles);
    match Layout::compute(Area::screen(screen.width, screen.height), &model.arrangement, model.focus) {
        Layout::TooSmall => {
            let words = Paragraph::new("Please make the terminal larger (30 x 8).");
            frame.render_widget(words.wrap(Wrap { trim: true }), screen);
            return;
        }
        Layout::One { header, pane, status } => {
            header::draw(model, styles, frame, to_rect(header));
            draw_pane(model, styles, frame, model.focus, to_rect(pane));
            status::draw(model, styles, frame, to_rect(status));
        }
        Layout::Three { sessions, inbox, message, status } => {
            let mut panes =
                [(Pane::Sessions, sessions), (Pane::Inbox, Some(inbox)), (Pane::Message, message)];
            // The focused pane's frame is drawn last, so that its style applies to the borders that it shares
            // with other panes.
            panes.sort_by_key(|(pane, _)| *pane == model.focus);
            let panes = panes.into_iter().filter_map(|(pane, area)| Some((pane, to_rect(area?))));
            for (pane, area) in panes.clone() {
                let block = pane_frame("", pane == model.focus, styles).merge_borders(MergeStrategy::Exact);
                frame.render_widget(block, area);
            }
            for (pane, area) in panes {
                draw_pane(model, styles, frame, pane, area);
            }
            status::draw(model, styles, frame, to_rect(status));
        }
    }
    if model.overlays.iter().any(overlay::dims_panes) {
        let panes = Rect { height: screen.height.saturating_sub(1), ..screen };
        frame.buffer_mut().set_style(panes, Modifier::DIM);
    }
    // Overlays are drawn over the notices, because the topmost overlay receives the next key press.
    notices::draw(model, styles, frame);
    for layer in &model.overlays {
        overlay::draw(model, layer, styles, frame);
    }
}

/// Returns the title of the terminal window: the number of unread mails and the name of the program. It contains no
/// text from a mail.
pub fn window_title(model: &Model) -> String {
    match model.inbox.unread() {
        0 => "dropmail-tui".to_owned(),
        unread => format!("({unread}) dropmail-tui"),
    }
}

fn draw_pane(model: &Model, styles: &Styles, frame: &mut Frame<'_>, pane: Pane, area: Rect) {
    match pane {
        Pane::Sessions => sessions::draw(model, styles, frame, area),
        Pane::Inbox => inbox::draw(model, styles, frame, area),
        Pane::Message => message_pane::draw(model, styles, frame, area),
    }
}

fn to_rect(area: Area) -> Rect {
    Rect { x: area.x, y: area.y, width: area.width, height: area.height }
}

/// Clears an area for an overlay or a notice, and fills it with the background of the theme. Replaces a wide character
/// that extends into the area from the left with a space, because the character would hide the first column of the
/// area. If a wide character extends beyond the area on the right, the column after the area keeps the background of
/// that character.
fn clear(frame: &mut Frame<'_>, area: Rect, styles: &Styles) {
    if let Some(last) = area.right().checked_sub(1) {
        for y in area.top()..area.bottom() {
            let cell = frame.buffer_mut().cell(Position { x: last, y });
            let cut = cell.filter(|cell| display_width(cell.symbol()) > 1).map(Cell::style);
            let beside = frame.buffer_mut().cell_mut(Position { x: area.right(), y });
            if let (Some(style), Some(beside)) = (cut, beside) {
                beside.set_style(style);
            }
        }
    }
    if let Some(left) = area.x.checked_sub(1) {
        for y in area.top()..area.bottom() {
            let cell = frame.buffer_mut().cell_mut(Position { x: left, y });
            if let Some(cell) = cell.filter(|cell| display_width(cell.symbol()) > 1) {
                cell.set_symbol(" ").set_diff_option(CellDiffOption::None);
            }
        }
    }
    frame.render_widget(Clear, area);
    fill_background(frame, area.intersection(frame.area()), styles);
}

/// Fills an area with the background of the theme. Leaves it unchanged for the `terminal` theme, which has no
/// background.
fn fill_background(frame: &mut Frame<'_>, area: Rect, styles: &Styles) {
    if styles.text != Style::default() {
        frame.buffer_mut().set_style(area, styles.text);
    }
}

/// Draws the title line of a pane, with `right` at its right end. Returns the area for the pane's content. A pane that
/// fills the screen has a title line and no borders. If there are several panes, their borders have already been drawn.
fn draw_title(
    model: &Model,
    pane: Pane,
    (title, right): (&str, Option<Line<'_>>),
    area: Rect,
    styles: &Styles,
    frame: &mut Frame<'_>,
) -> Rect {
    let alone = model.layout().has_one_pane();
    let corners = if alone { 0 } else { 2 };
    let max_width = usize::from(area.width).saturating_sub(corners + 2);
    let title = Line::from(format!(" {} ", truncate_segments_partial(title, max_width))).style(styles.title);
    let row = if alone { area } else { Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area } };
    if alone {
        frame.render_widget(pane_frame("", model.focus == pane, styles).borders(Borders::TOP), row);
    }
    let row = Rect { height: row.height.min(1), ..row };
    if let Some(right) = right {
        let width = u16::try_from(lines::width(&right)).unwrap_or(u16::MAX).min(row.width);
        lines::draw(frame, Rect { x: row.right() - width, width, ..row }, [right]);
    }
    lines::draw(frame, row, [title]);
    pane_inside(model, pane, area)
}

/// Returns the area for the content of a pane. `area` is the whole area of the pane, with its border or title line.
fn pane_inside(model: &Model, pane: Pane, area: Rect) -> Rect {
    to_rect(model.layout().content(pane, dialog::to_area(area)))
}

/// Draws a pointer on the left border of an unfocused pane, beside the line under the pane's cursor. `row` is the
/// position of this line in the content area `inside`. The focused pane needs no pointer, because it highlights the
/// line under its cursor.
fn draw_pointer(
    model: &Model,
    pane: Pane,
    row: Option<usize>,
    inside: Rect,
    styles: &Styles,
    frame: &mut Frame<'_>,
) {
    let Some(row) = row.and_then(|row| u16::try_from(row).ok()) else { return };
    let border = inside.x.checked_sub(1).filter(|_| model.focus != pane && row < inside.height);
    let at = border.map(|x| Position { x, y: inside.y + row });
    if let Some(cell) = at.and_then(|at| frame.buffer_mut().cell_mut(at)) {
        cell.set_symbol(POINTER).set_style(styles.key.remove_modifier(Modifier::DIM));
    }
}

/// Returns the frame of a pane or dialog. A focused frame has a different colour and a thick border.
fn pane_frame<'a>(title: impl Into<Line<'a>>, focused: bool, styles: &Styles) -> Block<'a> {
    let (kind, style) =
        if focused { (BorderType::Thick, styles.border_focused) } else { (BorderType::Plain, styles.border) };
    Block::bordered().border_type(kind).border_style(style).title(title.into().style(styles.title))
}

#[cfg(test)]
mod tests {
    use super::{Position, Rect, Styles, clear};
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    #[test]
    fn a_wide_character_does_not_hide_the_left_edge_of_a_cleared_area() {
        let mut terminal = Terminal::new(TestBackend::new(6, 1)).unwrap();
        let drawn = terminal.draw(|frame| {
            frame.buffer_mut().set_string(0, 0, "a\u{738b}\u{738b}b", Styles::without_colours().text);
            clear(frame, Rect { x: 2, y: 0, width: 2, height: 1 }, &Styles::without_colours());
            if let Some(cell) = frame.buffer_mut().cell_mut(Position { x: 2, y: 0 }) {
                cell.set_symbol("|");
            }
        });
        drawn.unwrap();
        assert_eq!(terminal.backend().to_string().trim_end(), "\"a |  b\"");
    }
}
