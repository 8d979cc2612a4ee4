//! Draws the images in a mail with half-block characters: each cell shows two pixels.

use super::theme::Styles;
use super::{message_pane, to_rect};
use crate::app::Model;
use crate::app::layout::{Layout, Pane};
use crate::app::message_pane::{ImageSize, ImageState, OpenMail};
use dropmail_client::domain::ids::MailId;
use mail_reader::richtext::{HalfBlockImage, PictureRow, Role};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};

/// The upper half-block character. It shows the upper pixel in the foreground colour, and the lower pixel in the
/// background colour.
const HALF: &str = "▀";

pub(super) fn draw(open: &OpenMail, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let shown = open.rendered.lines.iter().skip(open.scroll).zip(area.y..area.bottom());
    for (line, y) in shown {
        let row = line.spans.first().map(|span| span.role);
        let Some(Role::Picture(PictureRow { part, row, rows, columns })) = row else { continue };
        if let Some(ImageState::Decoded(pixels)) =
            open.images.get(&ImageSize { part: part.into(), columns, rows })
        {
            draw_row(pixels, row, styles, frame, Rect { y, height: 1, ..area });
        }
    }
}

/// An image in a mail and its position on the screen. The runtime draws it with the terminal's graphics protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlacedImage<'a> {
    /// Id of the mail that contains the image.
    pub mail: &'a MailId,
    /// Index of the MIME part that contains the image, and size of the image in cells.
    pub size: ImageSize,
    /// The screen area that the visible part of the image occupies.
    pub area: Rect,
    /// Number of rows at the top of the image that are scrolled out of view.
    pub skipped: u16,
}

/// Returns the visible images of the open mail, from top to bottom. Returns no images while an overlay or a notice is
/// shown, because an image would hide it.
pub fn placed_images(model: &Model) -> Vec<PlacedImage<'_>> {
    let Some(open) = model.message_pane.open_mail() else { return Vec::new() };
    let Some(inside) = message_area(model) else { return Vec::new() };
    let mut placed: Vec<PlacedImage<'_>> = Vec::new();
    let shown = open.rendered.lines.iter().skip(open.scroll).zip(inside.y..inside.bottom());
    for (line, y) in shown {
        let role = line.spans.first().map(|span| span.role);
        let Some(Role::Picture(PictureRow { part, row, rows, columns })) = role else { continue };
        let size = ImageSize { part: part.into(), columns, rows };
        let goes_on = |last: &&mut PlacedImage<'_>| {
            last.size == size && last.area.bottom() == y && last.skipped + last.area.height == row
        };
        match placed.last_mut().filter(goes_on) {
            Some(last) => last.area.height += 1,
            None if columns <= inside.width => placed.push(PlacedImage {
                mail: &open.opened.envelope.id,
                size,
                area: Rect { x: inside.x, y, width: columns, height: 1 },
                skipped: row,
            }),
            None => {}
        }
    }
    placed
}

/// Returns the content area of the message pane. Returns `None` if the pane is not visible, or while an overlay
/// or a notice is shown.
fn message_area(model: &Model) -> Option<Rect> {
    if !model.overlays.is_empty() || !model.notices.shown().is_empty() {
        return None;
    }
    let layout = model.layout();
    let pane = match layout {
        Layout::One { pane, .. } if model.focus == Pane::Message => pane,
        Layout::Three { message: Some(message), .. } => message,
        Layout::One { .. } | Layout::Three { .. } | Layout::TooSmall => return None,
    };
    Some(message_pane::content_area(model, to_rect(pane)))
}

fn draw_row(pixels: &HalfBlockImage, row: u16, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    for (column, x) in (0..pixels.width).zip(area.x..area.right()) {
        let (Some(upper), Some(lower)) = (pixels.at(column, row * 2), pixels.at(column, row * 2 + 1)) else {
            return;
        };
        let Some(style) = styles.pixels(upper, lower) else { return };
        if let Some(cell) = frame.buffer_mut().cell_mut(Position { x, y: area.y }) {
            // The cell may be dim or bold, which would change the colours of the image.
            cell.reset();
            cell.set_symbol(HALF).set_style(style);
        }
    }
}
