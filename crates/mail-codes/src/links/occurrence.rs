//! Finds the occurrences of links in a mail.

mod anchor;
mod block_words;
mod plain_text;

use super::keywords::keywords;
use super::link_answer::LinkAnswer;
use super::path::after_host;
use super::url_token::{self, UrlToken};
use super::{declared_actions, parsed};
use crate::lines::TextLine;
use crate::words::{KeywordMatch, LinkKeyword, LinkWords};
use block_words::BlockWords;
use mail_reader::html::flow::Flow;
use mail_reader::mail::Mail;
use url::Url;

/// Maximum number of link occurrences in a mail, and maximum number of lines that are searched for URLs. Further
/// occurrences and lines are ignored.
const MAX_OCCURRENCES: usize = 1_000;
/// Maximum number of bytes of a link text, or of the text around a link, that are searched for keywords. The rest of
/// the text is ignored.
const MAX_WORDS: usize = 300;

/// One occurrence of a link in a mail. A link that the mail contains several times has several occurrences.
#[expect(clippy::struct_excessive_bools, reason = "independent features, in any combination")]
pub(super) struct LinkOccurrence {
    pub(super) url: Url,
    pub(super) words: String,
    /// The path, query and fragment of the URL.
    pub(super) after_host: String,
    /// Facts about the parts of the URL that are unique to this mail, such as a token.
    pub(super) token: UrlToken,
    /// The keywords of the link text; for a plain-text URL, those of the clause before it in its line, or of the label
    /// if no text precedes the URL. Empty if the searched text contains a URL.
    pub(super) own: Vec<KeywordMatch<LinkKeyword>>,
    /// The label in the line above a plain-text URL, such as `Accept:`; empty if there is none.
    pub(super) label: String,
    /// The answer ("yes" or "no") that the text or the label of the link gives; `None` if neither gives one.
    pub(super) answer: Option<LinkAnswer>,
    /// The text around a link whose own text does not describe its target, such as `here` or a plain URL; empty for
    /// other links. Callers examine it only if the link text has no keyword.
    pub(super) around: String,
    pub(super) button: bool,
    pub(super) image: bool,
    pub(super) bare: bool,
    /// Whether the text after the link asks the reader to type a code on the linked page.
    pub(super) asks: bool,
    /// Number of characters before the link in its line or in its block of the HTML part.
    pub(super) lead: usize,
    /// Number of characters after the link in its line or in its block of the HTML part.
    pub(super) tail: usize,
    /// Whether one of the [`ANNOUNCING_MARKS`] immediately precedes the link, either in the same line or at the end of
    /// the line above.
    pub(super) colon: bool,
    pub(super) in_html: bool,
    pub(super) quoted: bool,
    /// The groups of link-related keywords, such as the sign-in group, that have a keyword in the link's own line or
    /// block of the HTML part.
    pub(super) line: LinkWords,
    /// The groups of link-related keywords, such as the sign-in group, that have a keyword in one of the two lines
    /// above the link.
    pub(super) above: LinkWords,
    /// The groups of link-related keywords, such as the sign-in group, that have a keyword in the line or block of the
    /// HTML part after that of the link.
    pub(super) below: LinkWords,
    pub(super) order: usize,
}

impl LinkOccurrence {
    /// Creates an occurrence for a URL whose link text and position are unknown. `order` is the index of the occurrence
    /// in the list of all occurrences.
    fn bare(url: Url, order: usize) -> Self {
        let after_host = after_host(&url);
        Self {
            url,
            words: String::new(),
            token: url_token::find_token(&after_host),
            after_host,
            own: Vec::new(),
            label: String::new(),
            answer: None,
            around: String::new(),
            button: false,
            image: false,
            bare: false,
            asks: false,
            lead: 0,
            tail: 0,
            colon: false,
            in_html: true,
            quoted: false,
            line: LinkWords::default(),
            above: LinkWords::default(),
            below: LinkWords::default(),
            order,
        }
    }
}

/// Punctuation marks and arrows that announce the link immediately after them.
const ANNOUNCING_MARKS: [char; 6] = [':', '：', '៖', '՝', '。', '→'];

/// Returns all link occurrences of a mail in order: those of the HTML part, then those of the text part, then
/// the URLs of actions that the mail declares for mail clients.
pub(super) fn all(mail: &Mail, flow: Option<&Flow>, lines: &[TextLine]) -> Vec<LinkOccurrence> {
    let anchors = flow.map_or(0, |flow| flow.anchors.len().min(MAX_OCCURRENCES));
    let mut occurrences = Vec::with_capacity(anchors);
    let words = BlockWords::new(lines);
    if let Some(flow) = flow {
        let seen = flow.anchors.iter().enumerate().filter(|(_, anchor)| !anchor.is_unseen());
        for (index, anchor) in seen.take(MAX_OCCURRENCES) {
            if let Some(url) = parsed(&anchor.href, flow.base.as_deref()) {
                let order = occurrences.len();
                occurrences.push(anchor::occurrence(anchor, index, url, (flow, &words), order));
            }
        }
    }
    plain_text::add(mail, flow, &mut occurrences);
    for declared_actions::DeclaredAction { url, .. } in
        flow.map(declared_actions::actions).unwrap_or_default()
    {
        let known = occurrences.iter().any(|occurrence| occurrence.url.as_str() == url);
        if let Some(url) = Url::parse(&url).ok().filter(|_| !known) {
            occurrences.push(LinkOccurrence::bare(url, occurrences.len()));
        }
    }
    occurrences
}

/// Returns whether a link text, such as `here`, `click here` or `this link`, is too short to describe the target.
/// Callers then examine the text around the link.
pub(super) fn generic(words: &str) -> bool {
    words.chars().count() <= 14
}

/// Returns the groups of link-related keywords, such as the sign-in group, that have a keyword in a string.
fn words_of(text: &str) -> LinkWords {
    keywords(text).into_iter().map(|found| found.topic.link_word()).collect()
}

fn start_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_WORDS)).unwrap_or(text)
}
