//! Transliterates single characters to ASCII. The table is compressed, because few terminals need it.

use crate::packed::packed_text;
use std::sync::LazyLock;

/// The table of ASCII replacements, with one line per code point. `build.rs` documents the line format.
static LETTERS: LazyLock<String> = LazyLock::new(|| packed_text!("letters"));

/// Number of consecutive code points per entry of [`STARTS`].
const CODE_POINTS_PER_START: usize = 128;

/// For each block of [`CODE_POINTS_PER_START`] consecutive code points, the byte offset in [`LETTERS`] at which the
/// line of the first code point starts.
static STARTS: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let ends = memchr::memchr_iter(b'\n', LETTERS.as_bytes()).map(|end| end + 1);
    std::iter::once(0).chain(ends).step_by(CODE_POINTS_PER_START).collect()
});

/// Returns the ASCII replacement for a character, which may be empty; `None` if the character has no replacement.
pub(super) fn transliterate(c: char) -> Option<&'static str> {
    let code = usize::try_from(u32::from(c)).ok()?;
    let lines = LETTERS.get(*STARTS.get(code / CODE_POINTS_PER_START)?..)?;
    match lines.split('\n').nth(code % CODE_POINTS_PER_START)? {
        "" => None,
        "\t" => Some(""),
        letters => Some(letters),
    }
}

#[cfg(test)]
mod tests {
    use super::transliterate;

    #[test]
    fn the_table_has_what_the_crate_deunicode_returns() {
        let printable = |letters: &&str| letters.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        for c in ('\0'..='\u{3ff}')
            .chain('\u{4e00}'..='\u{4fff}')
            .chain('\u{1f000}'..='\u{2ffff}')
            .chain([char::MAX])
        {
            assert_eq!(transliterate(c), deunicode::deunicode_char(c).filter(printable), "{c:?}");
        }
        assert_eq!(transliterate('ß'), Some("ss"));
        assert_eq!(transliterate('北'), Some("Bei "));
    }
}
