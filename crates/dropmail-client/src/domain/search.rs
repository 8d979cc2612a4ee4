//! Normalises the text of mails for searching, and parses search queries. Mails and queries are normalised in the same
//! way. A search thus ignores case, full-width forms and the difference between composed and decomposed accents.

use super::mail::Envelope;
use mail_reader::html;
use mail_reader::mail::{EmailAddress, Mail};
use mail_reader::mime;
use std::collections::HashSet;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Maximum length in bytes of a mail's searchable text; longer text is truncated. Text beyond this length is usually
/// not prose but, for example, encoded data.
pub const MAX_TEXT: usize = mime::MAX_SEARCHED_BYTES;

/// Maximum number of required words in a search query, and also the maximum number of excluded words. Further words of
/// either kind are ignored.
const MAX_WORDS: usize = 16;

/// Normalises text for comparison: applies NFKC, converts to lower case, and replaces each run of white space or
/// control characters with one space.
pub fn normalise(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase) {
        if c.is_whitespace() || c.is_control() {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            folded.push(c);
        }
    }
    folded
}

/// Returns the normalised searchable text of a mail: its subject, sender, recipients, attachment names, text and HTML,
/// and the text of any attached mails. The result is truncated to [`MAX_TEXT`] bytes.
pub fn text_of(envelope: &Envelope, mail: &Mail) -> String {
    let mut text = String::new();
    let mut add = |piece: &str| {
        if text.len() < MAX_TEXT && !piece.is_empty() {
            let remaining = MAX_TEXT - text.len();
            text.push_str(piece.get(..piece.floor_char_boundary(remaining)).unwrap_or_default());
            text.push('\n');
        }
    };
    add(&mail.subject);
    for part in [&envelope.from, &envelope.to, &envelope.to_orig] {
        add(part);
    }
    for EmailAddress { name, address } in std::iter::once(&mail.from).chain(&mail.to).chain(&mail.cc) {
        add(name);
        add(address);
    }
    for attachment in &mail.attachments {
        add(attachment.name.as_str());
    }
    add(mail.text.as_deref().unwrap_or_default());
    if let Some(html) = &mail.html {
        add(&html::to_text(html));
    }
    add(&mail.enclosed);
    normalise(&text)
}

/// A search query: the words that a mail must contain in any order, and the words that it must not contain.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SearchQuery {
    words: Vec<String>,
    without: Vec<String>,
}

impl SearchQuery {
    /// Parses a search query entered by the user. Words are separated by spaces; several words in double quotes count
    /// as one word.
    pub fn parse(text: &str) -> Self {
        let mut words = Vec::new();
        for (at, piece) in text.split('"').enumerate() {
            if at % 2 == 1 {
                words.push(normalise(piece).trim().to_owned());
            } else {
                words.extend(piece.split_whitespace().map(normalise));
            }
        }
        Self::from_words(words, Vec::new())
    }

    /// Creates a search query for mails that contain all of `words` and none of `without`. Normalises all of these
    /// words.
    pub fn from_words(words: Vec<String>, without: Vec<String>) -> Self {
        let tidy = |words: Vec<String>| {
            let folded = words.iter().map(|word| normalise(word).trim().to_owned());
            folded.filter(|word| !word.is_empty()).take(MAX_WORDS).collect()
        };
        Self { words: tidy(words), without: tidy(without) }
    }

    /// Returns whether the search query is empty, that is, has neither required nor excluded words.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.without.is_empty()
    }

    /// Returns the normalised words that a mail must contain.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Returns the normalised words that a mail must not contain.
    pub fn excluded_words(&self) -> &[String] {
        &self.without
    }

    /// Returns whether a mail with the searchable text `text`, as returned by [`text_of`], matches the query.
    pub fn matches(&self, text: &str) -> bool {
        self.words.iter().all(|word| text.contains(word.as_str()))
            && !self.without.iter().any(|word| text.contains(word.as_str()))
    }

    /// Returns the n-grams (see [`ngrams`]) that the text of every matching mail contains: all three-character
    /// substrings of each word, or the whole word if it is shorter.
    pub fn word_ngrams(&self) -> Vec<String> {
        let mut runs = Vec::new();
        for word in &self.words {
            let letters: Vec<char> = word.chars().collect();
            for run in letters.windows(letters.len().min(MAX_NGRAM_CHARS)) {
                let run: String = run.iter().copied().map(to_index_letter).collect();
                if !runs.contains(&run) {
                    runs.push(run);
                }
            }
        }
        runs
    }
}

/// Finds normalised words in text that is not normalised. Returns the byte ranges of the matches, sorted and without
/// overlaps; each range starts and ends at a grapheme boundary.
pub fn match_ranges(text: &str, words: &[String]) -> Vec<Range<usize>> {
    let mut folded = String::with_capacity(text.len());
    // For each byte of the normalised text, the range of the grapheme from which it was derived.
    let mut origin: Vec<Range<usize>> = Vec::with_capacity(text.len());
    for (at, grapheme) in text.grapheme_indices(true) {
        let piece = normalise(grapheme);
        let piece = if folded.ends_with(' ') { piece.trim_start_matches(' ') } else { piece.as_str() };
        folded.push_str(piece);
        origin.extend(std::iter::repeat_n(at..at + grapheme.len(), piece.len()));
    }
    let ends =
        |from: usize, len: usize| Some(origin.get(from)?.start..origin.get(from + len.checked_sub(1)?)?.end);
    let all = words.iter().flat_map(|word| folded.match_indices(word.as_str()));
    let mut places: Vec<Range<usize>> = all.filter_map(|(at, word)| ends(at, word.len())).collect();
    places.sort_by_key(|place| (place.start, place.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(places.len());
    for place in places {
        match apart.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => apart.push(place),
        }
    }
    apart
}

/// Maximum length of an n-gram in characters. Longer n-grams would enlarge the index but would hardly reduce the number
/// of mails that a search must scan.
const MAX_NGRAM_CHARS: usize = 3;

/// Returns all distinct n-grams of one to three characters in a normalised text, separated by spaces. A full-text index
/// of n-grams can find parts of words, even in scripts without spaces.
pub fn ngrams(text: &str) -> String {
    let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    starts.push(text.len());
    let mut seen = HashSet::new();
    let mut runs = String::with_capacity(text.len() * 4);
    for length in 1..=MAX_NGRAM_CHARS {
        for (from, to) in starts.iter().zip(starts.iter().skip(length)) {
            let Some(run) = text.get(*from..*to).filter(|run| seen.insert(*run)) else { continue };
            runs.extend(run.chars().map(to_index_letter));
            runs.push(' ');
        }
    }
    runs
}

/// Maps ASCII punctuation, control characters and the space to private-use characters, which the tokenizer of the
/// search index treats as letters. Returns all other characters unchanged. Two characters may map to the same letter.
/// This causes no false matches, because a search also checks the text itself.
fn to_index_letter(c: char) -> char {
    if c.is_ascii() && !c.is_ascii_alphanumeric() {
        char::from_u32(0xE000 + u32::from(c)).unwrap_or(c)
    } else {
        c
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_makes_equivalent_spellings_equal() {
        assert_eq!(normalise("ＡＢＣ  Ärger\r\n\u{41}\u{308}"), "abc ärger ä");
        assert_eq!(normalise("検索"), "検索");
    }

    #[test]
    fn a_query_consists_of_words_and_phrases() {
        let query = SearchQuery::parse(" Your \"verification  CODE\" 検索 ");
        assert_eq!(query.words(), ["your", "verification code", "検索"]);
        assert!(query.word_ngrams().contains(&"n\u{E020}c".to_owned()));
        assert_eq!(SearchQuery::parse("検索 a 検索語").word_ngrams(), ["検索", "a", "検索語"]);
        assert!(SearchQuery::parse(" \"\" ").is_empty());
    }

    #[test]
    fn words_are_found_in_any_spelling() {
        let marked = |text: &str, words: &str| -> Vec<String> {
            let places = match_ranges(text, SearchQuery::parse(words).words());
            places.into_iter().map(|place| text.get(place).unwrap().to_owned()).collect()
        };
        assert_eq!(marked("Your SHIP has shipped", "ship"), ["SHIP", "ship"]);
        assert_eq!(marked("A\u{308}rger  um ＡＢＣ", "\"ärger um\" bc"), ["A\u{308}rger  um", "ＢＣ"]);
        assert_eq!(marked("検索語の検索", "検索 索語"), ["検索語", "検索"]);
        assert_eq!(marked("nothing", "else"), [""; 0]);
        assert!(match_ranges("text", &[String::new()]).is_empty());
    }

    #[test]
    fn words_can_be_excluded() {
        let query = SearchQuery::from_words(vec!["Code".into()], vec!["SHIP".into(), " ".into()]);
        assert!(
            query.matches("your code") && !query.matches("the code of the ship") && !query.matches("your")
        );
        assert!(SearchQuery::from_words(Vec::new(), vec!["ship".into()]).matches("your code"));
    }

    #[test]
    fn the_trigrams_of_a_text_include_those_of_its_parts() {
        let text = "re: 検索 100%\u{E9}";
        let runs = ngrams(text);
        let runs: Vec<&str> = runs.split(' ').collect();
        let letters: Vec<char> = text.chars().collect();
        for length in 1..=letters.len() {
            for part in letters.windows(length) {
                let part: String = part.iter().collect();
                for run in SearchQuery::parse(&format!("\"{part}\"")).word_ngrams() {
                    assert!(runs.contains(&run.as_str()), "{part}: {run}");
                }
            }
        }
        assert_eq!(ngrams("aaaa"), "a aa aaa ", "each n-gram is stored once");
        assert_eq!(ngrams(""), "");
    }
}
