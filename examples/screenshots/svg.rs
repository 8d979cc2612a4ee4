//! A terminal's screen as a picture in SVG: text stays text.

use std::fmt::Write;
use vt100::{Cell, Color, Screen};

/// Size of a cell in pixels.
const WIDE: u32 = 9;
const HIGH: u32 = 19;
const MARGIN: u32 = 10;

const INK: &str = "#d7dae0";
const PAPER: &str = "#16181d";

/// The sixteen colours, as a calm dark terminal has them.
const PALETTE: [&str; 16] = [
    "#2a2e37", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0", "#6b7280",
    "#ff7b85", "#b5e890", "#ffd98f", "#7cc4ff", "#dd92f2", "#73d0db", "#ffffff",
];

#[derive(Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "a cell has four marks that are independent of each other")]
struct Look {
    ink: String,
    paper: String,
    bold: bool,
    underlined: bool,
    italic: bool,
    /// Nothing but the background. Words stand apart: renderers do not agree about blanks.
    blank: bool,
}

fn colour(colour: Color, default: &str) -> String {
    match colour {
        Color::Default => default.to_owned(),
        Color::Idx(index) => PALETTE.get(usize::from(index)).map_or(default, |name| name).to_owned(),
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}

fn look(cell: &Cell) -> Look {
    let (mut ink, mut paper) = (colour(cell.fgcolor(), INK), colour(cell.bgcolor(), PAPER));
    if cell.inverse() {
        std::mem::swap(&mut ink, &mut paper);
    }
    Look {
        ink,
        paper,
        bold: cell.bold(),
        underlined: cell.underline(),
        italic: cell.italic(),
        blank: cell.contents().trim().is_empty(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The picture.
pub(crate) fn picture(screen: &Screen) -> String {
    let (rows, cols) = screen.size();
    let (rows, cols) = (u32::from(u16::from(rows)), u32::from(u16::from(cols)));
    let (width, height) = (cols * WIDE + 2 * MARGIN, rows * HIGH + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <style>text{{font:15px 'DejaVu Sans Mono','Noto Sans Mono CJK JP',Menlo,Consolas,monospace;white-space:pre}}</style>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n"
    );
    for row in 0..rows {
        for (start, run, look) in runs(screen, row, cols) {
            draw(&mut svg, row, start, &run, &look);
        }
    }
    svg + "</svg>\n"
}

/// Runs of cells that look the same: the first column, the text with its width, the look.
fn runs(screen: &Screen, row: u32, cols: u32) -> Vec<(u32, (String, u32), Look)> {
    let mut runs: Vec<(u32, (String, u32), Look)> = Vec::new();
    for col in 0..cols {
        let at = |n: u32| u16::try_from(n).unwrap();
        let Some(cell) = screen.cell(at(row), at(col)) else { continue };
        if cell.is_wide_continuation() {
            continue;
        }
        let (look, wide) = (look(cell), if cell.is_wide() { 2 } else { 1 });
        let text = if cell.has_contents() { cell.contents() } else { " " };
        match runs.last_mut() {
            // A wide character stands alone: fonts do not agree about its width.
            Some((_, run, last)) if *last == look && wide == 1 && run.1 != 2 => {
                run.0.push_str(text);
                run.1 += 1;
            }
            _ => runs.push((col, (text.to_owned(), wide), look)),
        }
    }
    runs
}

fn draw(svg: &mut String, row: u32, start: u32, (text, wide): &(String, u32), look: &Look) {
    let (x, y, width) = (MARGIN + start * WIDE, MARGIN + row * HIGH, wide * WIDE);
    if look.paper != PAPER {
        writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HIGH}\" fill=\"{}\"/>",
            look.paper
        )
        .unwrap();
    }
    if look.blank {
        return;
    }
    let mut style = String::new();
    if look.bold {
        style += " font-weight=\"bold\"";
    }
    if look.italic {
        style += " font-style=\"italic\"";
    }
    if look.underlined {
        style += " text-decoration=\"underline\"";
    }
    let (ink, baseline) = (&look.ink, y + 14);
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{baseline}\" fill=\"{ink}\"{style} textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
        escaped(text)
    )
    .unwrap();
}
