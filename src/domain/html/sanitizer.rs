//! HTML of a mail as HTML that runs nothing and loads nothing, for browsers, programs and assistants.
//!
//! The bounded tree is written out anew: only what a reader would see, only elements and attributes of an
//! allow list, all text escaped. No element of the list changes how what follows it is read (no script,
//! style, title or textarea, no drawing and no formula), so a parser finds just the elements that are written here.
//! Time grows with the size alone; size, depth, nodes, attributes and output are bounded, a panic is
//! caught, and [`interrupt`] ends it early. What is left out is said.

mod allow;
mod policy;
mod serializer;

pub(crate) use policy::{Picture, Policy, Presentation, ProgramPolicy, is_plain_picture};

use super::tree;
use crate::domain::caught::caught;
use crate::domain::{interrupt, progress};
use serializer::Serializer;
use std::borrow::Cow;
use std::time::Duration;

/// Maximum size of the source that is read, in bytes.
const MAX_SOURCE_BYTES: usize = 12 << 20;
/// Longest time that a document takes, where the time is known.
const MAX_TIME: Duration = Duration::from_secs(5);
/// What reading the tags is of the time that a document takes, in thousandths.
const TAGS: u32 = 700;

/// HTML that is safe to hand on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sanitized {
    /// The elements of the document's body.
    pub html: String,
    /// What is not in it and was in the mail, apart from what would run or load something.
    pub left_out: Vec<LeftOut>,
}

/// Something that a sanitised document lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeftOut {
    /// Words that its styles hide.
    Hidden,
    /// Elements beyond the depth or the number that is read, or attributes.
    Structure,
    /// Styles beyond their number: what they hide may be there.
    Styles,
    /// Pictures that came along, beyond the size that is put into a document.
    Pictures,
    /// The end of a document that is too large.
    End,
    /// The end of a document that took too long.
    Late,
    /// All of it: its reader failed.
    All,
}

impl LeftOut {
    /// It in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Hidden => "Text that the styles of this mail hide is left out of its HTML.",
            Self::Structure => {
                "The HTML of this mail is too large or nested too deep; a part of its elements is left out."
            }
            Self::Styles => {
                "The styles of this mail are too many; some were not applied, so hidden text may be in its HTML."
            }
            Self::Pictures => {
                "The pictures of this mail are too large to be put into its HTML; some are left out."
            }
            Self::End => "The HTML of this mail is too large; its end is left out.",
            Self::Late => "The HTML of this mail took too long to read; its end is left out.",
            Self::All => "The HTML of this mail could not be read; all of it is left out.",
        }
    }

    /// Whether a reader of the mail would see it.
    pub fn is_visible(self) -> bool {
        match self {
            Self::Structure | Self::Pictures | Self::End | Self::Late | Self::All => true,
            Self::Hidden | Self::Styles => false,
        }
    }
}

impl Sanitized {
    /// What is left out, in words.
    pub fn notes(&self) -> impl Iterator<Item = &'static str> {
        self.left_out.iter().map(|left_out| left_out.words())
    }

    fn lacks(&mut self, left_out: LeftOut) {
        if !self.left_out.contains(&left_out) {
            self.left_out.push(left_out);
        }
    }
}

/// Sanitises any text at all. A source that is given away is freed as soon as its tags are known.
pub(crate) fn sanitize<'h>(html: impl Into<Cow<'h, str>>, policy: &dyn Policy) -> Sanitized {
    let html = html.into();
    caught(|| interrupt::within(MAX_TIME, || read_and_write(html, policy)))
        .unwrap_or_else(|| Sanitized { html: String::new(), left_out: vec![LeftOut::All] })
}

fn read_and_write(html: Cow<'_, str>, policy: &dyn Policy) -> Sanitized {
    let size = html.len();
    let end = html.floor_char_boundary(MAX_SOURCE_BYTES);
    let source = html.get(..end).unwrap_or_default();
    let tree = progress::share(0..TAGS, || tree::parse_keeping(source, allow::is_kept));
    drop(html);
    let mut sheets = String::new();
    let mut sanitized =
        progress::share(TAGS..progress::ALL, || Serializer::new(&tree, &mut sheets, policy).write());
    if end < size {
        sanitized.lacks(LeftOut::End);
    }
    if interrupt::is_over() {
        sanitized.lacks(LeftOut::Late);
    }
    sanitized
}

#[cfg(test)]
mod tests;
