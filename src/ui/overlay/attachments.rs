//! The list of attachments: what each is called, what it is, how large it is.

use super::{cells, centred};
use crate::app::overlay::Attachments;
use crate::domain::fit::{columns, fit, pad};
use crate::domain::mail::{Attachment, size_words};
use crate::ui::frame_of;
use crate::ui::theme::Styles;
use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

/// What the keys do, in the order in which they give way on a narrow screen.
const HINTS: &str = "Enter views · s saves · a saves all · Space marks · o opens · | pipes";
/// The longest name that is shown whole beside the types.
const NAMES: usize = 40;

pub(super) fn draw(list: &Attachments, styles: &Styles, frame: &mut Frame<'_>) {
    let all = &list.opened.mail.attachments;
    let names = all.iter().map(|one| columns(&one.name)).max().unwrap_or(0).min(NAMES);
    let abouts = all.iter().map(|one| columns(&about(one))).max().unwrap_or(0);
    let screen = frame.area();
    let width = (names + abouts + 9).max(columns(HINTS) + 4);
    let area = centred(screen, cells(width).min(screen.width.saturating_sub(2)), cells(all.len() + 3));
    frame.render_widget(Clear, area);
    let marked = match list.marked.len() {
        0 => String::new(),
        count => format!(" · {count} marked"),
    };
    let block = frame_of(format!(" Attachments{marked} "), true, styles);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let rows = usize::from(inside.height.saturating_sub(1)).max(1);
    let wide = usize::from(inside.width);
    let top = list.cursor.saturating_sub(rows.saturating_sub(1));
    let names = names.min(wide / 2).max(1);
    let mut lines: Vec<Line<'_>> = all
        .iter()
        .enumerate()
        .skip(top)
        .take(rows)
        .map(|(at, one)| {
            let mark = if list.marked.contains(&one.part) { "* " } else { "  " };
            let about = pad(&about(one), wide.saturating_sub(names + 4));
            let looks = if one.lies() { styles.bad } else { styles.dim };
            let line = Line::from(vec![
                Span::styled(mark, styles.key),
                Span::styled(format!("{}  ", pad(&one.name, names)), styles.text),
                Span::styled(about, looks),
            ]);
            if at == list.cursor { line.patch_style(styles.selected) } else { line }
        })
        .collect();
    lines.push(Line::styled(fit(HINTS, wide), styles.dim));
    frame.render_widget(Paragraph::new(lines), inside);
}

fn about(attachment: &Attachment) -> String {
    format!("{} · {}", size_words(attachment.size), attachment.kind_words())
}
