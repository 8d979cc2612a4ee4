//! Creates words, header values, codes, links and text that can confuse parsers, in many charsets.

use super::Choices;

/// Words in UTF-8. A parser may mistake some of them for a boundary, an encoded word, uuencoded data or HTML.
const WORDS: &[&str] = &[
    "hello",
    "Your code is",
    "482913",
    "https://shop.example/verify?t=abc-_",
    "--",
    "-- ",
    "--sepia",
    "From here",
    ">From there",
    "Žaliasis",
    "код",
    "認証コード",
    "รหัส",
    "\u{202e}gnp.exe",
    "a\u{301}",
    "👩‍👩‍👧",
    "&amp;",
    "=3D",
    "=?utf-8?q?x?=",
    "begin 644 a.txt",
    "=ybegin line=128 size=3 name=a",
    "\u{a0}",
    "\t",
    "",
    "(",
    ")",
    "\"",
    "\\",
    "<a@b.example>",
    ",",
    ";",
    "+AGE-",
    "\u{1b}[31m",
    "\u{7}",
    "\u{feff}",
    "~{VPND~}",
    "\u{1b}$B%3!<%I\u{1b}(B",
    ".",
    "..",
];

/// Returns a word from [`WORDS`] that the fuzzer's choices select, or some of the fuzzer's bytes.
pub(super) fn word(choices: &mut Choices) -> Vec<u8> {
    if choices.once_in(6) { choices.bytes(12) } else { choices.one_of(WORDS).into() }
}

/// Creates a line of a few words, without a line break.
pub(super) fn line(choices: &mut Choices) -> Vec<u8> {
    let mut line = Vec::new();
    for _ in 0..choices.below(6) {
        line.extend(word(choices));
        line.push(b' ');
    }
    line.retain(|byte| !matches!(byte, b'\r' | b'\n'));
    line
}

/// Creates the value of a header field from words, valid and broken encoded words (RFC 2047), and line folds.
pub(super) fn header_value(choices: &mut Choices) -> Vec<u8> {
    let mut value = Vec::new();
    for _ in 0..=choices.below(4) {
        match choices.below(6) {
            0 | 1 => value.extend(line(choices)),
            2 => value.extend(encoded_word(choices)),
            3 => value.extend_from_slice(b"\r\n "),
            4 => value.extend_from_slice(choices.one_of(ADDRESSES).as_bytes()),
            _ => value.extend(choices.bytes(8)),
        }
    }
    value
}

/// E-mail addresses of many forms, with comments, groups and missing brackets.
const ADDRESSES: &[&str] = &[
    "a@b.example",
    "Ann <a@b.example>",
    "\"Ann, B\" <a@b.example>",
    "Ann, B (C) <a@b.example>",
    "g: a@b.example, c@d.example;",
    "<a@b.example",
    "a@b.example (Ann (B))",
    "undisclosed-recipients:;",
    "<@r.example:a@b.example>",
    "ann",
    "=?utf-8?q?a=40b?= <a@b.example>",
    ",,,",
];

fn encoded_word(choices: &mut Choices) -> Vec<u8> {
    let charset = choices.one_of(CHARSETS);
    let (kind, text) = match choices.below(3) {
        0 => ("q", quoted(&word(choices))),
        1 => ("b", base64(&word(choices), 1_000)),
        _ => ("B", choices.bytes(10)),
    };
    let mut word = format!("=?{charset}?{kind}?").into_bytes();
    word.extend(text);
    word.extend_from_slice(choices.one_of(&["?=", "?= ", "?", "=", ""]).as_bytes());
    word
}

/// Names of charsets, including old and invented ones.
pub(super) const CHARSETS: &[&str] = &[
    "utf-8",
    "us-ascii",
    "iso-8859-1",
    "windows-1252",
    "iso-2022-jp",
    "iso-2022-kr",
    "hz-gb-2312",
    "utf-7",
    "utf-16",
    "gb18030",
    "big5",
    "euc-tw",
    "koi8-r",
    "cp866",
    "macintosh",
    "x-unknown",
    "",
    "\"utf-8\"",
    "utf-8*en",
    "shift_jis",
    "viscii",
    "utf-32le",
    "cp949",
    "x-user-defined",
];

/// Encodes bytes as quoted-printable (RFC 2045, 6.7); all bytes except letters and digits are escaped.
pub(super) fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut column = 0;
    for &byte in bytes {
        if column > 70 {
            text.extend_from_slice(b"=\r\n");
            column = 0;
        }
        let escaped =
            if byte.is_ascii_alphanumeric() { (byte as char).to_string() } else { format!("={byte:02X}") };
        column += escaped.len();
        text.extend_from_slice(escaped.as_bytes());
    }
    text
}

/// Encodes bytes as base64 (RFC 2045, 6.8), in lines of at most `columns` characters.
pub(super) fn base64(bytes: &[u8], columns: usize) -> Vec<u8> {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    text.as_bytes().chunks(columns.max(4) / 4 * 4).collect::<Vec<_>>().join(&b"\r\n"[..])
}
