//! The charset of the terminal, found by the locale and by asking the terminal.

use crossterm::cursor::{MoveTo, MoveToColumn, position};
use crossterm::style::Print;
use crossterm::terminal::{Clear, ClearType};
use crossterm::{execute, queue};
use mail_reader::ambiguous_width::has_ambiguous_width;
use mail_reader::ascii;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use std::borrow::Cow;
use std::io::{self, Write};

/// The charsets that a terminal may read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Charset {
    /// The terminal reads Unicode, encoded as UTF-8.
    #[default]
    Utf8,
    /// The terminal reads UTF-8, and draws characters of ambiguous width (Unicode Standard Annex 11) two columns
    /// wide, as terminals for Chinese, Japanese and Korean can do.
    Utf8WideAmbiguous,
    /// The terminal reads a single-byte charset, so text is written as ASCII.
    Ascii,
}

/// Text of two bytes by which the program finds the charset: the text takes one column in UTF-8 and two
/// columns in a single-byte charset. In a single-byte charset, neither byte is a control function. The text
/// is concealed (SGR 8), because it is not part of the screen.
const PROBE: &str = "\x1b[8m\u{eb}\x1b[0m";
/// The text of [`PROBE`] and a sign of ambiguous width. Both take two columns, three if the sign is wide, and four
/// in a single-byte charset.
const WIDTH_PROBE: &str = "\x1b[8m\u{eb}\u{a7}\x1b[0m";
/// Count of cells that the probe in the corner overwrites on a terminal that reads UTF-8.
pub(super) const CORNER_CELLS: usize = 2;
/// Sequence that ends a control string (ST); text in UTF-8 may have started one on an 8-bit terminal.
const END_STRING: &str = "\x1b\\";

/// Asks the terminal on standard output whether it reads UTF-8; `None` if it does not answer.
///
/// The function writes a probe at the cursor, over the text there. Raw mode must be on. Keys that the user
/// types meanwhile stay in the event queue. A terminal that does not answer costs two seconds, the timeout of
/// crossterm.
pub fn ask_terminal() -> Option<Charset> {
    let (before, row) = position().ok()?;
    execute!(io::stdout(), Print(PROBE)).ok()?;
    let after = position().ok();
    execute!(io::stdout(), MoveTo(before, row), Clear(ClearType::UntilNewLine)).ok()?;
    let (after, _) = after?;
    Some(if after == before.saturating_add(1) { Charset::Utf8 } else { Charset::Ascii })
}

/// Like [`ask_terminal`], but writes the probe at the start of the cursor's row.
pub(super) fn ask_at_line_start() -> Option<Charset> {
    execute!(io::stdout(), Print(END_STRING), MoveToColumn(0)).ok()?;
    ask_terminal()
}

/// Like [`ask_terminal`], but writes the probe in the top left corner of the screen and also finds the width of
/// ambiguous characters. Only one query is needed there, because the position is known.
pub(super) fn ask_in_corner() -> Option<Charset> {
    let mut out = io::stdout();
    queue!(out, Print(END_STRING), MoveTo(0, 0), Print(WIDTH_PROBE)).ok()?;
    out.flush().ok()?;
    let (column, _) = position().ok()?;
    Some(match column {
        2 => Charset::Utf8,
        3 => Charset::Utf8WideAmbiguous,
        _ => Charset::Ascii,
    })
}

impl Charset {
    /// Converts a line of text to this charset.
    pub fn line(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Utf8 | Self::Utf8WideAmbiguous => Cow::Borrowed(text),
            Self::Ascii => ascii::line(text),
        }
    }

    /// Converts bytes for the terminal, which are UTF-8 text with control sequences, to this charset.
    pub fn bytes(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        if self != Self::Ascii || bytes.is_ascii() {
            return Cow::Borrowed(bytes);
        }
        Cow::Owned(ascii::line(&String::from_utf8_lossy(bytes)).into_owned().into_bytes())
    }

    /// Converts a frame to this charset, cell by cell.
    pub(super) fn convert(self, frame: &mut Buffer) {
        let replaces: fn(&str) -> bool = match self {
            Self::Utf8 => return,
            Self::Utf8WideAmbiguous => has_ambiguous_width,
            Self::Ascii => |symbol| !symbol.is_ascii(),
        };
        for y in frame.area.y..frame.area.bottom() {
            convert_row(frame, y, replaces);
        }
    }
}

/// The upper and the lower half-block; each draws two pixels of a picture in one cell.
const HALVES: [&str; 2] = ["▀", "▄"];

/// Replaces those symbols of a row by ASCII of the same width for which `replaces` is true.
fn convert_row(frame: &mut Buffer, y: u16, replaces: fn(&str) -> bool) {
    let places = (frame.area.x..frame.area.right()).map(|x| Position { x, y });
    let row: Vec<String> =
        places.clone().filter_map(|place| Some(frame.cell(place)?.symbol().to_owned())).collect();
    if !row.iter().any(|symbol| replaces(symbol)) {
        return;
    }
    let plain = Cell::default();
    let symbols: Vec<&str> = row.iter().map(String::as_str).collect();
    for ((place, symbol), stand_in) in places.zip(&row).zip(ascii::symbols(&symbols)) {
        let Some(cell) = frame.cell_mut(place) else { continue };
        if !replaces(symbol) {
            continue;
        }
        if HALVES.contains(&symbol.as_str()) && cell.fg != plain.fg && cell.bg != plain.bg {
            // Only one of the two pixels is shown, as the background colour.
            cell.bg = cell.fg;
            cell.set_symbol(" ");
        } else if symbol.starts_with('\u{1b}') {
            // A hyperlink: its text is inside the escape sequence.
            cell.set_symbol(&ascii::cells(symbol));
        } else {
            // A wide symbol becomes one character a cell. Two characters in one cell would leave the second one on
            // the screen when the next frame has a narrow symbol there.
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
        Charset::Ascii.convert(&mut frame);
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
            "wide letters have two cells, with one character each"
        );
        assert_eq!(text(&converted("von bücher@a.example")), "von b?cher@a.example");
    }

    #[test]
    fn only_what_is_ambiguous_is_replaced_where_that_is_wide() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 20, 1));
        frame.set_string(0, 0, "│ Grüße 日本 ━ ▰ │", Style::default());
        let before = frame.clone();
        Charset::Utf8.convert(&mut frame);
        assert_eq!(frame, before);
        Charset::Utf8WideAmbiguous.convert(&mut frame);
        let text = text(&frame);
        assert!(text.starts_with("| Gru?e 日"), "{text}");
        assert!(!text.chars().any(|c| has_ambiguous_width(&c.to_string())), "{text}");
    }

    #[test]
    fn a_link_keeps_its_address_and_gets_words_in_ascii() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 20, 1));
        let link = "\u{1b}]8;id=1;https://a.example/x\u{1b}\\grün\u{1b}]8;;\u{1b}\\";
        frame.cell_mut((0, 0)).unwrap().set_symbol(link);
        Charset::Ascii.convert(&mut frame);
        assert_eq!(frame.cell((0, 0)).unwrap().symbol(), link.replace('ü', "u"));
    }

    #[test]
    fn a_picture_is_shown_by_colours_alone() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 1, 1));
        frame.set_string(0, 0, "▀", Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Rgb(4, 5, 6)));
        Charset::Ascii.convert(&mut frame);
        let cell = frame.cell((0, 0)).unwrap();
        assert_eq!((cell.symbol(), cell.bg), (" ", Color::Rgb(1, 2, 3)));
    }

    #[test]
    fn bytes_for_the_terminal_keep_their_sequences() {
        assert_eq!(
            &*Charset::Ascii.bytes("\x1b]9;Mail from Łódź\x07".as_bytes()),
            b"\x1b]9;Mail from Lodz\x07"
        );
        assert_eq!(&*Charset::Utf8.bytes("ł".as_bytes()), "ł".as_bytes());
    }
}
