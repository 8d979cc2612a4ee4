//! Detects the charset of text from its bytes.

use super::iso_2022::Variant;
use super::utf16_utf32::{ByteOrder, Utf16Or32};
use super::{Charset, hz};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// Maximum number of bytes that the charset detector examines; the rest of the text is ignored. The examined bytes
/// start shortly before the first byte above 0x7F.
const SAMPLE_BYTES: usize = 16 << 10;
/// Number of bytes that the charset detector examines before the first byte above 0x7F.
const CONTEXT_BYTES: usize = 256;

/// Detects the charset of text. Byte order marks, zero bytes and escape sequences are evaluated first, followed by a
/// check for valid UTF-8. For any other text, returns the most plausible charset.
pub(in crate::mime) fn detect(bytes: &[u8]) -> Charset {
    if let Some(charset) = by_byte_order_mark(bytes).or_else(|| by_zeros(bytes)) {
        return charset;
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => return by_escapes(bytes).unwrap_or(Charset::UTF_8),
        // A mail may be truncated in the middle of the last character.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
            if !whole.is_ascii() {
                return Charset::UTF_8;
            }
        }
        Err(_) => {}
    }
    let sample = sample(bytes);
    if is_mostly_utf8(sample) {
        return Charset::UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() == bytes.len());
    Charset::Standard(detector.guess(None, Utf8Detection::Deny))
}

/// Returns the part of `bytes` that the charset detector examines.
fn sample(bytes: &[u8]) -> &[u8] {
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
    let rest = bytes.get(first.saturating_sub(CONTEXT_BYTES)..).unwrap_or(bytes);
    rest.get(..SAMPLE_BYTES).unwrap_or(rest)
}

fn by_byte_order_mark(bytes: &[u8]) -> Option<Charset> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] if std::str::from_utf8(bytes).is_ok() => Some(Charset::UTF_8),
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            Some(Charset::Utf16Or32(Utf16Or32::Utf32(ByteOrder::Unknown)))
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(Charset::Utf16Or32(Utf16Or32::Utf16(ByteOrder::Unknown))),
        _ => None,
    }
}

/// Detects UTF-16 without a byte order mark by its zero bytes. In each ASCII character, one of the two bytes is zero:
/// the first in big-endian text, the second in little-endian text. Returns `None` if there are too few zero bytes.
fn by_zeros(bytes: &[u8]) -> Option<Charset> {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    let (units, _) = sample.as_chunks::<2>();
    if units.len() < 4 {
        return None;
    }
    let zeros = |at: usize| units.iter().filter(|unit| unit.get(at) == Some(&0)).count();
    match (zeros(0), zeros(1)) {
        (0, little) if little * 4 > units.len() => {
            Some(Charset::Utf16Or32(Utf16Or32::Utf16(ByteOrder::Little)))
        }
        (big, 0) if big * 4 > units.len() => Some(Charset::Utf16Or32(Utf16Or32::Utf16(ByteOrder::Big))),
        _ => None,
    }
}

/// Returns whether text contains escape sequences that switch to another charset. If the declared charset has no escape
/// sequences, such text shows that the declaration is wrong.
pub(super) fn switches_charset(bytes: &[u8]) -> bool {
    memchr::memchr(0x1b, bytes).is_some() && by_escapes(bytes).is_some()
}

/// Detects a seven-bit charset by its escape sequences; `None` if there are none.
fn by_escapes(bytes: &[u8]) -> Option<Charset> {
    let holds =
        |escapes: &[&[u8]]| escapes.iter().any(|escape| memchr::memmem::find(bytes, escape).is_some());
    if memchr::memchr(0x1b, bytes).is_none() {
        return (bytes.is_ascii() && hz::is_in(bytes)).then_some(Charset::Hz);
    }
    if holds(&[b"\x1b$)C"]) {
        Some(Charset::Iso2022(Variant::Korean))
    } else if holds(&[b"\x1b$)A", b"\x1b$)G"]) {
        Some(Charset::Iso2022(Variant::Chinese))
    } else if holds(&[b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b(I", b"\x1b$A", b"\x1b$("]) {
        Some(Charset::Iso2022(Variant::Japanese))
    } else {
        None
    }
}

/// Returns whether valid multi-byte UTF-8 characters are at least twice as frequent as invalid sequences. This does not
/// happen by chance in text in other charsets.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > 0 && whole >= 2 * broken
}

/// Valid UTF-8 with at least this many non-ASCII characters is decoded as UTF-8 even if the mail declares a single-byte
/// charset. If that charset is for Western European languages, one such character is sufficient. In all other charsets,
/// including those for Central European languages and Turkish, ordinary words can contain one or two valid sequences:
/// `ĂŞ` in ISO-8859-2 and `Ğ’` in windows-1254.
const MIN_PROOF_CHARS: usize = 3;

/// Returns whether text is certainly UTF-8 although the mail declares a single-byte charset. Returns `false` for any
/// other declared charset.
pub(super) fn is_utf8_despite_label(bytes: &[u8], declared: Charset) -> bool {
    let Some(is_western) = is_western_european(declared) else { return false };
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let enough = if is_western { 1 } else { MIN_PROOF_CHARS };
    text.chars().filter(|c| !c.is_ascii()).take(enough).count() == enough
}

/// Returns whether a single-byte charset is for Western European languages. Returns `None` for any other kind of
/// charset, and for charsets that are not compatible with ASCII.
fn is_western_european(charset: Charset) -> Option<bool> {
    use encoding_rs as rs;
    match charset {
        Charset::SingleByte(table) if table.is_ascii_compatible() => Some(false),
        Charset::Standard(encoding) if encoding.is_single_byte() => {
            Some(encoding == rs::WINDOWS_1252 || encoding == rs::ISO_8859_15 || encoding == rs::MACINTOSH)
        }
        Charset::Ascii
        | Charset::Standard(_)
        | Charset::SingleByte(_)
        | Charset::Utf16Or32(_)
        | Charset::Utf7
        | Charset::Iso2022(_)
        | Charset::Hz
        | Charset::Johab
        | Charset::EucTw
        | Charset::JisX0213(_)
        | Charset::Tscii => None,
    }
}

/// A run of non-ASCII bytes is implausible in Latin text only if it has at least this many bytes. A shorter run does
/// not count against the declared Latin charset.
const RUN_BYTES: usize = 4;
/// A run of non-ASCII bytes is implausible in Latin text only if it contains at least this many distinct bytes. Lines
/// and ornaments, which do occur in Latin text, repeat one or two characters.
const MIN_DISTINCT_BYTES: usize = 3;

/// Returns whether the declared charset is ISO-8859-1 or windows-1252 but is implausible. This is the case if most
/// bytes above 0x7F occur in long runs, which are typical of scripts without ASCII letters.
pub(super) fn is_latin_implausible(bytes: &[u8], declared: Charset) -> bool {
    if declared != Charset::Standard(encoding_rs::WINDOWS_1252) {
        return false;
    }
    let (mut letters, mut in_runs, mut runs) = (0_usize, 0_usize, 0_usize);
    for run in sample(bytes).split(u8::is_ascii).filter(|run| !run.is_empty()) {
        letters += run.len();
        if run.len() >= RUN_BYTES && has_kinds(run) {
            in_runs += run.len();
            runs += 1;
        }
    }
    runs >= 2 && in_runs * 10 >= letters * 6
}

/// Returns whether a run of bytes contains at least [`MIN_DISTINCT_BYTES`] distinct bytes.
fn has_kinds(run: &[u8]) -> bool {
    let mut kinds: Vec<u8> = Vec::with_capacity(MIN_DISTINCT_BYTES);
    for byte in run {
        if !kinds.contains(byte) {
            kinds.push(*byte);
        }
        if kinds.len() >= MIN_DISTINCT_BYTES {
            return true;
        }
    }
    false
}

/// Returns the number of replacement characters (U+FFFD) in a string.
pub(super) fn count_holes(text: &str) -> usize {
    text.matches('\u{fffd}').count()
}

/// Returns whether decoded text contains few replacement characters in proportion to its other non-ASCII characters.
/// Such text is damaged, but its charset is probably correct.
pub(super) fn fits_mostly(text: &str) -> bool {
    let letters = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    letters >= 4 * count_holes(text)
}
