//! Stores the service's cookies in memory. When the service requires a captcha, it also sets a cookie, which must be
//! sent back together with the user's answer. Cookies are sent only to the service's own host.

use reqwest::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Maximum number of cookies stored for the service's host; further cookies are ignored.
const MAX_COOKIES: usize = 32;
/// Maximum size in bytes of a cookie; a larger cookie is ignored.
const MAX_COOKIE: usize = 4096;

/// The cookies of the service's host: a map from cookie name to value.
#[derive(Default)]
pub(super) struct Cookies(Mutex<BTreeMap<String, String>>);

impl std::fmt::Debug for Cookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cookies(***)")
    }
}

impl Cookies {
    /// Stores the cookies that a response sets (RFC 6265, section 5.2). A `Max-Age` of at most 0 deletes the cookie.
    /// All other attributes are ignored, because each cookie is sent only to the service and is lost when the process
    /// exits.
    pub(super) fn store(&self, headers: &HeaderMap) {
        let mut jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for line in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let mut parts = line.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(split_pair).filter(|(name, _)| !name.is_empty())
            else {
                continue;
            };
            if parts.filter_map(split_pair).any(|(name, value)| is_expiry(name, value)) {
                jar.remove(name);
            } else if line.len() <= MAX_COOKIE && (jar.len() < MAX_COOKIES || jar.contains_key(name)) {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Returns a header map with the `Cookie` header for a request to the service; an empty map if there are no
    /// cookies.
    pub(super) fn header(&self) -> HeaderMap {
        let jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut headers = HeaderMap::new();
        if let (false, Ok(mut value)) = (pairs.is_empty(), HeaderValue::from_str(&pairs.join("; "))) {
            value.set_sensitive(true);
            headers.insert(COOKIE, value);
        }
        headers
    }
}

/// Splits a cookie or an attribute into its name and its value, without the white space around them.
fn split_pair(text: &str) -> Option<(&str, &str)> {
    text.split_once('=').map(|(name, value)| (name.trim(), value.trim()))
}

/// Returns whether an attribute deletes its cookie.
fn is_expiry(name: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case("max-age") && value.parse::<i64>().is_ok_and(|seconds| seconds <= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_sent_until_they_are_deleted() {
        let jar = Cookies::default();
        let reply = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(SET_COOKIE, HeaderValue::from_str(line).unwrap());
            }
            headers
        };
        assert!(jar.header().is_empty());
        jar.store(&reply(&["a=1; Path=/; HttpOnly", "b=2", "nonsense"]));
        assert_eq!(jar.header()[COOKIE], "a=1; b=2");
        jar.store(&reply(&["a=; Max-Age=0", "b=3"]));
        assert_eq!(jar.header()[COOKIE], "b=3");
        assert!(!format!("{:?}", jar.header()).contains('3'));
        jar.store(&reply(&[" c = 4 ; Path=/", "=5"]));
        assert_eq!(jar.header()[COOKIE], "b=3; c=4", "a cookie without a name is ignored");
        jar.store(&reply(&["c =; max-age = -1"]));
        assert_eq!(jar.header()[COOKIE], "b=3", "white space around names does not matter");
    }

    #[test]
    fn a_full_jar_still_replaces_its_cookies() {
        let jar = Cookies::default();
        let mut headers = HeaderMap::new();
        for number in 0..=MAX_COOKIES {
            headers.append(SET_COOKIE, HeaderValue::from_str(&format!("c{number} =1")).unwrap());
        }
        headers.append(SET_COOKIE, HeaderValue::from_static("c0 =2"));
        jar.store(&headers);
        let header = jar.header();
        let sent = header[COOKIE].to_str().unwrap();
        assert_eq!(sent.split("; ").count(), MAX_COOKIES);
        assert!(sent.starts_with("c0=2; c1=1; "), "{sent}");
    }
}
