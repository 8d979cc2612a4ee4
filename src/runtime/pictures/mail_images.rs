//! Encodes the images in a mail for the terminal's graphics protocol in a separate task, and caches them while the mail
//! is open. Only the visible rows of each image are drawn.

use super::image_form::ImageForm;
use super::image_picker::ImageSettings;
use super::kitty_direct::Placements;
use crate::app::Model;
use crate::app::message_pane::ImageSize;
use crate::ui::picture::placed_images;
use dropmail_client::domain::ids::MailId;
use image::{DynamicImage, RgbImage, RgbaImage};
use mail_reader::richtext::FullImage;
use ratatui::Frame;
use std::collections::HashMap;

/// Maximum number of images per mail that are encoded for the terminal's graphics protocol; further images are drawn
/// with half-block characters.
const MAX_ENCODED_IMAGES: usize = 32;

/// An image from a mail, encoded for the terminal's graphics protocol.
pub(in crate::runtime) struct EncodedImage {
    mail: MailId,
    size: ImageSize,
    pixels: RgbImage,
    form: ImageForm,
    image_settings: ImageSettings,
}

impl std::fmt::Debug for EncodedImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Made").field("mail", &self.mail).field("size", &self.size).finish_non_exhaustive()
    }
}

impl EncodedImage {
    /// Returns whether the image was encoded for the given graphics protocol and cell size. An image that was encoded
    /// for other settings must not be drawn.
    pub(super) fn matches_settings(&self, image_settings: ImageSettings) -> bool {
        self.image_settings == image_settings
    }
}

/// Encodes an image from a mail for the terminal's graphics protocol; `None` if encoding fails. Encoding is slow, so do
/// not call this function from the event loop.
pub(in crate::runtime) fn encode(
    image_settings: ImageSettings,
    mail: MailId,
    size: ImageSize,
    fine: FullImage,
) -> Option<EncodedImage> {
    let pixels =
        DynamicImage::ImageRgba8(RgbaImage::from_raw(fine.width, fine.height, fine.rgba)?).into_rgb8();
    let form = ImageForm::new(image_settings, &pixels, (size.columns, size.rows))?;
    Some(EncodedImage { mail, size, pixels, form, image_settings })
}

/// The images in the open mail, encoded for the terminal's graphics protocol.
#[derive(Debug, Default)]
pub(super) struct MessageImages {
    made: HashMap<ImageSize, EncodedImage>,
}

impl MessageImages {
    pub(super) fn add(&mut self, made: EncodedImage) {
        self.made.retain(|_, other| other.mail == made.mail && other.matches_settings(made.image_settings));
        if self.made.len() < MAX_ENCODED_IMAGES {
            self.made.insert(made.size, made);
        }
    }

    /// Prepares the images to be sent to the terminal again, because the terminal no longer has them in memory.
    pub(super) fn resend(&mut self) {
        for made in self.made.values_mut() {
            made.form.resend(made.image_settings, &made.pixels, (made.size.columns, made.size.rows));
        }
    }

    /// Returns the ids of the images that the terminal must keep in memory.
    pub(super) fn ids(&self) -> impl Iterator<Item = u32> {
        self.made.values().filter_map(|made| made.form.id())
    }

    pub(super) fn draw(
        &mut self,
        model: &Model,
        image_settings: ImageSettings,
        frame: &mut Frame<'_>,
        placements: &mut Placements,
    ) {
        let open = model.message_pane.open_mail().map(|open| &open.opened.envelope.id);
        self.made.retain(|_, made| Some(&made.mail) == open && made.matches_settings(image_settings));
        if self.made.is_empty() {
            return;
        }
        for place in placed_images(model) {
            if let Some(made) = self.made.get_mut(&place.size).filter(|made| made.mail == *place.mail) {
                made.form.draw(place.area, place.skipped, frame, placements);
            }
        }
    }
}
