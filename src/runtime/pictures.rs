//! Draws images by the best method that the terminal supports: kitty graphics, sixels, iTerm2 images or half-block
//! characters.

mod image_form;
mod image_picker;
mod kitty_direct;
mod mail_images;
mod sixels;

pub(super) use image_picker::{ImageSettings, TerminalEnvironment};
pub(super) use mail_images::{EncodedImage, encode};

use crate::app::Model;
use crate::app::captcha_dialog::CaptchaImage;
use bytes::Bytes;
use image::imageops::{FilterType, overlay};
use image::{DynamicImage, ImageReader, Limits, Rgba, RgbaImage};
use image_form::ImageForm;
use kitty_direct::Placements;
use mail_images::MessageImages;
use mail_reader::richtext::CellSize;
use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::halfblocks::Halfblocks;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;

/// Maximum width and height of a captcha image in pixels; a larger image is rejected.
const MAX_SIDE: u32 = 2048;
/// Maximum amount of memory in bytes for decoding a captcha image; an image that needs more is rejected.
const MAX_MEMORY: u64 = 32 << 20;

/// Decodes a captcha image that the service sent, with limits on its dimensions and on memory. Decoding is slow, so do
/// not call this function from the event loop.
pub(super) fn decode_captcha_image(bytes: &Bytes) -> Result<Arc<CaptchaImage>, String> {
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

/// A captcha image that was encoded for the area of the screen in which it is drawn.
struct Ready {
    source: Arc<CaptchaImage>,
    dialog_area: Rect,
    area: Rect,
    form: CaptchaForm,
}

enum CaptchaForm {
    /// The captcha image is encoded for the terminal's graphics protocol.
    Own(ImageForm),
    /// The captcha image is drawn with half-block characters, which need no graphics protocol.
    HalfBlocks(Protocol),
}

/// Draws images. Caches the images that are encoded for the terminal's graphics protocol.
#[derive(Default)]
pub struct Pictures {
    /// Graphics protocol and cell size of the terminal; with `None`, images are drawn with half-block characters.
    image_settings: Option<ImageSettings>,
    captcha: Option<Ready>,
    /// The images in the open mail, encoded for the terminal's graphics protocol.
    of_message: MessageImages,
    placements: Placements,
    /// The screen area of the last frame. If the next frame has a different area, the screen has been resized, which
    /// has also cleared it.
    screen: Rect,
}

impl std::fmt::Debug for Pictures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pictures").field("image_settings", &self.image_settings).finish_non_exhaustive()
    }
}

impl Pictures {
    /// Returns the graphics protocol and cell size for displaying the images in mails; `None` if the terminal supports
    /// no graphics protocol.
    pub(super) fn image_settings(&self) -> Option<ImageSettings> {
        self.image_settings
    }

    /// Sets the graphics protocol and cell size with which images are drawn, starting with the next frame.
    pub(super) fn set_image_settings(&mut self, image_settings: Option<ImageSettings>) {
        self.image_settings = image_settings;
        self.captcha = None;
    }

    /// Stores an encoded image from a mail, so that the next frame shows it. Drops an image whose encoding does not
    /// match the current protocol and cell size.
    pub(super) fn add_image(&mut self, made: EncodedImage) {
        // An image that was encoded for an earlier cell size is dropped.
        if self.image_settings.is_some_and(|image_settings| made.matches_settings(image_settings)) {
            self.of_message.add(made);
        }
    }

    /// Records that the terminal was cleared and no longer has any image in memory. All images are then sent again.
    pub(super) fn forget_terminal(&mut self) {
        self.captcha = None;
        self.placements.forget();
        self.of_message.resend();
    }

    /// Draws the images in the model over the cells that the view has reserved for them.
    pub fn draw(&mut self, model: &Model, frame: &mut Frame<'_>) {
        if self.screen != frame.area() {
            self.screen = frame.area();
            // After a change of size, the screen has been cleared, which also removes the placed images.
            if self.image_settings.is_some_and(ImageSettings::is_placed) {
                self.forget_terminal();
            }
        }
        if let Some(image_settings) = self.image_settings {
            self.of_message.draw(model, image_settings, frame, &mut self.placements);
        }
        self.draw_captcha(model, frame);
    }

    /// Finishes a frame. Returns the escape sequences that remove from the screen all images that are not in this
    /// frame; an empty string if the terminal removes such images by itself.
    pub(super) fn end_frame(&mut self) -> String {
        if !self.image_settings.is_some_and(ImageSettings::is_placed) {
            return String::new();
        }
        let captcha = self.captcha.as_ref().and_then(|ready| match &ready.form {
            CaptchaForm::Own(form) => form.id(),
            CaptchaForm::HalfBlocks(_) => None,
        });
        let used_ids: BTreeSet<u32> = self.of_message.ids().chain(captcha).collect();
        self.placements.end_frame(&used_ids)
    }

    fn draw_captcha(&mut self, model: &Model, frame: &mut Frame<'_>) {
        let Some((dialog_area, drawing)) = crate::ui::captcha::image_and_area(model, frame.area()) else {
            self.captcha = None;
            return;
        };
        drop(
            self.captcha
                .take_if(|ready| !(Arc::ptr_eq(&ready.source, drawing) && ready.dialog_area == dialog_area)),
        );
        if self.captcha.is_none() {
            self.captcha = scale_captcha(drawing, dialog_area, self.image_settings, model.cell);
        }
        let Some(Ready { area, form, .. }) = &mut self.captcha else { return };
        match form {
            CaptchaForm::Own(form) => form.draw(*area, 0, frame, &mut self.placements),
            CaptchaForm::HalfBlocks(blocks) => frame.render_widget(Image::new(&*blocks), *area),
        }
    }
}

/// Scales a captcha image to the largest size that fits into `dialog_area`, and centres it in that area. Returns `None`
/// if the image cannot be encoded.
fn scale_captcha(
    drawing: &Arc<CaptchaImage>,
    dialog_area: Rect,
    image_settings: Option<ImageSettings>,
    cell: CellSize,
) -> Option<Ready> {
    let picture = draw_on_white(drawing)?;
    let cell = image_settings.map_or(cell, |image_settings| image_settings.cell);
    let (columns, rows) = fit_size(picture.dimensions(), cell, dialog_area);
    let area = Rect {
        x: dialog_area.x + (dialog_area.width - columns) / 2,
        y: dialog_area.y + (dialog_area.height - rows) / 2,
        width: columns,
        height: rows,
    };
    let scaled = |wide: u16, high: u16| {
        let (width, height) = (u32::from(columns) * u32::from(wide), u32::from(rows) * u32::from(high));
        // `DynamicImage::resize_exact` would compile the resizing code for every pixel type.
        DynamicImage::ImageRgba8(image::imageops::resize(&picture, width, height, FilterType::Triangle))
    };
    let own = image_settings.and_then(|image_settings| {
        ImageForm::new(image_settings, &scaled(cell.width, cell.height).into_rgb8(), (columns, rows))
            .map(CaptchaForm::Own)
    });
    let form = own.or_else(|| {
        let blocks = Halfblocks::new(scaled(1, 2), Size::new(columns, rows)).ok()?;
        Some(CaptchaForm::HalfBlocks(Protocol::Halfblocks(blocks)))
    })?;
    Some(Ready { source: Arc::clone(drawing), dialog_area, area, form })
}

/// Draws a captcha image on a white background, because the characters of a transparent image could be invisible on a
/// dark terminal. Returns `None` if the length of the pixel data does not match the image's dimensions.
fn draw_on_white(drawing: &CaptchaImage) -> Option<RgbaImage> {
    let picture = RgbaImage::from_raw(drawing.width, drawing.height, drawing.rgba.clone())?;
    let mut white = RgbaImage::from_pixel(drawing.width, drawing.height, Rgba([u8::MAX; 4]));
    overlay(&mut white, &picture, 0, 0);
    Some(white)
}

/// Returns the largest size, in columns and rows, to which an image of the given size in pixels can be scaled within
/// `dialog_area`. The aspect ratio is preserved.
fn fit_size((width, height): (u32, u32), cell: CellSize, dialog_area: Rect) -> (u16, u16) {
    let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let pixels = (
        u64::from(dialog_area.width) * u64::from(cell.width),
        u64::from(dialog_area.height) * u64::from(cell.height),
    );
    let by_width = pixels.0 * height <= pixels.1 * width;
    let (columns, rows) = if by_width {
        (u64::from(dialog_area.width), pixels.0 * height / width / u64::from(cell.height))
    } else {
        (pixels.1 * width / height / u64::from(cell.width), u64::from(dialog_area.height))
    };
    let within = |cells: u64, most: u16| u16::try_from(cells).unwrap_or(most).clamp(1, most.max(1));
    (within(columns, dialog_area.width), within(rows, dialog_area.height))
}
