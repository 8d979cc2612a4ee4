//! What a search looks through, and what it looks for: the same folding for both, so that letter
//! case, full width and composed accents make no difference in any script.

use super::html;
use super::mail::{Envelope, Mail, Mailbox};
use unicode_normalization::UnicodeNormalization;

/// How many bytes of a mail's words are searched through: beyond that it is data, not words.
pub const MAX_TEXT: usize = 128 << 10;

/// Words of a query that are looked for; more than this many are typed by nobody.
const MAX_WORDS: usize = 16;

/// Folds text for comparing: compatibility forms composed (NFKC), lower case, every run of white
/// space or control characters one blank.
pub fn fold(text: &str) -> String {
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

/// Everything of a mail that a search looks through, folded: subject, sender, recipients, names of
/// attachments, then the words of its text and HTML, at most [`MAX_TEXT`] bytes of them.
pub fn text_of(envelope: &Envelope, mail: &Mail) -> String {
    let mut text = String::new();
    let mut add = |piece: &str| {
        if text.len() < MAX_TEXT && !piece.is_empty() {
            let room = MAX_TEXT - text.len();
            text.push_str(piece.get(..piece.floor_char_boundary(room)).unwrap_or_default());
            text.push('\n');
        }
    };
    add(&mail.subject);
    for part in [&envelope.from, &envelope.to, &envelope.to_orig] {
        add(part);
    }
    for Mailbox { name, address } in std::iter::once(&mail.from).chain(&mail.to).chain(&mail.cc) {
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
    fold(&text)
}

/// What is looked for: all of these words, in any order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    words: Vec<String>,
}

impl Query {
    /// Takes a query as it was typed: words apart by blanks, `"several words"` as one.
    pub fn parse(text: &str) -> Self {
        let mut words = Vec::new();
        for (at, piece) in text.split('"').enumerate() {
            if at % 2 == 1 {
                words.push(fold(piece).trim().to_owned());
            } else {
                words.extend(piece.split_whitespace().map(fold));
            }
        }
        words.retain(|word| !word.is_empty());
        words.truncate(MAX_WORDS);
        Self { words }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words, folded.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Every run of three characters of the words: what an index of such runs can be asked for.
    /// Words of one or two characters have none.
    pub fn trigrams(&self) -> Vec<String> {
        let mut runs = Vec::new();
        for word in &self.words {
            let letters: Vec<char> = word.chars().collect();
            for run in letters.windows(3) {
                let run: String = run.iter().collect();
                if !runs.contains(&run) {
                    runs.push(run);
                }
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_makes_one_of_what_reads_the_same() {
        assert_eq!(fold("ＡＢＣ  Ärger\r\n\u{41}\u{308}"), "abc ärger ä");
        assert_eq!(fold("検索"), "検索");
    }

    #[test]
    fn a_query_is_words_and_phrases() {
        let query = Query::parse(" Your \"verification  CODE\" 検索 ");
        assert_eq!(query.words(), ["your", "verification code", "検索"]);
        assert!(query.trigrams().contains(&"n c".to_owned()));
        assert!(Query::parse("検索").trigrams().is_empty());
        assert!(Query::parse(" \"\" ").is_empty());
    }
}
