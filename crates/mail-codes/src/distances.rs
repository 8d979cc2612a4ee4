//! Measures distances within a line, in words and in sentences.

use super::words::is_unspaced;

/// Length of one character in a script without spaces, in quarters of a word.
const UNSPACED_QUARTERS: u32 = 1;
/// Length of a word in a script with spaces, in quarters of a word.
const WORD_QUARTERS: u32 = 4;

/// The positions of words and sentence ends in a line, from which distances within the line are computed with two
/// binary searches.
#[derive(Debug, Default)]
pub(super) struct Distances {
    /// The byte offset of each word (in a script without spaces, of each character), and the length of the line up to
    /// the end of that word or character, in quarters of a word.
    words: Vec<(usize, u32)>,
    /// Byte offsets of the punctuation marks that end a sentence.
    ends: Vec<usize>,
}

impl Distances {
    /// Finds the words and sentence ends of a line.
    pub(super) fn measure(line: &str) -> Self {
        if line.is_ascii() {
            return Self::measure_ascii(line.as_bytes());
        }
        let (mut words, mut ends) = (Vec::new(), Vec::new());
        let (mut total, mut inside) = (0, false);
        let mut chars = line.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if is_unspaced(c) && c.is_alphanumeric() {
                total += UNSPACED_QUARTERS;
                words.push((at, total));
                inside = false;
            } else if c.is_alphanumeric() {
                if !inside {
                    total += WORD_QUARTERS;
                    words.push((at, total));
                }
                inside = true;
            } else {
                let spaced =
                    matches!(c, '.' | '!' | '?' | ';') && chars.peek().is_some_and(|(_, c)| *c == ' ');
                if spaced || matches!(c, '。' | '！' | '？' | '；' | '।' | '؟' | '۔') {
                    ends.push(at);
                }
                inside &= matches!(c, '\'' | '’');
            }
        }
        Self { words, ends }
    }

    /// Like [`Self::measure`], but only for a line of ASCII characters.
    fn measure_ascii(line: &[u8]) -> Self {
        let (mut words, mut ends) = (Vec::with_capacity(line.len() / 4), Vec::new());
        let (mut total, mut inside) = (0, false);
        for (at, byte) in line.iter().enumerate() {
            if byte.is_ascii_alphanumeric() {
                if !inside {
                    total += WORD_QUARTERS;
                    words.push((at, total));
                }
                inside = true;
            } else {
                if matches!(byte, b'.' | b'!' | b'?' | b';') && line.get(at + 1) == Some(&b' ') {
                    ends.push(at);
                }
                inside &= *byte == b'\'';
            }
        }
        Self { words, ends }
    }

    /// Returns the number of words between two byte offsets. Four characters of a script without spaces count
    /// as one word.
    pub(super) fn words(&self, from: usize, to: usize) -> usize {
        let quarters = |at: usize| {
            let end = self.words.partition_point(|(position, _)| *position < at);
            end.checked_sub(1).and_then(|last| self.words.get(last)).map_or(0, |(_, total)| *total)
        };
        usize::try_from(quarters(to).saturating_sub(quarters(from)) / WORD_QUARTERS).unwrap_or(usize::MAX)
    }

    /// Returns the number of words in the line. Four characters of a script without spaces count as one word.
    pub(super) fn all(&self) -> usize {
        self.words.last().map_or(0, |(_, total)| usize::try_from(total / WORD_QUARTERS).unwrap_or(usize::MAX))
    }

    /// Returns the number of sentence ends from the byte offset `from` up to, but not including, `to`.
    pub(super) fn ends(&self, from: usize, to: usize) -> usize {
        let before = |at: usize| self.ends.partition_point(|position| *position < at);
        before(to).saturating_sub(before(from))
    }
}

#[cfg(test)]
mod tests {
    use super::Distances;

    #[test]
    fn words_and_sentences_are_counted() {
        let line = "Your code. It is 482951 now";
        let measured = Distances::measure(line);
        assert_eq!((measured.words(9, 17), measured.ends(9, 17), measured.all()), (2, 1, 6));
        let wide = Distances::measure("Your code. It is 482951 nów");
        assert_eq!((measured.words, measured.ends), (wide.words, wide.ends));
        let line = "認証コードは802214です。";
        let measured = Distances::measure(line);
        assert_eq!((measured.words(0, 18), measured.ends(0, line.len())), (1, 1));
    }
}
