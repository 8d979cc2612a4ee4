//! Renders scroll bars on the right border of panes and dialogs.

use super::theme::Styles;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::widgets::{Scrollbar, ScrollbarState};

/// Symbol for the scroll bar's thumb, which represents the visible lines.
const THUMB: &str = "▐";

/// Draws a scroll bar in the last column of `area`, over the border. `count` is the number of lines of the list or
/// text. `position` is the index of the first visible line or of the line under the cursor, and `last` is the maximum
/// value of `position`. Draws nothing if all lines are visible.
pub(super) fn draw(
    (position, last): (usize, usize),
    count: usize,
    area: Rect,
    styles: &Styles,
    frame: &mut Frame<'_>,
) {
    if count <= usize::from(area.height) || area.is_empty() {
        return;
    }
    let mut state =
        ScrollbarState::new(last + 1).position(position).viewport_content_length(area.height.into());
    let bar = Scrollbar::default().begin_symbol(None).end_symbol(None).track_symbol(None);
    let style = styles.border_focused.remove_modifier(Modifier::DIM);
    frame.render_stateful_widget(bar.thumb_symbol(THUMB).thumb_style(style), area, &mut state);
}
