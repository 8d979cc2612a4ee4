//! Tests that names and comments use common terms. The test fails on words that newcomers to the project did not
//! understand. These words have been replaced with common terms.

use regex::Regex;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Regular expression that matches comments, string literals and the character literal `'"'`.
static PIECE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r##"(?s)//[^\n]*|'\\?"'|b?r#*".*?"#*|b?"(?:[^"\\]|\\.)*""##).unwrap());
static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[A-Za-z_][A-Za-z0-9_]*").unwrap());
/// Regular expression that matches each word within an identifier in snake case or camel case.
static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[A-Z]?[a-z]+|[A-Z]+").unwrap());

/// Words that identifiers must not contain, each with the term to be used instead.
const BANNED_IN_NAMES: &[(&str, &str)] = &[
    ("afloat", "unsaved"),
    ("deed", "action"),
    ("desk", "context, gate or request"),
    ("dice", "rng"),
    ("farewell", "shutdown"),
    ("hasten", "cancel_backoff"),
    ("heed", "record"),
    ("housework", "maintenance"),
    ("joy", "what is tested"),
    ("lookout", "checker"),
    ("manners", "terminal mode"),
    ("patience", "timeouts"),
    ("shelf", "file transport"),
    ("told", "what the value is"),
    ("weather", "service status"),
];

/// Complete identifiers that are too vague, each with the term to be used instead.
const BANNED_NAMES: &[(&str, &str)] = &[("of", "what is returned or stored, such as from_mails or total")];

/// Regular expressions for phrases that comments must not contain, each with advice on better wording.
const BANNED_IN_COMMENTS: &[(&str, &str)] = &[
    (r"\b[Ww]hat is told\b", "name what reports, and what it reports"),
    (r"\b[Ww]hoever\b", "name the caller"),
    (r"\bafloat\b|\bheeds?\b|\bhastens?\b|\bhousework\b", "use the verb for what the code does"),
    (r"\bthe (?:desk|shelf|weather|patience|manners)\b", "use the name of the type"),
    (r"(?m)^//[/!] What\b", "begin with a noun for a type or field, with a verb for a function"),
    (r"\b(?:is|are|was|were|be) told\b|\btold of\b", "show, report or send"),
    (r"\b[Nn]obody\b", "name the user, the caller or the component"),
    (r"\broom for\b", "space, width or memory"),
    (r"\bstands? (?:alone|before|behind|beside|between)\b", "is, precedes or follows"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Splits a source file into its code and its comments. Both results leave out string literals.
fn code_and_comments(source: &str) -> (String, String) {
    let pieces = PIECE.find_iter(source).map(|piece| piece.as_str());
    let comments: Vec<&str> = pieces.filter(|piece| piece.starts_with("//")).collect();
    (PIECE.replace_all(source, " ").into_owned(), comments.join("\n"))
}

/// Returns the words of an identifier in lower case.
fn words(identifier: &str) -> Vec<String> {
    WORD.find_iter(identifier).map(|word| word.as_str().to_lowercase()).collect()
}

fn faults(name: &str, source: &str) -> Vec<String> {
    let (code, comments) = code_and_comments(source);
    let mut faults = Vec::new();
    for identifier in IDENTIFIER.find_iter(&code) {
        if let Some((_, term)) = BANNED_NAMES.iter().find(|(banned, _)| *banned == identifier.as_str()) {
            faults.push(format!("{name}: {}: write {term}", identifier.as_str()));
        }
        for word in words(identifier.as_str()) {
            if let Some((_, term)) = BANNED_IN_NAMES.iter().find(|(banned, _)| *banned == word) {
                faults.push(format!("{name}: {}: write {term}", identifier.as_str()));
            }
        }
    }
    for (phrase, advice) in BANNED_IN_COMMENTS {
        for found in Regex::new(phrase).unwrap().find_iter(&comments) {
            faults.push(format!("{name}: \"{}\" in a comment: {advice}", found.as_str()));
        }
    }
    faults
}

#[test]
fn names_and_comments_avoid_banned_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "crates", "tests", "benches", "examples"] {
        sources(&root.join(folder), &mut files);
    }
    let this_file = root.join("tests/it/vocabulary.rs");
    let mut found = Vec::new();
    for file in files.iter().filter(|file| **file != this_file) {
        let name = file.strip_prefix(root).unwrap().display().to_string();
        let stem = file.file_stem().unwrap().to_string_lossy();
        found.extend(faults(&name, &format!("{stem}\n{}", std::fs::read_to_string(file).unwrap())));
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_rule_checks_names_and_ignores_string_literals() {
    let source = "struct WeatherReport; // What is told here\nfn take_heed() { say(\"the weather\") }";
    assert_eq!(faults("a.rs", source).len(), 4);
    assert_eq!(faults("a.rs", "fn of(width: usize) {} // The width of a column").len(), 1);
    assert!(faults("a.rs", "// The status of the service\nlet status = \"weather\";").is_empty());
}
