//! Detects the cards in newsletters. A card is a group of consecutive blocks that consists of an image, a heading, text
//! and a button.

use super::runs::Numbers;
use crate::html::flow::{Block, BlockKind};

/// Maximum number of blocks in a newsletter card (an image, a heading, text and a button that belong together). Further
/// blocks are not part of the card.
const MAX_PARTS: usize = 16;
/// Maximum number of text blocks in a newsletter card (an image, a heading, text and a button that belong together).
/// Further text is not part of the card.
const MAX_TEXT_BLOCKS: usize = 6;
/// A link counts as the button of a newsletter card only if its text has at most this many bytes.
const MAX_LINK_BYTES: usize = 40;
/// Two newsletter cards count as similar only if their numbers of text blocks differ by at most this number.
const MAX_TEXT_BLOCK_DIFFERENCE: usize = 2;

/// The role of a block in a newsletter card (an image, a heading, text and a button that belong together).
#[derive(Clone, Copy, PartialEq, Eq)]
enum CardPart {
    Picture,
    Heading,
    Text,
    Button,
    Other,
}

/// The kinds of parts in a newsletter card, and the number of its text blocks. Two cards are of the same kind if their
/// shapes are similar.
#[derive(Clone, Copy, Default)]
struct CardShape {
    picture: bool,
    heading: bool,
    texts: usize,
    button: bool,
}

impl CardShape {
    fn is_like(self, other: Self) -> bool {
        (self.picture, self.heading, self.button) == (other.picture, other.heading, other.button)
            && self.texts.abs_diff(other.texts) <= MAX_TEXT_BLOCK_DIFFERENCE
    }
}

/// Detector for the cards in a newsletter. The caller must call [`Self::follows`] for every block of the HTML part, in
/// order.
#[derive(Default)]
pub(super) struct Cards {
    last: Option<CardShape>,
    /// Number of blocks that remain after the current card; `None` before the first block. While more blocks remain,
    /// the first of them belongs to the current card and cannot start a new one.
    left: Option<usize>,
    /// Whether the current card follows another card of the same kind.
    follows: bool,
}

impl Cards {
    /// Returns whether the first of the remaining blocks starts a card of the same kind as the preceding card. If so,
    /// the caller draws a rule between the two cards.
    pub(super) fn follows(&mut self, blocks: &[Block], numbers: &Numbers<'_>) -> bool {
        if self.left.is_some_and(|left| blocks.len() > left) {
            return false;
        }
        let (shape, count) = card(blocks, numbers);
        self.left = Some(blocks.len().saturating_sub(count.max(1)));
        let last = self.last.replace(shape).filter(|last| count > 0 && last.is_like(shape));
        if count == 0 {
            self.last = None;
        }
        let third = || {
            let (next, count) = card(blocks.get(count..).unwrap_or_default(), numbers);
            count > 0 && next.is_like(shape)
        };
        // Two images, each followed by text, may be a coincidence; a third one shows that they are cards.
        let follows = last.is_some() && (shape.heading || shape.button || self.follows || third());
        self.follows = follows;
        follows
    }
}

/// Detects a card at the start of `blocks`. Returns the shape of the card and its number of blocks, which is 0 if the
/// blocks do not start with a card.
fn card(blocks: &[Block], numbers: &Numbers<'_>) -> (CardShape, usize) {
    let mut shape = CardShape::default();
    let mut count = 0;
    let first = blocks.first().map_or(CardPart::Other, |block| part(block, numbers));
    if !matches!(first, CardPart::Picture | CardPart::Heading) {
        return (shape, 0);
    }
    for block in blocks.iter().take(MAX_PARTS) {
        match part(block, numbers) {
            CardPart::Picture if !shape.picture && !shape.heading && shape.texts == 0 && !shape.button => {
                shape.picture = true;
            }
            CardPart::Heading if shape.texts == 0 && !shape.button => shape.heading = true,
            CardPart::Text if !shape.button && shape.texts < MAX_TEXT_BLOCKS => shape.texts += 1,
            CardPart::Button if shape.texts > 0 || shape.heading => shape.button = true,
            CardPart::Picture | CardPart::Heading | CardPart::Text | CardPart::Button | CardPart::Other => {
                break;
            }
        }
        count += 1;
    }
    let begins = shape.picture || shape.heading;
    let speaks = shape.texts > 0 && (shape.picture || shape.button);
    if begins && speaks { (shape, count) } else { (shape, 0) }
}

fn part(block: &Block, numbers: &Numbers<'_>) -> CardPart {
    if block.cell.is_some_and(|cell| cell.data) || block.quote > 0 {
        return CardPart::Other;
    }
    let mut runs = block.runs.iter().filter(|run| !run.text.trim().is_empty());
    let length = || block.runs.iter().map(|run| run.text.size()).sum::<usize>();
    match block.kind {
        BlockKind::Picture(_) => CardPart::Picture,
        BlockKind::Heading => CardPart::Heading,
        BlockKind::Paragraph if runs.clone().all(|run| run.look.image) => {
            // Several images side by side are icons or rating stars, not the image of a card.
            if runs.count() == 1 { CardPart::Picture } else { CardPart::Other }
        }
        BlockKind::Paragraph if numbers.is_button(block) => CardPart::Button,
        BlockKind::Paragraph
            if runs.clone().all(|run| run.anchor.is_some()) && length() <= MAX_LINK_BYTES =>
        {
            CardPart::Button
        }
        BlockKind::Paragraph if runs.all(|run| run.look.strong && run.anchor.is_none()) => CardPart::Heading,
        BlockKind::Paragraph => CardPart::Text,
        BlockKind::Item { .. } | BlockKind::Preformatted | BlockKind::Rule => CardPart::Other,
    }
}
