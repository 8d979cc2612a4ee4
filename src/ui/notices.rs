//! Renders the notices over the panes, in the lower right corner.

use super::theme::Styles;
use crate::app::Model;
use crate::app::notice::{Notice, Severity};
use crate::app::text_wrap::wrap_text;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Maximum width of a notice in columns; longer text is wrapped.
const MAX_NOTICE_WIDTH: u16 = 100;
/// Maximum number of lines of a notice; longer text is truncated.
const MAX_NOTICE_LINES: usize = 4;

pub(super) fn draw(model: &Model, styles: &Styles, frame: &mut Frame<'_>) {
    for (area, lines) in placed_notices(model, styles, frame.area()) {
        super::clear(frame, area, styles);
        frame.buffer_mut().set_style(area, styles.notice);
        super::lines::draw(frame, area, lines.into_iter().map(|line| line.style(styles.notice)));
    }
}

/// Returns the areas of the screen that notices cover.
pub(super) fn covered_areas(model: &Model, styles: &Styles, screen: Rect) -> Vec<Rect> {
    placed_notices(model, styles, screen).into_iter().map(|(area, _)| area).collect()
}

/// Returns the visible notices, newest first, each with its screen area and its lines.
fn placed_notices<'a>(model: &'a Model, styles: &Styles, screen: Rect) -> Vec<(Rect, Vec<Line<'a>>)> {
    let most = usize::from(screen.width.saturating_sub(2).min(MAX_NOTICE_WIDTH));
    let mut bottom = screen.height.saturating_sub(2);
    // A small screen shows only the newest notice, so that the panes remain readable.
    let count = if screen.height < 16 { 1 } else { usize::MAX };
    let mut placed = Vec::new();
    for notice in model.notices.shown().iter().rev().take(count) {
        let lines = notice_lines(notice, styles, most);
        let height = u16::try_from(lines.len()).unwrap_or(1);
        let width = lines.iter().map(super::lines::width).max().unwrap_or(0);
        let width = u16::try_from(width).unwrap_or(0).min(screen.width);
        if height > bottom {
            break;
        }
        bottom -= height;
        let area = Rect { x: screen.width.saturating_sub(width + 1), y: bottom, width, height };
        placed.push((area.intersection(screen), lines));
    }
    placed
}

fn notice_lines<'a>(notice: &'a Notice, styles: &Styles, most: usize) -> Vec<Line<'a>> {
    let (address_tag, style) = match notice.tone {
        Severity::Done => ("✓", styles.good),
        Severity::Info => ("i", styles.key),
        Severity::Problem => ("!", styles.bad),
    };
    let words = wrap_text(&notice.text, most.saturating_sub(4).max(1));
    let lines = words.into_iter().take(MAX_NOTICE_LINES).enumerate().map(|(at, words)| {
        let address_tag = if at == 0 { address_tag } else { " " };
        Line::from(vec![Span::styled(format!(" {address_tag} "), style), Span::raw(words), Span::raw(" ")])
    });
    lines.collect()
}
