//! Pictures on the terminal, by the best means that it has: kitty's, sixel, iTerm2's, or half-blocks.

mod direct;
mod form;
mod image_picker;
mod message;
mod sixels;

pub(super) use image_picker::{Pencil, Surroundings};
pub(super) use message::{EncodedImage, make};

use crate::app::Model;
use crate::app::captcha_dialog::CaptchaImage;
use crate::domain::richtext::CellSize;
use bytes::Bytes;
use direct::Placements;
use form::ImageForm;
use image::imageops::{FilterType, overlay};
use image::{DynamicImage, ImageReader, Limits, Rgba, RgbaImage};
use message::MessageImages;
use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::halfblocks::Halfblocks;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;

/// A captcha is a small picture: what claims to be larger is none.
const MAX_SIDE: u32 = 2048;
/// Memory that decoding one may take, in bytes.
const MAX_MEMORY: u64 = 32 << 20;

/// Decodes a picture from outside, within limits. Computes for long: call it off the loop.
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

/// A drawing of a captcha, made for cells of the screen.
struct Ready {
    of: Arc<CaptchaImage>,
    room: Rect,
    area: Rect,
    form: CaptchaForm,
}

enum CaptchaForm {
    /// In the terminal's own form.
    Own(ImageForm),
    /// In half-blocks, which every terminal has.
    HalfBlocks(Protocol),
}

/// Draws pictures; keeps those that the screen shows in the terminal's own form.
#[derive(Default)]
pub struct Pictures {
    /// How the terminal draws pictures itself; `None` means half-blocks.
    image_picker: Option<Pencil>,
    captcha: Option<Ready>,
    /// Pictures of the message.
    of_message: MessageImages,
    placements: Placements,
    /// The size of the screen of the last frame.
    screen: Rect,
}

impl std::fmt::Debug for Pictures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pictures").field("pencil", &self.image_picker).finish_non_exhaustive()
    }
}

impl Pictures {
    /// What pictures of a message are made for the terminal with; `None` where it draws none itself.
    pub(super) fn image_picker(&self) -> Option<Pencil> {
        self.image_picker
    }

    /// Draws in that way from now on.
    pub(super) fn set_pencil(&mut self, image_picker: Option<Pencil>) {
        self.image_picker = image_picker;
        self.captcha = None;
    }

    /// Takes a picture of a message in the terminal's own form.
    pub(super) fn keep(&mut self, made: EncodedImage) {
        // One that was made for cells of an earlier size comes too late.
        if self.image_picker.is_some_and(|image_picker| made.is_for(image_picker)) {
            self.of_message.keep(made);
        }
    }

    /// Nothing that the terminal was given before is there any more.
    pub(super) fn forget_terminal(&mut self) {
        self.captcha = None;
        self.placements.forget();
        self.of_message.make_again();
    }

    /// Draws the pictures that the model shows over what the view has drawn.
    pub fn draw(&mut self, model: &Model, frame: &mut Frame<'_>) {
        if self.screen != frame.area() {
            self.screen = frame.area();
            // A screen of another size was cleared, which removes placed pictures.
            if self.image_picker.is_some_and(Pencil::is_placed) {
                self.forget_terminal();
            }
        }
        if let Some(image_picker) = self.image_picker {
            self.of_message.draw(model, image_picker, frame, &mut self.placements);
        }
        self.draw_captcha(model, frame);
    }

    /// The bytes that remove pictures which the frame does not show, where the terminal does not do so itself.
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

/// Makes a drawing as large as the room allows, in its middle.
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

/// A drawing without transparency: its ink has to be seen on a terminal of any colour.
fn on_white(drawing: &CaptchaImage) -> Option<RgbaImage> {
    let picture = RgbaImage::from_raw(drawing.width, drawing.height, drawing.rgba.clone())?;
    let mut white = RgbaImage::from_pixel(drawing.width, drawing.height, Rgba([u8::MAX; 4]));
    overlay(&mut white, &picture, 0, 0);
    Some(white)
}

/// Columns and rows of the largest picture of that shape in a room.
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
