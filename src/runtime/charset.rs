//! The charset of the terminal, as determined from the locale and from the terminal's replies to queries.

use crossterm::cursor::{MoveTo, MoveToColumn, position};
use crossterm::style::Print;
use crossterm::terminal::{Clear, ClearType};
use crossterm::{execute, queue};
use mail_reader::ambiguous_width::has_ambiguous_width;
use mail_reader::ascii;
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::Position;
use std::borrow::Cow;
use std::io::{self, Write};

/// The charset with which a terminal decodes the bytes that it receives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TerminalCharset {
    /// The terminal decodes UTF-8 and draws characters of ambiguous width one column wide.
    #[default]
    Utf8,
    /// The terminal decodes UTF-8, and it draws characters of ambiguous width (Unicode Standard Annex 11) two columns
    /// wide. Terminals for Chinese, Japanese and Korean may do this.
    Utf8WideAmbiguous,
    /// The terminal decodes a single-byte charset, so all output is converted to ASCII.
    Ascii,
}

/// Text whose width reveals the terminal's charset: its two bytes take one column in UTF-8 and two columns in a
/// single-byte charset. Neither byte is a control character in any single-byte charset. The escape sequence SGR 8 hides
/// the text from the user.
const PROBE: &str = "\x1b[8m\u{eb}\x1b[0m";
/// The text of [`PROBE`], followed by a character of ambiguous width. A terminal that decodes UTF-8 draws the two
/// characters in two columns in total, or in three if it draws the ambiguous one wide. A terminal with a single-byte
/// charset draws their four bytes in four columns.
const WIDTH_PROBE: &str = "\x1b[8m\u{eb}\u{a7}\x1b[0m";
/// Escape sequence that queries the cursor position (DSR 6).
const CURSOR_QUERY: &str = "\x1b[6n";
/// Number of cells, from the top left corner of the screen, that the charset query overwrites if the terminal decodes
/// UTF-8.
pub(super) const CORNER_CELLS: usize = 2;
/// The string terminator (ST), which ends a control string. It is sent before a query, because UTF-8 text may have
/// started a control string on an 8-bit terminal.
const END_STRING: &str = "\x1b\\";

/// Queries the terminal on standard output for its charset. Returns `None` if the terminal does not reply.
///
/// The function writes the text of the query at the cursor, where it overwrites existing text. Raw mode must be
/// enabled. Keys that the user types during the query stay in the event queue. If the terminal does not reply, the
/// function returns after two seconds, the timeout of crossterm.
pub fn query_charset() -> Option<TerminalCharset> {
    let (before, row) = position().ok()?;
    execute!(io::stdout(), Print(PROBE)).ok()?;
    let after = position().ok();
    execute!(io::stdout(), MoveTo(before, row), Clear(ClearType::UntilNewLine)).ok()?;
    let (after, _) = after?;
    Some(if after == before.saturating_add(1) { TerminalCharset::Utf8 } else { TerminalCharset::Ascii })
}

/// Queries the terminal for its charset like [`query_charset`], but writes the text of the query at the start of the
/// current line. Returns `None` if the terminal does not reply.
pub(super) fn query_charset_at_line_start() -> Option<TerminalCharset> {
    execute!(io::stdout(), Print(END_STRING), MoveToColumn(0)).ok()?;
    query_charset()
}

/// Writes [`WIDTH_PROBE`] in the top left corner of the screen, and then queries the cursor position.
/// [`TerminalCharset::from_cursor_column`] determines the charset from the reply.
pub(super) fn probe_corner(out: &mut impl Write) -> io::Result<()> {
    queue!(out, Print(END_STRING), MoveTo(0, 0), Print(WIDTH_PROBE), Print(CURSOR_QUERY))?;
    out.flush()
}

impl TerminalCharset {
    /// Returns the charset of a terminal, given the cursor column (counted from 0) that it reports after
    /// [`probe_corner`].
    pub(super) fn from_cursor_column(column: u16) -> Self {
        match column {
            2 => Self::Utf8,
            3 => Self::Utf8WideAmbiguous,
            _ => Self::Ascii,
        }
    }

    /// Converts a line of text to this charset. Replaces each character that does not exist in the charset with ASCII
    /// characters.
    pub fn convert_line(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Utf8 | Self::Utf8WideAmbiguous => Cow::Borrowed(text),
            Self::Ascii => ascii::line(text),
        }
    }

    /// Converts UTF-8 text with escape sequences to this charset. Replaces each character that does not exist in the
    /// charset with ASCII characters.
    pub fn convert_bytes(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        if self != Self::Ascii || bytes.is_ascii() {
            return Cow::Borrowed(bytes);
        }
        Cow::Owned(ascii::line(&String::from_utf8_lossy(bytes)).into_owned().into_bytes())
    }

    /// Converts the symbols in the cells of a frame to this charset, so that the terminal can display the frame.
    pub(super) fn convert_frame(self, frame: &mut Buffer) {
        let replaces: fn(&Cell) -> bool = match self {
            Self::Utf8 => return,
            // The view has reserved two columns for the other characters of ambiguous width.
            Self::Utf8WideAmbiguous => |cell| {
                !matches!(cell.diff_option, CellDiffOption::ForcedWidth(_))
                    && has_ambiguous_width(cell.symbol())
            },
            Self::Ascii => |cell| !cell.symbol().is_ascii(),
        };
        for y in frame.area.y..frame.area.bottom() {
            convert_row(frame, y, replaces);
        }
    }
}

/// The upper and lower half-block characters. Each of them shows two pixels of an image in one cell.
const HALVES: [&str; 2] = ["▀", "▄"];

/// In row `y`, replaces the symbols of the cells for which `replaces` returns `true`. The new symbols are ASCII
/// characters that fill the same number of columns.
fn convert_row(frame: &mut Buffer, y: u16, replaces: fn(&Cell) -> bool) {
    let places = (frame.area.x..frame.area.right()).map(|x| Position { x, y });
    let cells = places.clone().filter_map(|place| frame.cell(place));
    if !cells.clone().any(replaces) {
        return;
    }
    let row: Vec<String> = cells.map(|cell| cell.symbol().to_owned()).collect();
    let plain = Cell::default();
    let symbols: Vec<&str> = row.iter().map(String::as_str).collect();
    for ((place, symbol), stand_in) in places.zip(&row).zip(ascii::symbols(&symbols)) {
        let Some(cell) = frame.cell_mut(place) else { continue };
        if !replaces(cell) {
            continue;
        }
        if HALVES.contains(&symbol.as_str()) && cell.fg != plain.fg && cell.bg != plain.bg {
            // Only one of the two pixels is shown, as the background colour of the cell.
            cell.bg = cell.fg;
            cell.set_symbol(" ");
        } else if symbol.starts_with('\u{1b}') {
            // The symbol is a hyperlink, whose text is inside an escape sequence.
            cell.set_symbol(&ascii::cells(symbol));
        } else {
            // A wide symbol is replaced by one character per cell. If both characters were in one cell, the second one
            // would stay on the screen when the next frame has a narrow symbol there.
            for (x, character) in (place.x..frame.area.right()).zip(stand_in.chars()) {
                if let Some(cell) = frame.cell_mut(Position { x, ..place }) {
                    cell.set_char(character);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Style};

    fn converted(text: &str) -> Buffer {
        let mut frame = Buffer::empty(Rect::new(0, 0, 20, 1));
        frame.set_string(0, 0, text, Style::default());
        TerminalCharset::Ascii.convert_frame(&mut frame);
        frame
    }

    fn text(frame: &Buffer) -> String {
        frame.content.iter().map(Cell::symbol).collect()
    }

    #[test]
    fn a_frame_keeps_its_columns() {
        assert_eq!(
            text(&converted("│ Grüße 日本 │")).trim_end(),
            "| Gru?e ???? |",
            "a wide letter takes two cells with one character each"
        );
        assert_eq!(text(&converted("von bücher@a.example")), "von b?cher@a.example");
    }

    #[test]
    fn only_ambiguous_characters_are_replaced_where_they_are_wide() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 20, 1));
        frame.set_string(0, 0, "│ Grüße 日本 ━ ▰ │", Style::default());
        let before = frame.clone();
        TerminalCharset::Utf8.convert_frame(&mut frame);
        assert_eq!(frame, before);
        TerminalCharset::Utf8WideAmbiguous.convert_frame(&mut frame);
        let text = text(&frame);
        assert!(text.starts_with("| Gru?e 日"), "{text}");
        assert!(!text.chars().any(|c| has_ambiguous_width(&c.to_string())), "{text}");
    }

    #[test]
    fn letters_with_two_columns_of_their_own_are_kept_where_they_are_wide() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 6, 1));
        frame.set_string(0, 0, "│я я│", Style::default());
        let wide = std::num::NonZeroU16::new(2).map(CellDiffOption::ForcedWidth).unwrap();
        frame.cell_mut((1, 0)).unwrap().set_diff_option(wide);
        TerminalCharset::Utf8WideAmbiguous.convert_frame(&mut frame);
        assert_eq!(text(&frame), "|я ?| ");
    }

    #[test]
    fn a_hyperlink_keeps_its_url_and_gets_an_ascii_text() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 20, 1));
        let link = "\u{1b}]8;id=1;https://a.example/x\u{1b}\\grün\u{1b}]8;;\u{1b}\\";
        frame.cell_mut((0, 0)).unwrap().set_symbol(link);
        TerminalCharset::Ascii.convert_frame(&mut frame);
        assert_eq!(frame.cell((0, 0)).unwrap().symbol(), link.replace('ü', "u"));
    }

    #[test]
    fn an_image_is_shown_by_background_colours() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 1, 1));
        frame.set_string(0, 0, "▀", Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Rgb(4, 5, 6)));
        TerminalCharset::Ascii.convert_frame(&mut frame);
        let cell = frame.cell((0, 0)).unwrap();
        assert_eq!((cell.symbol(), cell.bg), (" ", Color::Rgb(1, 2, 3)));
    }

    #[test]
    fn escape_sequences_are_not_transliterated() {
        assert_eq!(
            &*TerminalCharset::Ascii.convert_bytes("\x1b]9;Mail from Łódź\x07".as_bytes()),
            b"\x1b]9;Mail from Lodz\x07"
        );
        assert_eq!(&*TerminalCharset::Utf8.convert_bytes("ł".as_bytes()), "ł".as_bytes());
    }
}
