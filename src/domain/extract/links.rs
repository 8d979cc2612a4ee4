//! Links.

use url::Url;

/// The longest address that is kept, in bytes.
pub(crate) const MAX_URL: usize = 8 << 10;

/// An absolute address as it would be requested, or `None` where there is none.
pub(crate) fn address(href: &str, base: Option<&str>) -> Option<String> {
    let href = href.trim();
    if href.is_empty() || href.len() > MAX_URL {
        return None;
    }
    let absolute = match Url::parse(href) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => match base.and_then(|base| Url::parse(base).ok()) {
            Some(base) => base.join(href).ok()?,
            None if href.starts_with("www.") => Url::parse(&format!("http://{href}")).ok()?,
            None => return None,
        },
        Err(_) => return None,
    };
    Some(absolute.into())
}
