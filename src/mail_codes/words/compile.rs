//! Compiles the keyword lists to Rust; only the build script uses this file.

#[path = "unspaced.rs"]
mod unspaced;

use std::error::Error;
use std::fmt::Write as _;
use unspaced::is_unspaced;

/// A keyword list: its file, the name of the constant, the type of its classes, and the classes by their names
/// in the file.
type List = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const LISTS: [List; 3] = [
    (
        "codes",
        "CODES_SORTED",
        "Word",
        &[
            ("code", "Code"),
            ("maybe", "Maybe"),
            ("pass", "Pass"),
            ("type", "Type"),
            ("act", "Act"),
            ("life", "Life"),
            ("not", "Not"),
            ("promo", "Promo"),
            ("offer", "Offer"),
            ("once", "Once"),
            ("figure", "Figure"),
        ],
    ),
    (
        "links",
        "LINKS_SORTED",
        "LinkKeyword",
        &[
            ("verify", "Verify"),
            ("sign-in", "SignIn"),
            ("reset", "Reset"),
            ("invite", "Invite"),
            ("download", "Download"),
            ("act", "Act"),
            ("unsubscribe", "Unsubscribe"),
            ("deny", "Deny"),
            ("side", "Side"),
        ],
    ),
    (
        "spans",
        "SPANS_SORTED",
        "Span",
        &[("second", "Second"), ("minute", "Minute"), ("hour", "Hour"), ("day", "Day")],
    ),
];

/// Returns the keyword lists as Rust source; `read` returns the text of a list by its file name.
pub(crate) fn to_rust(
    read: impl Fn(&str) -> Result<String, Box<dyn Error>>,
) -> Result<String, Box<dyn Error>> {
    let mut rust = String::new();
    for (file, name, kind, classes) in LISTS {
        let text = read(file)?;
        writeln!(rust, "static {name}: &[Entry<{kind}>] = &[")?;
        for (word, class, open_start, open_end) in sorted(&text, classes)? {
            writeln!(
                rust,
                "Entry {{ word: {word:?}, class: {kind}::{class}, open_start: {open_start}, open_end: {open_end} }},"
            )?;
        }
        writeln!(rust, "];")?;
    }
    Ok(rust)
}

type Sorted<'a> = Vec<(&'a str, &'a str, bool, bool)>;

fn sorted<'a>(text: &'a str, classes: &[(&str, &'a str)]) -> Result<Sorted<'a>, Box<dyn Error>> {
    let mut entries = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut fields = line.split('\t').skip(1);
        let (Some(class), Some(words)) = (fields.next(), fields.next()) else {
            return Err(format!("no language, class and words: {line}").into());
        };
        let Some((_, class)) = classes.iter().find(|(name, _)| *name == class) else {
            return Err(format!("no such class: {line}").into());
        };
        for stars in words.split(';').map(str::trim) {
            let word = stars.trim_matches('*');
            if word.is_empty() {
                continue;
            }
            let unspaced = word.chars().any(is_unspaced);
            entries.push((
                word,
                *class,
                unspaced || stars.starts_with('*'),
                unspaced || stars.ends_with('*'),
            ));
        }
    }
    // If a keyword is in two classes, the later line applies.
    entries.reverse();
    entries.sort_by_key(|entry| entry.0);
    entries.dedup_by_key(|entry| entry.0);
    Ok(entries)
}
