//! The text of the open mail, as a screen reader speaks it.

use crate::app::Model;
use crate::app::layout::Pane;
use crate::app::message_pane::MessagePane;
use dropmail_client::domain::ids::MailId;
use mail_reader::richtext::{Line, Role};

/// The text of the open mail, split into header and body, as a screen reader speaks it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SpokenMail {
    id: MailId,
    view: &'static str,
    head: Vec<String>,
    body: Vec<String>,
    is_whole: bool,
    /// Index and text of the topmost visible line of the open mail.
    top: (usize, String),
}

impl SpokenMail {
    /// Calls `say` with each piece of text that a screen reader must speak when the state of the open mail changes from
    /// `before` to `self`. `before` may describe another mail or view; it is `None` if no mail was open.
    pub(super) fn report_new_lines(&self, before: Option<&Self>, say: &mut impl FnMut(&str)) {
        let before = before.filter(|before| before.id == self.id);
        let same_view = before.filter(|before| before.view == self.view);
        match (before, same_view) {
            (None, _) => {
                for line in &self.head {
                    say(line);
                }
            }
            (Some(_), None) => say(&format!("View: {}.", self.view)),
            (Some(_), Some(_)) => {}
        }
        let known = same_view.map_or(&[][..], |before| before.body.as_slice());
        // The layout of a long mail arrives in two steps; after the second step, only the additional lines are spoken.
        // A new layout of the same lines is not spoken.
        let further = self.body.strip_prefix(known).unwrap_or_default();
        for line in further {
            say(line);
        }
        if same_view.is_some_and(|before| before.body == self.body && before.top.0 != self.top.0) {
            say(&self.top.1);
        }
        let was_whole = same_view.is_some_and(|before| before.is_whole);
        if self.is_whole && !was_whole {
            say("End of the message.");
        }
    }
}

pub(super) fn message_words(model: &Model) -> Option<SpokenMail> {
    let MessagePane::Open(open) = &model.message_pane else { return None };
    // A mail that has never been laid out has no text yet. A mail without lines that was laid out before is
    // switching to another view.
    let never_rendered = open.rendered.lines.is_empty() && open.scroll_positions.is_empty();
    if model.focus != Pane::Message || never_rendered {
        return None;
    }
    let lines = &open.rendered.lines;
    let is_rule = |line: &Line| line.spans.first().is_some_and(|span| span.role == Role::Rule);
    let end_of_head = lines.iter().position(is_rule).map_or(0, |rule| rule + 1);
    let (head, body) = lines.split_at_checked(end_of_head)?;
    Some(SpokenMail {
        id: open.opened.envelope.id.clone(),
        view: open.view.words(),
        head: spoken_lines(head),
        body: spoken_lines(body),
        is_whole: open.rendered.is_complete && open.opened.is_complete && !lines.is_empty(),
        top: (open.scroll, lines.get(open.scroll).map(text_of).unwrap_or_default()),
    })
}

pub(super) fn view_words(model: &Model) -> Option<(MailId, &'static str)> {
    let open = model.message_pane.open_mail()?;
    Some((open.opened.envelope.id.clone(), open.view.words()))
}

fn spoken_lines(lines: &[Line]) -> Vec<String> {
    // Lines without letters or digits, such as rules and borders, are not spoken.
    let is_spoken = |line: &String| line.chars().any(char::is_alphanumeric);
    lines.iter().map(text_of).filter(is_spoken).collect()
}

fn text_of(line: &Line) -> String {
    line.spans.iter().map(|span| span.text.as_str()).collect()
}
