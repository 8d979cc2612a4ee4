//! Pictures that came along with the mail, two pixels a cell.

use super::theme::Styles;
use crate::app::reader::{Page, Picture, PictureSize};
use crate::domain::richtext::{PictureRow, Pixels, Role};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};

/// The upper half of a cell.
const HALF: &str = "▀";

pub(super) fn draw(page: &Page, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let shown = page.laid.lines.iter().skip(page.scroll).zip(area.y..area.bottom());
    for (line, y) in shown {
        let row = line.spans.first().map(|span| span.role);
        let Some(Role::Picture(PictureRow { part, row, rows, columns })) = row else { continue };
        if let Some(Picture::Here(pixels)) = page.pictures.get(&PictureSize { part, columns, rows }) {
            draw_row(pixels, row, styles, frame, Rect { y, height: 1, ..area });
        }
    }
}

fn draw_row(pixels: &Pixels, row: u16, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    for (column, x) in (0..pixels.width).zip(area.x..area.right()) {
        let (Some(upper), Some(lower)) = (pixels.at(column, row * 2), pixels.at(column, row * 2 + 1)) else {
            return;
        };
        let Some(style) = styles.pixels(upper, lower) else { return };
        if let Some(cell) = frame.buffer_mut().cell_mut(Position { x, y: area.y }) {
            cell.set_symbol(HALF).set_style(style);
        }
    }
}
