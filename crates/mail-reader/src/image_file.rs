//! Reads image files, limiting their dimensions and the memory used to decode them.

use image::{ImageReader, Limits};
use std::io::Cursor;

/// Maximum size in bytes of an image file; larger files are not decoded.
pub(super) const MAX_BYTES: u64 = 20 << 20;
/// Maximum width or height in pixels of an image; larger images are not decoded.
const MAX_SIDE_PIXELS: u32 = 12_000;
/// Maximum memory in bytes for decoding an image; an image that needs more is not decoded.
const MAX_MEMORY_BYTES: u64 = 128 << 20;
/// Maximum number of pixels in an image; larger images are not decoded.
const MAX_PIXELS: u64 = 30_000_000;

/// Creates a decoder for an image file; `None` if the file cannot be read. Decoding fails if the image exceeds the
/// limits on dimensions or memory.
pub(super) fn reader(bytes: &[u8]) -> Option<ImageReader<Cursor<&[u8]>>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PIXELS);
    limits.max_image_height = Some(MAX_SIDE_PIXELS);
    limits.max_alloc = Some(MAX_MEMORY_BYTES);
    reader.limits(limits);
    Some(reader)
}

/// Returns the width and height of an image in pixels; `None` if the file is not a supported image or exceeds
/// a limit.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let (width, height) = reader(bytes)?.into_dimensions().ok()?;
    let small = width <= MAX_SIDE_PIXELS
        && height <= MAX_SIDE_PIXELS
        && u64::from(width) * u64::from(height) <= MAX_PIXELS;
    (small && width > 0 && height > 0).then_some((width, height))
}

/// Returns the width and height in pixels of an image part. The caller stores them in
/// [`super::mail::Attachment::picture`]. Returns `None` if the part is not a supported image or exceeds a limit.
pub(super) fn measure(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.len() as u64 > MAX_BYTES { None } else { size(bytes) }
}
