//! Classifies the URLs of images in HTML mails by their scheme.

/// Returns the `Content-ID` in a `cid:` URL (RFC 2392); `None` for any other URL.
pub(crate) fn content_id(url: &str) -> Option<&str> {
    let (scheme, id) = url.trim().split_once(':')?;
    scheme.eq_ignore_ascii_case("cid").then_some(id)
}

/// Returns whether a browser would load an image with this URL from the network.
pub(super) fn is_remote(url: &str) -> bool {
    let url = url.trim_start();
    url.starts_with("//") || url.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
}
