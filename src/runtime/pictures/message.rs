//! Pictures of a message, for terminals that draw them: made in a task, kept while their mail is open,
//! and drawn row by row, since a message is scrolled.

use crate::app::Model;
use crate::app::reader::PictureSize;
use crate::domain::ids::MailId;
use crate::domain::richtext::Fine;
use crate::ui::picture::{Placed, placed};
use image::{DynamicImage, RgbaImage};
use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui_image::picker::{Picker, ProtocolType};
use ratatui_image::protocol::Protocol;
use ratatui_image::sliced::{SignedPosition, SlicedImage, SlicedProtocol};
use ratatui_image::{Image, Resize};
use std::collections::HashMap;

/// No more pictures are kept than this; further ones are drawn in half-blocks.
const MOST: usize = 32;

/// A picture in a form of the terminal's.
enum Form {
    /// As a whole, of which any rows can be shown.
    Whole(SlicedProtocol),
    /// A picture for each row of cells: iTerm2 can show no part of one.
    Rows(Vec<Protocol>),
}

/// A picture of a mail, made for the terminal.
pub(in crate::runtime) struct Made {
    mail: MailId,
    size: PictureSize,
    pixels: RgbaImage,
    form: Form,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Made").field("mail", &self.mail).field("size", &self.size).finish_non_exhaustive()
    }
}

/// Makes a picture for the terminal. Computes for long: call it off the loop.
pub(in crate::runtime) fn make(picker: &Picker, mail: MailId, size: PictureSize, fine: Fine) -> Option<Made> {
    let pixels = RgbaImage::from_raw(fine.width, fine.height, fine.rgba)?;
    let form = form(picker, size, &pixels)?;
    Some(Made { mail, size, pixels, form })
}

fn form(picker: &Picker, size: PictureSize, pixels: &RgbaImage) -> Option<Form> {
    let picture = DynamicImage::ImageRgba8(pixels.clone());
    if picker.protocol_type() != ProtocolType::Iterm2 {
        let cells = Size::new(size.columns, size.rows);
        return SlicedProtocol::new(picker, picture, Some(cells)).ok().map(Form::Whole);
    }
    let high = picture.height() / u32::from(size.rows.max(1));
    let row = |row: u16| {
        let strip = picture.crop_imm(0, u32::from(row) * high, picture.width(), high);
        picker.new_protocol(strip, Size::new(size.columns, 1), Resize::Fit(None)).ok()
    };
    (0..size.rows).map(row).collect::<Option<_>>().map(Form::Rows)
}

/// The pictures of the mail that is open.
#[derive(Debug, Default)]
pub(super) struct OfMessage {
    made: HashMap<PictureSize, Made>,
}

impl OfMessage {
    pub(super) fn keep(&mut self, made: Made) {
        self.made.retain(|_, other| other.mail == made.mail);
        if self.made.len() < MOST {
            self.made.insert(made.size, made);
        }
    }

    /// Makes anew what the terminal was given once and has to have.
    pub(super) fn make_again(&mut self, picker: &Picker) {
        for made in self.made.values_mut() {
            if let Some(form) = form(picker, made.size, &made.pixels) {
                made.form = form;
            }
        }
    }

    pub(super) fn draw(&mut self, model: &Model, frame: &mut Frame<'_>) {
        let open = model.reader.page().map(|page| &page.opened.envelope.id);
        self.made.retain(|_, made| Some(&made.mail) == open);
        if self.made.is_empty() {
            return;
        }
        for place in placed(model) {
            if let Some(made) = self.made.get(&place.size).filter(|made| made.mail == *place.mail) {
                draw(&made.form, place, frame);
            }
        }
    }
}

fn draw(form: &Form, place: Placed<'_>, frame: &mut Frame<'_>) {
    let Placed { area, skipped, .. } = place;
    match form {
        Form::Whole(whole) => {
            let above = i16::try_from(skipped).unwrap_or(i16::MAX);
            frame.render_widget(SlicedImage::new(whole, SignedPosition::from((0, -above))), area);
        }
        Form::Rows(rows) => {
            for (row, y) in rows.iter().skip(usize::from(skipped)).zip(area.y..area.bottom()) {
                frame.render_widget(Image::new(row), Rect { y, height: 1, ..area });
            }
        }
    }
}
