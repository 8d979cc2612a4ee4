//! Requests the images of the open mail, and stores them when they are decoded.

use crate::app::effect::{Effect, MessagePaneEffect};
use crate::app::message_pane::{ImageSize, ImageState};
use crate::app::model::Model;
use dropmail_client::domain::ids::MailId;
use mail_reader::richtext::HalfBlockImage;
use std::sync::Arc;

pub(super) fn request_images(model: &mut Model) -> Vec<Effect> {
    let rows = usize::from(model.layout().message_size().1);
    let Some(open) = model.message_pane.open_mail_mut().filter(|open| open.opened.is_complete) else {
        return Vec::new();
    };
    let missing = open.missing_images(rows);
    open.images.extend(missing.iter().map(|size| (*size, ImageState::Decoding)));
    missing
        .into_iter()
        .map(|size| Effect::MessagePane(MessagePaneEffect::DecodeImage(Arc::clone(&open.opened), size)))
        .collect()
}

pub(in crate::app::update) fn handle_image(
    model: &mut Model,
    id: &MailId,
    size: ImageSize,
    pixels: Option<HalfBlockImage>,
) {
    if let Some(open) = model.message_pane.open_mail_mut().filter(|open| open.opened.envelope.id == *id) {
        open.images.insert(size, pixels.map_or(ImageState::Broken, ImageState::Decoded));
    }
}
