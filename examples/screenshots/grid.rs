//! Reads the cells of a terminal screen, and replaces values that differ between runs.

use regex::Regex;
use vt100::{Cell, Color, Screen};

/// The colours of a terminal: the text colour, the background colour and the ANSI colours.
#[derive(Clone, Copy)]
pub(crate) struct Palette {
    pub(crate) ink: &'static str,
    pub(crate) paper: &'static str,
    /// The sixteen ANSI colours of the terminal.
    pub(crate) sixteen: [&'static str; 16],
}

/// A dark palette with muted colours.
pub(crate) const DARK: Palette = Palette {
    ink: "#d7dae0",
    paper: "#16181d",
    sixteen: [
        "#2a2e37", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0", "#6b7280",
        "#ff7b85", "#b5e890", "#ffd98f", "#7cc4ff", "#dd92f2", "#73d0db", "#ffffff",
    ],
};

/// The colours and text attributes of a terminal cell.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) ink: String,
    pub(crate) paper: String,
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) underlined: bool,
}

/// A cell of a terminal screen. The second cell of a wide character is blank.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct GridCell {
    pub(crate) text: String,
    pub(crate) is_wide: bool,
    pub(crate) look: Look,
}

/// The cells of a terminal screen, row by row.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) paper: String,
    pub(crate) rows: Vec<Vec<GridCell>>,
}

impl Grid {
    /// Reads the cells of a terminal screen, and replaces values that differ between runs. ANSI colours are looked up
    /// in `palette`. `own` is the user's address on that screen.
    pub(crate) fn new(screen: &Screen, palette: &Palette, own: &str) -> Self {
        let (rows, columns) = screen.size();
        let row = |y: u16| {
            let cells = (0..u16::from(columns)).filter_map(|x| screen.cell(y, x));
            let mut places: Vec<GridCell> = Vec::new();
            for cell in cells {
                let mut place = place(cell, palette);
                // The second cell of a wide character has the same style as the first cell.
                if let Some(first) = places.last().filter(|_| cell.is_wide_continuation()) {
                    place.look = first.look.clone();
                }
                places.push(place);
            }
            places
        };
        let mut rows: Vec<Vec<GridCell>> = (0..u16::from(rows)).map(row).collect();
        for row in &mut rows {
            replace_variable_values(row, own);
        }
        // The first cell of the last row is blank in every layout, so it shows the background colour of the screen.
        let corner = rows.last().and_then(|row| row.first());
        let paper = corner.map_or_else(String::new, |place| place.look.paper.clone());
        Self { paper, rows }
    }

    /// Returns the text of the screen, which serves as the image's alternative text.
    pub(crate) fn text(&self) -> String {
        let text = |row: &Vec<GridCell>| row.iter().map(|place| place.text.as_str()).collect::<String>();
        self.rows.iter().map(|row| text(row).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}

fn place(cell: &Cell, palette: &Palette) -> GridCell {
    let colour = |colour: Color, default: &str| match colour {
        Color::Default => default.to_owned(),
        Color::Idx(index) => palette.sixteen.get(usize::from(index)).map_or(default, |name| name).to_owned(),
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
    };
    let (mut ink, mut paper) = (colour(cell.fgcolor(), palette.ink), colour(cell.bgcolor(), palette.paper));
    if cell.inverse() {
        std::mem::swap(&mut ink, &mut paper);
    }
    if cell.dim() {
        ink = between(&ink, &paper);
    }
    let look = Look { ink, paper, bold: cell.bold(), italic: cell.italic(), underlined: cell.underline() };
    let text = if cell.has_contents() { cell.contents() } else { " " };
    GridCell { text: text.to_owned(), is_wide: cell.is_wide(), look }
}

/// Returns the colour of dim text, a mixture of the text colour `ink` and the background colour `paper`.
fn between(ink: &str, paper: &str) -> String {
    let part = |colour: &str, at: usize| u32::from_str_radix(colour.get(at..at + 2).unwrap(), 16).unwrap();
    let mixed = |at: usize| (part(ink, at) * 62 + part(paper, at) * 38) / 100;
    format!("#{:02x}{:02x}{:02x}", mixed(1), mixed(3), mixed(5))
}

/// Replaces the address, the port and the times in a row with fixed values of the same length, because these values
/// differ between runs.
fn replace_variable_values(row: &mut [GridCell], own: &str) {
    let text: String = row.iter().map(|place| place.text.chars().next().unwrap_or(' ')).collect();
    let mut put = |found: regex::Match<'_>, value: &str| {
        let at = text.get(..found.start()).unwrap().chars().count();
        for (place, character) in row.iter_mut().skip(at).zip(value.chars().take(found.len())) {
            place.text = character.to_string();
        }
    };
    for found in Regex::new(&regex::escape(own)).unwrap().find_iter(&text) {
        put(found, OWN_ADDRESS);
    }
    // A dialog may cover the end of the address.
    let start = |length| own.get(..length).map(|start| format!("({})[┃│]", regex::escape(start)));
    for pattern in (4..own.len()).filter_map(start) {
        for found in captures(&pattern, &text) {
            put(found, OWN_ADDRESS);
        }
    }
    for found in captures(r"127\.0\.0\.1:(\d{1,5})", &text) {
        put(found, "25025");
    }
    for found in captures(r"([A-Z][a-z]{2} \d\d [A-Z][a-z]{2} 20\d\d \d\d:\d\d:\d\d)", &text) {
        put(found, "Mon 14 Sep 2026 10:24:07");
    }
    for found in captures(r"([A-Z][a-z]{2} \d [A-Z][a-z]{2} 20\d\d \d\d:\d\d:\d\d)", &text) {
        put(found, "Mon 7 Sep 2026 10:24:07");
    }
    for found in captures(r" ( \ds|\d\ds|now)(?:[┃│ ]|$)", &text) {
        put(found, "now");
    }
}

fn captures<'a>(pattern: &str, text: &'a str) -> Vec<regex::Match<'a>> {
    Regex::new(pattern).unwrap().captures_iter(text).filter_map(|captures| captures.get(1)).collect()
}

/// The address that the screenshots show. The example restarts the program until its random address has the same
/// length.
pub(crate) const OWN_ADDRESS: &str = "junipalake@dropmail.me";
