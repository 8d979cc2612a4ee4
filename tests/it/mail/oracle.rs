//! Compares the program's layout of HTML mails with the output of html2text, another HTML converter. The layout must
//! contain all words of html2text's output, in the same order.
//!
//! For the comparison, the layout includes hidden text, because html2text ignores styles. html2text receives the
//! unsanitised HTML of the mail, without the parts that `without_invisible` removes. It prints tables without borders
//! and columns.
//!
//! `DROPMAIL_HTML_CORPUS="FOLDER FOLDER" cargo test --test it mail::oracle -- --ignored --nocapture` also compares the
//! mails in other directories and prints the differences.

#![expect(clippy::print_stdout, reason = "the test prints the differences for people to judge")]
#![expect(clippy::disallowed_methods, reason = "an environment variable lists the folders")]

use html2text::config::with_decorator;
use html2text::render::TrivialDecorator;
use mail_reader::richtext::{Role, View, render};
use regex::Regex;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// Maximum size in bytes of an HTML document in the comparison. Larger documents are skipped, because the running time
/// of html2text grows faster than linearly.
const MAX_HTML_BYTES: usize = 400_000;

/// Returns the words in a text, in lower case and without invisible characters.
fn words(text: &str) -> Vec<String> {
    let is_visible =
        |c: &char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    // NFKC converts superscript letters to ordinary letters.
    let text: String = text.nfkc().filter(is_visible).collect();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Lays out a raw mail and returns the words of its text, without words that the layout itself adds, such as those in
/// notes.
fn layout_words(raw: &[u8]) -> Vec<String> {
    let mail = mail_codes::parse(raw);
    let mut text = String::new();
    for line in render(&mail, raw, View::HtmlWithHidden, u16::MAX) {
        let is_added = |role| matches!(role, Role::Note | Role::LinkMark | Role::Fold | Role::Rule);
        for span in line.spans.iter().filter(|span| !is_added(span.role)) {
            text.push_str(span.text.as_str());
        }
        text.push('\n');
    }
    words(&text)
}

/// Removes the parts of an HTML document that html2text prints although they are not part of the visible text:
/// comments, tracking pixels, and elements such as `<noscript>`, `<title>` and `<select>`.
fn without_invisible(html: &str) -> String {
    let comment = Regex::new(r"(?s)<!--.*?-->").unwrap();
    let mut html = comment.replace_all(html, " ").into_owned();
    let elements = ["noscript", "noframes", "iframe", "title", "select", "audio", "video", "canvas"];
    for name in elements {
        let element = Regex::new(&format!(r"(?is)<{name}\b[^>]*>.*?</{name}\s*>")).unwrap();
        html = element.replace_all(&html, " ").into_owned();
    }
    let pixel =
        Regex::new(r#"(?is)<img\b[^>]*\b(width|height)\s*=\s*["']?[0-3](px)?["'\s/>][^>]*>?"#).unwrap();
    pixel.replace_all(&html, " ").into_owned()
}

fn html2text_words(html: &str) -> Vec<String> {
    let config = with_decorator(TrivialDecorator::new()).raw_mode(true).allow_width_overflow();
    words(&config.string_from_read(without_invisible(html).as_bytes(), 1 << 20).unwrap_or_default())
}

/// Returns the words that occur less often in `from` than in `expected`. A word that occurs in `from` as part of
/// another word does not count as missing.
fn missing_words(from: &[String], expected: &[String]) -> Vec<String> {
    let mut counts: HashMap<&str, isize> = HashMap::new();
    for (words, change) in [(expected, 1), (from, -1)] {
        for word in words {
            *counts.entry(word).or_default() += change;
        }
    }
    let letters = from.concat();
    let missing = counts.into_iter().filter(|(word, count)| *count > 0 && !letters.contains(word));
    let mut missing_words: Vec<String> = missing.map(|(word, _)| word.to_owned()).collect();
    missing_words.sort();
    missing_words
}

/// Returns the words of `expected` around the first word that is out of order in `from`; `None` if `from` contains all
/// words in order. The words are compared letter by letter, because one converter may join words that the other one
/// separates.
fn first_misplaced(from: &[String], expected: &[String]) -> Option<String> {
    let letters = from.concat();
    let mut ends = vec![0];
    for word in from {
        ends.push(ends.last().unwrap_or(&0) + word.len());
    }
    let mut position = 0;
    for (index, word) in expected.iter().enumerate() {
        let starts = std::iter::once(position).chain(ends.iter().copied().filter(|end| *end > position));
        let found = starts
            .into_iter()
            .find(|start| letters.get(*start..).is_some_and(|rest| rest.starts_with(word.as_str())));
        let Some(start) = found else {
            return Some(expected[index.saturating_sub(4)..(index + 4).min(expected.len())].join(" "));
        };
        position = start + word.len();
    }
    None
}

fn mails(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "eml"))
        .collect();
    files.sort();
    files
}

/// Differences between the program's layout and html2text's output for the mails in a directory.
#[derive(Default)]
struct Differences {
    /// Number of HTML mails whose layout was compared with html2text's output.
    read: usize,
    /// One line for each mail whose layout has the words in a different order than html2text's output. The line
    /// contains the first misplaced words.
    reordered: Vec<String>,
    /// One line for each mail whose layout lacks words of html2text's output. The line contains the missing words.
    lacking: Vec<String>,
}

fn differences(folder: &Path) -> Differences {
    let mut found = Differences::default();
    for file in mails(folder) {
        let raw = std::fs::read(&file).unwrap();
        let Some(html) = mail_codes::parse(&raw).mail.html.filter(|html| html.len() <= MAX_HTML_BYTES) else {
            continue;
        };
        found.read += 1;
        let (ours, other) = (layout_words(&raw), html2text_words(&html));
        let missing_words = missing_words(&ours, &other);
        if !missing_words.is_empty() {
            found.lacking.push(format!("{}: lacks {missing_words:?}", file.display()));
        } else if let Some(words) = first_misplaced(&ours, &other) {
            found.reordered.push(format!("{}: reorders {words}", file.display()));
        }
    }
    found
}

#[test]
fn the_layout_contains_the_words_of_html2text_in_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for folder in ["corpus/mails", "it/mail/kinds"] {
        let Differences { read, reordered, lacking } = differences(&root.join(folder));
        assert!(read > 10, "{folder}");
        assert!(lacking.is_empty() && reordered.is_empty(), "{}", [lacking, reordered].concat().join("\n"));
    }
}

/// Tests the mails in the directories that `DROPMAIL_HTML_CORPUS` lists. In up to 1 % of them, words may be missing. In
/// up to 10 % of them, words may have a different order, because the layout shows multi-line table cells side by side,
/// and stacks cards vertically.
#[test]
#[ignore = "needs folders of mails in DROPMAIL_HTML_CORPUS"]
fn the_layout_of_other_corpora_lacks_no_words() {
    let folders = std::env::var("DROPMAIL_HTML_CORPUS").expect("DROPMAIL_HTML_CORPUS is set");
    for folder in folders.split_whitespace() {
        let Differences { read, reordered, lacking } = differences(Path::new(folder));
        println!(
            "{folder}: of {read} mails, {} lack words and {} reorder words",
            lacking.len(),
            reordered.len()
        );
        println!("{}", [lacking.clone(), reordered.clone()].concat().join("\n"));
        assert!(lacking.len() * 100 <= read && reordered.len() * 10 <= read, "{folder}");
    }
}
