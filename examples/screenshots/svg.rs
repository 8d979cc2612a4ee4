//! Draws terminal screens as SVG images.

use super::boxes::shapes;
use super::font::{Font, Letters};
use super::grid::{Grid, GridCell};
use std::collections::HashMap;
use std::fmt::Write;

/// Width of a terminal cell in pixels.
pub(crate) const WIDE: u32 = 9;
pub(crate) const HIGH: u32 = 18;
const BASE: f32 = 14.0;
const MARGIN: u32 = 10;
/// Height in pixels of the caption below an animated image.
const CAPTION: u32 = 34;

/// A frame of an animated image: the screen, its duration in tenths of a second, the pressed key and the caption.
pub(crate) struct Frame {
    pub(crate) grid: Grid,
    pub(crate) tenths: u32,
    pub(crate) key: &'static str,
    pub(crate) caption: &'static str,
}

/// Returns an SVG image of one screen.
pub(crate) fn picture(font: &Font, grid: &Grid, title: &str) -> String {
    let mut letters = letters(font);
    let (width, height) = size(grid);
    let mut body = String::new();
    grounds(&mut body, grid);
    for (y, row) in grid.rows.iter().enumerate() {
        let ink = ink(row, &mut letters);
        if !ink.is_empty() {
            writeln!(body, "<g transform=\"translate({MARGIN} {})\">{ink}</g>", top(y)).unwrap();
        }
    }
    let head = head(width, height, title, &grid.text(), "");
    format!(
        "{head}<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n{body}<defs>\n{}</defs>\n</svg>\n",
        grid.paper,
        letters.definitions()
    )
}

/// Returns an animated SVG image that shows one screen after another in a loop. A row that several screens share is
/// defined once in the SVG.
pub(crate) fn moving_picture(font: &Font, frames: &[Frame], title: &str) -> String {
    let mut letters = letters(font);
    let (first, last) = (frames.first().unwrap(), frames.last().unwrap());
    let (width, screen) = size(&first.grid);
    let height = screen + CAPTION;
    let mut known: HashMap<String, usize> = HashMap::new();
    let (mut rows, mut body, mut steps) = (String::new(), String::new(), String::new());
    let whole: u32 = frames.iter().map(|frame| frame.tenths).sum();
    let mut elapsed = 0;
    for (at, frame) in frames.iter().enumerate() {
        let up = u32::try_from(at).unwrap() * height;
        let percent = f64::from(elapsed * 100) / f64::from(whole);
        write!(steps, "{percent:.2}%{{transform:translateY(-{up}px)}}").unwrap();
        elapsed += frame.tenths;
        writeln!(body, "<g transform=\"translate(0 {up})\">").unwrap();
        for (y, row) in frame.grid.rows.iter().enumerate() {
            let drawn = format!("{}{}", ground(row, &frame.grid.paper), ink(row, &mut letters));
            if drawn.is_empty() {
                continue;
            }
            let next = known.len();
            let number = *known.entry(drawn.clone()).or_insert(next);
            if number == next {
                writeln!(rows, "<g id=\"r{number}\">{drawn}</g>").unwrap();
            }
            write!(body, "<use href=\"#r{number}\" x=\"{MARGIN}\" y=\"{}\"/>", top(y)).unwrap();
        }
        caption(&mut body, frame, screen, &mut letters);
        writeln!(body, "</g>").unwrap();
    }
    let style = format!(
        "<style>@keyframes film{{{steps}}}#film{{animation:film {}.{}s step-end infinite}}\
         @media(prefers-reduced-motion:reduce){{#film{{animation:none;transform:translateY(-{}px)}}}}</style>\n",
        whole / 10,
        whole % 10,
        u32::try_from(frames.len() - 1).unwrap() * height
    );
    let head = head(width, height, title, &last.grid.text(), &style);
    format!(
        "{head}<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n<g id=\"film\">\n{body}</g>\n\
         <defs>\n{rows}{}</defs>\n</svg>\n",
        first.grid.paper,
        letters.definitions()
    )
}

fn letters(font: &Font) -> Letters<'_> {
    Letters::new(font, (f32::from(u8::try_from(WIDE).unwrap()), BASE))
}

fn head(width: u32, height: u32, title: &str, text: &str, style: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n{style}",
        escaped(title),
        escaped(text)
    )
}

fn size(grid: &Grid) -> (u32, u32) {
    let count = |length: usize| u32::try_from(length).unwrap();
    let columns = count(grid.rows.first().map_or(0, Vec::len));
    (columns * WIDE + 2 * MARGIN, count(grid.rows.len()) * HIGH + 2 * MARGIN)
}

fn top(row: usize) -> u32 {
    MARGIN + u32::try_from(row).unwrap() * HIGH
}

fn left(column: usize) -> u32 {
    u32::try_from(column).unwrap() * WIDE
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Returns the first column, the length and the colour of each run of cells with the same background. Runs with the
/// background of the image are left out.
fn background_runs<'a>(row: &'a [GridCell], paper: &str) -> Vec<(usize, usize, &'a str)> {
    let mut background_runs: Vec<(usize, usize, &str)> = Vec::new();
    for (x, place) in row.iter().enumerate().filter(|(_, place)| place.look.paper != paper) {
        match background_runs.last_mut() {
            Some((start, length, colour)) if *start + *length == x && *colour == place.look.paper => {
                *length += 1;
            }
            _ => background_runs.push((x, 1, &place.look.paper)),
        }
    }
    background_runs
}

fn rectangle(x: u32, y: u32, (columns, rows): (usize, usize), colour: &str) -> String {
    let (width, height) = (left(columns), u32::try_from(rows).unwrap() * HIGH);
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{colour}\" shape-rendering=\"crispEdges\"/>"
    )
}

/// Returns the SVG rectangles for the background colours of a row.
fn ground(row: &[GridCell], paper: &str) -> String {
    let rectangles = background_runs(row, paper);
    rectangles.iter().map(|(x, length, colour)| rectangle(left(*x), 0, (*length, 1), colour)).collect()
}

/// Draws the background colours of a screen. Equal backgrounds in consecutive rows become one rectangle, so that there
/// is no visible gap between the rows.
fn grounds(body: &mut String, grid: &Grid) {
    let mut open: Vec<((usize, usize, &str), usize)> = Vec::new();
    let mut close = |(stretch, start): ((usize, usize, &str), usize), end: usize| {
        let (x, length, colour) = stretch;
        writeln!(body, "{}", rectangle(MARGIN + left(x), top(start), (length, end - start), colour)).unwrap();
    };
    for (y, row) in grid.rows.iter().enumerate() {
        let now = background_runs(row, &grid.paper);
        for ended in open.extract_if(.., |(stretch, _)| !now.contains(stretch)) {
            close(ended, y);
        }
        for stretch in now {
            if !open.iter().any(|(known, _)| *known == stretch) {
                open.push((stretch, y));
            }
        }
    }
    for ended in open {
        close(ended, grid.rows.len());
    }
}

/// Returns the SVG elements for the characters and lines of a row.
fn ink(row: &[GridCell], letters: &mut Letters<'_>) -> String {
    let mut ink = String::new();
    let mut x = 0;
    while let Some(first) = row.get(x) {
        let same = |place: &&GridCell| place.look == first.look;
        let length = row.get(x..).unwrap_or_default().iter().take_while(same).count();
        let stretch = row.get(x..x + length).unwrap_or_default();
        let drawn = run(stretch, x, letters);
        if !drawn.is_empty() {
            write!(ink, "<g fill=\"{}\">{drawn}</g>", first.look.ink).unwrap();
        }
        x += length;
    }
    ink
}

fn run(places: &[GridCell], start: usize, letters: &mut Letters<'_>) -> String {
    let (mut drawn, mut lines) = (String::new(), String::new());
    for (offset, place) in places.iter().enumerate() {
        let x = left(start + offset);
        let Some(letter) = place.text.chars().next().filter(|letter| !letter.is_whitespace()) else {
            continue;
        };
        if let Some(shapes) = shapes(letter) {
            for (dx, dy, width, height) in shapes {
                let dx = dx + f32::from(u16::try_from(x).unwrap());
                write!(lines, "M{dx:.2} {dy:.2}h{width:.2}v{height:.2}h-{width:.2}z").unwrap();
            }
        } else if let Some(number) = letters.number(letter, place.look.bold) {
            let slant = if place.look.italic { " transform=\"skewX(-10)\"" } else { "" };
            // A slanted character is shifted back by the distance that the slant moves its middle.
            let x = if place.look.italic { x + 2 } else { x };
            write!(drawn, "<use href=\"#g{number}\" x=\"{x}\"{slant}/>").unwrap();
        } else {
            let width = if place.is_wide { 2 * WIDE } else { WIDE };
            let weight = if place.look.bold { " font-weight=\"bold\"" } else { "" };
            write!(
                drawn,
                "<text x=\"{x}\" y=\"{BASE}\" font-family=\"monospace\" font-size=\"15\"{weight} textLength=\"{width}\" \
                 lengthAdjust=\"spacingAndGlyphs\">{}</text>",
                escaped(&place.text)
            )
            .unwrap();
        }
    }
    if !lines.is_empty() {
        // Without anti-aliasing, there is no visible seam where the lines of two cells meet in a scaled image.
        write!(drawn, "<path shape-rendering=\"crispEdges\" d=\"{lines}\"/>").unwrap();
    }
    if places.first().is_some_and(|place| place.look.underlined) {
        let (x, width) = (left(start), left(places.len()));
        write!(drawn, "<path d=\"M{x} 15.6h{width}v1.2h-{width}z\"/>").unwrap();
    }
    drawn
}

/// Draws the caption of a frame: the pressed key and its effect.
fn caption(body: &mut String, frame: &Frame, top: u32, letters: &mut Letters<'_>) {
    let text = |words: &str, at: usize, bold: bool, letters: &mut Letters<'_>| {
        let words = words.chars().enumerate().filter(|(_, letter)| *letter != ' ');
        let letter = |(offset, letter): (usize, char)| {
            let number = letters.number(letter, bold)?;
            Some(format!("<use href=\"#g{number}\" x=\"{}\"/>", left(at + offset)))
        };
        words.filter_map(letter).collect::<String>()
    };
    let cap = left(frame.key.chars().count()) + 14;
    let after = frame.key.chars().count() + 3;
    writeln!(
        body,
        "<g transform=\"translate({} {})\"><rect x=\"-7\" y=\"-4\" width=\"{cap}\" height=\"25\" rx=\"5\" fill=\"#3a4150\"/>\
         <g fill=\"#ffffff\">{}</g><g fill=\"#aab2c0\">{}</g></g>",
        MARGIN + 12,
        top + 2,
        text(frame.key, 0, true, letters),
        text(frame.caption, after, false, letters)
    )
    .unwrap();
}
