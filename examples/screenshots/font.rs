//! Reads the outlines of characters from a font, so that the screenshots look the same on every computer.

use std::collections::BTreeMap;
use std::fmt::Write;
use ttf_parser::{Face, OutlineBuilder};

/// Folders in which operating systems install the font `DejaVu Sans Mono`.
const FOLDERS: [&str; 4] = [
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/dejavu-sans-mono-fonts",
    "/usr/share/fonts/TTF",
    "/Library/Fonts",
];
const REGULAR: &str = "DejaVuSansMono.ttf";
const BOLD: &str = "DejaVuSansMono-Bold.ttf";

/// The files of the font in its regular and bold weights.
pub(crate) struct Font {
    regular: Vec<u8>,
    bold: Vec<u8>,
}

impl Font {
    /// Reads the font from the font folders; panics if it is not installed.
    pub(crate) fn find() -> Self {
        let read = |name: &str| {
            let mut files = FOLDERS.iter().map(|folder| format!("{folder}/{name}"));
            let bytes = files.find_map(|file| std::fs::read(file).ok());
            bytes.unwrap_or_else(|| panic!("{name} is missing: install DejaVu Sans Mono (fonts-dejavu-core)"))
        };
        Self { regular: read(REGULAR), bold: read(BOLD) }
    }
}

/// The characters that an SVG image uses; each one is defined once in the SVG.
pub(crate) struct Letters<'a> {
    regular: Face<'a>,
    bold: Face<'a>,
    /// Width of a terminal cell, and distance of the text baseline from the top of the cell, both in pixels.
    cell: (f32, f32),
    known: BTreeMap<(char, bool), Option<usize>>,
    outlines: Vec<String>,
}

impl<'a> Letters<'a> {
    pub(crate) fn new(font: &'a Font, cell: (f32, f32)) -> Self {
        let (regular, bold) = (Face::parse(&font.regular, 0).unwrap(), Face::parse(&font.bold, 0).unwrap());
        Self { regular, bold, cell, known: BTreeMap::new(), outlines: Vec::new() }
    }

    /// Returns the number by which the SVG refers to a character; `None` if the font lacks the character.
    pub(crate) fn number(&mut self, letter: char, bold: bool) -> Option<usize> {
        if let Some(known) = self.known.get(&(letter, bold)) {
            return *known;
        }
        let face = if bold { &self.bold } else { &self.regular };
        let number = face.glyph_index(letter).map(|glyph| {
            let advance = f32::from(face.glyph_hor_advance(glyph).unwrap_or(1));
            let mut outline =
                Outline { scale: self.cell.0 / advance, base: self.cell.1, path: String::new() };
            let _ = face.outline_glyph(glyph, &mut outline);
            self.outlines.push(outline.path);
            self.outlines.len() - 1
        });
        self.known.insert((letter, bold), number);
        number
    }

    /// Returns the SVG definitions of all characters that have been used so far.
    pub(crate) fn definitions(&self) -> String {
        let mut definitions = String::new();
        for (number, path) in self.outlines.iter().enumerate() {
            writeln!(definitions, "<path id=\"g{number}\" d=\"{path}\"/>").unwrap();
        }
        definitions
    }
}

/// Builder for the outline of a character as an SVG path.
struct Outline {
    scale: f32,
    base: f32,
    path: String,
}

impl Outline {
    fn add(&mut self, command: char, points: &[(f32, f32)]) {
        self.path.push(command);
        for (at, (x, y)) in points.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            // Hundredths of a pixel are precise enough for every size that is shown.
            let (x, y) = (
                (x * self.scale * 100.0).round() / 100.0,
                ((self.base - y * self.scale) * 100.0).round() / 100.0,
            );
            write!(self.path, "{space}{x} {y}").unwrap();
        }
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.add('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.add('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.add('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.add('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.path.push('Z');
    }
}
