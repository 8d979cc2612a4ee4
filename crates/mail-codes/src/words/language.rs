//! Determines from its keywords which languages a mail may be in, and drops the keywords of other languages.
//!
//! A short word of one language is often a word of another one with another meaning: `wa` is "of" in Swahili
//! and a messenger in Indonesian.

use super::{KeywordMatch, LANGUAGES};
use std::sync::LazyLock;

/// Minimum length in bytes of a keyword that hardly ever is also a word of another language.
const LONG: usize = 8;
/// Maximum number of languages of a keyword that is evidence for the language of a mail.
const MAX_LANGUAGES: u32 = 12;
/// Points that a language gets for each byte of a keyword that only this language has.
const POINTS: usize = 12;
/// Divisor of the points of the most likely language; a language with fewer points is not possible.
const POSSIBLE: usize = 4;

/// The bit of English. English words are usual in mails of all languages.
static ENGLISH: LazyLock<u128> =
    LazyLock::new(|| LANGUAGES.iter().position(|code| *code == "en").map_or(0, |at| 1 << at));

/// Points that each language has received, in the order of [`LANGUAGES`].
pub(crate) struct Languages([usize; 128]);

impl Default for Languages {
    fn default() -> Self {
        Self([0; 128])
    }
}

impl Languages {
    /// Adds the points of the keywords in a line.
    pub(crate) fn count<C>(&mut self, words: &[KeywordMatch<C>]) {
        for word in words {
            let count = word.languages.count_ones();
            if count == 0 || count > MAX_LANGUAGES {
                continue;
            }
            let points = word.range.len() * POINTS / usize::try_from(count).unwrap_or(1);
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

    /// Returns the possible languages of the mail, as a bit mask.
    pub(crate) fn possible(&self) -> u128 {
        let most = self.0.iter().copied().max().unwrap_or_default();
        let of = |(language, points): (usize, &usize)| u128::from(points * POSSIBLE >= most) << language;
        self.0.iter().enumerate().map(of).fold(*ENGLISH, |all, bit| all | bit)
    }
}

/// Returns whether a keyword belongs to one of the possible languages.
pub(crate) fn may_be_of<C>(word: &KeywordMatch<C>, possible: u128) -> bool {
    word.range.len() >= LONG || word.languages & possible != 0
}
