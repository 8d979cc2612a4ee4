//! Finds link-related keywords in a string. Recognises strings that ask the reader to type a code.

use crate::lines::{fold, lower};
use crate::words::{self, KeywordMatch, LinkKeyword, Topic};

/// Returns the link-related keywords in a string, in order.
pub(super) fn keywords(text: &str) -> Vec<KeywordMatch<LinkKeyword>> {
    if text.is_empty() {
        return Vec::new();
    }
    words::about_links(&lower(&fold(text)))
}

/// Returns the topics of the link-related keywords in a string, in order.
pub(super) fn topics(text: &str) -> Vec<Topic> {
    keywords(text).into_iter().map(|found| found.topic).collect()
}

/// Returns whether a string asks the reader to type a code.
pub(super) fn types_code(text: &str) -> bool {
    if text.is_empty() {
        return false;
    }
    let found = words::about_codes(&lower(&fold(text)));
    let has = |classes: &[words::CodeKeyword]| found.iter().any(|found| classes.contains(&found.class));
    has(&[words::CodeKeyword::Type]) && has(&[words::CodeKeyword::Code, words::CodeKeyword::Maybe])
}
