//! What may differ between those that a sanitised document is for: pictures, links, looks.

use std::borrow::Cow;
use url::Url;

/// Kinds of pictures that cannot hold scripts.
const PICTURES: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

/// What is written for the address of a picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Picture<'a> {
    /// No address.
    Stripped,
    /// Another address, or the same.
    At(Cow<'a, str>),
    /// The picture itself as a `data:` address, which counts to the size of pictures in the document.
    Within(&'a str),
}

/// Whether the looks of a document are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Presentation {
    /// Only what its words are.
    Dropped,
    /// Inline styles and attributes that do the same, for a browser.
    Kept,
}

/// What differs between the uses of a sanitised document.
pub(crate) trait Policy {
    /// Whether looks are kept.
    fn presentation(&self) -> Presentation;

    /// Whether text that its styles hide is kept.
    fn keeps_hidden(&self) -> bool {
        false
    }

    /// What is written for the `src` of a picture.
    fn picture<'a>(&'a self, address: &'a str) -> Picture<'a>;
}

/// For programs and assistants: words, links, and pictures that came along.
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

/// Whether an address holds a picture (RFC 2397) of a kind that cannot hold scripts.
pub(crate) fn is_plain_picture(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let kind = rest.split([';', ',']).next().unwrap_or_default().to_ascii_lowercase();
    scheme.eq_ignore_ascii_case("data") && PICTURES.contains(&kind.as_str())
}

/// Whether a link may stay: an address of the web, of a mail or of a telephone.
pub(super) fn is_link(address: &str) -> bool {
    // As browsers read it, so that no blank or control character in it hides its scheme.
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
}

/// Whether a style can load nothing, places nothing over other things and hides nothing behind escapes.
pub(super) fn is_plain_style(value: &str) -> bool {
    const LOADING: [&str; 8] = ["url", "@", "\\", "expression", "image", "/*", "position", "behavior"];
    let lower = value.to_ascii_lowercase();
    !LOADING.iter().any(|word| lower.contains(word))
}
