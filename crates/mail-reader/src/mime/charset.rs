//! Decodes text in the charsets that occur in mails. Detects the charset if the declared one is missing or wrong.
//!
//! The `encoding_rs` crate decodes the charsets that browsers support. The submodules decode the other charsets: code
//! pages of DOS, Mac and mainframes, UTF-7, UTF-16 and UTF-32, the ISO-2022 family, HZ, Johab, EUC-TW, JIS X 0213 and
//! TSCII.

mod guess;
mod hz;
mod iso_2022;
mod jisx0213;
mod johab;
mod labels;
mod planes;
mod single_byte;
#[cfg(test)]
mod tests;
mod tscii;
mod utf16_utf32;
mod utf7;

pub(super) use guess::detect;

use encoding_rs::Encoding;
use std::borrow::Cow;

/// A charset that the parser can decode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Charset {
    /// US-ASCII (RFC 20).
    Ascii,
    /// A charset that browsers support (WHATWG Encoding Standard).
    Standard(&'static Encoding),
    /// A single-byte charset that browsers do not support.
    SingleByte(&'static single_byte::Table),
    /// UTF-16 or UTF-32, in either byte order.
    Utf16Or32(utf16_utf32::Utf16Or32),
    /// UTF-7 (RFC 2152), which represents Unicode text in ASCII characters.
    Utf7,
    /// A charset of the ISO-2022 family (RFC 1468, RFC 1554, RFC 1557, RFC 1922).
    Iso2022(iso_2022::Variant),
    /// HZ (RFC 1843), a seven-bit encoding of GB 2312.
    Hz,
    /// Johab, a Korean charset (KS C 5601-1992, annex 3; code page 1361).
    Johab,
    /// EUC-TW, an encoding of the Taiwanese character set CNS 11643.
    EucTw,
    /// EUC-JIS-2004 or `Shift_JIS-2004`, which both encode JIS X 0213.
    JisX0213(jisx0213::Jisx0213Encoding),
    /// TSCII 1.7, an eight-bit charset for Tamil.
    Tscii,
}

/// Decoded text, its charset, whether the charset was detected, and whether some bytes were invalid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct DecodedText<'a> {
    /// The decoded text.
    pub(super) text: Cow<'a, str>,
    /// The charset with which the text was decoded.
    pub(super) charset: Charset,
    /// Whether the charset was detected. This is the case if the declared charset is missing, unknown or clearly wrong.
    pub(super) is_guess: bool,
    /// Whether some bytes are invalid in the charset. In the decoded text, they are replaced by U+FFFD.
    pub(super) has_holes: bool,
}

/// Decodes bytes with the declared charset (`label`). Detects the charset if the declared one is missing, unknown or
/// clearly wrong.
pub(super) fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> DecodedText<'a> {
    let Some(charset) = label.and_then(Charset::from_label) else { return decode_unlabelled(bytes) };
    if bytes.is_ascii() && charset.is_ascii_compatible() {
        if guess::switches_charset(bytes) || charset.may_mean_hz() && hz::is_in(bytes) {
            return decode_unlabelled(bytes);
        }
        let text = String::from_utf8_lossy(bytes);
        return DecodedText { text, charset, is_guess: false, has_holes: false };
    }
    if guess::is_utf8_despite_label(bytes, charset) || guess::is_latin_implausible(bytes, charset) {
        return decode_unlabelled(bytes);
    }
    let (text, has_holes) = charset.decode(bytes);
    if has_holes && !guess::fits_mostly(&text) {
        let guessed = decode_unlabelled(bytes);
        if guess::count_holes(&guessed.text) < guess::count_holes(&text) {
            return guessed;
        }
    }
    DecodedText { text, charset, is_guess: false, has_holes }
}

fn decode_unlabelled(bytes: &[u8]) -> DecodedText<'_> {
    let charset = detect(bytes);
    let (text, has_holes) = charset.decode(bytes);
    DecodedText { text, charset, is_guess: true, has_holes }
}

/// Detects the charset of bytes without a declared charset, and decodes them.
pub(super) fn guess(bytes: &[u8]) -> String {
    decode_unlabelled(bytes).text.into_owned()
}

impl Charset {
    pub(super) const UTF_8: Self = Self::Standard(encoding_rs::UTF_8);

    /// Returns the charset for a label (RFC 2045, section 5.1), accepting the spellings that occur in mails; `None` if
    /// the label is unknown.
    pub(super) fn from_label(label: &str) -> Option<Self> {
        labels::find(label)
    }

    /// Returns the display name of the charset.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ascii => "US-ASCII",
            Self::Standard(encoding) => encoding.name(),
            Self::SingleByte(table) => table.name(),
            Self::Utf16Or32(utf16_utf32::Utf16Or32::Utf16(_)) => "UTF-16",
            Self::Utf16Or32(utf16_utf32::Utf16Or32::Utf32(_)) => "UTF-32",
            Self::Utf7 => "UTF-7",
            Self::Iso2022(iso_2022::Variant::Japanese) => "ISO-2022-JP",
            Self::Iso2022(iso_2022::Variant::Korean) => "ISO-2022-KR",
            Self::Iso2022(iso_2022::Variant::Chinese) => "ISO-2022-CN",
            Self::Hz => "HZ-GB-2312",
            Self::Johab => "Johab",
            Self::EucTw => "EUC-TW",
            Self::JisX0213(jisx0213::Jisx0213Encoding::Euc) => "EUC-JIS-2004",
            Self::JisX0213(jisx0213::Jisx0213Encoding::ShiftJis) => "Shift_JIS-2004",
            Self::Tscii => "TSCII",
        }
    }

    /// Returns whether the charset is stateful, that is, whether the meaning of a byte depends on earlier escape
    /// sequences. In such a charset, each encoded word starts in the initial state.
    pub(super) fn is_stateful(self) -> bool {
        matches!(self, Self::Iso2022(_) | Self::Hz | Self::Utf7)
    }

    /// Returns whether bytes below 0x80 always represent ASCII characters in this charset.
    fn is_ascii_compatible(self) -> bool {
        match self {
            Self::Ascii | Self::Johab | Self::EucTw | Self::JisX0213(_) | Self::Tscii => true,
            Self::Standard(encoding) => encoding.is_ascii_compatible(),
            Self::SingleByte(table) => table.is_ascii_compatible(),
            Self::Utf16Or32(_) | Self::Utf7 | Self::Iso2022(_) | Self::Hz => false,
        }
    }

    /// Returns whether some programs declare this charset for HZ-encoded text. HZ is the seven-bit encoding of GB 2312.
    fn may_mean_hz(self) -> bool {
        self == Self::Ascii
            || self == Self::Standard(encoding_rs::GBK)
            || self == Self::Standard(encoding_rs::GB18030)
    }

    /// Decodes bytes in this charset. Also returns whether some bytes were invalid and were replaced by
    /// U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        let text = match self {
            Self::Standard(encoding) => {
                // The byte order mark does not belong to the text.
                let bytes = if self == Self::UTF_8 {
                    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
                } else {
                    bytes
                };
                return encoding.decode_without_bom_handling(bytes);
            }
            Self::Ascii if bytes.is_ascii() => return (String::from_utf8_lossy(bytes), false),
            Self::Ascii => bytes.iter().map(|&b| if b < 0x80 { char::from(b) } else { '\u{fffd}' }).collect(),
            Self::SingleByte(table) => table.decode(bytes),
            Self::Utf16Or32(wide) => wide.decode(bytes),
            Self::Utf7 => utf7::decode(bytes),
            Self::Iso2022(variant) => iso_2022::decode(bytes, variant),
            Self::Hz => hz::decode(bytes),
            Self::Johab => johab::decode(bytes),
            Self::EucTw => planes::decode_euc_tw(bytes),
            Self::JisX0213(form) => jisx0213::decode(bytes, form),
            Self::Tscii => tscii::decode(bytes),
        };
        let has_holes = text.contains('\u{fffd}');
        (Cow::Owned(text), has_holes)
    }
}
