//! Converts the runs of a block to styled text with roles, links and link numbers.

use crate::bare_url::UrlFinder;
use crate::html::flow::{Block, BlockKind, Flow, Marker, TextStyle};
use crate::richtext::wrap::StyledText;
use crate::richtext::{Role, gap_to_mark, link_mark, plain};
use crate::sanitize::SafeText;
use crate::text_width::display_width;
use std::collections::HashMap;

/// The link numbers of an HTML part, and the strings that mark links, list items and styles such as struck-out text.
/// The same value is used for all blocks of the part.
pub(super) struct Numbers<'a> {
    flow: &'a Flow,
    /// For each link of the HTML part, its index in [`LayoutInput::links`](crate::richtext::LayoutInput::links); `None`
    /// if the link is not in that list, and therefore has no number on the screen.
    indices: Vec<Option<u16>>,
    /// For each URL in [`LayoutInput::links`](crate::richtext::LayoutInput::links), its index in that list.
    known: HashMap<&'a str, u16>,
    finder: UrlFinder,
    /// The displayed number of each link, as styled text.
    marks: Vec<StyledText>,
    /// The square brackets before and after a button.
    edges: [SafeText; 2],
    /// For each nesting depth, the prefixes of the first line and of all further lines of a bulleted list item.
    bullets: Vec<[StyledText; 2]>,
    /// The mark before and after struck-out text (`~~`).
    strike: SafeText,
    /// The strings before and after hidden text: `[hidden: ` and `]`.
    hidden: [SafeText; 2],
}

/// Maximum nesting depth of lists that is displayed by indentation. More deeply nested lists are not indented further.
const MAX_INDENT_LEVELS: u8 = 6;

impl<'a> Numbers<'a> {
    /// Creates the link numbers of an HTML part. `indices` contains, for each link of the part, its index in the
    /// list of numbered links. `links` is the number of links in that list.
    pub(super) fn new(
        flow: &'a Flow,
        indices: Vec<Option<u16>>,
        known: HashMap<&'a str, u16>,
        links: usize,
    ) -> Self {
        let marks = (0..links).map_while(|link| u16::try_from(link).ok()).map(link_mark).collect();
        let bullets =
            (1..=MAX_INDENT_LEVELS).map(|depth| item_starts("", depth, "• ", Role::Plain)).collect();
        let edges = [SafeText::new("[ "), SafeText::new(" ]")];
        let hidden = [SafeText::new("[hidden: "), SafeText::new("]")];
        Self {
            flow,
            indices,
            known,
            finder: UrlFinder::new(),
            marks,
            edges,
            bullets,
            strike: SafeText::new("~~"),
            hidden,
        }
    }

    /// Returns the prefix of the first line of a list item, and the prefix of its other lines.
    pub(super) fn item(&self, quote: &str, depth: u8, marker: Marker, role: Role) -> [StyledText; 2] {
        let known = self.bullets.get(usize::from(depth.clamp(1, MAX_INDENT_LEVELS)) - 1);
        if let Some(known) = known.filter(|_| quote.is_empty() && marker == Marker::Bullet) {
            return known.clone();
        }
        item_starts(quote, depth, &marker.words(), role)
    }

    /// Converts the runs of a block to styled text. `around` is the role of text without a style of its own.
    pub(super) fn pieces(&self, block: &Block, around: Role) -> Vec<StyledText> {
        let mut pieces = Vec::with_capacity(block.runs.len() + 3);
        self.push_pieces(block, around, &mut pieces);
        pieces
    }

    /// Like [`Self::pieces`], but appends the styled text to `pieces`.
    pub(super) fn push_pieces(&self, block: &Block, around: Role, pieces: &mut Vec<StyledText>) {
        let button = self.is_button(block);
        let [begin, end] = &self.edges;
        for (index, run) in block.runs.iter().enumerate() {
            let link = run.anchor.and_then(|anchor| self.indices.get(anchor).copied().flatten());
            let role = match run.anchor {
                Some(_) if button => Role::Button,
                Some(_) => Role::Link,
                None => role(run.look, block.kind, around),
            };
            let cased = run.look.case.applied(&run.text).filter(|_| !holds_address(&run.text));
            let text = match (run.look.image, button) {
                // Alternative text is put in square brackets, so that it can be distinguished from the text of
                // the mail.
                (true, false) if !is_bracketed(run.text.trim()) => {
                    SafeText::new(&format!("[{}]", run.text.trim()))
                }
                _ => cased.map_or_else(|| SafeText::sharing(&run.text), |text| SafeText::new(&text)),
            };
            let look = run.look;
            let plain = run.anchor.is_none() && !look.image && !look.struck && !look.hidden;
            if plain && holds_address(&text) {
                pieces.extend(plain::pieces(&text, &text, role, &self.finder, &self.known));
                continue;
            }
            let ends = block.runs.get(index + 1).is_none_or(|next| next.anchor != run.anchor);
            let begins = index == 0;
            if button && begins {
                pieces.push(StyledText { text: begin.clone(), role: Role::Button, link });
            }
            let neighbours = [index.checked_sub(1), Some(index + 1)];
            let neighbours = neighbours.map(|at| at.and_then(|at| block.runs.get(at)).map(|run| run.look));
            // Spaces at the end of a link text are moved after the number of the link.
            let words = text.trim_end().len();
            let blank = link.is_some() && ends && !button && (1..text.len()).contains(&words);
            let (text, blank) =
                if blank { (text.part(0..words), Some(text.part(words..text.len()))) } else { (text, None) };
            self.push_marked(StyledText { text, role, link }, run.look, neighbours, pieces);
            if button && ends {
                pieces.push(StyledText { text: end.clone(), role: Role::Button, link });
            }
            if let Some(number) = link.filter(|_| ends) {
                if !button {
                    pieces.extend(gap_to_mark(&run.text));
                }
                pieces
                    .push(self.marks.get(usize::from(number)).cloned().unwrap_or_else(|| link_mark(number)));
            }
            pieces.extend(blank.map(|text| StyledText { text, role: around, link: None }));
        }
    }

    /// Returns whether the link with the index `anchor` looks like a button; `false` if `anchor` is `None`.
    pub(super) fn looks_like_button(&self, anchor: Option<usize>) -> bool {
        anchor.and_then(|anchor| self.flow.anchors.get(anchor)).is_some_and(|anchor| anchor.button)
    }

    /// Appends a run as styled text. Struck-out or hidden text is enclosed in marks, except on a side where the
    /// neighbouring run is also struck out or hidden. `before` and `after` are the styles of the neighbouring runs.
    fn push_marked(
        &self,
        piece: StyledText,
        look: TextStyle,
        [before, after]: [Option<TextStyle>; 2],
        pieces: &mut Vec<StyledText>,
    ) {
        if !look.struck && !look.hidden {
            pieces.push(piece);
            return;
        }
        let (strike, [open, close]) = (&self.strike, &self.hidden);
        let begins = |has: fn(TextStyle) -> bool| has(look) && !before.is_some_and(has);
        let ends = |has: fn(TextStyle) -> bool| has(look) && !after.is_some_and(has);
        let marks: [(bool, &SafeText); 4] = [
            (begins(|look| look.hidden), open),
            (begins(|look| look.struck), strike),
            (ends(|look| look.struck), strike),
            (ends(|look| look.hidden), close),
        ];
        // Spaces at both ends of the text are put outside the marks.
        let text = &piece.text;
        let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
        if start >= end {
            pieces.push(piece);
            return;
        }
        let part = |range| StyledText { text: piece.text.part(range), role: Role::Plain, link: None };
        let mark = |text: &SafeText| StyledText { text: text.clone(), role: piece.role, link: None };
        let [hides, strikes, struck, hidden] = marks.map(|(is, text)| is.then(|| mark(text)));
        pieces.extend((start > 0).then(|| part(0..start)));
        pieces.extend(hides.into_iter().chain(strikes));
        pieces.push(StyledText { text: piece.text.part(start..end), ..piece });
        pieces.extend(struck.into_iter().chain(hidden));
        pieces.extend((end < text.len()).then(|| part(end..text.len())));
    }

    /// Returns whether a block consists of nothing but a link that looks like a button.
    pub(super) fn is_button(&self, block: &Block) -> bool {
        let Some(anchor) = block.runs.first().and_then(|run| run.anchor) else { return false };
        let looks = self.flow.anchors.get(anchor).is_some_and(|anchor| anchor.button);
        looks && block.kind == BlockKind::Paragraph && block.runs.iter().all(|run| run.anchor == Some(anchor))
    }
}

/// Returns whether a string may contain a URL.
fn holds_address(text: &str) -> bool {
    memchr::memchr_iter(b':', text.as_bytes())
        .any(|at| text.get(at..).is_some_and(|rest| rest.starts_with("://")))
}

/// Returns whether the alternative text of an image is already enclosed in square brackets.
fn is_bracketed(words: &str) -> bool {
    words.starts_with('[') && words.ends_with(']')
}

/// Creates the prefix of the first line of a list item, and the prefix of its other lines.
pub(super) fn item_starts(quote: &str, depth: u8, mark: &str, role: Role) -> [StyledText; 2] {
    let indent = "  ".repeat(usize::from(depth.clamp(1, MAX_INDENT_LEVELS)) - 1);
    let blank = " ".repeat(display_width(mark));
    let piece = |text: String| StyledText { text: SafeText::new(&text), role, link: None };
    [piece(format!("{quote}{indent}{mark}")), piece(format!("{quote}{indent}{blank}"))]
}

/// Returns the role of a run of text with the style `look` in a block of this `kind`. The role determines how the text
/// is displayed. If several roles apply, the most important one is returned; if none applies, `around` is returned.
fn role(look: TextStyle, kind: BlockKind, around: Role) -> Role {
    match () {
        () if look.hidden => Role::Hidden,
        () if look.image => Role::Image,
        () if look.struck => Role::Struck,
        () if kind == BlockKind::Heading => Role::Heading,
        () if look.mono => Role::Code,
        () if look.strong => Role::Strong,
        () if look.inserted => Role::Inserted,
        () if look.emphasis => Role::Emphasis,
        () => around,
    }
}
