//! Sanitises the HTML of a mail for browsers, programs and AI assistants: the result runs no script and loads
//! nothing.
//!
//! The document is parsed into a tree of limited size, and the tree is serialised from scratch. Only visible
//! content is written, with only elements and attributes of an allow list, and all text is escaped. The allow
//! list contains no element that changes how a parser reads the following text, such as `script`, `style`,
//! `title`, `textarea`, SVG or `MathML`. Therefore any parser finds exactly the elements that were written.
//!
//! The run time is linear in the size of the document. Size, depth, nodes, attributes and output are limited,
//! panics are caught, and [`interrupt`] stops the work at a deadline. [`LeftOut`] reports the content that
//! was dropped.

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

/// Maximum size in bytes of a source document; the rest of a larger one is dropped ([`LeftOut::End`]).
const MAX_SOURCE_BYTES: usize = 12 << 20;
/// Timeout for sanitising an HTML document; the rest of the document is dropped ([`LeftOut::Late`]). If the
/// caller provides no clock, there is no timeout.
const MAX_TIME: Duration = Duration::from_secs(5);
/// Progress per mille when all tags have been parsed; the remainder is for writing the result.
const TAGS: u32 = 700;

/// Sanitised HTML, and the kinds of content that were dropped.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sanitized {
    /// The content of the body of the sanitised document.
    pub html: String,
    /// The kinds of content that are missing from the result. Scripts and remote content are always removed
    /// and not listed.
    pub left_out: Vec<LeftOut>,
}

/// A kind of content that is missing from a sanitised document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeftOut {
    /// Text that the styles of the mail hide is missing.
    Hidden,
    /// Elements beyond the maximum depth or number, or attributes beyond the maximum number, are missing.
    Structure,
    /// Styles beyond the maximum number are missing. Text that those styles hide may be included.
    Styles,
    /// Inline images beyond the maximum total size are missing.
    Pictures,
    /// The end of the HTML document is missing, because the document is too large.
    End,
    /// The end of the HTML document is missing, because sanitising exceeded the timeout.
    Late,
    /// The whole document is missing, because the sanitiser panicked.
    All,
}

impl LeftOut {
    /// Returns a message for the user about the missing content.
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

    /// Returns whether a reader of the original mail would see the missing content.
    pub fn is_visible(self) -> bool {
        match self {
            Self::Structure | Self::Pictures | Self::End | Self::Late | Self::All => true,
            Self::Hidden | Self::Styles => false,
        }
    }
}

impl Sanitized {
    /// Returns the messages for the user about all missing content.
    pub fn notes(&self) -> impl Iterator<Item = &'static str> {
        self.left_out.iter().map(|left_out| left_out.words())
    }

    fn lacks(&mut self, left_out: LeftOut) {
        if !self.left_out.contains(&left_out) {
            self.left_out.push(left_out);
        }
    }
}

/// Sanitises any text as an HTML document. An owned source is freed as soon as its tags are parsed, to save
/// memory.
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
