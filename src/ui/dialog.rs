//! Common parts of dialogs: the position on the screen, and the input field.

use super::lines;
use super::theme::Styles;
use super::to_rect;
use crate::app::input::TextInput;
use crate::app::layout::Area;
use crate::app::overlay_layout;
use mail_reader::ambiguous_width::is_wide;
use mail_reader::text_width::{clusters, display_width};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn to_cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Returns an area of the given size, horizontally centred and slightly above the middle of the screen. The
/// area is limited to the size of the screen.
pub(super) fn centred(screen: Rect, width: u16, height: u16) -> Rect {
    to_rect(overlay_layout::centred(to_area(screen), width, height))
}

pub(super) fn to_area(rect: Rect) -> Area {
    Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
}

/// Draws an input field. If it is empty, draws the placeholder text `empty` in it.
pub(super) fn draw_input(input: &TextInput, empty: &str, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let text = input.displayed_text();
    if is_wide() && !text.is_ascii() {
        return draw_wide_input(&text, input.cursor(), styles, frame, area);
    }
    let mut widget = input.area().clone();
    widget.set_placeholder_text(empty);
    widget.set_placeholder_style(styles.dim);
    widget.set_cursor_line_style(styles.text);
    widget.set_cursor_style(styles.selected);
    frame.render_widget(&widget, area);
}

/// Draws the text of an input field on a terminal that draws characters of ambiguous width two columns wide. The
/// `tui-textarea` crate does not support such terminals. The cursor is on the character with the index `cursor`. If the
/// text before the cursor is too wide, the start of the text is omitted.
fn draw_wide_input(text: &str, cursor: usize, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let at = text.char_indices().nth(cursor).map_or(text.len(), |(at, _)| at);
    let (mut before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let selected = clusters(after).next().unwrap_or(" ");
    let rest = after.strip_prefix(selected).unwrap_or_default();
    let available_width = usize::from(area.width).saturating_sub(display_width(selected));
    while display_width(before) > available_width {
        let first = clusters(before).next().map_or(before.len(), str::len);
        before = before.get(first..).unwrap_or_default();
    }
    let line = Line::from(vec![
        Span::styled(before, styles.text),
        Span::styled(selected, styles.selected),
        Span::styled(rest, styles.text),
    ]);
    lines::draw(frame, area, [line]);
}
