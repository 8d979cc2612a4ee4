//! Highlights the code of the open mail in the text of the mail.

use crate::app::message_pane::OpenMail;
use dropmail_client::domain::time::Timestamp;
use mail_reader::richtext::{Role, View};

/// Returns the code to highlight in the text of the open mail. Returns `None` if the mail has no code or only an
/// expired or old one, and for a view that shows the source of the mail.
pub(super) fn highlighted_code(open: &OpenMail, now: Timestamp) -> Option<&str> {
    match open.view {
        View::Text | View::Html | View::Html2text | View::HtmlWithHidden => {}
        View::Headers | View::Raw | View::Parts | View::Part(_) => return None,
    }
    let code = open.opened.mail.findings.confident_code()?;
    code.stale(open.opened.envelope.received_at, now).is_none().then_some(code.value.as_str())
}

/// Returns `true` if a code may be highlighted in text with this role. A link, for example, keeps its own style.
pub(super) fn can_hold_code(role: Role) -> bool {
    match role {
        Role::Plain | Role::Strong | Role::Emphasis | Role::Heading | Role::Code | Role::Inserted => true,
        Role::Link
        | Role::Button
        | Role::Quote(_)
        | Role::Rule
        | Role::Note
        | Role::Fold
        | Role::HeaderName
        | Role::LinkMark
        | Role::Picture(_)
        | Role::Struck
        | Role::Hidden
        | Role::Image => false,
    }
}

/// Splits text at the first occurrence of the code as a whole word. Returns the parts, each with a flag that is `true`
/// for the code. If the code does not occur, returns the whole text as the only part.
pub(super) fn split_at_code<'a>(
    text: &'a str,
    code: Option<&str>,
) -> impl Iterator<Item = (&'a str, bool)> + use<'a> {
    let parts = code.and_then(|code| find_word(text, code));
    let (before, code, after) = parts.unwrap_or((text, "", ""));
    let all = [(before, false), (code, true), (after, false)];
    all.into_iter().filter(|(part, _)| !part.is_empty())
}

/// Returns the text before, at and after the first occurrence of `word` that is not adjacent to a letter or digit;
/// `None` if there is no such occurrence.
fn find_word<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(word).filter(|(_, found)| !found.is_empty()).find_map(|(at, found)| {
        let (before, rest) = text.split_at_checked(at)?;
        let after = rest.strip_prefix(found)?;
        let is_whole = !touches(before.chars().next_back()) && !touches(after.chars().next());
        is_whole.then_some((before, found, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_code_is_highlighted() {
        let parts = |text| split_at_code(text, Some("4829")).collect::<Vec<_>>();
        assert_eq!(parts("Code: 4829."), [("Code: ", false), ("4829", true), (".", false)]);
        assert_eq!(parts("14829 and 4829"), [("14829 and ", false), ("4829", true)]);
        assert_eq!(parts("48290"), [("48290", false)]);
        assert_eq!(parts(""), []);
        assert_eq!(split_at_code("4829", None).collect::<Vec<_>>(), [("4829", false)]);
    }
}
