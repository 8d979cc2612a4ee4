//! Draws rows that contain grapheme clusters whose width differs between terminals, as in Indic scripts. Such a row is
//! cleared and redrawn completely, and the cursor is positioned explicitly after each such cluster. If only changed
//! cells were drawn, letters of the previous mail could remain on the screen.

use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::style::ResetColor;
use crossterm::terminal::{Clear, ClearType};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
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
    pub(super) fn changed(&mut self, frame: &Buffer) -> Vec<ScreenRow> {
        let now: BTreeMap<u16, Vec<Cell>> = (frame.area.y..frame.area.bottom())
            .filter(|&y| places(frame, y).filter_map(|place| frame.cell(place)).any(is_doubtful))
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

/// Redraws these rows completely. Must be called after the frame has been drawn.
pub(super) fn draw<W: Write>(rows: &[ScreenRow], backend: &mut CrosstermBackend<W>) -> io::Result<()> {
    rows.iter().try_for_each(|row| draw_row(row, backend))
}

fn places(frame: &Buffer, y: u16) -> impl Iterator<Item = Position> {
    (frame.area.x..frame.area.right()).map(move |x| Position { x, y })
}

fn row(frame: &Buffer, y: u16) -> Vec<Cell> {
    places(frame, y).filter_map(|place| frame.cell(place)).cloned().collect()
}

fn draw_row<W: Write>(row: &ScreenRow, backend: &mut CrosstermBackend<W>) -> io::Result<()> {
    let &ScreenRow { x, y, ref cells } = row;
    let area = Rect { x, y, width: u16::try_from(cells.len()).unwrap_or(u16::MAX), height: 1 };
    let blank = Buffer::empty(area);
    let mut whole = Buffer::empty(area);
    whole.content.clone_from_slice(cells);
    queue!(backend, MoveTo(x, y), ResetColor, Clear(ClearType::UntilNewLine))?;
    let cells = blank.diff(&whole);
    // The cell after an ambiguous one is positioned explicitly.
    for run in cells.split_inclusive(|(_, _, cell)| is_doubtful(cell)) {
        backend.draw(run.iter().copied())?;
    }
    Ok(())
}

/// The Unicode placeholder with which kitty draws an image.
const PICTURE: char = '\u{10eeee}';

/// Returns whether terminals disagree on the width of a cell's text. They disagree on combining vowel signs of Indic
/// and related scripts, flags, joined characters and emoji presentation. Kitty's placeholders are excluded: their
/// combining marks encode the row, the column and the id of an image.
fn is_doubtful(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    !symbol.is_ascii()
        && !symbol.contains(PICTURE)
        && symbol.chars().any(|c| {
            matches!(
                c,
                '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1a00}'..='\u{1aff}'
                    | '\u{1f1e6}'..='\u{1f1ff}' | '\u{200d}' | '\u{fe0f}'
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    fn frame(lines: [&str; 3]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 3));
        for (y, line) in (0..).zip(lines) {
            buffer.set_string(0, y, line, Style::default());
        }
        buffer
    }

    fn drawn(doubtful: &mut AmbiguousRows, frame: &Buffer) -> String {
        let mut bytes = Vec::new();
        draw(&doubtful.changed(frame), &mut CrosstermBackend::new(&mut bytes)).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_row_with_ambiguous_characters_is_always_redrawn_completely() {
        let mut doubtful = AmbiguousRows::default();
        assert_eq!(drawn(&mut doubtful, &frame(["plain", "é", "日本"])), "");
        let shown = drawn(&mut doubtful, &frame(["plain", "a नमस्ते b", "日本"]));
        assert!(shown.starts_with("\u{1b}[2;1H\u{1b}[0m\u{1b}[K"), "{shown:?}");
        assert!(shown.contains('न') && shown.contains('b') && !shown.contains('日'));
        assert_eq!(drawn(&mut doubtful, &frame(["other", "a नमस्ते b", "日本"])), "", "nothing has changed");
        let gone = drawn(&mut doubtful, &frame(["other", "a", "日本"]));
        assert!(gone.starts_with("\u{1b}[2;1H\u{1b}[0m\u{1b}[K") && !gone.contains('न'), "{gone:?}");
        assert_eq!(drawn(&mut doubtful, &frame(["x", "b", "日本"])), "");
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
}
