//! Renders a menu: a list of items and, if it is open, the filter field.

use super::draw_position;
use crate::app::command::row_of;
use crate::app::hints::menu_keys;
use crate::app::keymap::Keymap;
use crate::app::overlay::{Action, Item, Menu};
use crate::app::overlay_layout;
use crate::ui::dialog::{draw_input, to_area, to_cells};
use crate::ui::theme::Styles;
use crate::ui::{clear, lines, pane_frame, to_rect};
use mail_reader::text_width::{display_width, pad, truncate_segments, truncate_segments_partial};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Number of columns on the bottom border of a long menu that the names of the keys cannot use. These columns contain
/// the corners, the cursor position, and the spaces around the names.
const POSITION_WIDTH: u16 = 24;

/// Prompt in the filter field of a menu, shown in front of the filter text.
const TYPED: &str = " > ";

pub(super) fn draw(menu: &Menu, keymap: &Keymap, styles: &Styles, frame: &mut Frame<'_>) {
    let heading = menu.heading(keymap);
    let place = overlay_layout::menu_layout(menu, &heading, to_area(frame.area()));
    let area = to_rect(place.frame);
    clear(frame, area, styles);
    let title = truncate_segments(&heading, usize::from(area.width.saturating_sub(4)));
    let block = pane_frame(format!(" {title} "), true, styles);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    if let Some(input) = &menu.filter {
        let row = Rect { height: inner.height.min(1), ..inner };
        let mark = to_cells(display_width(TYPED)).min(row.width);
        frame.render_widget(Span::styled(TYPED, styles.key), row);
        let place = Rect { x: row.x + mark, width: row.width - mark, ..row };
        draw_input(input, "type to narrow", styles, frame, place);
    }
    let list = to_rect(place.rows);
    let width = usize::from(list.width);
    let labels = overlay_layout::label_width(&menu.items, width);
    let rows = usize::from(list.height);
    let matching = menu.matching_items();
    let shown = matching.iter().enumerate().skip(place.top).take(rows);
    let mut lines: Vec<Line<'_>> = shown
        .map(|(at, item)| {
            if item.action == Action::Heading {
                return Line::styled(format!(" {}", item.label), styles.strong);
            }
            let max_width = width.saturating_sub(labels + 3);
            let detail = pad(&truncate_segments_partial(&item.detail, max_width), max_width);
            let [keys, label] = label_parts(item, labels);
            let line = Line::from(vec![
                Span::raw(" "),
                Span::styled(keys, styles.key),
                Span::styled(label, styles.text),
                Span::styled(detail, styles.dim),
            ]);
            if at == menu.cursor { styles.select(line, true) } else { line }
        })
        .collect();
    if lines.is_empty() {
        lines.push(Line::styled(" Nothing matches.", styles.dim));
    }
    lines::draw(frame, list, lines);
    draw_position(menu.position(), matching.len(), &place, styles, frame);
    if matching.len() > usize::from(place.rows.height) {
        draw_foot(&menu_keys(keymap), &place, styles, frame);
    }
}

/// Draws the names of the keys that scroll a long menu on the bottom border, to the left of the cursor position.
fn draw_foot(keys: &str, place: &overlay_layout::ListLayout, styles: &Styles, frame: &mut Frame<'_>) {
    let edge = to_rect(place.frame);
    let max_width = usize::from(edge.width.saturating_sub(POSITION_WIDTH));
    let text = truncate_segments(keys, max_width);
    if text.is_empty() {
        return;
    }
    let text = format!(" {text} ");
    let width = to_cells(display_width(&text));
    let at = Rect { x: edge.x + 2, y: edge.bottom().saturating_sub(1), width, height: 1 };
    frame.render_widget(Span::styled(text, styles.dim), at.intersection(frame.area()));
}

/// Returns the label of a menu item in two parts: the keys of the item's command (empty if there are none), and the
/// rest. The rest is padded so that the whole label is `width` columns wide and followed by a gap.
fn label_parts(item: &Item, width: usize) -> [String; 2] {
    let label = format!("{}  ", pad(&item.label, width));
    let help =
        if let Action::Run(command) = &item.action { row_of(*command).map(|row| row.help) } else { None };
    let keys = help.and_then(|help| item.label.strip_suffix(help));
    match keys.and_then(|keys| label.split_at_checked(keys.len())) {
        Some((keys, rest)) => [keys.to_owned(), rest.to_owned()],
        None => [String::new(), label],
    }
}
