//! Renders the attachment list: the name, size and type of each attachment.

use super::draw_position;
use crate::app::overlay::Attachments;
use crate::app::overlay_layout::{attachment_details, attachments_layout, name_width};
use crate::ui::dialog::to_area;
use crate::ui::theme::Styles;
use crate::ui::{clear, lines, pane_frame, to_rect};
use mail_reader::text_width::{pad, wrap_parts};
use ratatui::Frame;
use ratatui::text::{Line, Span};

pub(super) fn draw(list: &Attachments, keys: &str, styles: &Styles, frame: &mut Frame<'_>) {
    let all = &list.opened.mail.attachments;
    let place = attachments_layout(list, keys, to_area(frame.area()));
    let area = to_rect(place.frame);
    clear(frame, area, styles);
    let marked = match list.marked.len() {
        0 => String::new(),
        count => format!(" · {count} marked"),
    };
    let block = pane_frame(format!(" Attachments{marked} "), true, styles);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let rows = usize::from(place.rows.height);
    let wide = usize::from(inside.width);
    let names = name_width(list).min(wide / 2).max(1);
    let mut lines: Vec<Line<'_>> = all
        .iter()
        .enumerate()
        .skip(place.top)
        .take(rows)
        .map(|(at, one)| {
            let mark = if list.marked.contains(&one.part) { "✓ " } else { "  " };
            let about = pad(&attachment_details(one), wide.saturating_sub(names + 4));
            let looks = if one.has_type_mismatch() { styles.bad } else { styles.dim };
            let line = Line::from(vec![
                Span::styled(mark, styles.key),
                Span::styled(format!("{}  ", pad(&one.name, names)), styles.text),
                Span::styled(about, looks),
            ]);
            if at == list.cursor { styles.select(line, true) } else { line }
        })
        .collect();
    // The key hints start in the column of the names.
    let keys = wrap_parts(keys, wide.saturating_sub(2)).into_iter();
    lines.extend(keys.map(|keys| Line::styled(format!("  {keys}"), styles.dim)));
    lines::draw(frame, inside, lines);
    draw_position((list.cursor + 1, all.len()), all.len(), &place, styles, frame);
}
