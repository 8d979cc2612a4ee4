//! The images of the open mail, and the selection of the images to decode next.

use super::OpenMail;
use mail_reader::richtext::{HalfBlockImage, PictureRow, Role};

/// An image in a mail, and its size on the screen in cells.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ImageSize {
    /// Index of the MIME part that contains the image.
    pub part: usize,
    /// Width of the image on the screen in columns.
    pub columns: u16,
    /// Height of the image on the screen in rows.
    pub rows: u16,
}

/// Loading state of an image in the open mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ImageState {
    /// The image is being decoded.
    Decoding,
    /// The image is decoded and ready to be drawn.
    Decoded(HalfBlockImage),
    /// The image cannot be shown, because it is corrupt or too large.
    Broken,
}

impl OpenMail {
    /// Returns the images on or near the screen that have not been requested yet. An image is near the screen if it is
    /// up to `rows` rows above the first visible line, or up to twice as many rows below the last one.
    pub fn missing_images(&self, rows: usize) -> Vec<ImageSize> {
        let near = self.rendered.lines.iter().skip(self.scroll.saturating_sub(rows)).take(rows * 4);
        let roles = near.filter_map(|line| line.spans.first()).map(|span| span.role);
        let mut sizes: Vec<ImageSize> = roles
            .filter_map(|role| {
                let Role::Picture(PictureRow { part, rows, columns, .. }) = role else { return None };
                Some(ImageSize { part: part.into(), columns, rows })
            })
            .filter(|size| !self.images.contains_key(size))
            .collect();
        sizes.dedup();
        sizes
    }
}
