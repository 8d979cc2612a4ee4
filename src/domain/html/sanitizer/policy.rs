//! The policy of a sanitised document: images, links and styles, depending on its use.

use std::borrow::Cow;
use url::Url;

/// Image types that cannot contain scripts.
const PICTURES: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

/// The URL that is written for an image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Picture<'a> {
    /// No URL.
    Stripped,
    /// The contained URL, which may be the original one.
    At(Cow<'a, str>),
    /// The image itself as a `data:` URL, which counts toward the image size limit of the document.
    Within(&'a str),
}

/// Whether the styles of a document are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Presentation {
    /// Only markup that gives the text its meaning.
    Dropped,
    /// Inline styles and presentational attributes, for a browser.
    Kept,
}

/// Decisions that depend on the use of a sanitised document.
pub(crate) trait Policy {
    /// Whether styles are kept.
    fn presentation(&self) -> Presentation;

    /// Whether text that styles hide is kept.
    fn keeps_hidden(&self) -> bool {
        false
    }

    /// The URL that is written for the `src` of an image.
    fn picture<'a>(&'a self, address: &'a str) -> Picture<'a>;
}

/// Policy for programs and assistants: text, links and inline images.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ProgramPolicy;

impl Policy for ProgramPolicy {
    fn presentation(&self) -> Presentation {
        Presentation::Dropped
    }

    fn picture<'a>(&'a self, address: &'a str) -> Picture<'a> {
        if is_plain_picture(address) {
            Picture::Within(address)
        } else if is_content_id(address) {
            Picture::At(address.into())
        } else {
            Picture::Stripped
        }
    }
}

fn is_content_id(address: &str) -> bool {
    address.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("cid:"))
}

/// Whether a URL is a `data:` URL (RFC 2397) of an image type that cannot contain scripts.
pub(crate) fn is_plain_picture(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let kind = rest.split([';', ',']).next().unwrap_or_default().to_ascii_lowercase();
    scheme.eq_ignore_ascii_case("data") && PICTURES.contains(&kind.as_str())
}

/// Whether a link is allowed: `http`, `https`, `mailto` or `tel`.
pub(super) fn is_link(address: &str) -> bool {
    // Parsed like in browsers, so that no white space or control character hides the scheme.
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
}

/// Whether a style loads nothing, covers nothing and contains no escapes.
pub(super) fn is_plain_style(value: &str) -> bool {
    const LOADING: [&str; 8] = ["url", "@", "\\", "expression", "image", "/*", "position", "behavior"];
    let lower = value.to_ascii_lowercase();
    !LOADING.iter().any(|word| lower.contains(word))
}
