//! Selects the views in which a mail can be displayed.

use super::{View, plain};
use crate::mail::Mail;

/// Maximum number of characters, not counting white space, that are compared to determine whether two views display the
/// same text.
const MAX_COMPARED_CHARS: usize = 20_000;

/// Returns the views in which a mail can be displayed; the default view comes first. Of two views that would display
/// the same text, only one is returned.
pub fn views(mail: &Mail) -> Vec<View> {
    let mut views = match (&mail.text, &mail.flow) {
        (Some(text), Some(_)) if plain::is_stub(text, mail) => vec![View::Html],
        (Some(text), Some(_)) if !reads_the_same(text, mail) => vec![View::Text, View::Html],
        (Some(_), _) | (None, None) => vec![View::Text],
        (None, Some(_)) => vec![View::Html],
    };
    views.extend([View::Headers, View::Raw, View::Parts]);
    views.extend(mail.has_html().then_some(View::Html2text));
    views.extend(mail.hides_words().then_some(View::HtmlWithHidden));
    views
}

fn reads_the_same(text: &str, mail: &Mail) -> bool {
    let blocks = mail.flow.iter().flat_map(|flow| &flow.blocks);
    let html = blocks.flat_map(|block| &block.runs).flat_map(|run| run.text.chars());
    let letters = |c: &char| !c.is_whitespace();
    let links = mail.flow.as_ref().is_some_and(|flow| !flow.anchors.is_empty());
    !links
        && text
            .chars()
            .filter(letters)
            .take(MAX_COMPARED_CHARS)
            .eq(html.filter(letters).take(MAX_COMPARED_CHARS))
}
