//! Common parts of dialogs: the position on the screen, and the input field.

use super::theme::Styles;
use super::to_rect;
use crate::app::input::TextInput;
use crate::app::layout::Area;
use crate::app::overlay_layout;
use ratatui::Frame;
use ratatui::layout::Rect;

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
    let mut widget = input.area().clone();
    widget.set_placeholder_text(empty);
    widget.set_placeholder_style(styles.dim);
    widget.set_cursor_line_style(styles.text);
    widget.set_cursor_style(styles.selected);
    frame.render_widget(&widget, area);
}
