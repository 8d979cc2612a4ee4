//! Policies of the sanitiser: what a sanitised document contains of images, links and styles depends on its
//! use.

use std::borrow::Cow;
use url::Url;

/// Media types of images that cannot contain scripts; an image of another type is not embedded.
const PICTURES: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

/// The URL that the sanitiser writes for an image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Picture<'a> {
    /// The image is written without a URL.
    Stripped,
    /// The image is written with this URL, which may be the original one.
    At(Cow<'a, str>),
    /// The image is written as this `data:` URL, which contains it. The URL counts toward the total size limit
    /// of images.
    Within(&'a str),
}

/// Whether the styles of a document are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presentation {
    /// Only markup that gives the text its meaning is written; styles are left out.
    Dropped,
    /// Inline styles and presentational attributes are written too, for a browser.
    Kept,
}

/// The decisions of the sanitiser that depend on the use of the result.
pub trait Policy {
    /// Returns whether the styles of a document are written.
    fn presentation(&self) -> Presentation;

    /// Returns whether text that the styles hide is written.
    fn keeps_hidden(&self) -> bool {
        false
    }

    /// Returns the URL that the sanitiser writes for an image whose URL is `address`.
    fn picture<'a>(&'a self, address: &'a str) -> Picture<'a>;
}

/// Policy for programs and assistants: text, links and inline images, without styles.
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

/// Returns whether a URL is a `data:` URL (RFC 2397) of an image type that cannot contain scripts.
pub fn is_plain_picture(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let kind = rest.split([';', ',']).next().unwrap_or_default().to_ascii_lowercase();
    scheme.eq_ignore_ascii_case("data") && PICTURES.contains(&kind.as_str())
}

/// Returns whether a link may be written: its scheme is `http`, `https`, `mailto` or `tel`.
pub(super) fn is_link(address: &str) -> bool {
    // Parsed like in browsers, so that no white space or control character hides the scheme.
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
}

/// Returns whether a style may be written: it loads nothing, covers nothing and contains no escapes.
pub(super) fn is_plain_style(value: &str) -> bool {
    const LOADING: [&str; 8] = ["url", "@", "\\", "expression", "image", "/*", "position", "behavior"];
    let lower = value.to_ascii_lowercase();
    !LOADING.iter().any(|word| lower.contains(word))
}
