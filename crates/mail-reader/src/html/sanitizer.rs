//! Sanitises the HTML of a mail for browsers, programs and assistants: the result runs nothing and loads
//! nothing.
//!
//! The bounded tree is serialised from scratch: only visible content, only elements and attributes of an allow
//! list, and all text escaped. The list has no element that changes how a parser reads the following text: no
//! script, style, title, textarea, SVG or `MathML`. So a parser finds exactly the elements that were written.
//! The time is linear in the size. Size, depth, nodes, attributes and output are bounded, panics are caught,
//! and [`interrupt`] stops the work at a deadline. [`LeftOut`] reports what was dropped.

mod allow;
mod policy;
mod serializer;

pub(crate) use policy::ProgramPolicy;
pub use policy::{Picture, Policy, Presentation, is_plain_picture};

use super::tree;
use crate::panic_guard::catch_panic;
use crate::{interrupt, progress};
use serializer::Serializer;
use std::borrow::Cow;
use std::time::Duration;

/// Maximum size in bytes of the source; the rest of a larger document is left out ([`LeftOut::End`]).
const MAX_SOURCE_BYTES: usize = 12 << 20;
/// Time limit for a document; the rest is left out ([`LeftOut::Late`]). The limit applies only where a clock is
/// available.
const MAX_TIME: Duration = Duration::from_secs(5);
/// Progress in thousandths when all tags are parsed; writing the result is the rest.
const TAGS: u32 = 700;

/// Sanitised HTML, with a list of the content that was left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sanitized {
    /// The content of the body of the sanitised document.
    pub html: String,
    /// The kinds of content of the mail that the sanitised document lacks, apart from active and remote
    /// content.
    pub left_out: Vec<LeftOut>,
}

/// A kind of content that a sanitised document lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeftOut {
    /// Text that the styles of the mail hide is missing.
    Hidden,
    /// Elements beyond the maximum depth or number, or attributes beyond the maximum number, are missing.
    Structure,
    /// Styles beyond the maximum number are missing; so text that they would hide may be included.
    Styles,
    /// Inline images beyond the maximum total size are missing.
    Pictures,
    /// The end of the document is missing, because the document is too large.
    End,
    /// The end of the document is missing, because the time limit was exceeded.
    Late,
    /// The whole document is missing, because the sanitiser panicked.
    All,
}

impl LeftOut {
    /// Describes the missing content for the user.
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

    /// Returns whether a reader of the mail would see the missing content.
    pub fn is_visible(self) -> bool {
        match self {
            Self::Structure | Self::Pictures | Self::End | Self::Late | Self::All => true,
            Self::Hidden | Self::Styles => false,
        }
    }
}

impl Sanitized {
    /// Describes all missing content for the user.
    pub fn notes(&self) -> impl Iterator<Item = &'static str> {
        self.left_out.iter().map(|left_out| left_out.words())
    }

    fn lacks(&mut self, left_out: LeftOut) {
        if !self.left_out.contains(&left_out) {
            self.left_out.push(left_out);
        }
    }
}

/// Sanitises any text. If the source is owned, it is freed as soon as its tags are parsed.
pub fn sanitize<'h>(html: impl Into<Cow<'h, str>>, policy: &dyn Policy) -> Sanitized {
    let html = html.into();
    catch_panic(|| interrupt::within(MAX_TIME, || read_and_write(html, policy)))
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
        progress::share(TAGS..progress::ALL, || Serializer::new(&tree, &mut sheets, end, policy).write());
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
