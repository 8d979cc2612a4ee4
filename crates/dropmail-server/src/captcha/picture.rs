//! Draws captcha images. Each letter is slightly shifted, rotated and stretched, and thin lines cross the letters. The
//! image remains readable when a terminal renders it with half-block characters.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, GrayImage, ImageEncoder, Luma};

use super::glyphs::strokes;
use crate::seeded_rng::SeededRng;

const WIDTH_PIXELS: u32 = 210;
const HEIGHT_PIXELS: u32 = 76;
const BACKGROUND_GRAY: u8 = 255;
const LETTER_GRAY: u8 = 20;
const LINE_GRAY: u8 = 150;
const SCRATCHES: u32 = 4;
/// Number of dots drawn per pixel of line length.
const DOTS_PER_PIXEL: f64 = 2.0;

/// Draws the letters of a captcha and returns a PNG; `None` if the encoder fails. `seed` determines the distortions.
pub(super) fn draw(letters: &str, seed: u64) -> Option<Vec<u8>> {
    let mut canvas =
        Canvas { image: GrayImage::from_pixel(WIDTH_PIXELS, HEIGHT_PIXELS, Luma([BACKGROUND_GRAY])) };
    let mut rng = SeededRng::new(seed);
    let (width, height) = (f64::from(WIDTH_PIXELS), f64::from(HEIGHT_PIXELS));
    for _ in 0..SCRATCHES {
        let from = (rng.between(0.0, width / 3.0), rng.between(0.0, height));
        let to = (rng.between(width * 2.0 / 3.0, width), rng.between(0.0, height));
        canvas.line(from, to, 0.8, LINE_GRAY);
    }
    let count = u32::try_from(letters.chars().count()).unwrap_or(1).max(1);
    let step = (width - 20.0) / f64::from(count);
    for (letter, number) in letters.chars().zip(0_u32..) {
        let middle = 10.0 + step * (f64::from(number) + 0.5);
        canvas.letter(letter, middle, &mut rng);
    }
    let mut png = Vec::new();
    let encoder = PngEncoder::new(&mut png);
    encoder.write_image(&canvas.image, WIDTH_PIXELS, HEIGHT_PIXELS, ExtendedColorType::L8).ok()?;
    Some(png)
}

struct Canvas {
    image: GrayImage,
}

impl Canvas {
    fn letter(&mut self, letter: char, middle: f64, rng: &mut SeededRng) {
        let (stretch_x, stretch_y) = (rng.between(5.2, 6.8), rng.between(6.6, 8.2));
        let (sin, cos) = rng.between(-0.3, 0.3).sin_cos();
        let (shift_x, shift_y) = (rng.between(-3.0, 3.0), rng.between(-6.0, 6.0));
        let pen = rng.between(2.0, 2.8);
        let place = |(x, y): (u8, u8)| {
            let (x, y) = ((f64::from(x) - 2.0) * stretch_x, (f64::from(y) - 3.0) * stretch_y);
            let down = f64::from(HEIGHT_PIXELS) / 2.0;
            (middle + shift_x + x * cos - y * sin, down + shift_y + x * sin + y * cos)
        };
        for stroke in strokes(letter) {
            for (from, to) in stroke.iter().zip(stroke.iter().skip(1)) {
                self.line(place(*from), place(*to), pen, LETTER_GRAY);
            }
        }
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), pen: f64, ink: u8) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let points = whole(dx.hypot(dy) * DOTS_PER_PIXEL).max(1);
        for point in 0..=points {
            let share = f64::from(point) / f64::from(points);
            self.dot((from.0 + dx * share, from.1 + dy * share), pen, ink);
        }
    }

    fn dot(&mut self, (x, y): (f64, f64), pen: f64, ink: u8) {
        for row in whole(y - pen)..=whole(y + pen) {
            for column in whole(x - pen)..=whole(x + pen) {
                let far = (f64::from(column) - x).hypot(f64::from(row) - y);
                if far <= pen
                    && let Some(pixel) = self.image.get_pixel_mut_checked(column, row)
                {
                    *pixel = Luma([ink]);
                }
            }
        }
    }
}

/// Rounds a number down to an integer; returns 0 for a negative number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a double saturates, and pixels are few"
)]
fn whole(number: f64) -> u32 {
    number.max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_is_a_png_with_dark_pixels() {
        let png = draw("AH47X", 5).unwrap();
        let picture = image::load_from_memory(&png).unwrap().into_luma8();
        assert_eq!(picture.dimensions(), (WIDTH_PIXELS, HEIGHT_PIXELS));
        let inked = picture.pixels().filter(|pixel| pixel.0 == [LETTER_GRAY]).count();
        assert!((800..6000).contains(&inked), "{inked}");
    }
}
