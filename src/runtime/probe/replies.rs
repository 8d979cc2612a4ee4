//! Parses the terminal's replies to queries, and separates them from the keys that the user types.

use mail_reader::richtext::CellSize;

/// The device attribute (in DA1) with which a terminal reports that it supports sixels.
const SIXELS: u32 = 4;

/// The terminal's replies to the capability queries.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::runtime) struct Replies {
    /// The terminal's device attributes (DA1); `None` if the terminal has not reported them.
    pub(in crate::runtime) attributes: Option<Vec<u32>>,
    /// Size of a cell in pixels; `None` if the terminal has not reported it.
    pub(in crate::runtime) cell: Option<CellSize>,
    /// Name and version of the terminal as the terminal reports them (XTVERSION); `None` if it has not reported them.
    /// The text is only compared with known names; it is never displayed.
    pub(in crate::runtime) version: Option<String>,
    /// Maximum number of sixel colours that the terminal supports; `None` if the terminal has not reported the number.
    pub(in crate::runtime) colours: Option<u32>,
    /// `true` if the terminal has reported that it supports kitty graphics.
    pub(in crate::runtime) pictures: bool,
    /// `true` if the terminal has reported that it supports kitty's Unicode placeholders.
    pub(in crate::runtime) placeholders: bool,
    /// Background colour of the terminal as red, green and blue; `None` if the terminal has not reported it.
    pub(in crate::runtime) background: Option<[u8; 3]>,
    /// Cursor column, counted from 1, in the terminal's first cursor position report (CPR); `None` if there is none.
    pub(in crate::runtime) cursor_column: Option<u16>,
    /// Number of status replies (DSR) received so far. Each of them is the last reply to a step of queries.
    pub(in crate::runtime) statuses: usize,
}

impl Replies {
    /// Returns whether the terminal supports sixels, according to its device attributes.
    pub(in crate::runtime) fn has_sixels(&self) -> bool {
        self.attributes.as_ref().is_some_and(|attributes| attributes.iter().skip(1).any(|&at| at == SIXELS))
    }

    /// Returns whether the terminal may be queried for kitty graphics, that is, whether it has reported its name. All
    /// terminals that support kitty graphics report their name. A terminal without a name may be an old one that prints
    /// the query as text.
    pub(super) fn may_support_kitty_graphics(&self) -> bool {
        self.version.is_some()
    }

    /// Records a control sequence (`ESC [`) if it is a reply to a query. Returns whether it is one.
    fn record_csi(&mut self, parameters: &str, end: u8) -> bool {
        let private = parameters.starts_with('?');
        let numbers: Vec<Option<u32>> =
            parameters.trim_start_matches('?').split(';').map(|number| number.parse().ok()).collect();
        match (private, end, numbers.as_slice()) {
            (true, b'c', attributes) => {
                self.attributes = Some(attributes.iter().flatten().copied().collect());
            }
            (false, b't', &[Some(6), height, width]) => {
                let side = |side: Option<u32>| side.and_then(|side| u16::try_from(side).ok()).unwrap_or(0);
                self.cell = CellSize::new(side(width), side(height));
            }
            (true, b'S', &[Some(1), Some(0), colours]) => self.colours = colours,
            // The terminal does not support the query.
            (true, b'S', _) => {}
            (false, b'R', &[Some(_), Some(column)]) => {
                self.cursor_column = self.cursor_column.or(u16::try_from(column).ok());
            }
            (false, b'n', [Some(0 | 3)]) => self.statuses += 1,
            _ => return false,
        }
        true
    }

    /// Records a control string (`ESC P`, `ESC ]` or `ESC _`) if it is a reply to a query. Returns whether it is one.
    fn record_string(&mut self, start: u8, text: &str) -> bool {
        match (start, text) {
            (b']', text) => match text.strip_prefix("11;") {
                Some(colour) => self.background = rgb(colour),
                None => return false,
            },
            (b'P', text) => match text.strip_prefix(">|") {
                Some(version) => self.version = Some(version.to_owned()),
                None => return false,
            },
            (_, "Gi=31;OK") => self.pictures = true,
            (_, "Gi=32;OK") => self.placeholders = true,
            (_, text) => return text.starts_with("Gi="),
        }
        true
    }
}

/// Parses a colour in X11 notation: `rgb:` and three hexadecimal numbers of one to four digits, separated by slashes.
/// Returns `None` if the text does not have this form.
fn rgb(colour: &str) -> Option<[u8; 3]> {
    let parts = colour.strip_prefix("rgb:")?.split('/').map(|part| {
        let most =
            16_u32.checked_pow(u32::try_from(part.len()).ok()?)?.checked_sub(1).filter(|most| *most > 0)?;
        u8::try_from(u32::from_str_radix(part, 16).ok()? * 255 / most).ok()
    });
    parts.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

/// Separates the terminal's replies in the input from all other bytes. Returns the replies, and the other bytes in
/// their original order.
pub(super) fn split(mut input: &[u8]) -> (Replies, Vec<u8>) {
    let (mut replies, mut others) = (Replies::default(), Vec::new());
    while let Some((&first, after)) = input.split_first() {
        let sequence = if first == b'\x1b' { next_sequence(after) } else { None };
        match sequence {
            Some((EscapeSequence::Csi(parameters, end), rest)) if replies.record_csi(parameters, end) => {
                input = rest;
            }
            Some((EscapeSequence::Text(start, text), rest)) if replies.record_string(start, text) => {
                input = rest;
            }
            Some(_) | None => {
                others.push(first);
                input = after;
            }
        }
    }
    (replies, others)
}

/// An escape sequence without the initial `ESC`: either a control sequence or a control string.
enum EscapeSequence<'a> {
    Csi(&'a str, u8),
    Text(u8, &'a str),
}

fn next_sequence(input: &[u8]) -> Option<(EscapeSequence<'_>, &[u8])> {
    let (&start, after) = input.split_first()?;
    match start {
        b'[' => {
            let length = after.iter().position(|byte| !(0x20..=0x3f).contains(byte))?;
            let (parameters, rest) = after.split_at_checked(length)?;
            let (&end, rest) = rest.split_first()?;
            Some((EscapeSequence::Csi(std::str::from_utf8(parameters).ok()?, end), rest))
        }
        b'P' | b'_' | b']' => {
            // Some terminals end a control string with BEL.
            let length = after.iter().position(|byte| matches!(byte, b'\x1b' | b'\x07'))?;
            let (text, end) = after.split_at_checked(length)?;
            let rest = end.strip_prefix(b"\x07").or_else(|| end.strip_prefix(b"\x1b\\"))?;
            Some((EscapeSequence::Text(start, std::str::from_utf8(text).ok()?), rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_distinguished_from_keys() {
        let input = "n\x1b[6;18;9t\x1b[?62;4c\x1b[A\x1b[?1;0;16S\x1bP>|kitty(0.26.5)\x1b\\é\x1b_Gi=31;OK\x1b\\\x1b[0n\x1b";
        let (replies, others) = split(input.as_bytes());
        assert_eq!(replies.attributes, Some(vec![62, 4]));
        assert!(replies.has_sixels() && replies.statuses == 1 && replies.pictures && !replies.placeholders);
        assert_eq!(replies.cell, CellSize::new(9, 18));
        assert_eq!(replies.colours, Some(16));
        assert_eq!(replies.version.as_deref(), Some("kitty(0.26.5)"));
        assert_eq!(others, "n\x1b[Aé\x1b".as_bytes());
    }

    #[test]
    fn an_incomplete_reply_is_none() {
        for part in ["\x1b[?62;4", "\x1bP>|kitty", "\x1b_Gi=31;OK\x1b"] {
            assert_eq!(split(part.as_bytes()).0, Replies::default(), "{part:?}");
        }
    }

    #[test]
    fn the_background_colour_is_parsed_in_each_format() {
        let background = |reply: &str| split(reply.as_bytes()).0.background;
        assert_eq!(background("\x1b]11;rgb:ffff/8080/0000\x1b\\"), Some([255, 128, 0]));
        assert_eq!(background("\x1b]11;rgb:f/0/8\x07"), Some([255, 0, 136]));
        assert_eq!(background("\x1b]11;rgb:ffff/8080\x07"), None);
        assert_eq!(background("\x1b]11;rgb://\x07"), None);
    }

    #[test]
    fn the_device_class_alone_does_not_imply_sixels() {
        assert!(!split(b"\x1b[?4;6c").0.has_sixels());
        assert!(split(b"\x1b[?4;6;4c").0.has_sixels());
    }

    #[test]
    fn implausible_cell_sizes_are_ignored() {
        for reply in ["\x1b[6;0;0t", "\x1b[6;9000;10t", "\x1b[6;10;200t", "\x1b[6;99999999999;1t"] {
            assert_eq!(split(reply.as_bytes()).0.cell, None, "{reply:?}");
        }
    }
}
