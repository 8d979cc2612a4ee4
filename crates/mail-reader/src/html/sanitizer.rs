//! Sanitises the HTML of a mail for browsers, programs and AI assistants: the result runs no script and loads nothing.
//!
//! The document is parsed into a tree of limited size, and the tree is serialised from scratch. Only visible content is
//! written, and only with elements and attributes from an allow list. All text is escaped. The allow list contains no
//! element that changes how a parser reads the following text, such as `script`, `style`, `title`, `textarea`, SVG or
//! `MathML`. Therefore, every parser finds exactly the elements that were written.
//!
//! The run time is linear in the size of the document. Size, depth, nodes, attributes and output are limited, panics
//! are caught, and [`interrupt`] stops the work at a deadline. [`LeftOut`] lists the kinds of content that were left
//! out.

mod allow;
mod policy;
mod serializer;

pub(crate) use policy::ProgramPolicy;
pub use policy::{ImageUrl, Policy, Presentation, is_plain_picture};

use super::tree;
use crate::panic_guard::catch_panic;
use crate::{interrupt, progress};
use serializer::Serializer;
use std::borrow::Cow;
use std::time::Duration;

/// Maximum size in bytes of an HTML source. The rest of a larger source is dropped and reported as
/// [`LeftOut::End`].
const MAX_SOURCE_BYTES: usize = 12 << 20;
/// Timeout for sanitising an HTML document. When it expires, the rest of the document is dropped and reported
/// as [`LeftOut::Late`]. There is no timeout if the caller provides no clock.
const MAX_TIME: Duration = Duration::from_secs(5);
/// Progress, in per mille, at which all tags of an HTML document have been parsed. The rest of the progress, up to
/// 1000, is for writing the result.
const TAGS_PER_MILLE: u32 = 700;

/// Sanitised HTML, and the kinds of content that were left out of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sanitized {
    /// The content of the `body` element of the sanitised document. `browser_page` stores a complete document instead.
    pub html: String,
    /// The kinds of content that were left out. Scripts and remote content are always removed, so they are
    /// not listed.
    pub left_out: Vec<LeftOut>,
}

/// A kind of content that was left out of a sanitised document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeftOut {
    /// Text was left out because the styles of the mail hide it.
    Hidden,
    /// Elements beyond the maximum depth or number, or attributes beyond the maximum number, were left out.
    Structure,
    /// Styles beyond the maximum number were ignored, so text that these styles hide may be included.
    Styles,
    /// Inline images beyond the maximum total size were left out.
    Pictures,
    /// The end of the HTML document was left out, because the document is too large.
    End,
    /// The end of the HTML document was left out, because sanitising exceeded the timeout.
    Late,
    /// The whole document was left out, because the sanitiser panicked.
    All,
}

impl LeftOut {
    /// Returns a message for the user that states which content was left out, and why.
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

    /// Returns whether the content that was left out is visible in the original mail. Hidden text, for example, is not.
    pub fn is_visible(self) -> bool {
        match self {
            Self::Structure | Self::Pictures | Self::End | Self::Late | Self::All => true,
            Self::Hidden | Self::Styles => false,
        }
    }
}

impl Sanitized {
    /// Returns the messages for the user about all content that was left out.
    pub fn notes(&self) -> impl Iterator<Item = &'static str> {
        self.left_out.iter().map(|left_out| left_out.words())
    }

    fn lacks(&mut self, left_out: LeftOut) {
        if !self.left_out.contains(&left_out) {
            self.left_out.push(left_out);
        }
    }
}

/// Sanitises an HTML document. To save memory, an owned string is freed as soon as its tags are parsed.
pub fn sanitize<'h>(html: impl Into<Cow<'h, str>>, policy: &dyn Policy) -> Sanitized {
    let html = html.into();
    catch_panic(|| interrupt::within(MAX_TIME, || read_and_write(html, policy)))
        .unwrap_or_else(|| Sanitized { html: String::new(), left_out: vec![LeftOut::All] })
}

fn read_and_write(html: Cow<'_, str>, policy: &dyn Policy) -> Sanitized {
    let size = html.len();
    let end = html.floor_char_boundary(MAX_SOURCE_BYTES);
    let source = html.get(..end).unwrap_or_default();
    let tree = progress::share(0..TAGS_PER_MILLE, || tree::parse_keeping(source, allow::is_kept));
    drop(html);
    let mut sheets = String::new();
    let mut sanitized = progress::share(TAGS_PER_MILLE..progress::ALL, || {
        Serializer::new(&tree, &mut sheets, end, policy).write()
    });
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
