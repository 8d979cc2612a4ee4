//! Defines the policies of the sanitiser. A policy determines which images, links and styles a sanitised document
//! contains.

use crate::html::image_url::content_id;
use std::borrow::Cow;
use url::Url;

/// Media types of images that cannot contain scripts. Images of other types are not embedded.
const PICTURES: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

/// The URL that the sanitiser writes for an image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ImageUrl<'a> {
    /// The sanitiser writes the image without a URL.
    Stripped,
    /// The sanitiser writes the image with this URL, which may be the original one.
    At(Cow<'a, str>),
    /// The sanitiser writes the image with this `data:` URL, which counts towards the size limit for embedded images.
    Within(&'a str),
}

/// Whether the sanitiser writes the styles of an HTML document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presentation {
    /// Only markup that affects the meaning of the text is written; styles are dropped.
    Dropped,
    /// Inline styles and presentational attributes are also written, for display in a browser.
    Kept,
}

/// Decides how the sanitiser treats styles, hidden text and images. The decisions depend on what the sanitised document
/// is used for.
pub trait Policy {
    /// Returns whether the sanitiser writes the styles of an HTML document.
    fn presentation(&self) -> Presentation;

    /// Returns whether the sanitiser writes text that styles hide.
    fn keeps_hidden(&self) -> bool {
        false
    }

    /// Returns the URL that the sanitiser writes for an image with the URL `address`.
    fn picture<'a>(&'a self, address: &'a str) -> ImageUrl<'a>;
}

/// Sanitiser policy for programs and AI assistants: keeps text, links and inline images, but no styles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ProgramPolicy;

impl Policy for ProgramPolicy {
    fn presentation(&self) -> Presentation {
        Presentation::Dropped
    }

    fn picture<'a>(&'a self, address: &'a str) -> ImageUrl<'a> {
        if is_plain_picture(address) {
            ImageUrl::Within(address)
        } else if content_id(address).is_some() {
            ImageUrl::At(address.into())
        } else {
            ImageUrl::Stripped
        }
    }
}

/// Returns whether a URL is a `data:` URL (RFC 2397) whose image type cannot contain scripts.
pub fn is_plain_picture(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let kind = rest.split([';', ',']).next().unwrap_or_default().to_ascii_lowercase();
    scheme.eq_ignore_ascii_case("data") && PICTURES.contains(&kind.as_str())
}

/// Returns whether the sanitiser may write a link, that is, whether the URL scheme is `http`, `https`, `mailto` or
/// `tel`.
pub(super) fn is_link(address: &str) -> bool {
    // The URL is parsed as in browsers, so white space and control characters cannot hide the scheme.
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
}

/// Returns whether the sanitiser may write an inline style, that is, whether the style loads nothing, covers no other
/// content, and contains no CSS escapes.
pub(super) fn is_plain_style(value: &str) -> bool {
    const LOADING: [&str; 8] = ["url", "@", "\\", "expression", "image", "/*", "position", "behavior"];
    let lower = value.to_ascii_lowercase();
    !LOADING.iter().any(|word| lower.contains(word))
}
