//! Extracts uuencoded files (POSIX.1) from text.

use base64::Engine;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use std::ops::Range;

/// Maximum number of short lines in a uuencoded file; a file with more short lines counts as damaged. A line is short
/// if it lacks more than one group of four characters compared with the length that its first character specifies.
/// Without this limit, a small text could expand to a large file, because even a line of one byte is decoded to up to
/// 63 bytes.
const MAX_SHORT_LINES: usize = 2_000;

/// A file in uuencode or yEnc format embedded in text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct EmbeddedFile {
    /// Byte range of the embedded file in the text, including its first and last line.
    pub(super) place: Range<usize>,
    /// The file name, exactly as in the text.
    pub(super) name: Vec<u8>,
    /// The decoded content of the file.
    pub(super) content: Vec<u8>,
    /// Whether the line that should end the file is missing.
    pub(super) is_open: bool,
}

/// The result of checking whether an embedded file starts on a line.
pub(super) enum EncodedFile {
    /// The line starts a complete embedded file.
    Whole(EmbeddedFile),
    /// The line starts an embedded file that is truncated or has invalid lines. Such a file remains part of
    /// the text.
    Damaged,
    /// The line is ordinary text; no embedded file starts on it.
    None,
}

/// Parses the uuencoded file that starts with the line at the byte offset `start`.
pub(super) fn read(text: &[u8], start: usize) -> EncodedFile {
    let first = line_at(text, start);
    let line = text.get(first.clone()).unwrap_or_default();
    let (begin, in_base64) = match line.strip_prefix(b"begin-base64 ") {
        Some(rest) => (rest, true),
        None => (line.strip_prefix(b"begin ").unwrap_or_default(), false),
    };
    let Some(name) = name_of(begin) else { return EncodedFile::None };
    let lines = if in_base64 { read_base64(text, &first) } else { read_lines(text, &first) };
    match lines {
        Ok(DecodedLines { end, content, is_open }) => {
            EncodedFile::Whole(EmbeddedFile { place: start..end, name: name.to_vec(), content, is_open })
        }
        Err(0) => EncodedFile::None,
        Err(_) => EncodedFile::Damaged,
    }
}

/// Returns the file name in a `begin` line; `None` if the line is invalid. In the line, a file mode of three or four
/// octal digits precedes the file name.
fn name_of(begin: &[u8]) -> Option<&[u8]> {
    let blank = memchr::memchr(b' ', begin).filter(|blank| (3..=4).contains(blank))?;
    let (mode, name) = begin.split_at_checked(blank)?;
    let name = name.trim_ascii();
    (mode.iter().all(|digit| matches!(digit, b'0'..=b'7')) && !name.is_empty()).then_some(name)
}

/// The decoded lines of an embedded file.
struct DecodedLines {
    /// Byte offset directly after the last line of the file.
    end: usize,
    content: Vec<u8>,
    /// Whether the line that should end the file is missing.
    is_open: bool,
}

/// Decodes uuencoded lines up to the `end` line. If there is no `end` line, the file ends at a blank line or at the end
/// of the text, and is invalid if any line is [`LineLength::Short`]. If the file is invalid, `Err` contains the number
/// of lines that were decoded.
fn read_lines(text: &[u8], first: &Range<usize>) -> Result<DecodedLines, usize> {
    let mut content = Vec::new();
    let mut lines = 0;
    let mut short_lines = 0;
    let mut at = first.end;
    // Byte offset of the line that follows the last encoded line.
    let mut ended = None;
    while at < text.len() {
        let range = line_at(text, at);
        let line = text.get(range.clone()).unwrap_or_default();
        if line.trim_ascii() == b"end" && (ended.is_some() || lines > 0 || content.is_empty()) {
            return Ok(DecodedLines { end: range.end, content, is_open: false });
        }
        if line.trim_ascii().is_empty() || line.trim_ascii() == b"`" {
            ended = ended.or(Some(at));
        } else if ended.is_some() {
            break;
        } else {
            let Some(length) = push_line(line_without_end(line), &mut content) else { return Err(lines) };
            lines += 1;
            short_lines += usize::from(length == LineLength::Short);
            if short_lines > MAX_SHORT_LINES {
                return Err(lines);
            }
        }
        at = range.end;
    }
    if lines == 0 || short_lines > 0 {
        Err(lines)
    } else {
        Ok(DecodedLines { end: ended.unwrap_or(at), content, is_open: true })
    }
}

/// Whether a uuencoded line is as long as its first character specifies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum LineLength {
    /// The line has the length that its first character specifies, or is shorter by at most one group of four
    /// characters.
    Announced,
    /// The line is shorter than its first character specifies by more than one group of four characters. Either a
    /// gateway removed trailing spaces, or the line is ordinary text.
    Short,
}

/// Decodes a uuencoded line; `None` if the line is invalid. The first character specifies the number of encoded bytes.
/// Each group of four characters after it encodes three bytes. Missing trailing spaces count as zeros.
fn push_line(line: &[u8], out: &mut Vec<u8>) -> Option<LineLength> {
    let value = |byte: u8| matches!(byte, 32..=96).then(|| (byte - 32) & 63);
    let (&first, data) = line.split_first()?;
    let count = usize::from(value(first)?);
    let encoded_len = count.div_ceil(3) * 4;
    // Some programs append a checksum character to each line.
    let data = data.get(..encoded_len).unwrap_or(data);
    let rest = line.len() - 1 - data.len();
    if count == 0 || rest > 2 && !line.get(1 + encoded_len..)?.trim_ascii().is_empty() {
        return None;
    }
    let is_short = data.len() + 4 < encoded_len;
    let before = out.len();
    for group in data.chunks(4) {
        let mut bits = 0_u32;
        for at in 0..4 {
            bits = bits << 6 | u32::from(value(group.get(at).copied().unwrap_or(b' '))?);
        }
        let [_, a, b, c] = bits.to_be_bytes();
        out.extend_from_slice(&[a, b, c]);
    }
    out.resize(before + count, 0);
    Some(if is_short { LineLength::Short } else { LineLength::Announced })
}

/// Decodes the base64 lines written by `uuencode -m`, up to the `====` line. If a line is invalid, `Err` contains the
/// number of valid lines before it, as for [`read_lines`].
fn read_base64(text: &[u8], first: &Range<usize>) -> Result<DecodedLines, usize> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let mut letters = Vec::new();
    let mut lines = 0;
    let mut at = first.end;
    while at < text.len() {
        let range = line_at(text, at);
        let line = text.get(range.clone()).unwrap_or_default().trim_ascii();
        at = range.end;
        if line == b"====" {
            let content = LENIENT.decode(&letters).ok().ok_or(lines)?;
            return Ok(DecodedLines { end: range.end, content, is_open: false });
        }
        if line.is_empty() || !line.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte)) {
            return Err(lines);
        }
        letters.extend_from_slice(line);
        lines += 1;
    }
    Err(lines)
}

/// Returns the byte range of the line that starts at the byte offset `from`, including its line terminator.
pub(super) fn line_at(text: &[u8], from: usize) -> Range<usize> {
    let rest = text.get(from..).unwrap_or_default();
    from..from + memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)
}

/// Returns a line without its line terminator, which consists of CR, LF or both.
pub(super) fn line_without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Option<(String, Vec<u8>)> {
        match read(text.as_bytes(), 0) {
            EncodedFile::Whole(file) => Some((String::from_utf8(file.name).unwrap(), file.content)),
            EncodedFile::Damaged | EncodedFile::None => None,
        }
    }

    #[test]
    fn a_file_is_decoded_completely() {
        let three = "begin 644 a b.txt\r\n%:&5L;&\\`\r\n`\r\nend\r\n";
        assert_eq!(file(three), Some(("a b.txt".to_owned(), b"hello".to_vec())));
        // The trailing spaces are missing, the last line is blank, and each line has a checksum.
        assert_eq!(file("begin 0644 z\n#   \n\nend").map(|file| file.1), Some(vec![0, 0, 0]));
        assert_eq!(file("begin 644 z\n#\n \nend").map(|file| file.1), Some(vec![0, 0, 0]));
        assert_eq!(file("begin 644 z\nM\n+8V%T\n \nend").map(|file| file.1.len()), Some(45 + 11));
        assert_eq!(file("begin 644 z\n#8V%TX\n`\nend").map(|file| file.1), Some(b"cat".to_vec()));
        assert_eq!(file("begin 644 empty\n`\nend").map(|file| file.1), Some(Vec::new()));
        let base64 = "begin-base64 644 c.txt\naGVs\nbG8=\n====\n";
        assert_eq!(file(base64), Some(("c.txt".to_owned(), b"hello".to_vec())));
    }

    #[test]
    fn a_file_without_an_end_line_ends_before_the_text() {
        for (text, place) in [
            ("begin 644 x\n#8V%T\n#8V%T\n", 0..24),
            ("begin 644 x\n#8V%T\n#8V%T", 0..23),
            ("begin 644 x\n#8V%T\n#8V%T\n`\n\nRegards\n", 0..24),
        ] {
            let EncodedFile::Whole(file) = read(text.as_bytes(), 0) else {
                panic!("no file was found: {text:?}")
            };
            assert_eq!(
                (file.content.as_slice(), file.is_open, file.place),
                (b"catcat".as_slice(), true, place)
            );
        }
        assert!(matches!(read(b"begin 644 x\n\nRegards\n", 0), EncodedFile::None));
    }

    #[test]
    fn text_and_damaged_files_are_distinguished_from_files() {
        assert!(matches!(read(b"begin 644 of them today\nand go on\n", 0), EncodedFile::None));
        assert!(matches!(read(b"begin the day\n", 0), EncodedFile::None));
        let short_lines = b"begin 644 x\nLINES OF\nTEXT\n\nRegards\n";
        assert!(matches!(read(short_lines, 0), EncodedFile::Damaged));
        let many = format!("begin 644 x\n{}end\n", "M\n".repeat(MAX_SHORT_LINES + 1));
        assert!(matches!(read(many.as_bytes(), 0), EncodedFile::Damaged));
        let truncated = b"begin-base64 644 x\naGVs\n";
        assert!(matches!(read(truncated, 0), EncodedFile::Damaged));
        assert!(matches!(read(b"begin 644 x\n#8V%T\nlower case is none\n`\nend\n", 0), EncodedFile::Damaged));
    }
}
