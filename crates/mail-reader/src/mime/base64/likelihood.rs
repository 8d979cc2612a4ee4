//! Estimates whether a string is base64, based on the order of its characters. Scores are base-2 logarithms of
//! likelihood ratios, in eighths of a bit. A positive score suggests plain text, a negative score base64.

/// A class of characters. The score of a string depends on the classes of adjacent characters.
/// [`CharacterClass::Padding`] is an equals sign after base64 characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum CharacterClass {
    Capital,
    Vowel,
    Consonant,
    Digit,
    Sign,
    Padding,
    Blank,
    LineEnd,
    Punctuation,
    NonAscii,
    Control,
}

impl CharacterClass {
    fn from_byte(byte: u8) -> Self {
        match byte {
            b'A'..=b'Z' => Self::Capital,
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y' => Self::Vowel,
            b'a'..=b'z' => Self::Consonant,
            b'0'..=b'9' => Self::Digit,
            b'+' | b'/' => Self::Sign,
            b'\n' | b'\r' => Self::LineEnd,
            b' ' | b'\t' | 0x0b | 0x0c => Self::Blank,
            0x80.. => Self::NonAscii,
            0..0x20 | 0x7f => Self::Control,
            0x20..0x80 => Self::Punctuation,
        }
    }

    /// Returns whether this class contains base64 characters other than padding.
    fn is_letter(self) -> bool {
        match self {
            Self::Capital | Self::Vowel | Self::Consonant | Self::Digit | Self::Sign => true,
            Self::Padding
            | Self::Blank
            | Self::LineEnd
            | Self::Punctuation
            | Self::NonAscii
            | Self::Control => false,
        }
    }
}

/// The score, in eighths of a bit, for each pair of classes of adjacent characters: positive if the pair is more
/// frequent in plain text, negative if it is more frequent in base64. Rows represent the first class, columns the
/// second, in the order of [`CharacterClass`]. The frequencies come from the plain text of 3,000 mails in 90 languages.
const FOLLOWERS: [[i16; 11]; 11] = [
    [0, 13, -2, -8, -6, -34, 0, -11, 22, -14, -38],
    [-42, 5, 11, -35, -18, -34, 8, -15, 21, -22, -80],
    [-34, 20, 2, -28, -11, -26, 10, -10, 27, -14, -76],
    [-15, -11, -13, 16, -2, -46, 2, 0, 38, -14, -38],
    [-16, 3, 5, 1, 21, -57, -15, -8, 21, 1, -43],
    [-14, 6, 0, 14, -33, -12, -56, -18, 28, -40, -32],
    [-12, 10, 5, -16, -29, -80, 9, -5, 25, 7, -60],
    [-4, -9, -9, -21, -21, -80, 4, 0, 39, 9, -25],
    [-26, -5, -8, -10, 0, -80, 14, 12, 49, -25, -37],
    [-55, -26, -28, -43, -24, -80, 0, -20, 10, 46, -69],
    [-54, -37, -51, -43, -25, -19, -22, -27, 55, -6, 43],
];

/// A word of at most this many characters does not suggest base64. In a longer word, each further letter or digit adds
/// [`LONG_WORD`] to the score.
const MAX_WORD_CHARS: usize = 20;
/// Score, in eighths of a bit, of each letter or digit of a word beyond the first [`MAX_WORD_CHARS`]. It is negative,
/// so it suggests base64 rather than plain text.
const LONG_WORD: i64 = -16;
/// Score, in eighths of a bit, of the third and each further occurrence of the same letter in a row, as in `AAAA` (zero
/// bytes in base64). It is negative, so it suggests base64 rather than plain text.
const REPEATED: i64 = -32;
/// Score, in eighths of a bit, that is added to the score of a string with a URL. It is positive, so it suggests plain
/// text rather than base64. It compensates for the random letters in the URL, which suggest base64.
const URL: i64 = 400;
/// In a string without lowercase letters, each capital letter adds [`CAPITAL`] to the score, but only if the string
/// contains at least this many distinct capital letters.
const MIN_CAPITALS: u32 = 10;
/// Score, in eighths of a bit, of each capital letter in a string without lowercase letters. It is positive, so it
/// suggests plain text rather than base64.
const CAPITAL: i64 = 8;

/// Returns the score of a string, in eighths of a bit: positive if the string is more likely plain text, negative if it
/// is more likely base64. `starts_line` is `true` if the string starts a line, and `false` if padding precedes it.
pub(super) fn of_text(text: &[u8], starts_line: bool) -> i64 {
    let (mut sum, mut word, mut repeated) = (0_i64, 0_usize, 0_usize);
    let mut previous = if starts_line { CharacterClass::LineEnd } else { CharacterClass::Padding };
    let mut last = None;
    let letters_end = text.iter().rposition(|&byte| CharacterClass::from_byte(byte).is_letter());
    for (at, &byte) in text.iter().enumerate() {
        let is_padding =
            byte == b'=' && (previous.is_letter() || letters_end.is_some_and(|letters_end| at > letters_end));
        let class = if is_padding { CharacterClass::Padding } else { CharacterClass::from_byte(byte) };
        repeated = if last == Some(byte) { repeated + 1 } else { 0 };
        // A row of equal punctuation marks counts for no more than two of them.
        if repeated < 2 || class != CharacterClass::Punctuation {
            let row = FOLLOWERS.get(previous as usize);
            sum += row.and_then(|row| row.get(class as usize)).copied().map_or(0, i64::from);
        }
        if class.is_letter() {
            word += 1;
            sum += if word > MAX_WORD_CHARS { LONG_WORD } else { 0 };
            sum += if repeated >= 2 { REPEATED } else { 0 };
        } else {
            word = 0;
        }
        (previous, last) = (class, Some(byte));
    }
    let url = if memchr::memmem::find(text, b"://").is_some() { URL } else { 0 };
    sum + url + in_capitals(text)
}

/// Returns the score, in eighths of a bit, that the capital letters add to a string without lowercase letters, such as
/// a heading. A higher score suggests plain text more strongly. Returns 0 for a string with lowercase letters, or with
/// fewer than [`MIN_CAPITALS`] distinct capital letters.
fn in_capitals(text: &[u8]) -> i64 {
    let (mut seen, mut sum) = (0_u32, 0);
    for &byte in text {
        match byte {
            b'a'..=b'z' => return 0,
            b'A'..=b'Z' => (seen, sum) = (seen | 1 << (byte - b'A'), sum + CAPITAL),
            _ => {}
        }
    }
    if seen.count_ones() >= MIN_CAPITALS { sum } else { 0 }
}
