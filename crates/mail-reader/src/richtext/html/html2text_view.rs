//! Lays out the HTML part with html2text, either because the user selected the html2text view or because the normal
//! layout failed.

use crate::html::converter::{Converted, HiddenText, convert};
use crate::html::flow::TruncationReason;
use crate::link_url;
use crate::mail::Mail;
use crate::mime;
use crate::richtext::page::LineBuilder;
use crate::richtext::plain::numbers;
use crate::richtext::wrap::StyledText;
use crate::richtext::{Role, gap_to_mark, link_mark};
use crate::sanitize::SafeText;
use html2text::render::{RichAnnotation, TaggedLine};
use std::borrow::Cow;
use std::collections::HashMap;

/// The reason why html2text is used for an HTML part instead of the normal layout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Html2textReason {
    /// The user selected the "HTML through html2text" view.
    Requested,
    /// The normal layout panicked.
    Broken,
    /// The normal layout exceeded its timeout.
    Late,
    /// The normal layout shows no text.
    Unseen,
}

impl From<TruncationReason> for Html2textReason {
    fn from(unread: TruncationReason) -> Self {
        match unread {
            TruncationReason::Broken => Self::Broken,
            TruncationReason::Late => Self::Late,
        }
    }
}

impl Html2textReason {
    fn words(self) -> &'static str {
        match self {
            Self::Requested => "This is the HTML as html2text reads it, including text that its styles hide.",
            Self::Broken => "The HTML of this mail could not be laid out. This is how html2text reads it.",
            Self::Late => "The HTML of this mail took too long to lay out. This is how html2text reads it.",
            Self::Unseen => {
                "The styles of this mail leave nothing to see. This is how html2text reads it without them."
            }
        }
    }

    /// Returns whether html2text includes hidden text. This is the case if the user selected the html2text view, or if
    /// there is no visible text.
    fn hidden(self) -> HiddenText {
        match self {
            Self::Requested | Self::Unseen => HiddenText::Read,
            Self::Broken | Self::Late => HiddenText::Skipped,
        }
    }
}

/// Lays out the HTML part with html2text, below a note that states the reason `why`. If html2text fails or finds no
/// text, lays out nothing and returns `false`.
pub(super) fn instead(page: &mut LineBuilder, mail: &Mail, raw: &[u8], why: Html2textReason) -> bool {
    let decoded = mail.html.as_deref().map(Cow::Borrowed);
    let Some(source) = decoded.or_else(|| mime::html_source(raw).map(Cow::Owned)) else { return false };
    let Some(converted) = convert(&source, why.hidden(), html2text::config::rich(), page.width()) else {
        return false;
    };
    let Converted { lines, left_out } = converted;
    if !lines.iter().any(|line| line.chars().any(char::is_alphanumeric)) {
        return false;
    }
    page.note(why.words());
    for left_out in left_out {
        page.note(left_out.words());
    }
    page.blank();
    let base = mail.flow.as_ref().and_then(|flow| flow.base.as_deref());
    let known = page.links();
    let mut links = NumberedLinks { known: numbers(&known), base, open: None };
    for line in lines {
        if page.is_full() {
            break;
        }
        if line.chars().all(char::is_whitespace) {
            page.blank();
        } else {
            page.push(&links.pieces(&line));
        }
    }
    true
}

/// The numbered links of the mail, in which the link targets from html2text are looked up.
struct NumberedLinks<'a> {
    known: HashMap<&'a str, u16>,
    /// The base URL of relative links; `None` if the HTML part declares no base URL.
    base: Option<&'a str>,
    /// The target and the index of the most recent link, whose text may continue on the next line. `None`
    /// before the first link.
    open: Option<(String, u16)>,
}

impl NumberedLinks<'_> {
    /// Converts an output line of html2text to styled text, in which each link text is followed by the number of the
    /// link.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "html2text may add annotations, and only links count here"
    )]
    fn pieces(&mut self, line: &TaggedLine<Vec<RichAnnotation>>) -> Vec<StyledText> {
        let mut pieces: Vec<StyledText> = Vec::new();
        let mut before = None;
        for tagged in line.tagged_strings() {
            let link = tagged.tag.iter().find_map(|annotation| match annotation {
                RichAnnotation::Link(href) => self.number(href),
                _ => None,
            });
            if link != before {
                close(&mut pieces, before);
            }
            before = link;
            let role = if link.is_some() { Role::Link } else { role(&tagged.tag) };
            pieces.push(StyledText { text: SafeText::new(&tagged.s), role, link });
        }
        close(&mut pieces, before);
        pieces
    }

    fn number(&mut self, href: &str) -> Option<u16> {
        if let Some((open, number)) = &self.open
            && open == href
        {
            return Some(*number);
        }
        let known = |address: &str| self.known.get(address).copied();
        let number = known(href).or_else(|| known(&link_url::address(href, self.base)?))?;
        self.open = Some((href.to_owned(), number));
        Some(number)
    }
}

/// Appends the number of a link; does nothing if `link` is `None`.
fn close(pieces: &mut Vec<StyledText>, link: Option<u16>) {
    if let Some(link) = link {
        let gap = pieces.last().and_then(|words| gap_to_mark(words.text.as_str()));
        pieces.extend(gap);
        pieces.push(link_mark(link));
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "html2text may add annotations, and colours change no role"
)]
fn role(annotations: &[RichAnnotation]) -> Role {
    let looks = annotations.iter().rev().filter_map(|annotation| match annotation {
        RichAnnotation::Image(_) => Some(Role::Image),
        RichAnnotation::Strong => Some(Role::Strong),
        RichAnnotation::Emphasis => Some(Role::Emphasis),
        RichAnnotation::Strikeout => Some(Role::Struck),
        RichAnnotation::Code => Some(Role::Code),
        _ => None,
    });
    looks.into_iter().next().unwrap_or_default()
}
