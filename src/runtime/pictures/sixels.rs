//! Encodes images as sixels. Any range of rows of an encoded image can be drawn.
//!
//! The colour palette is computed once for the whole image. If it were computed for the visible rows, the colours would
//! change while the user scrolls.

use image::RgbImage;
use quantette::deps::palette::Srgb;
use quantette::dither::FloydSteinberg;
use quantette::{ImageRef, PaletteSize, Pipeline};
use std::fmt::Write;

/// Number of pixel rows that one row of sixel characters encodes.
const BAND: usize = 6;

/// An image whose colours have been reduced to a palette. Sixel sequences are created from it.
pub(super) struct Sixels {
    width: usize,
    palette: Vec<[u8; 3]>,
    /// The palette index of each pixel of the image, row by row.
    pixels: Vec<u8>,
}

impl Sixels {
    /// Reduces the colours of an image to a palette of at most `colours` entries; returns `None` if that fails.
    /// Reducing the colours is slow, so do not call this function from the event loop.
    pub(super) fn new(picture: &RgbImage, colours: u16) -> Option<Self> {
        let pixels: Vec<Srgb<u8>> =
            picture.pixels().map(|&image::Rgb([r, g, b])| Srgb::new(r, g, b)).collect();
        let source = ImageRef::new(picture.width(), picture.height(), &pixels).ok()?;
        let size = PaletteSize::from_usize_clamped(usize::from(colours));
        let pipeline = Pipeline::new().palette_size(size).ditherer(FloydSteinberg::default());
        let indexed = pipeline.input_image(source).output_srgb8_indexed_image();
        let palette =
            indexed.palette().iter().map(|colour| [colour.red, colour.green, colour.blue]).collect();
        let width = usize::try_from(picture.width()).ok()?;
        Some(Self { width, palette, pixels: indexed.indices().to_vec() })
    }

    /// Returns the sixel sequence that draws `count` pixel rows at the cursor, starting with the pixel row `first`. The
    /// sequence draws no pixels below these rows, because that area does not belong to the image.
    pub(super) fn rows(&self, first: usize, count: usize) -> String {
        let rows: Vec<&[u8]> = self.pixels.chunks_exact(self.width.max(1)).skip(first).take(count).collect();
        // The raster attributes: square pixels, width, height. The `1` in the introducer leaves pixels that are not
        // drawn unchanged.
        let mut sixels = format!("\x1bP0;1;0q\"1;1;{};{}", self.width, rows.len());
        for (index, colour) in self.palette.iter().enumerate() {
            let [r, g, b] = colour.map(|part| (u32::from(part) * 100 + 127) / 255);
            let _ = write!(sixels, "#{index};2;{r};{g};{b}");
        }
        // The six bits of each column of sixels, for each colour.
        let mut columns = vec![0; self.palette.len() * self.width];
        for (at, band) in rows.chunks(BAND).enumerate() {
            if at > 0 {
                sixels.push('-');
            }
            self.push_band(band, &mut columns, &mut sixels);
        }
        sixels.push_str("\x1b\\");
        sixels
    }

    fn push_band(&self, band: &[&[u8]], columns: &mut [u8], sixels: &mut String) {
        columns.fill(0);
        for (y, row) in band.iter().enumerate() {
            for (x, &colour) in row.iter().enumerate() {
                if let Some(column) = columns.get_mut(usize::from(colour) * self.width + x) {
                    *column |= 1 << y;
                }
            }
        }
        let colours = columns.chunks_exact(self.width.max(1)).enumerate();
        for (nth, (colour, columns)) in
            colours.filter(|(_, columns)| columns.iter().any(|bits| *bits != 0)).enumerate()
        {
            if nth > 0 {
                sixels.push('$');
            }
            let _ = write!(sixels, "#{colour}");
            push_runs(columns.iter().copied(), sixels);
        }
    }
}

/// Appends columns of sixels to the sequence `sixels`. Run-length encodes equal columns, and omits empty columns at the
/// end.
fn push_runs(columns: impl Iterator<Item = u8>, sixels: &mut String) {
    let mut run: Option<(u8, usize)> = None;
    for bits in columns {
        run = match run {
            Some((same, length)) if same == bits => Some((same, length + 1)),
            Some(ended) => {
                push_run(ended, sixels);
                Some((bits, 1))
            }
            None => Some((bits, 1)),
        };
    }
    // Empty columns at the end of a row are not sent.
    if let Some(last) = run.filter(|(bits, _)| *bits != 0) {
        push_run(last, sixels);
    }
}

fn push_run((bits, length): (u8, usize), sixels: &mut String) {
    let column = char::from(b'?' + bits);
    if length > 3 {
        let _ = write!(sixels, "!{length}{column}");
    } else {
        sixels.extend(std::iter::repeat_n(column, length));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixel_rows_contain_only_their_own_pixels() {
        let picture =
            RgbImage::from_fn(4, 16, |_, y| image::Rgb(if y < 8 { [255, 0, 0] } else { [0, 0, 255] }));
        let sixels = Sixels::new(&picture, 16).unwrap();
        assert_eq!(sixels.palette.len(), 2);
        let number = |colour: [u8; 3]| sixels.palette.iter().position(|at| *at == colour).unwrap();
        let (red, blue) = (number([255, 0, 0]), number([0, 0, 255]));
        // Of these seven rows of pixels, the first two are red and the others are blue. Six of them are in the first
        // row of sixels, and one is in the second.
        let rows = sixels.rows(6, 7);
        assert!(rows.starts_with("\x1bP0;1;0q\"1;1;4;7#"), "{rows:?}");
        let bands: Vec<&str> = rows.trim_end_matches("\x1b\\").split('-').collect();
        assert_eq!(bands.len(), 2, "{rows:?}");
        assert!(
            bands[0].contains(&format!("#{red}!4B")) && bands[0].contains(&format!("#{blue}!4{}", '{')),
            "{rows:?}"
        );
        assert!(bands[1].ends_with(&format!("#{blue}!4@")), "{rows:?}");
    }
}
