//! Determines from keywords the languages in which a mail may be written, so that keywords of other languages can be
//! ignored.
//!
//! A short word of one language often has another meaning in another language: `wa` is "of" in Swahili and the name of
//! a messenger in Indonesian.

use super::{KeywordMatch, LANGUAGES};
use std::sync::LazyLock;

/// Minimum length in bytes of a keyword that is accepted in mails of any language. A keyword of this length is rarely
/// also a word in another language.
const LONG_KEYWORD_BYTES: usize = 8;
/// A keyword that is used in more than this number of languages does not count towards the language scores of a mail.
const MAX_LANGUAGES: u32 = 12;
/// Number of points that each byte of a keyword adds to the score of the language in which the keyword is used. If a
/// keyword is used in several languages, its points are divided equally among them.
const POINTS_PER_BYTE: usize = 12;
/// Divisor for the minimum score of a possible language. A language is possible if its score is at least the highest
/// score divided by this number.
const POSSIBLE_DIVISOR: usize = 4;

/// The bit for English in a bit mask of languages. Mails in all languages contain English words, so English always
/// counts as a possible language of a mail.
static ENGLISH: LazyLock<u128> =
    LazyLock::new(|| LANGUAGES.iter().position(|code| *code == "en").map_or(0, |at| 1 << at));

/// The score of each language in a mail, in the order of [`LANGUAGES`]. The higher the score, the more keywords of the
/// language occur in the mail.
pub(crate) struct Languages([usize; 128]);

impl Default for Languages {
    fn default() -> Self {
        Self([0; 128])
    }
}

impl Languages {
    /// Adds the keywords of a line to the scores of the languages in which they are used.
    pub(crate) fn count<C>(&mut self, words: &[KeywordMatch<C>]) {
        for word in words {
            let count = word.languages.count_ones();
            if count == 0 || count > MAX_LANGUAGES {
                continue;
            }
            let points = word.range.len() * POINTS_PER_BYTE / usize::try_from(count).unwrap_or(1);
            let mut rest = word.languages;
            while rest != 0 {
                let language = usize::try_from(rest.trailing_zeros()).unwrap_or_default();
                if let Some(sum) = self.0.get_mut(language) {
                    *sum += points;
                }
                rest &= rest - 1;
            }
        }
    }

    /// Returns the languages in which the mail may be written, as a bit mask.
    pub(crate) fn possible(&self) -> u128 {
        let most = self.0.iter().copied().max().unwrap_or_default();
        let bit =
            |(language, points): (usize, &usize)| u128::from(points * POSSIBLE_DIVISOR >= most) << language;
        self.0.iter().enumerate().map(bit).fold(*ENGLISH, |all, one| all | one)
    }
}

/// Returns whether a keyword may belong to one of the languages in the bit mask `possible`. A keyword of at least
/// [`LONG_KEYWORD_BYTES`] bytes may belong to any language.
pub(crate) fn may_be_of<C>(word: &KeywordMatch<C>, possible: u128) -> bool {
    word.range.len() >= LONG_KEYWORD_BYTES || word.languages & possible != 0
}
