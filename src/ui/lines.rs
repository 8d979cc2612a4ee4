//! Draws lines directly into the cells of a frame: one line per row, truncated at the right edge. Ratatui's `Paragraph`
//! widget would take twice as long per cell, because it also supports wrapping, alignment and scrolling, which lists do
//! not need.

use mail_reader::ambiguous_width::{is_drawn_wide, is_wide, wide_width};
use mail_reader::ascii;
use mail_reader::text_width::{clusters, display_width};
use ratatui::Frame;
use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use std::borrow::Cow;
use std::num::NonZeroU16;

/// Number of columns that a wide character occupies.
const TWO_COLUMNS: Option<NonZeroU16> = NonZeroU16::new(2);

/// Draws lines into an area from the top; omits lines that do not fit.
pub(super) fn draw<'a>(frame: &mut Frame<'_>, area: Rect, lines: impl IntoIterator<Item = Line<'a>>) {
    let area = area.intersection(frame.area());
    let buffer = frame.buffer_mut();
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        let mut x = area.left();
        for span in &line.spans {
            let max_width = area.right().saturating_sub(x);
            if max_width == 0 {
                break;
            }
            let style = line.style.patch(span.style);
            x = write_text(buffer, (x, y), &span.content, max_width, style);
        }
    }
}

/// Returns the width of a line in columns.
pub(super) fn width(line: &Line<'_>) -> usize {
    line.spans.iter().map(|span| display_width(&span.content)).sum()
}

/// Returns the symbol, or an ASCII substitute if the terminal draws the symbol two columns wide.
pub(super) fn one_column(symbol: &'static str) -> Cow<'static, str> {
    if is_wide() && is_drawn_wide(symbol) { ascii::line(symbol) } else { Cow::Borrowed(symbol) }
}

/// Writes text, truncated to `max_width` columns, at a position in the buffer. Returns the column after the text.
fn write_text(buffer: &mut Buffer, (x, y): (u16, u16), text: &str, max_width: u16, style: Style) -> u16 {
    // Printable ASCII characters are always one column wide, so no table of widths is needed.
    if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        if is_wide() {
            return write_wide(buffer, (x, y), text, max_width, style);
        }
        return buffer.set_stringn(x, y, text, max_width.into(), style).0;
    }
    let from = buffer.index_of(x, y);
    let cells = buffer.content.iter_mut().skip(from).take(max_width.into());
    for (cell, byte) in cells.zip(text.bytes()) {
        cell.set_char(char::from(byte)).set_style(style);
    }
    x.saturating_add(u16::try_from(text.len()).unwrap_or(u16::MAX).min(max_width))
}

/// Like [`write_text`], for a terminal that draws characters of ambiguous width two columns wide. Ratatui counts such a
/// character as one column, so this function forces the width of its cell to two columns and leaves the next cell
/// empty.
fn write_wide(buffer: &mut Buffer, (mut x, y): (u16, u16), text: &str, max_width: u16, style: Style) -> u16 {
    let end = x.saturating_add(max_width).min(buffer.area.right());
    for cluster in clusters(text).filter(|cluster| !cluster.contains(char::is_control)) {
        let (width, max_width) =
            (u16::try_from(wide_width(cluster)).unwrap_or(u16::MAX), end.saturating_sub(x));
        if width > max_width {
            break;
        }
        if is_drawn_wide(cluster) {
            if let Some(cell) = buffer.cell_mut(Position { x, y }) {
                cell.set_symbol(cluster).set_style(style);
                cell.set_diff_option(TWO_COLUMNS.map_or(CellDiffOption::None, CellDiffOption::ForcedWidth));
            }
            if let Some(covered) = buffer.cell_mut(Position { x: x.saturating_add(1), y }) {
                covered.reset();
            }
            x = x.saturating_add(width);
        } else {
            x = buffer.set_stringn(x, y, cluster, max_width.into(), style).0;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::buffer::{Cell, CellWidth};
    use ratatui::style::Stylize;
    use ratatui::text::Span;
    use ratatui::widgets::{Paragraph, Widget};

    #[test]
    fn characters_of_ambiguous_width_take_two_cells_on_a_terminal_that_draws_them_wide() {
        let mut buffer = Buffer::filled(Rect::new(0, 0, 12, 1), Cell::new("x"));
        let end = write_wide(&mut buffer, (1, 0), "§ яб日я", 10, Style::default());
        assert_eq!(end, 10, "the last letter does not fit into the remaining column");
        let symbols: Vec<&str> = buffer.content.iter().map(Cell::symbol).collect();
        assert_eq!(symbols, ["x", "§", " ", " ", "я", " ", "б", " ", "日", " ", "x", "x"]);
        let widths: Vec<u16> = buffer.content.iter().map(Cell::cell_width).collect();
        assert_eq!(widths, [1, 2, 1, 1, 2, 1, 2, 1, 2, 1, 1, 1]);
    }

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
