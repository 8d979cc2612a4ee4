//! Finds each occurrence of a link in a mail.

// This file exceeds 300 lines because text, buttons and declared actions all yield occurrences of the same
// type.

use super::purpose::{after_host, keywords, types_code};
use super::token::{self, Token};
use super::{address, parsed, structured};
use crate::lines::{Part, TextLine};
use crate::words::{KeywordMatch, LinkKeyword, LinkWords, Word};
use mail_reader::bare_url::UrlFinder;
use mail_reader::html::flow::{Anchor, Block, Flow};
use mail_reader::mail::Mail;
use std::borrow::Cow;
use std::ops::Range;
use url::Url;

/// Maximum number of link occurrences in a mail, and maximum number of lines that are searched for URLs.
/// Later occurrences and lines are ignored.
const MAX_PLACES: usize = 1_000;
/// Maximum number of bytes searched for URLs in a line; the rest of the line is ignored.
const MAX_LINE: usize = 20_000;
/// Maximum number of bytes searched for keywords in a link text or in the text around a link. The rest of the
/// text is ignored.
const MAX_WORDS: usize = 300;

/// One occurrence of a link in a mail. A link that the mail contains several times has several occurrences.
#[expect(clippy::struct_excessive_bools, reason = "independent features, in any combination")]
pub(super) struct LinkOccurrence {
    pub(super) url: Url,
    pub(super) words: String,
    /// The path, query and fragment of the URL.
    pub(super) after_host: String,
    /// Facts about the parts of the URL that are unique to this mail, such as a token.
    pub(super) token: Token,
    /// The keywords of the link text; empty if the link text is a URL.
    pub(super) own: Vec<KeywordMatch<LinkKeyword>>,
    /// The text around the link; empty if the link text contains a keyword.
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
    /// Whether a colon, a full stop or an arrow directly precedes the link. The mark may be at the end of the
    /// line above.
    pub(super) colon: bool,
    pub(super) in_html: bool,
    pub(super) quoted: bool,
    /// The link keyword groups that occur in the link's own line or block of the HTML part.
    pub(super) line: LinkWords,
    /// The link keyword groups that occur in the two lines above the link.
    pub(super) above: LinkWords,
    /// The link keyword groups that occur in the next line or block of the HTML part.
    pub(super) below: LinkWords,
    pub(super) order: usize,
}

impl LinkOccurrence {
    /// Creates an occurrence for a URL whose link text and position are unknown. `order` is its index in the
    /// list of occurrences.
    fn bare(url: Url, order: usize) -> Self {
        let after_host = after_host(&url);
        Self {
            url,
            words: String::new(),
            token: token::token(&after_host),
            after_host,
            own: Vec::new(),
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

/// Punctuation marks and arrows that announce a link when they directly precede it.
const COLONS: [char; 6] = [':', '：', '៖', '՝', '。', '→'];

/// The lines of the HTML part with their keywords, sorted by block.
struct BlockWords<'a>(&'a [TextLine]);

impl<'a> BlockWords<'a> {
    /// Selects the lines of the HTML part from all lines of a mail.
    fn new(rows: &'a [TextLine]) -> Self {
        let html = rows.get(1..).unwrap_or_default();
        let end = html.iter().position(|row| row.part != Part::Html).unwrap_or(html.len());
        Self(html.get(..end).unwrap_or_default())
    }

    /// Returns whether a block contains the keywords with which a text asks the reader to type a code.
    /// `block` is its index in the HTML part.
    fn may_ask(&self, block: usize) -> bool {
        let from = self.0.partition_point(|row| row.block < block);
        let rows = self.0.get(from..).unwrap_or_default().iter().take_while(|row| row.block == block);
        let (mut types, mut names) = (false, false);
        for word in rows.flat_map(|row| &row.words) {
            types |= word.class == Word::Type;
            names |= matches!(word.class, Word::Code | Word::Maybe);
        }
        types && names
    }

    /// Returns the link keyword groups that occur in a range of blocks of the HTML part.
    fn of(&self, blocks: Range<usize>) -> LinkWords {
        let from = self.0.partition_point(|row| row.block < blocks.start);
        let rows = self.0.get(from..).unwrap_or_default().iter().take_while(|row| row.block < blocks.end);
        rows.fold(LinkWords::default(), |set, row| set.with(row.link_words))
    }

    /// Returns the non-empty lines before a block of the HTML part; the nearest line comes first.
    fn before(&self, block: usize) -> impl Iterator<Item = &'a TextLine> {
        let end = self.0.partition_point(|row| row.block < block);
        self.0.get(..end).unwrap_or_default().iter().rev().filter(|row| !row.text.is_empty())
    }
}

/// Returns all link occurrences of a mail in order: those of the HTML part, then those of the text part, then
/// the URLs of actions that the mail declares for mail clients.
pub(super) fn all(mail: &Mail, flow: Option<&Flow>, rows: &[TextLine]) -> Vec<LinkOccurrence> {
    let anchors = flow.map_or(0, |flow| flow.anchors.len().min(MAX_PLACES));
    let mut places = Vec::with_capacity(anchors);
    let words = BlockWords::new(rows);
    if let Some(flow) = flow {
        let seen = flow.anchors.iter().enumerate().filter(|(_, anchor)| !anchor.is_unseen());
        for (index, anchor) in seen.take(MAX_PLACES) {
            if let Some(url) = parsed(&anchor.href, flow.base.as_deref()) {
                let order = places.len();
                places.push(of_anchor(anchor, index, url, (flow, &words), order));
            }
        }
    }
    bare(mail, flow, &mut places);
    for structured::Action { url, .. } in flow.map(structured::actions).unwrap_or_default() {
        let known = places.iter().any(|place| place.url.as_str() == url);
        if let Some(url) = Url::parse(&url).ok().filter(|_| !known) {
            places.push(LinkOccurrence::bare(url, places.len()));
        }
    }
    places
}

fn of_anchor(
    anchor: &Anchor,
    index: usize,
    url: Url,
    (flow, words): (&Flow, &BlockWords<'_>),
    order: usize,
) -> LinkOccurrence {
    let shows_address = anchor.words.contains("://") || address(&anchor.words, None).is_some();
    let spells_host = anchor.words.contains(['.', '/']) && !anchor.words.contains(' ');
    let is_address = shows_address && start_of(&anchor.words).contains("://");
    let own = if is_address { Vec::new() } else { keywords(start_of(&anchor.words)) };
    let around = if !own.is_empty() {
        String::new()
    } else if shows_address || spells_host || anchor.words.is_empty() {
        (anchor.block.saturating_sub(2)..=anchor.block)
            .filter_map(|at| flow.blocks.get(at))
            .map(|block| start_of(&block.text()).to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    } else if generic(&anchor.words) {
        flow.blocks.get(anchor.block).map(|block| start_of(&block.text()).to_owned()).unwrap_or_default()
    } else if anchor.button {
        // The text above a button describes it, because the label does not.
        (anchor.block.saturating_sub(3)..anchor.block)
            .filter_map(|at| flow.blocks.get(at))
            .filter(|block| block.runs.iter().all(|run| run.anchor.is_none()))
            .map(|block| start_of(&block.text()).to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    } else {
        String::new()
    };
    let block = flow.blocks.get(anchor.block);
    let after_host = after_host(&url);
    // A link that fills its block has no text before or after it.
    let fills =
        block.is_some_and(|block| matches!(block.runs.as_slice(), [run] if run.anchor == Some(index)));
    let text = block.filter(|_| !fills).map(Block::text).unwrap_or_default();
    let (lead, tail) = text.split_once(anchor.words.as_str()).filter(|_| !fills).unwrap_or_default();
    let mut above = words.before(anchor.block);
    let nearest = above.next();
    let announced = if lead.trim().is_empty() {
        nearest.is_some_and(|row| row.text.ends_with(COLONS))
    } else {
        lead.trim_end().ends_with(COLONS)
    };
    let above = nearest.into_iter().chain(above.next()).map(|row| row.link_words);
    LinkOccurrence {
        asks: words.may_ask(anchor.block) && types_code(start_of(tail)),
        lead: lead.trim().chars().count(),
        tail: tail.trim().chars().count(),
        colon: announced,
        in_html: true,
        quoted: block.is_some_and(|block| block.quote > 0),
        line: words.of(anchor.block..anchor.block + 1),
        above: above.fold(LinkWords::default(), LinkWords::with),
        below: words.of(anchor.block + 1..anchor.block + 2),
        token: token::token(&after_host),
        after_host,
        own,
        url,
        words: start_of(&anchor.words).to_owned(),
        around,
        button: anchor.button,
        image: anchor.image && !anchor.text,
        bare: shows_address,
        order,
    }
}

/// Returns whether a link text is too short to describe the target, such as `here`, `click here` or `this
/// link`. Callers then examine the text around the link.
pub(super) fn generic(words: &str) -> bool {
    words.chars().count() <= 14
}

/// Collects the lines that are searched for URLs: the blocks of the HTML part without links, an empty line as
/// separator, and then the lines of the text part.
fn lines_with_urls<'a>(mail: &'a Mail, flow: Option<&Flow>) -> Vec<Cow<'a, str>> {
    let unlinked = flow
        .into_iter()
        .flat_map(|flow| &flow.blocks)
        .filter(|block| block.runs.iter().all(|run| run.anchor.is_none()));
    let spelled = unlinked.filter(|block| block.runs.iter().any(|run| run.text.contains(':')));
    let mut lines: Vec<Cow<'a, str>> =
        spelled.map(Block::text).filter(|text| text.contains("://")).map(Cow::Owned).collect();
    let text = mail.text.as_deref().unwrap_or_default();
    lines.push("".into());
    lines.extend(unbroken(text));
    lines
}

/// Finds plain-text URLs in the text part and in those blocks of the HTML part that contain no links. Appends
/// an occurrence for each URL to `places`.
fn bare(mail: &Mail, flow: Option<&Flow>, places: &mut Vec<LinkOccurrence>) {
    let finder = UrlFinder::new();
    let lines = lines_with_urls(mail, flow);
    let html_lines = lines.iter().position(|line| line.is_empty()).unwrap_or_default();
    let (mut before, mut earlier) = ("", "");
    for (index, line) in lines.iter().enumerate().take(MAX_PLACES) {
        if line.starts_with('>') {
            continue;
        }
        let line = line.get(..line.floor_char_boundary(MAX_LINE)).unwrap_or_default();
        // Only a line with `://` can contain a URL.
        let hits = line.contains("://").then(|| finder.find(line)).into_iter().flatten();
        for hit in hits {
            let Some(url) = line.get(hit.clone()).and_then(|hit| parsed(hit, None)) else { continue };
            if places.len() >= MAX_PLACES {
                return;
            }
            let lead_text = end_of(line.get(..hit.start).unwrap_or_default());
            let lead = lead_text.trim_end().trim_end_matches(['(', '<', '[', ':', '-', '>']).trim();
            let tail =
                start_of(line.get(hit.end..).unwrap_or_default()).trim_matches([')', '>', ' ', ']', '.']);
            let bare = lead.is_empty();
            let asks = types_code(start_of(line.get(hit.end..).unwrap_or_default()))
                || !bare && types_code(last_clause(lead));
            let words = if bare { String::new() } else { last_clause(lead).to_owned() };
            let own = if words.contains("://") { Vec::new() } else { keywords(&words) };
            let around = if bare {
                format!("{}\n{}\n{tail}", start_of(earlier), start_of(before))
            } else {
                String::new()
            };
            let announced = if bare { before } else { lead_text };
            let above = [before, earlier].map(|line| words_of(start_of(line)));
            let after_host = after_host(&url);
            places.push(LinkOccurrence {
                url,
                words,
                token: token::token(&after_host),
                after_host,
                own,
                around,
                lead: lead.chars().count(),
                tail: tail.chars().count(),
                colon: announced.trim_end_matches([' ', '<', '(']).ends_with(COLONS),
                in_html: index < html_lines,
                quoted: false,
                line: words_of(lead).with(words_of(tail)),
                above: above.into_iter().fold(LinkWords::default(), LinkWords::with),
                below: lines.get(index + 1).map(|line| words_of(start_of(line))).unwrap_or_default(),
                button: false,
                image: false,
                bare: true,
                asks,
                order: places.len(),
            });
        }
        if !line.trim_start().starts_with("http") && !line.trim_start().starts_with("<http") {
            earlier = std::mem::replace(&mut before, line);
        }
    }
}

/// Returns the link keyword groups that occur in a string.
fn words_of(text: &str) -> LinkWords {
    keywords(text).into_iter().map(|found| found.topic.link_word()).collect()
}

fn start_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_WORDS)).unwrap_or(text)
}

fn end_of(text: &str) -> &str {
    text.get(text.ceil_char_boundary(text.len().saturating_sub(MAX_WORDS))..).unwrap_or(text)
}

/// Returns the non-blank lines of a text. Joins a URL in angle brackets that is broken over several lines
/// (RFC 3986, appendix C).
fn unbroken(text: &str) -> Vec<Cow<'_, str>> {
    const MAX_PIECES: usize = 40;
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    let mut open = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        // Later lines are not searched, and a list of all lines could need more memory than the mail.
        if lines.len() > 2 * MAX_PLACES {
            break;
        }
        if let Some(last) = lines.last_mut().filter(|_| open > 0) {
            last.to_mut().push_str(line.trim());
            open = if line.contains('>') { 0 } else { open - 1 };
        } else {
            let tail = line.rsplit_once("<http").map(|(_, tail)| tail);
            open = if tail.is_some_and(|tail| !tail.contains(['>', ' '])) { MAX_PIECES } else { 0 };
            lines.push(line.into());
        }
    }
    lines
}

/// Returns the last clause of the text before a link: the part after the last sentence end or closing
/// bracket.
fn last_clause(lead: &str) -> &str {
    let from = lead
        .rfind([')', '.', '!', '?', '|', '。', '！', '？'])
        .map_or(0, |at| lead.ceil_char_boundary(at + 1));
    let clause = lead.get(from..).unwrap_or(lead).trim();
    if clause.is_empty() { lead } else { clause }
}
