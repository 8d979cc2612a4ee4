//! Lists the names of the features, and the value of each feature in a mail without keywords.

use crate::data::LabelledCandidate;

/// The names of the features, and the neutral value of each feature (its value in a mail without keywords).
#[derive(Debug)]
pub(crate) struct FeatureNames<'a> {
    /// For each feature, its value in a mail without keywords; `None` for a feature that does not depend on
    /// keywords.
    pub(crate) without_words: Vec<Option<i16>>,
    pub(crate) names: &'a [String],
}

/// Value of the `mark before` feature for a code candidate that directly follows a colon.
const COLON: i16 = 5;

impl<'a> FeatureNames<'a> {
    /// Wraps the feature names, and determines for each feature its value in a mail without keywords.
    pub(crate) fn new(names: &'a [String]) -> Self {
        Self { without_words: names.iter().map(|name| neutral_value(name)).collect(), names }
    }

    /// Returns whether a candidate for a code or link is set off from the surrounding text: alone on its line,
    /// emphasised, in separate boxes, after a colon, or a link. A reader recognises such a candidate without
    /// understanding the language.
    pub(crate) fn is_set_off(&self, one: &LabelledCandidate) -> bool {
        const SET_OFF: [&str; 5] =
            ["alone somewhere", "emphasised somewhere", "in boxes", "alone in its line", "web address"];
        self.names.iter().zip(&one.features).any(|(name, value)| match name.as_str() {
            "mark before" => *value == COLON,
            name => *value > 0 && SET_OFF.contains(&name),
        })
    }
}

/// Returns the value that the feature named `name` has in a mail without keywords; `None` if the feature does not
/// depend on keywords.
fn neutral_value(name: &str) -> Option<i16> {
    let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    match name {
        "name before" | "name after" | "line above name" | "line below name" | "column head" => Some(4),
        "name before distance" | "name after distance" => Some(40),
        "line above words after name" => Some(20),
        "first keyword of the text" => Some(-1),
        _ if starts(&["words before:", "words after:"]) => Some(30),
        _ if starts(&["lines above:"]) => Some(9),
        _ if starts(&[
            "name ",
            "subject:",
            "lines with",
            "text says",
            "line says",
            "sentence says",
            "lines above say",
            "line below says",
            "subject says",
            "keywords in",
            "copula",
            "answer",
            "another link",
            "refusals",
        ]) =>
        {
            Some(0)
        }
        _ => None,
    }
}
