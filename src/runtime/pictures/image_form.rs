//! Encodes images for the terminal's graphics protocol. Any range of rows of an encoded image can be drawn.

use super::image_picker::{GraphicsProtocol, ImageSettings};
use super::kitty_direct::{Direct, Placements, next_id};
use super::sixels::Sixels;
use image::{DynamicImage, RgbImage};
use ratatui::Frame;
use ratatui::buffer::CellDiffOption;
use ratatui::layout::{Position, Rect, Size};
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::iterm2::Iterm2;
use ratatui_image::protocol::kitty::Kitty;
use ratatui_image::sliced::{SignedPosition, SlicedImage, SlicedProtocol};
use std::fmt::Write;
use std::num::NonZeroU16;

/// An image that is encoded for one of the graphics protocols.
pub(super) enum ImageForm {
    /// The image is encoded as kitty graphics with Unicode placeholders.
    Placeholders(SlicedProtocol),
    /// The image is encoded as kitty graphics that are placed at the cursor.
    Direct(Direct),
    /// The image is encoded as sixels; only its visible rows are sent.
    Sixels(SixelRows),
    /// The image is encoded as one iTerm2 image per row of cells, because iTerm2 cannot show a part of an image.
    Rows(Vec<Protocol>),
}

/// An image encoded as sixels, with a cache for the most recently drawn rows.
pub(super) struct SixelRows {
    whole: Sixels,
    cell_height: u16,
    /// The rows that were drawn most recently (the first row and the number of rows), and the escape sequence that
    /// draws them. The sequence is reused if the same rows are drawn again.
    drawn: Option<((u16, u16), String)>,
}

impl SixelRows {
    fn rows(&mut self, skipped: u16, count: u16) -> &str {
        let drawn = self.drawn.take_if(|(rows, _)| *rows == (skipped, count));
        let pixels = |rows: u16| usize::from(rows) * usize::from(self.cell_height);
        let make = || ((skipped, count), self.whole.rows(pixels(skipped), pixels(count)));
        let drawn = drawn.unwrap_or_else(make);
        &self.drawn.insert(drawn).1
    }
}

impl ImageForm {
    /// Encodes an image that was scaled to `columns` by `rows` cells; `None` if encoding fails. Encoding is slow, so do
    /// not call this function from the event loop.
    pub(super) fn new(
        image_settings: ImageSettings,
        picture: &RgbImage,
        (columns, rows): (u16, u16),
    ) -> Option<Self> {
        let whole = || DynamicImage::ImageRgb8(picture.clone());
        match image_settings.graphics {
            GraphicsProtocol::Placeholders { tmux } => {
                let kitty = Kitty::new(whole(), Size::new(columns, rows), next_id(), tmux, false).ok()?;
                Some(Self::Placeholders(SlicedProtocol::Kitty(kitty)))
            }
            GraphicsProtocol::Direct => Some(Self::Direct(Direct::new(picture, (columns, rows)))),
            GraphicsProtocol::Sixels { colours } => {
                let (whole, cell_height) = (Sixels::new(picture, colours)?, image_settings.cell.height);
                Some(Self::Sixels(SixelRows { whole, cell_height, drawn: None }))
            }
            GraphicsProtocol::Inline { tmux } => {
                let (whole, high) = (whole(), u32::from(image_settings.cell.height));
                let row = |row: u16| {
                    let strip = whole.crop_imm(0, u32::from(row) * high, whole.width(), high);
                    Iterm2::new(strip, Size::new(columns, 1), tmux).ok().map(Protocol::ITerm2)
                };
                (0..rows).map(row).collect::<Option<_>>().map(Self::Rows)
            }
        }
    }

    /// Returns the id of the image if this program must remove it from the screen; `None` if the terminal removes it by
    /// itself.
    pub(super) fn id(&self) -> Option<u32> {
        match self {
            Self::Direct(direct) => Some(direct.id()),
            Self::Placeholders(_) | Self::Sixels(_) | Self::Rows(_) => None,
        }
    }

    /// Prepares the image to be sent to the terminal again, because the terminal was cleared. Has no effect if the
    /// graphics protocol does not store images in the terminal: such images are sent with every frame.
    pub(super) fn resend(&mut self, image_settings: ImageSettings, picture: &RgbImage, cells: (u16, u16)) {
        match self {
            Self::Direct(direct) => direct.mark_unsent(),
            Self::Placeholders(_) => {
                if let Some(form) = Self::new(image_settings, picture, cells) {
                    *self = form;
                }
            }
            Self::Sixels(_) | Self::Rows(_) => {}
        }
    }

    /// Draws the rows of the image that fit into the area, starting with row `skipped` (counted from 0). The area must
    /// be as wide as the image.
    pub(super) fn draw(
        &mut self,
        area: Rect,
        skipped: u16,
        frame: &mut Frame<'_>,
        placements: &mut Placements,
    ) {
        match self {
            Self::Placeholders(whole) => {
                let above = i16::try_from(skipped).unwrap_or(i16::MAX);
                frame.render_widget(SlicedImage::new(whole, SignedPosition::from((0, -above))), area);
            }
            Self::Direct(direct) => {
                let sequence = direct.place(placements.add(direct.id()), skipped, area.height);
                put_sequence(area, &sequence, frame);
            }
            Self::Sixels(sixels) => put_sequence(area, sixels.rows(skipped, area.height), frame),
            Self::Rows(rows) => {
                for (row, y) in rows.iter().skip(usize::from(skipped)).zip(area.y..area.bottom()) {
                    frame.render_widget(Image::new(row), Rect { y, height: 1, ..area });
                }
            }
        }
    }
}

/// Adds to the frame the escape sequence that draws an image. Erases the cells of the area first, because old text
/// would be visible through the image. The next frame without the image redraws the cells.
fn put_sequence(area: Rect, sequence: &str, frame: &mut Frame<'_>) {
    let mut symbol = String::with_capacity(sequence.len() + usize::from(area.height) * 10 + 16);
    // The cursor is saved (DECSC) and restored (DECRC), because terminals leave it at different positions after an
    // image.
    symbol.push_str("\x1b7");
    for _ in 0..area.height {
        let _ = write!(symbol, "\x1b[{}X\x1b[B", area.width);
    }
    let _ = write!(symbol, "\x1b8{sequence}\x1b8\x1b[C");
    let buffer = frame.buffer_mut();
    for (x, y) in (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| (x, y))) {
        if let Some(cell) = buffer.cell_mut(Position { x, y }) {
            cell.reset();
            cell.set_diff_option(CellDiffOption::Skip);
        }
    }
    if let Some(first) = buffer.cell_mut(Position { x: area.x, y: area.y }) {
        first.set_symbol(&symbol).set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::MIN));
    }
}
