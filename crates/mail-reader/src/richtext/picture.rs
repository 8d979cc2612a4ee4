//! Lays out inline and attached images, and limits the resources used to decode them. Images are never loaded from the
//! network.

use super::page::LineBuilder;
use super::wrap::StyledText;
use super::{Line, Role, Span};
use crate::image_file::{MAX_BYTES, reader, size};
use crate::mail::{Attachment, Mail};
use crate::sanitize::SafeText;
use image::DynamicImage;
use std::sync::Arc;

/// Maximum number of pixels in an image that has been scaled for display with a graphics protocol. If the scaled image
/// would have more pixels, the image is displayed only in half-block characters.
const MAX_FULL_PIXELS: u64 = 4_000_000;
/// Maximum heights of an image in terminal rows: the first value is for images within the text, the second for images
/// displayed alone. Taller images are downscaled.
const MAX_IMAGE_ROWS: (u16, u16) = (14, 40);
/// Maximum width of an image in terminal columns; wider images are downscaled.
const MAX_IMAGE_COLUMNS: u16 = 80;
/// A small image is displayed with this many image pixels per terminal column. A lower number would enlarge icons.
const PIXELS_PER_COLUMN: u32 = 6;

/// Size of a terminal cell in pixels.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CellSize {
    /// Width of the cell in pixels.
    pub width: u16,
    /// Height of the cell in pixels.
    pub height: u16,
}

impl Default for CellSize {
    /// Returns the size of a cell that is twice as tall as it is wide, as in most fonts.
    fn default() -> Self {
        Self { width: 10, height: 20 }
    }
}

impl CellSize {
    /// Maximum plausible width or height of a terminal cell in pixels. A larger size reported by a terminal is
    /// rejected.
    const MAX_CELL_SIDE_PIXELS: u16 = 256;

    /// Creates the size of a cell from the width and height that a terminal reported; `None` if they are
    /// implausible for any font.
    pub fn new(width: u16, height: u16) -> Option<Self> {
        let sides = 1..=Self::MAX_CELL_SIDE_PIXELS;
        let is_cell = sides.contains(&width) && sides.contains(&height);
        (is_cell && width <= height * 2 && height <= width * 4).then_some(Self { width, height })
    }
}

/// One row of an image, which fills one line of a view.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PictureRow {
    /// Index of the MIME part that contains the image. An image whose index does not fit into `u16` is not
    /// displayed.
    pub part: u16,
    /// Index of the row within the image; the first row has index 0.
    pub row: u16,
    /// Height of the whole image in terminal rows.
    pub rows: u16,
    /// Width of the whole image in terminal columns.
    pub columns: u16,
}

/// A downscaled image for display in half-block characters, each of which shows two vertically adjacent pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct HalfBlockImage {
    /// Width of the image in pixels.
    pub width: u16,
    /// Height of the image in pixels.
    pub height: u16,
    /// The red, green and blue values of each pixel, row by row.
    pub rgb: Arc<[[u8; 3]]>,
}

impl std::fmt::Debug for HalfBlockImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HalfBlockImage")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

impl HalfBlockImage {
    /// Returns the pixel in column `x` and row `y`; `None` if the position is outside the image.
    pub fn at(&self, x: u16, y: u16) -> Option<[u8; 3]> {
        if x >= self.width {
            return None;
        }
        self.rgb.get(usize::from(y) * usize::from(self.width) + usize::from(x)).copied()
    }
}

/// Returns whether an attachment is a displayable image, based on its detected media type and its size.
pub(super) fn is_picture(attachment: &Attachment) -> bool {
    attachment.size <= MAX_BYTES
        && matches!(
            attachment.detected_type,
            Some("image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp")
        )
}

/// An image for display with a graphics protocol, at the resolution of the terminal area in which it is displayed.
#[derive(Clone, PartialEq, Eq)]
pub struct FullImage {
    /// Width of the image in pixels.
    pub width: u32,
    /// Height of the image in pixels.
    pub height: u32,
    /// The red, green, blue and alpha values of each pixel, row by row.
    pub rgba: Vec<u8>,
}

impl std::fmt::Debug for FullImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FullImage")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

/// Decodes an image, and scales it for display in half-block characters in an area of `columns` × `rows` cells. Returns
/// `None` if the bytes are not a supported image, or if the image exceeds a limit on bytes, pixels or memory.
pub fn decode(bytes: &[u8], columns: u16, rows: u16) -> Option<HalfBlockImage> {
    let picture = decoded(bytes)?;
    Some(coarse(&picture, columns, rows))
}

/// Like [`decode`], but also returns the image scaled for display with a graphics protocol. The scaled image is `None`
/// if it would be empty or too large. `(wide, high)` is the size of a cell in pixels.
pub fn decode_full(
    bytes: &[u8],
    (columns, rows): (u16, u16),
    (wide, high): (u16, u16),
) -> Option<(HalfBlockImage, Option<FullImage>)> {
    let picture = decoded(bytes)?;
    let (width, height) = (u32::from(columns) * u32::from(wide), u32::from(rows) * u32::from(high));
    let fits = width > 0 && height > 0 && u64::from(width) * u64::from(height) <= MAX_FULL_PIXELS;
    let fine = fits.then(|| {
        let mut small = picture.thumbnail_exact(width, height).into_rgba8();
        for pixel in small.pixels_mut() {
            let [r, g, b] = over_grey(pixel.0);
            pixel.0 = [r, g, b, u8::MAX];
        }
        FullImage { width, height, rgba: small.into_raw() }
    });
    Some((coarse(&picture, columns, rows), fine))
}

fn decoded(bytes: &[u8]) -> Option<DynamicImage> {
    if bytes.len() as u64 > MAX_BYTES {
        return None;
    }
    size(bytes)?;
    reader(bytes)?.decode().ok()
}

/// Blends a transparent pixel with medium grey, a background on which both dark and light drawings are visible.
fn over_grey([r, g, b, a]: [u8; 4]) -> [u8; 3] {
    let over = |c: u8| {
        let mixed = (u32::from(c) * u32::from(a) + 128 * (255 - u32::from(a))) / 255;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    [over(r), over(g), over(b)]
}

fn coarse(picture: &DynamicImage, columns: u16, rows: u16) -> HalfBlockImage {
    let (wide, high) =
        (u32::from(columns.clamp(1, MAX_IMAGE_COLUMNS)), u32::from(rows.clamp(1, MAX_IMAGE_ROWS.1)) * 2);
    let small = picture.thumbnail_exact(wide, high).to_rgba8();
    HalfBlockImage {
        width: u16::try_from(small.width()).unwrap_or(u16::MAX),
        height: u16::try_from(small.height()).unwrap_or(u16::MAX),
        rgb: small.pixels().map(|pixel| over_grey(pixel.0)).collect(),
    }
}

/// Returns the size of an image in terminal columns and rows, at most `max_columns` columns and `most_rows` rows. The
/// aspect ratio is preserved in a terminal whose cells have the size `cell`.
fn cells((width, height): (u32, u32), cell: CellSize, max_columns: usize, most_rows: u16) -> (u16, u16) {
    let (wide, high) = (u64::from(cell.width), u64::from(cell.height));
    let (width, height) = (u64::from(width), u64::from(height));
    let natural = (width / u64::from(PIXELS_PER_COLUMN)).max(4);
    let max_columns = u64::try_from(max_columns).unwrap_or(u64::MAX).min(u64::from(MAX_IMAGE_COLUMNS)).max(1);
    let mut columns = natural.min(max_columns);
    // Rounding changes the height of the image by at most half a row.
    let rounded = |over: u64, under: u64| (2 * over + under) / (2 * under.max(1));
    let mut rows = rounded(columns * wide * height, width * high).max(1);
    if rows > u64::from(most_rows) {
        rows = u64::from(most_rows);
        columns = rounded(rows * high * width, height * wide).clamp(1, max_columns);
    }
    (u16::try_from(columns).unwrap_or(1), u16::try_from(rows).unwrap_or(1))
}

/// Adds the rows of an image to the view. The caller must add the alternative text below the image.
fn push(page: &mut LineBuilder, part: usize, (columns, rows): (u16, u16)) {
    let Ok(part) = u16::try_from(part) else { return };
    page.push_lines((0..rows).map(|row| {
        let role = Role::Picture(PictureRow { part, row, rows, columns });
        Line { spans: vec![Span { text: SafeText::new(" "), role, link: None }] }
    }));
}

/// Lays out an inline image at its position in the text of the HTML part, with its alternative text below it.
pub(super) fn in_place(page: &mut LineBuilder, mail: &Mail, index: usize, words: &[StyledText]) {
    let cid = mail.flow.as_ref().and_then(|flow| flow.pictures.get(index));
    let attachment = cid.and_then(|picture| mail.by_content_id(&picture.cid));
    if let Some((attachment, size)) =
        attachment.and_then(|attachment| Some((attachment, attachment.picture?)))
    {
        push(page, attachment.part, cells(size, page.cell(), page.width(), MAX_IMAGE_ROWS.0));
    }
    page.push(words);
}

/// Lays out an image that is displayed alone, with its size in pixels stated below it. `part` is the index of its MIME
/// part.
pub(super) fn alone(page: &mut LineBuilder, part: usize, bytes: &[u8]) {
    let Some(size) = size(bytes) else {
        page.note("This picture is broken, or too large to be shown. It can be saved.");
        return;
    };
    push(page, part, cells(size, page.cell(), page.width(), MAX_IMAGE_ROWS.1));
    page.note(&format!("{} x {} pixels", size.0, size.1));
}
