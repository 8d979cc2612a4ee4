//! Draws pictures with the best method that the terminal has: kitty graphics, sixels, iTerm2 images or
//! half-blocks.

mod direct;
mod form;
mod image_picker;
mod message;
mod sixels;

pub(super) use image_picker::{Pencil, Surroundings};
pub(super) use message::{EncodedImage, make};

use crate::app::Model;
use crate::app::captcha_dialog::CaptchaImage;
use bytes::Bytes;
use direct::Placements;
use form::ImageForm;
use image::imageops::{FilterType, overlay};
use image::{DynamicImage, ImageReader, Limits, Rgba, RgbaImage};
use mail_reader::richtext::CellSize;
use message::MessageImages;
use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::halfblocks::Halfblocks;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;

/// Maximum width and height of a captcha picture in pixels; a larger picture is rejected.
const MAX_SIDE: u32 = 2048;
/// Maximum memory in bytes for decoding one picture; a picture that needs more is not decoded.
const MAX_MEMORY: u64 = 32 << 20;

/// Decodes a captcha picture of the service, within limits on size and memory. Decoding takes long, so it
/// must not run on the event loop.
pub(super) fn decode(bytes: &Bytes) -> Result<Arc<CaptchaImage>, String> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|why| why.to_string())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let decoded = reader.decode().map_err(|why| why.to_string())?.into_rgba8();
    let (width, height) = decoded.dimensions();
    Ok(Arc::new(CaptchaImage { width, height, rgba: decoded.into_raw() }))
}

/// A captcha picture, encoded for the area of the screen in which it is drawn.
struct Ready {
    of: Arc<CaptchaImage>,
    room: Rect,
    area: Rect,
    form: CaptchaForm,
}

enum CaptchaForm {
    /// A captcha picture, encoded for the graphics protocol of the terminal.
    Own(ImageForm),
    /// A captcha picture in half-blocks, which need no graphics protocol.
    HalfBlocks(Protocol),
}

/// Draws pictures, and caches the encoded form of those that use the terminal's graphics protocol.
#[derive(Default)]
pub struct Pictures {
    /// Graphics protocol and cell size of the terminal; `None` draws pictures as half-blocks.
    image_picker: Option<Pencil>,
    captcha: Option<Ready>,
    /// The encoded pictures of the open mail.
    of_message: MessageImages,
    placements: Placements,
    /// Area of the screen at the last frame; a change shows that the screen was cleared.
    screen: Rect,
}

impl std::fmt::Debug for Pictures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pictures").field("pencil", &self.image_picker).finish_non_exhaustive()
    }
}

impl Pictures {
    /// Returns the graphics protocol and cell size for pictures of mails; `None` if the terminal draws no
    /// pictures itself.
    pub(super) fn image_picker(&self) -> Option<Pencil> {
        self.image_picker
    }

    /// Sets the graphics protocol and the cell size that are used from the next frame on.
    pub(super) fn set_pencil(&mut self, image_picker: Option<Pencil>) {
        self.image_picker = image_picker;
        self.captcha = None;
    }

    /// Stores an encoded picture of a mail, so that the next frame draws it.
    pub(super) fn keep(&mut self, made: EncodedImage) {
        // A picture for an earlier cell size came too late and is dropped.
        if self.image_picker.is_some_and(|image_picker| made.is_for(image_picker)) {
            self.of_message.keep(made);
        }
    }

    /// Forgets which pictures the terminal has in memory, because the terminal was cleared.
    pub(super) fn forget_terminal(&mut self) {
        self.captcha = None;
        self.placements.forget();
        self.of_message.make_again();
    }

    /// Draws the pictures that the model shows, over the cells that the view has drawn.
    pub fn draw(&mut self, model: &Model, frame: &mut Frame<'_>) {
        if self.screen != frame.area() {
            self.screen = frame.area();
            // After a change of size the screen was cleared, which removes the placed pictures.
            if self.image_picker.is_some_and(Pencil::is_placed) {
                self.forget_terminal();
            }
        }
        if let Some(image_picker) = self.image_picker {
            self.of_message.draw(model, image_picker, frame, &mut self.placements);
        }
        self.draw_captcha(model, frame);
    }

    /// Ends a frame. Returns the sequences that remove the pictures which this frame does not show, if the
    /// terminal does not remove them itself.
    pub(super) fn end_frame(&mut self) -> String {
        if !self.image_picker.is_some_and(Pencil::is_placed) {
            return String::new();
        }
        let captcha = self.captcha.as_ref().and_then(|ready| match &ready.form {
            CaptchaForm::Own(form) => form.id(),
            CaptchaForm::HalfBlocks(_) => None,
        });
        let kept: BTreeSet<u32> = self.of_message.ids().chain(captcha).collect();
        self.placements.end_frame(&kept)
    }

    fn draw_captcha(&mut self, model: &Model, frame: &mut Frame<'_>) {
        let Some((room, drawing)) = crate::ui::captcha::picture(model, frame.area()) else {
            self.captcha = None;
            return;
        };
        drop(self.captcha.take_if(|ready| !(Arc::ptr_eq(&ready.of, drawing) && ready.room == room)));
        if self.captcha.is_none() {
            self.captcha = captcha(drawing, room, self.image_picker, model.cell);
        }
        let Some(Ready { area, form, .. }) = &mut self.captcha else { return };
        match form {
            CaptchaForm::Own(form) => form.draw(*area, 0, frame, &mut self.placements),
            CaptchaForm::HalfBlocks(blocks) => frame.render_widget(Image::new(&*blocks), *area),
        }
    }
}

/// Scales a captcha picture to the largest size that fits the area `room`, and centres it there.
fn captcha(
    drawing: &Arc<CaptchaImage>,
    room: Rect,
    image_picker: Option<Pencil>,
    cell: CellSize,
) -> Option<Ready> {
    let picture = on_white(drawing)?;
    let cell = image_picker.map_or(cell, |image_picker| image_picker.cell);
    let (columns, rows) = fitted(picture.dimensions(), cell, room);
    let area = Rect {
        x: room.x + (room.width - columns) / 2,
        y: room.y + (room.height - rows) / 2,
        width: columns,
        height: rows,
    };
    let scaled = |wide: u16, high: u16| {
        let (width, height) = (u32::from(columns) * u32::from(wide), u32::from(rows) * u32::from(high));
        DynamicImage::ImageRgba8(picture.clone()).resize_exact(width, height, FilterType::Triangle)
    };
    let own = image_picker.and_then(|image_picker| {
        ImageForm::new(image_picker, &scaled(cell.width, cell.height).into_rgb8(), (columns, rows))
            .map(CaptchaForm::Own)
    });
    let form = own.or_else(|| {
        let blocks = Halfblocks::new(scaled(1, 2), Size::new(columns, rows)).ok()?;
        Some(CaptchaForm::HalfBlocks(Protocol::Halfblocks(blocks)))
    })?;
    Some(Ready { of: Arc::clone(drawing), room, area, form })
}

/// Draws a captcha picture on a white background, because transparent parts could hide its characters on a
/// dark terminal.
fn on_white(drawing: &CaptchaImage) -> Option<RgbaImage> {
    let picture = RgbaImage::from_raw(drawing.width, drawing.height, drawing.rgba.clone())?;
    let mut white = RgbaImage::from_pixel(drawing.width, drawing.height, Rgba([u8::MAX; 4]));
    overlay(&mut white, &picture, 0, 0);
    Some(white)
}

/// Returns columns and rows of the largest picture with these proportions that fits into the area `room`.
fn fitted((width, height): (u32, u32), cell: CellSize, room: Rect) -> (u16, u16) {
    let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let pixels =
        (u64::from(room.width) * u64::from(cell.width), u64::from(room.height) * u64::from(cell.height));
    let by_width = pixels.0 * height <= pixels.1 * width;
    let (columns, rows) = if by_width {
        (u64::from(room.width), pixels.0 * height / width / u64::from(cell.height))
    } else {
        (pixels.1 * width / height / u64::from(cell.width), u64::from(room.height))
    };
    let within = |cells: u64, most: u16| u16::try_from(cells).unwrap_or(most).clamp(1, most.max(1));
    (within(columns, room.width), within(rows, room.height))
}
