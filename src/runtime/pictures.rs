//! Pictures on the terminal, by the best means that it has: kitty's, sixel, iTerm2's, or half-blocks.

mod message;

pub(super) use message::{Made, make};

use crate::app::Model;
use crate::app::captcha::Drawing;
use bytes::Bytes;
use image::{DynamicImage, ImageReader, Limits, RgbaImage};
use message::OfMessage;
use ratatui::Frame;
use ratatui::layout::Size;
use ratatui_image::picker::{Picker, ProtocolType};
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::halfblocks::Halfblocks;
use ratatui_image::{FilterType, Image, Resize};
use std::io::Cursor;
use std::sync::Arc;

/// A captcha is a small picture: what claims to be larger is none.
const MAX_SIDE: u32 = 2048;
/// Memory that decoding one may take, in bytes.
const MAX_MEMORY: u64 = 32 << 20;

/// Decodes a picture from outside, within limits. Computes for long: call it off the loop.
pub(super) fn decode(bytes: &Bytes) -> Result<Arc<Drawing>, String> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|why| why.to_string())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let decoded = reader.decode().map_err(|why| why.to_string())?.into_rgba8();
    let (width, height) = decoded.dimensions();
    Ok(Arc::new(Drawing { width, height, rgba: decoded.into_raw() }))
}

/// Draws pictures; keeps the one that was drawn last in the terminal's own form.
#[derive(Default)]
pub struct Pictures {
    /// How the terminal draws pictures itself. `None` means half-blocks, which every terminal has. The
    /// crate's own picker for half-blocks is never made: inside tmux it sets an option of the user's pane.
    picker: Option<Picker>,
    ready: Option<(Arc<Drawing>, Size, Protocol)>,
    /// Pictures of the message.
    of_message: OfMessage,
}

impl std::fmt::Debug for Pictures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pictures").field("picker", &self.picker).finish_non_exhaustive()
    }
}

impl Pictures {
    /// Asks the terminal what it can do. It takes until the terminal answers, so the first frame has
    /// to be there before; and the answer comes as input, so nobody else may read that yet.
    pub(super) fn ask_terminal(&mut self) {
        self.picker = Picker::from_query_stdio()
            .ok()
            .filter(|picker| picker.protocol_type() != ProtocolType::Halfblocks);
    }

    /// What pictures of a message are made for the terminal with; `None` where it draws none itself.
    pub(super) fn pencil(&self) -> Option<Picker> {
        self.picker.clone()
    }

    /// Takes a picture of a message in the terminal's own form.
    pub(super) fn keep(&mut self, made: Made) {
        self.of_message.keep(made);
    }

    /// Nothing that the terminal was given before is there any more.
    pub(super) fn forget_terminal(&mut self) {
        self.ready = None;
        if let Some(picker) = &self.picker {
            self.of_message.make_again(picker);
        }
    }

    /// Draws the pictures that the model shows over what the view has drawn.
    pub fn draw(&mut self, model: &Model, frame: &mut Frame<'_>) {
        self.of_message.draw(model, frame);
        let Some((area, pixels)) = crate::ui::captcha::picture(model, frame.area()) else {
            self.ready = None;
            return;
        };
        let size = area.as_size();
        let kept = self.ready.as_ref().is_some_and(|(of, at, _)| Arc::ptr_eq(of, pixels) && *at == size);
        if !kept {
            let image = RgbaImage::from_raw(pixels.width, pixels.height, pixels.rgba.clone());
            let image = image.map(DynamicImage::ImageRgba8);
            let made = image.and_then(|image| match &self.picker {
                Some(picker) => {
                    picker.new_protocol(image, size, Resize::Scale(Some(FilterType::Triangle))).ok()
                }
                None => half_blocks(&image, size),
            });
            self.ready = made.map(|made| (Arc::clone(pixels), size, made));
        }
        if let Some((_, _, protocol)) = &self.ready {
            frame.render_widget(Image::new(protocol), area);
        }
    }
}

/// A picture scaled to fit `size` cells, two pixels to a cell, one above the other.
fn half_blocks(image: &DynamicImage, size: Size) -> Option<Protocol> {
    let fitted = image.resize(u32::from(size.width), 2 * u32::from(size.height), FilterType::Triangle);
    let columns = u16::try_from(fitted.width()).ok()?;
    let rows = u16::try_from(fitted.height().div_ceil(2)).ok()?;
    Halfblocks::new(fitted, Size::new(columns, rows)).ok().map(Protocol::Halfblocks)
}
