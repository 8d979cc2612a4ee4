//! Draws box-drawing and block characters as rectangles without gaps, as terminals do, instead of taking them from
//! a font.

use super::svg::{HIGH, WIDE};

/// Width in pixels of a light box-drawing line.
const LIGHT: f32 = 1.4;
const HEAVY: f32 = 3.0;
/// Length in pixels by which a line extends into the next cell, so that a scaled image shows no gap.
const OVERLAP: f32 = 0.3;

/// A rectangle within a terminal cell, in pixels: left, top, width, height.
pub(crate) type Shape = (f32, f32, f32, f32);

/// Returns the rectangles of a box-drawing or block character; `None` for any other character, which is drawn with the
/// font.
pub(crate) fn shapes(character: char) -> Option<Vec<Shape>> {
    if let Some(arms) = arms(character) {
        return Some(lines(arms));
    }
    let (wide, high) = (pixels(WIDE), pixels(HIGH));
    Some(vec![match character {
        '█' => (0.0, 0.0, wide, high),
        '▀' => (0.0, 0.0, wide, high / 2.0),
        '▄' => (0.0, high / 2.0, wide, high / 2.0),
        '▌' => (0.0, 0.0, wide / 2.0, high),
        '▐' => (wide / 2.0, 0.0, wide / 2.0, high),
        _ => return None,
    }])
}

fn pixels(length: u32) -> f32 {
    f32::from(u16::try_from(length).unwrap())
}

/// Returns the line widths in pixels of the four arms (left, right, top, bottom) of a box-drawing character; 0 for a
/// missing arm. Returns `None` for any other character.
#[expect(clippy::too_many_lines, reason = "a row for each character, and nothing else")]
fn arms(character: char) -> Option<[f32; 4]> {
    const NO: f32 = 0.0;
    Some(match character {
        '─' => [LIGHT, LIGHT, NO, NO],
        '━' => [HEAVY, HEAVY, NO, NO],
        '│' => [NO, NO, LIGHT, LIGHT],
        '┃' => [NO, NO, HEAVY, HEAVY],
        '┌' => [NO, LIGHT, NO, LIGHT],
        '┐' => [LIGHT, NO, NO, LIGHT],
        '└' => [NO, LIGHT, LIGHT, NO],
        '┘' => [LIGHT, NO, LIGHT, NO],
        '┏' => [NO, HEAVY, NO, HEAVY],
        '┓' => [HEAVY, NO, NO, HEAVY],
        '┗' => [NO, HEAVY, HEAVY, NO],
        '┛' => [HEAVY, NO, HEAVY, NO],
        '├' => [NO, LIGHT, LIGHT, LIGHT],
        '┤' => [LIGHT, NO, LIGHT, LIGHT],
        '┬' => [LIGHT, LIGHT, NO, LIGHT],
        '┴' => [LIGHT, LIGHT, LIGHT, NO],
        '┼' => [LIGHT, LIGHT, LIGHT, LIGHT],
        '┍' => [NO, HEAVY, NO, LIGHT],
        '┎' => [NO, LIGHT, NO, HEAVY],
        '┑' => [HEAVY, NO, NO, LIGHT],
        '┒' => [LIGHT, NO, NO, HEAVY],
        '┕' => [NO, HEAVY, LIGHT, NO],
        '┖' => [NO, LIGHT, HEAVY, NO],
        '┙' => [HEAVY, NO, LIGHT, NO],
        '┚' => [LIGHT, NO, HEAVY, NO],
        '┝' => [NO, HEAVY, LIGHT, LIGHT],
        '┞' => [NO, LIGHT, HEAVY, LIGHT],
        '┟' => [NO, LIGHT, LIGHT, HEAVY],
        '┠' => [NO, LIGHT, HEAVY, HEAVY],
        '┡' => [NO, HEAVY, HEAVY, LIGHT],
        '┢' => [NO, HEAVY, LIGHT, HEAVY],
        '┣' => [NO, HEAVY, HEAVY, HEAVY],
        '┥' => [HEAVY, NO, LIGHT, LIGHT],
        '┦' => [LIGHT, NO, HEAVY, LIGHT],
        '┧' => [LIGHT, NO, LIGHT, HEAVY],
        '┨' => [LIGHT, NO, HEAVY, HEAVY],
        '┩' => [HEAVY, NO, HEAVY, LIGHT],
        '┪' => [HEAVY, NO, LIGHT, HEAVY],
        '┫' => [HEAVY, NO, HEAVY, HEAVY],
        '┭' => [HEAVY, LIGHT, NO, LIGHT],
        '┮' => [LIGHT, HEAVY, NO, LIGHT],
        '┯' => [HEAVY, HEAVY, NO, LIGHT],
        '┰' => [LIGHT, LIGHT, NO, HEAVY],
        '┱' => [HEAVY, LIGHT, NO, HEAVY],
        '┲' => [LIGHT, HEAVY, NO, HEAVY],
        '┳' => [HEAVY, HEAVY, NO, HEAVY],
        '┵' => [HEAVY, LIGHT, LIGHT, NO],
        '┶' => [LIGHT, HEAVY, LIGHT, NO],
        '┷' => [HEAVY, HEAVY, LIGHT, NO],
        '┸' => [LIGHT, LIGHT, HEAVY, NO],
        '┹' => [HEAVY, LIGHT, HEAVY, NO],
        '┺' => [LIGHT, HEAVY, HEAVY, NO],
        '┻' => [HEAVY, HEAVY, HEAVY, NO],
        '┽' => [HEAVY, LIGHT, LIGHT, LIGHT],
        '┾' => [LIGHT, HEAVY, LIGHT, LIGHT],
        '┿' => [HEAVY, HEAVY, LIGHT, LIGHT],
        '╀' => [LIGHT, LIGHT, HEAVY, LIGHT],
        '╁' => [LIGHT, LIGHT, LIGHT, HEAVY],
        '╂' => [LIGHT, LIGHT, HEAVY, HEAVY],
        '╃' => [HEAVY, LIGHT, HEAVY, LIGHT],
        '╄' => [LIGHT, HEAVY, HEAVY, LIGHT],
        '╅' => [HEAVY, LIGHT, LIGHT, HEAVY],
        '╆' => [LIGHT, HEAVY, LIGHT, HEAVY],
        '╇' => [HEAVY, HEAVY, HEAVY, LIGHT],
        '╈' => [HEAVY, HEAVY, LIGHT, HEAVY],
        '╉' => [HEAVY, LIGHT, HEAVY, HEAVY],
        '╊' => [LIGHT, HEAVY, HEAVY, HEAVY],
        '╋' => [HEAVY, HEAVY, HEAVY, HEAVY],
        _ => return None,
    })
}

fn lines([left, right, up, down]: [f32; 4]) -> Vec<Shape> {
    let (wide, high) = (pixels(WIDE), pixels(HIGH));
    let (x, y) = (wide / 2.0, high / 2.0);
    let thickest = [left, right, up, down].into_iter().fold(0.0, f32::max) / 2.0;
    let all = [
        (left, (-OVERLAP, y - left / 2.0, x + thickest + OVERLAP, left)),
        (right, (x - thickest, y - right / 2.0, x + thickest + OVERLAP, right)),
        (up, (x - up / 2.0, -OVERLAP, up, y + thickest + OVERLAP)),
        (down, (x - down / 2.0, y - thickest, down, y + thickest + OVERLAP)),
    ];
    all.into_iter().filter(|(thickness, _)| *thickness > 0.0).map(|(_, shape)| shape).collect()
}
