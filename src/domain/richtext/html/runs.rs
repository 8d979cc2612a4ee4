//! The runs of a block as pieces: their roles, their links and the numbers of these.

use crate::domain::html::flow::{Block, Flow, Kind, Look};
use crate::domain::richtext::wrap::Piece;
use crate::domain::richtext::{Role, gap_to_mark, link_mark};
use crate::domain::sanitize::SafeText;

/// The numbers of a document's links, and what stands at them on the screen.
pub(super) struct Numbers<'a> {
    flow: &'a Flow,
    /// For each anchor, the place of its link in the mail's list.
    of: Vec<Option<u16>>,
    /// For each link of the mail, its mark.
    marks: Vec<Piece>,
    /// What a button is between.
    edges: [SafeText; 2],
    /// For each depth of a list, what its items begin with, and what their other lines do.
    bullets: Vec<[Piece; 2]>,
}

/// How deep lists are set in.
const MAX_INDENT: u8 = 6;

impl<'a> Numbers<'a> {
    /// Of the anchors of a document, in a mail of so many links.
    pub(super) fn new(flow: &'a Flow, of: Vec<Option<u16>>, links: usize) -> Self {
        let marks = (0..links).map_while(|link| u16::try_from(link).ok()).map(link_mark).collect();
        let bullets = (1..=MAX_INDENT).map(|depth| item_starts("", depth, "• ", Role::Plain)).collect();
        Self { flow, of, marks, edges: [SafeText::new("[ "), SafeText::new(" ]")], bullets }
    }

    /// What the lines of an item of a list begin with, its first and its others.
    pub(super) fn item(&self, quote: &str, depth: u8, number: Option<u32>, role: Role) -> [Piece; 2] {
        let known = self.bullets.get(usize::from(depth.clamp(1, MAX_INDENT)) - 1);
        if let Some(known) = known.filter(|_| quote.is_empty() && number.is_none()) {
            return known.clone();
        }
        let mark = number.map_or_else(|| "• ".to_owned(), |number| format!("{number}. "));
        item_starts(quote, depth, &mark, role)
    }

    /// A block's runs; `around` is the role of what has no look of its own.
    pub(super) fn pieces(&self, block: &Block, around: Role) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(block.runs.len() + 3);
        self.push_pieces(block, around, &mut pieces);
        pieces
    }

    /// As [`Self::pieces`], behind others.
    pub(super) fn push_pieces(&self, block: &Block, around: Role, pieces: &mut Vec<Piece>) {
        let button = self.is_button(block);
        let [begin, end] = &self.edges;
        for (index, run) in block.runs.iter().enumerate() {
            let link = run.anchor.and_then(|anchor| self.of.get(anchor).copied().flatten());
            let role = match run.anchor {
                Some(_) if button => Role::Button,
                Some(_) => Role::Link,
                None => role(run.look, block.kind, around),
            };
            let text = match (run.look.image, button) {
                // Brackets tell a picture's words from the text around them.
                (true, false) => SafeText::new(&format!("[{}]", run.text.trim())),
                _ => SafeText::sharing(&run.text),
            };
            let ends = block.runs.get(index + 1).is_none_or(|next| next.anchor != run.anchor);
            let begins = index == 0;
            if button && begins {
                pieces.push(Piece { text: begin.clone(), role: Role::Button, link });
            }
            pieces.push(Piece { text, role, link });
            if button && ends {
                pieces.push(Piece { text: end.clone(), role: Role::Button, link });
            }
            if let Some(number) = link.filter(|_| ends) {
                if !button {
                    pieces.extend(gap_to_mark(&run.text));
                }
                pieces
                    .push(self.marks.get(usize::from(number)).cloned().unwrap_or_else(|| link_mark(number)));
            }
        }
    }

    /// Whether the link of an anchor looks like a button.
    pub(super) fn looks_like_button(&self, anchor: Option<usize>) -> bool {
        anchor.and_then(|anchor| self.flow.anchors.get(anchor)).is_some_and(|anchor| anchor.button)
    }

    /// Whether the block is nothing but one link that looks like a button.
    pub(super) fn is_button(&self, block: &Block) -> bool {
        let Some(anchor) = block.runs.first().and_then(|run| run.anchor) else { return false };
        let looks = self.flow.anchors.get(anchor).is_some_and(|anchor| anchor.button);
        looks && block.kind == Kind::Paragraph && block.runs.iter().all(|run| run.anchor == Some(anchor))
    }
}

fn item_starts(quote: &str, depth: u8, mark: &str, role: Role) -> [Piece; 2] {
    let indent = "  ".repeat(usize::from(depth.clamp(1, MAX_INDENT)) - 1);
    let blank = " ".repeat(mark.chars().count());
    let piece = |text: String| Piece { text: SafeText::new(&text), role, link: None };
    [piece(format!("{quote}{indent}{mark}")), piece(format!("{quote}{indent}{blank}"))]
}

/// The role that says most of a look.
fn role(look: Look, kind: Kind, around: Role) -> Role {
    match () {
        () if look.image => Role::Image,
        () if kind == Kind::Heading => Role::Heading,
        () if look.mono => Role::Code,
        () if look.strong => Role::Strong,
        () if look.emphasis => Role::Emphasis,
        () => around,
    }
}
