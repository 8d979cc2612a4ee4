//! Charsets: their labels, their decoders, and a guess where none is declared or the declared one is wrong.

use encoding_rs::Encoding;
use std::borrow::Cow;

/// A charset that can be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Charset(&'static Encoding);

/// Text that was decoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Decoded<'a> {
    /// The text.
    pub(super) text: Cow<'a, str>,
    /// The charset that was used.
    pub(super) charset: Charset,
    /// Whether the charset was guessed: none was declared, the declared one is unknown or plainly wrong.
    pub(super) is_guess: bool,
    /// Whether some bytes mean nothing in the charset; U+FFFD stands for them.
    pub(super) has_holes: bool,
}

/// Decodes bytes by the charset that is declared for them, or else by a guess.
pub(super) fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Decoded<'a> {
    if let Some(charset) = label.and_then(Charset::from_label) {
        let (text, has_holes) = charset.decode(bytes);
        if !has_holes {
            return Decoded { text, charset, is_guess: false, has_holes };
        }
    }
    let charset = detect(bytes);
    let (text, has_holes) = charset.decode(bytes);
    Decoded { text, charset, is_guess: true, has_holes }
}

impl Charset {
    pub(super) const UTF_8: Self = Self(encoding_rs::UTF_8);

    /// The charset of a label (RFC 2045, 5.1), however mails spell it.
    pub(super) fn from_label(label: &str) -> Option<Self> {
        Encoding::for_label_no_replacement(label.trim().as_bytes()).map(Self)
    }

    /// Whether the meaning of a byte depends on escapes ahead of it, so that each encoded word starts anew.
    pub(super) fn is_stateful(self) -> bool {
        self.0 == encoding_rs::ISO_2022_JP
    }

    /// Decodes bytes; also returns whether U+FFFD stands for some of them.
    pub(super) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        self.0.decode_without_bom_handling(bytes)
    }
}

/// Guesses the charset of a text.
pub(super) fn detect(bytes: &[u8]) -> Charset {
    Charset(guessed(bytes))
}

/// How much of a text is looked at to guess its charset, in bytes.
const SAMPLE: usize = 16 << 10;

/// Charsets that are tried, in the order in which a tie is decided.
const TRIED: [&Encoding; 8] = [
    encoding_rs::SHIFT_JIS,
    encoding_rs::EUC_JP,
    encoding_rs::EUC_KR,
    encoding_rs::GB18030,
    encoding_rs::BIG5,
    encoding_rs::WINDOWS_1251,
    encoding_rs::KOI8_R,
    encoding_rs::WINDOWS_1252,
];

/// Decodes bytes of unknown charset: UTF-8 where that fits, else ISO-2022-JP by its escapes,
/// else the charset under which it reads most like text.
pub(super) fn guess(bytes: &[u8]) -> String {
    decode(bytes, None).text.into_owned()
}

fn guessed(bytes: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(bytes) {
        Ok(_) if !has_jis_escape(bytes) => return encoding_rs::UTF_8,
        Ok(_) => return encoding_rs::ISO_2022_JP,
        // A cut character at the very end does not make it another charset.
        Err(error) if error.error_len().is_none() => return encoding_rs::UTF_8,
        Err(_) => {}
    }
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    if is_mostly_utf8(sample) {
        return encoding_rs::UTF_8;
    }
    let mut best: (&Encoding, i64) = (encoding_rs::WINDOWS_1252, i64::MIN);
    for encoding in TRIED {
        let (text, _) = encoding.decode_without_bom_handling(sample);
        let score = plausibility(&text);
        if score > best.1 {
            best = (encoding, score);
        }
    }
    // Mostly UTF-8 with a few broken bytes is still UTF-8.
    if plausibility(&String::from_utf8_lossy(sample)) >= best.1 { encoding_rs::UTF_8 } else { best.0 }
}

/// Whether letters of several bytes are twice as many as what is broken: in no other charset do they come
/// by chance.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > 0 && whole >= 2 * broken
}

fn has_jis_escape(bytes: &[u8]) -> bool {
    [b"\x1b$B".as_slice(), b"\x1b$@", b"\x1b(J"]
        .iter()
        .any(|escape| memchr::memmem::find(bytes, escape).is_some())
}

/// How much a decoded text reads like one: common letters count for it, broken and odd
/// characters against it, and so does a change of case inside a word, which tells KOI8-R from
/// windows-1251.
fn plausibility(text: &str) -> i64 {
    let mut score = 0;
    let mut before = ' ';
    for c in text.chars() {
        score += match c {
            '\u{fffd}' => -40,
            '\u{80}'..='\u{9f}' => -20,
            // Letters of another script inside a Latin word are a wrong guess.
            'А'..='я' | '\u{3041}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' if before.is_ascii_alphabetic() => {
                -8
            }
            // Kana, common Han and Hangul: two bytes made one letter.
            '\u{3041}'..='\u{30ff}' => 5,
            '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => 3,
            '\u{ff61}'..='\u{ff9f}' | '\u{e000}'..='\u{f8ff}' => -6,
            'а'..='я' | 'ё' => 2,
            'А'..='Я' if before.is_lowercase() => -4,
            'à'..='ÿ' if before.is_ascii_alphabetic() => 2,
            'А'..='Я' | 'à'..='ÿ' => 1,
            'À'..='Þ' if before.is_lowercase() => -3,
            '\u{a0}'..='\u{bf}' => -1,
            _ => 0,
        };
        before = c;
    }
    score
}
