//! Normalises link URLs in the same way as a browser does before it requests them.

use url::Url;

/// Maximum length of a URL in bytes; longer URLs are ignored.
pub const MAX_URL_BYTES: usize = 8 << 10;

/// Returns the absolute URL of a link as a browser requests it. `base` is the base URL for relative links.
/// `None` if `href` is not a valid URL or is too long.
pub fn address(href: &str, base: Option<&str>) -> Option<String> {
    let href = href.trim();
    if href.len() <= MAX_URL_BYTES && spelled_out(href) {
        return Some(href.to_owned());
    }
    parsed(href, base).map(Url::into)
}

/// Returns `true` only if a URL already has the form in which a browser requests it. Such URLs, which are the majority
/// in mails, need not be parsed.
fn spelled_out(href: &str) -> bool {
    let rest = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://"));
    let Some((host, path)) = rest.and_then(|rest| rest.split_once('/')) else { return false };
    let named = host.split('.').all(|label| !label.is_empty())
        && host.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
        // A numeric last label can be an IP address in an unusual form, and `xn--` encodes other letters.
        && host.rsplit('.').next().is_some_and(|label| label.starts_with(|c: char| c.is_ascii_lowercase()))
        && !host.contains("xn--");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~!$&()*+,;=:@/%?.".contains(&byte);
    // Dot segments such as `..`, also percent-encoded ones, would have to be resolved.
    named && path.bytes().all(plain) && !path.starts_with('.') && !path.contains("/.") && !path.contains("%2")
}

/// Like [`address`], but returns the URL in parsed form; `None` if `href` is not a valid URL or is too long.
pub fn parsed(href: &str, base: Option<&str>) -> Option<Url> {
    let href = href.trim();
    if href.is_empty() || href.len() > MAX_URL_BYTES {
        return None;
    }
    // A string without a scheme is not an absolute URL.
    if base.is_none() && !href.contains(':') && !href.starts_with("www.") {
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
    // `mailto:` without an address has no target.
    let leads = !absolute.cannot_be_a_base() || !absolute.path().is_empty() || absolute.query().is_some();
    leads.then_some(absolute)
}

#[cfg(test)]
mod tests {
    use super::{Url, spelled_out};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn displayed_urls_are_requested_unchanged(
            host in "[a-z0-9.-]{0,8}(\\.(com|example|0x1|1|xn--a))?",
            path in "[a-zA-Z/.%2eE?&='#~:@-]{0,12}",
        ) {
            let href = format!("https://{host}/{path}");
            if spelled_out(&href) {
                let requested = String::from(Url::parse(&href).unwrap());
                prop_assert_eq!(requested, href);
            }
        }
    }

    #[test]
    fn ordinary_urls_are_displayed_in_full() {
        assert!(spelled_out("https://nord.example/offer/7?utm_source=mail&id=7"));
        for other in [
            "https://nord.example",
            "https://1.2.3.4/",
            "https://a.example/b/../c",
            "https://A.example/",
            "/x",
        ] {
            assert!(!spelled_out(other), "{other}");
        }
    }
}
