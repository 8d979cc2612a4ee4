//! Draws kitty graphics at the cursor, for versions of kitty before 0.28, which do not support Unicode placeholders.
//!
//! Such an image covers the text and stays on the screen until it is removed. [`Placements`] removes the images that
//! are not in the current frame.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use image::RgbImage;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Maximum number of image bytes in one escape sequence; a larger image is split across several sequences. The base64
/// encoding of this many bytes has 4096 bytes, the limit of the protocol.
const CHUNK_BYTES: usize = 3072;

/// The next image id to assign. No two programs in the same terminal may use the same id. Other programs usually start
/// at a low id, so this program starts at a high one.
static NEXT_ID: AtomicU32 = AtomicU32::new(0x00d0_0001);

/// Returns an image id that this program has not used yet.
pub(super) fn next_id() -> u32 {
    NEXT_ID.fetch_add(1, Ordering::Relaxed)
}

/// An image that is encoded for the kitty protocol and placed at the cursor.
pub(super) struct Direct {
    id: u32,
    width: u32,
    columns: u16,
    cell_height: u32,
    transmission: String,
    is_transmitted: AtomicBool,
}

impl Direct {
    /// Encodes an image for display in an area of `columns` by `rows` cells.
    pub(super) fn new(picture: &RgbImage, (columns, rows): (u16, u16)) -> Self {
        let id = next_id();
        let mut transmission = String::new();
        let chunks = picture.as_raw().chunks(CHUNK_BYTES);
        let last = chunks.len().saturating_sub(1);
        for (at, chunk) in chunks.enumerate() {
            let (width, height) = picture.dimensions();
            let head =
                if at == 0 { format!("a=t,t=d,f=24,i={id},s={width},v={height},") } else { String::new() };
            let more = u8::from(at < last);
            let _ = write!(transmission, "\x1b_G{head}q=2,m={more};{}\x1b\\", BASE64_STANDARD.encode(chunk));
        }
        let cell_height = picture.height() / u32::from(rows.max(1));
        let is_transmitted = AtomicBool::new(false);
        Self { id, width: picture.width(), columns, cell_height, transmission, is_transmitted }
    }

    /// Returns the id by which the terminal identifies the image.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// Records that the terminal no longer has the image in memory, so that the next placement sends it again.
    pub(super) fn mark_unsent(&self) {
        self.is_transmitted.store(false, Ordering::Relaxed);
    }

    /// Returns the escape sequence that places `rows` rows of the image at the cursor, starting with the row at index
    /// `skipped`. `placement` is the placement id. The cursor does not move.
    pub(super) fn place(&self, placement: u32, skipped: u16, rows: u16) -> String {
        let known = self.is_transmitted.swap(true, Ordering::Relaxed);
        let (id, width, columns) = (self.id, self.width, self.columns);
        let (top, height) = (u32::from(skipped) * self.cell_height, u32::from(rows) * self.cell_height);
        format!(
            "{}\x1b_Ga=p,i={id},p={placement},x=0,y={top},w={width},h={height},c={columns},r={rows},C=1,q=2\x1b\\",
            if known { "" } else { &self.transmission }
        )
    }
}

/// The image placements on the screen, each identified by an image id and a placement id.
#[derive(Debug, Default)]
pub(super) struct Placements {
    shown: BTreeSet<(u32, u32)>,
    drawn: BTreeSet<(u32, u32)>,
}

impl Placements {
    /// Adds a placement of the image with the id `id` to the frame that is being drawn. Returns the placement id.
    pub(super) fn add(&mut self, id: u32) -> u32 {
        let others = self.drawn.range((id, 0)..=(id, u32::MAX)).count();
        let placement = u32::try_from(others).unwrap_or(u32::MAX).saturating_add(1);
        self.drawn.insert((id, placement));
        placement
    }

    /// Finishes a frame. Returns the escape sequences that remove from the screen all placements that are not in this
    /// frame. Images whose ids are in `used_ids` stay in the terminal's memory and can be shown again.
    pub(super) fn end_frame(&mut self, used_ids: &BTreeSet<u32>) -> String {
        let drawn = std::mem::take(&mut self.drawn);
        let mut removals = String::new();
        for (id, placement) in self.shown.difference(&drawn) {
            let what = if used_ids.contains(id) {
                format!("d=i,i={id},p={placement}")
            } else {
                format!("d=I,i={id}")
            };
            let _ = write!(removals, "\x1b_Ga=d,{what},q=2\x1b\\");
        }
        self.shown = drawn;
        removals
    }

    /// Forgets all placements. Must be called after the screen, together with its images, has been cleared.
    pub(super) fn forget(&mut self) {
        self.shown.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_transmitted_once_and_placed_by_rows() {
        let picture = RgbImage::new(90, 180);
        let direct = Direct::new(&picture, (10, 10));
        let id = direct.id();
        let first = direct.place(1, 0, 10);
        assert!(first.contains(&format!("a=t,t=d,f=24,i={id},s=90,v=180,q=2,m=1;")));
        assert_eq!(first.matches("m=0;").count(), 1);
        let next = direct.place(1, 3, 4);
        assert_eq!(next, format!("\x1b_Ga=p,i={id},p=1,x=0,y=54,w=90,h=72,c=10,r=4,C=1,q=2\x1b\\"));
        direct.mark_unsent();
        assert!(direct.place(1, 0, 10).contains("a=t"));
    }

    #[test]
    fn images_outside_the_frame_are_removed() {
        let mut placements = Placements::default();
        let used_ids = BTreeSet::from([7]);
        assert_eq!((placements.add(7), placements.add(7), placements.add(9)), (1, 2, 1));
        assert_eq!(placements.end_frame(&used_ids), "");
        assert_eq!(placements.add(7), 1);
        assert_eq!(
            placements.end_frame(&used_ids),
            "\x1b_Ga=d,d=i,i=7,p=2,q=2\x1b\\\x1b_Ga=d,d=I,i=9,q=2\x1b\\"
        );
        assert_eq!(placements.end_frame(&BTreeSet::new()), "\x1b_Ga=d,d=I,i=7,q=2\x1b\\");
    }
}
