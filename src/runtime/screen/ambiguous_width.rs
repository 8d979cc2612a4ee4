//! Draws rows that contain grapheme clusters whose width differs between terminals, as in Indic scripts. Such a row is
//! cleared and redrawn completely, and the cursor is positioned explicitly after each such cluster. If only changed
//! cells were drawn, letters of the previous mail could remain on the screen.

use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::style::ResetColor;
use crossterm::terminal::{Clear, ClearType};
use mail_reader::text_width::display_width;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::{Position, Rect};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The rows of the current frame that contain grapheme clusters of ambiguous width.
#[derive(Debug, Default)]
pub(super) struct AmbiguousRows {
    rows: BTreeMap<u16, Vec<Cell>>,
}

impl AmbiguousRows {
    /// Returns the rows that have changed since the last frame and contain grapheme clusters of ambiguous width in
    /// either frame.
    pub(super) fn changed_rows(&mut self, frame: &Buffer) -> Vec<ScreenRow> {
        let now: BTreeMap<u16, Vec<Cell>> = (frame.area.y..frame.area.bottom())
            .filter(|&y| row_positions(frame, y).filter_map(|place| frame.cell(place)).any(is_ambiguous))
            .map(|y| (y, row(frame, y)))
            .collect();
        let gone = self.rows.keys().filter(|y| !now.contains_key(y)).map(|&y| (y, row(frame, y)));
        let all = gone.chain(now.iter().map(|(&y, cells)| (y, cells.clone())));
        let changed = all.filter(|(y, cells)| self.rows.get(y) != Some(cells));
        let changed = changed.map(|(y, cells)| ScreenRow { x: frame.area.x, y, cells }).collect();
        self.rows = now;
        changed
    }
}

/// A row of a frame that must be redrawn completely, because terminals disagree on the width of its grapheme clusters.
#[derive(Debug)]
pub(super) struct ScreenRow {
    x: u16,
    y: u16,
    cells: Vec<Cell>,
}

/// Redraws the given rows completely. The caller must draw the frame first.
pub(super) fn draw<W: Write>(rows: &[ScreenRow], backend: &mut CrosstermBackend<W>) -> io::Result<()> {
    rows.iter().try_for_each(|row| draw_row(row, backend))
}

fn row_positions(frame: &Buffer, y: u16) -> impl Iterator<Item = Position> {
    (frame.area.x..frame.area.right()).map(move |x| Position { x, y })
}

fn row(frame: &Buffer, y: u16) -> Vec<Cell> {
    row_positions(frame, y).filter_map(|place| frame.cell(place)).cloned().collect()
}

fn draw_row<W: Write>(row: &ScreenRow, backend: &mut CrosstermBackend<W>) -> io::Result<()> {
    let &ScreenRow { x, y, ref cells } = row;
    let area = Rect { x, y, width: u16::try_from(cells.len()).unwrap_or(u16::MAX), height: 1 };
    let blank = Buffer::empty(area);
    let mut whole = Buffer::empty(area);
    whole.content.clone_from_slice(cells);
    queue!(backend, MoveTo(x, y), ResetColor, Clear(ClearType::UntilNewLine))?;
    // A cluster may be narrower than its cells. The spaces give the rest of these cells the right background.
    let spaces = spaces(cells);
    backend.draw((x..).zip(&spaces).map(|(x, space)| (x, y, space)))?;
    let cells = blank.diff(&whole);
    // Each run ends with an ambiguous cell, so the cursor is positioned explicitly for the cell after it.
    for run in cells.split_inclusive(|(_, _, cell)| is_ambiguous(cell)) {
        backend.draw(run.iter().copied())?;
    }
    Ok(())
}

/// Returns a space for each cell of a row, in the style of the grapheme cluster that occupies the cell. A wide cluster
/// occupies several cells.
fn spaces(cells: &[Cell]) -> Vec<Cell> {
    let mut spaces: Vec<Cell> = Vec::with_capacity(cells.len());
    // Number of columns that the last symbol still covers.
    let mut covered = 0;
    for cell in cells {
        let symbol = cell.symbol();
        let space = match spaces.last() {
            Some(before) if covered > 0 => before.clone(),
            _ => {
                let mut space = Cell::default();
                space.set_style(cell.style());
                // A hyperlink contains escape sequences. The cells that it covers have styles of their own.
                covered = if symbol.contains('\u{1b}') { 1 } else { display_width(symbol).max(1) };
                space
            }
        };
        covered -= 1;
        spaces.push(space);
    }
    spaces
}

/// The Unicode placeholder with which kitty draws an image.
const PICTURE: char = '\u{10eeee}';

/// Returns whether terminals disagree on the width of a cell's text. They disagree on combining vowel signs of Indic
/// and related scripts, flags, joined characters and emoji presentation. Kitty's placeholders are excluded: their
/// combining marks encode the row, the column and the id of an image.
fn is_ambiguous(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    !symbol.is_ascii()
        && !symbol.contains(PICTURE)
        && (is_forced_wide(cell)
            || symbol.chars().any(|c| {
                matches!(
                    c,
                    '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1a00}'..='\u{1aff}'
                        | '\u{1f1e6}'..='\u{1f1ff}' | '\u{200d}' | '\u{fe0f}'
                )
            }))
}

/// Returns whether the view gave two columns to a character of ambiguous width. The row of such a character must be
/// redrawn completely, because xterm with `-cjk_width` does not erase the second column if the font has a narrow glyph.
fn is_forced_wide(cell: &Cell) -> bool {
    matches!(cell.diff_option, CellDiffOption::ForcedWidth(width) if width.get() == 2)
        && !cell.symbol().contains('\u{1b}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::{Color, Style};

    fn frame(lines: [&str; 3]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 3));
        for (y, line) in (0..).zip(lines) {
            buffer.set_string(0, y, line, Style::default());
        }
        buffer
    }

    fn drawn(rows: &mut AmbiguousRows, frame: &Buffer) -> String {
        let mut bytes = Vec::new();
        draw(&rows.changed_rows(frame), &mut CrosstermBackend::new(&mut bytes)).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_row_with_ambiguous_characters_is_always_redrawn_completely() {
        let mut rows = AmbiguousRows::default();
        assert_eq!(drawn(&mut rows, &frame(["plain", "é", "日本"])), "");
        let shown = drawn(&mut rows, &frame(["plain", "a नमस्ते b", "日本"]));
        assert!(shown.starts_with("\u{1b}[2;1H\u{1b}[0m\u{1b}[K"), "{shown:?}");
        assert!(shown.contains('न') && shown.contains('b') && !shown.contains('日'));
        assert_eq!(
            drawn(&mut rows, &frame(["other", "a नमस्ते b", "日本"])),
            "",
            "an unchanged row is not redrawn"
        );
        let redrawn = drawn(&mut rows, &frame(["other", "a", "日本"]));
        assert!(redrawn.starts_with("\u{1b}[2;1H\u{1b}[0m\u{1b}[K") && !redrawn.contains('न'), "{redrawn:?}");
        assert_eq!(drawn(&mut rows, &frame(["x", "b", "日本"])), "");
    }

    #[test]
    fn an_image_is_not_transmitted_again_for_its_placeholder_cells() {
        let place = "\u{10eeee}\u{305}\u{305}\u{951}";
        assert_eq!(drawn(&mut AmbiguousRows::default(), &frame([place, "", ""])), "");
    }

    #[test]
    fn cells_after_an_ambiguous_character_are_placed_by_column() {
        let shown = drawn(&mut AmbiguousRows::default(), &frame(["कx|", "", ""]));
        assert!(shown.contains("\u{1b}[1;2H"), "{shown:?}");
    }

    #[test]
    fn columns_that_a_narrow_cluster_leaves_have_the_background_of_their_text() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        let red = Style::new().bg(Color::Red);
        buffer.set_string(0, 0, "a\u{2764}\u{fe0f}b", red);
        let mut bytes = Vec::new();
        draw(&AmbiguousRows::default().changed_rows(&buffer), &mut CrosstermBackend::new(&mut bytes))
            .unwrap();
        let mut terminal = vt100::Parser::new(1.try_into().unwrap(), 8.try_into().unwrap(), 0);
        // This terminal draws the heart one column wide, like xterm.
        terminal.process(String::from_utf8(bytes).unwrap().replace('\u{fe0f}', "").as_bytes());
        let row: String = (0..5)
            .filter_map(|x| terminal.screen().cell(0, x))
            .map(|cell| cell.contents().to_owned() + "|")
            .collect();
        let backgrounds: Vec<_> =
            (0..5).filter_map(|x| Some(terminal.screen().cell(0, x)?.bgcolor())).collect();
        let (red, none) = (vt100::Color::Idx(1), vt100::Color::Default);
        assert_eq!(backgrounds, [red, red, red, red, none], "{row}");
    }
}
