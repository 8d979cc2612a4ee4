//! Extracts yEnc files from text (yEnc 1.3). The yEnc format adds 42 to each byte of a file, and encloses the resulting
//! lines in a `=ybegin` and a `=yend` line.

use super::uuencode::{EmbeddedFile, EncodedFile, line_at, line_without_end};

/// Parses the yEnc file that starts with the line at the byte offset `start`. The file counts as damaged if its actual
/// size differs from the declared size.
pub(super) fn read(text: &[u8], start: usize) -> EncodedFile {
    let first = line_at(text, start);
    let Some(begin) = text.get(first.clone()).and_then(|line| line.strip_prefix(b"=ybegin ")) else {
        return EncodedFile::None;
    };
    let begin = line_without_end(begin);
    let name_at = memchr::memmem::find(begin, b"name=");
    let (Some(name_at), Some(size)) = (name_at, number(begin, b"size=")) else { return EncodedFile::None };
    let mut name = begin.get(name_at + 5..).unwrap_or_default().trim_ascii().to_vec();
    let mut expected_len = size;
    let mut at = first.end;
    let part = line_at(text, at);
    if let Some(line) = text.get(part.clone()).and_then(|line| line.strip_prefix(b"=ypart ")) {
        let (Some(from), Some(to)) = (number(line, b"begin="), number(line, b"end=")) else {
            return EncodedFile::Damaged;
        };
        expected_len = (to + 1).saturating_sub(from);
        if let Some(part) = number(begin, b"part=").filter(|_| expected_len < size) {
            name.extend_from_slice(format!(".part{part}").as_bytes());
        }
        at = part.end;
    }
    let mut content = Vec::new();
    while at < text.len() {
        let range = line_at(text, at);
        let line = text.get(range.clone()).unwrap_or_default();
        if line.starts_with(b"=yend") {
            if content.len() as u64 != expected_len {
                return EncodedFile::Damaged;
            }
            return EncodedFile::Whole(EmbeddedFile {
                place: start..range.end,
                name,
                content,
                is_open: false,
            });
        }
        // Data lines never start with `=y`, so this line starts another file.
        if line.starts_with(b"=y") {
            return EncodedFile::Damaged;
        }
        push_line(line_without_end(line), &mut content);
        at = range.end;
    }
    EncodedFile::Damaged
}

fn push_line(line: &[u8], out: &mut Vec<u8>) {
    let mut escaped = false;
    for &byte in line {
        if byte == b'=' && !escaped {
            escaped = true;
            continue;
        }
        let byte = if escaped { byte.wrapping_sub(64) } else { byte };
        out.push(byte.wrapping_sub(42));
        escaped = false;
    }
}

/// Returns the number after a key such as `size=` in a yEnc line; `None` if the line does not contain the key followed
/// by a number.
fn number(line: &[u8], key: &[u8]) -> Option<u64> {
    let blank_key = [b" ".as_slice(), key].concat();
    let at = if line.starts_with(key) {
        key.len()
    } else {
        memchr::memmem::find(line, &blank_key)? + blank_key.len()
    };
    let digits = line.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).take(18);
    let digits: Vec<u8> = digits.copied().collect();
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for (at, &byte) in content.iter().enumerate() {
            if at > 0 && at % 64 == 0 {
                out.extend_from_slice(b"\r\n");
            }
            match byte.wrapping_add(42) {
                critical @ (0 | b'\n' | b'\r' | b'=') => {
                    out.extend_from_slice(&[b'=', critical.wrapping_add(64)]);
                }
                other => out.push(other),
            }
        }
        out
    }

    #[test]
    fn every_byte_survives_a_round_trip() {
        let content: Vec<u8> = (0..=255).cycle().take(700).collect();
        let text = [
            b"=ybegin line=64 size=700 name=all bytes.bin\r\n".as_slice(),
            &encoded(&content),
            b"\r\n=yend size=700\r\n",
        ]
        .concat();
        let EncodedFile::Whole(file) = read(&text, 0) else { panic!("no file was found") };
        assert_eq!((file.name.as_slice(), file.place), (&b"all bytes.bin"[..], 0..text.len()));
        assert_eq!(file.content, content);
    }

    #[test]
    fn a_partial_file_has_its_number_and_a_truncated_one_is_damaged() {
        let part = b"=ybegin part=2 total=3 line=128 size=9 name=x\r\n=ypart begin=4 end=6\r\n\x8b\x8c\x8d\r\n=yend size=3\r\n";
        let EncodedFile::Whole(file) = read(part, 0) else { panic!("no file was found") };
        assert_eq!((file.name.as_slice(), file.content.as_slice()), (&b"x.part2"[..], &b"abc"[..]));
        let truncated = b"=ybegin line=128 size=4 name=x\r\n\x8b\x8c\x8d\r\n=yend size=4\r\n";
        assert!(matches!(read(truncated, 0), EncodedFile::Damaged));
        assert!(matches!(read(b"=ybegin of something\r\n", 0), EncodedFile::None));
    }
}
