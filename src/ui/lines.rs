//! Draws lines directly into the cells of a frame: one line per row, truncated at the right edge. Ratatui's `Paragraph`
//! widget takes twice as long per cell, because it also wraps, aligns and scrolls, which lists do not need.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

/// Draws lines into an area from the top; omits lines that do not fit.
pub(super) fn draw<'a>(frame: &mut Frame<'_>, area: Rect, lines: impl IntoIterator<Item = Line<'a>>) {
    let area = area.intersection(frame.area());
    let buffer = frame.buffer_mut();
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        let mut x = area.left();
        for span in &line.spans {
            let room = area.right().saturating_sub(x);
            if room == 0 {
                break;
            }
            x = write_text(buffer, (x, y), &span.content, room, line.style.patch(span.style));
        }
    }
}

/// Writes a text, truncated to `room` columns, at a position in the buffer. Returns the column after the text.
fn write_text(buffer: &mut Buffer, (x, y): (u16, u16), text: &str, room: u16, style: Style) -> u16 {
    // Printable ASCII characters are always one column wide, so no table of widths is needed.
    if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return buffer.set_stringn(x, y, text, room.into(), style).0;
    }
    let from = buffer.index_of(x, y);
    let cells = buffer.content.iter_mut().skip(from).take(room.into());
    for (cell, byte) in cells.zip(text.bytes()) {
        cell.set_char(char::from(byte)).set_style(style);
    }
    x.saturating_add(u16::try_from(text.len()).unwrap_or(u16::MAX).min(room))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::style::Stylize;
    use ratatui::text::Span;
    use ratatui::widgets::{Paragraph, Widget};

    #[test]
    fn lines_are_rendered_like_a_paragraph() {
        let lines = || {
            vec![
                Line::from(vec![Span::raw("plain "), Span::raw("bold").bold(), Span::raw("…").red()])
                    .on_blue(),
                Line::raw("日本語 and more than fits"),
                Line::from(vec![Span::raw("cut at the edge"), Span::raw("gone")]),
                Line::raw("A\u{308}rger 日本語日本語"),
                Line::raw(""),
                Line::raw("below"),
            ]
        };
        for width in 1..20 {
            let area = Rect::new(1, 1, width, 5);
            let mut drawn = Terminal::new(TestBackend::new(24, 7)).unwrap();
            drawn.draw(|frame| draw(frame, area, lines())).unwrap();
            let mut expected = Buffer::empty(Rect::new(0, 0, 24, 7));
            Paragraph::new(lines()).render(area, &mut expected);
            let expected: Vec<_> =
                expected.content.iter().map(|cell| (cell.symbol(), cell.style())).collect();
            let drawn = drawn.backend().buffer();
            let drawn: Vec<_> = drawn.content.iter().map(|cell| (cell.symbol(), cell.style())).collect();
            assert_eq!(drawn, expected, "{width}");
        }
    }
}
