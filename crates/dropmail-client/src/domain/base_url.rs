//! The URL of the service's GraphQL endpoint, without the token.
//!
//! [`BaseUrl::parse`] validates the URL before it is used, so that the program can show the user which part is wrong.
//! Building other URLs from a valid base URL cannot fail.

use super::secrets::Token;
use mail_reader::sanitize::SafeText;
use std::fmt;
use url::{Host, Url};

/// The base URL of the official service.
pub const DEFAULT_BASE_URL: &str = "https://dropmail.me/api/graphql";

/// An absolute `http` or `https` URL with a path but without a query or fragment (RFC 3986).
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    text: String,
}

/// The reason why a string is not a valid base URL. The error message explains how to correct the URL. If the URL may
/// contain a token, the message does not contain the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// The base URL entered by the user is empty.
    #[error("the base address is empty; leave it out to use {DEFAULT_BASE_URL}")]
    Empty,
    /// The base URL entered by the user is not an absolute URL.
    #[error("the base address `{shown}` cannot be read ({reason}); write it like {DEFAULT_BASE_URL}")]
    Unreadable {
        /// The string entered by the user, truncated, with tokens masked.
        shown: SafeText,
        /// The reason why the string is not a URL, as reported by the URL parser.
        reason: String,
    },
    /// The scheme of the base URL is neither `http` nor `https`.
    #[error("the base address begins with `{scheme}:`; use http or https")]
    Scheme {
        /// The scheme entered by the user, such as `ftp`.
        scheme: String,
    },
    /// The base URL has a user name or password before the host.
    #[error("the base address contains a user name or password; remove them")]
    Credentials,
    /// The base URL contains a query or a fragment.
    #[error("the base address has something after its path (`?` or `#`); remove that")]
    Tail,
    /// The path of the base URL contains a token.
    #[error("the base address contains a token; remove it and set DROPMAIL_TOKEN instead")]
    Token,
    /// The base URL contains only a host and no path.
    #[error("the base address has no path; the API is usually at {suggestion}")]
    NoPath {
        /// A valid URL that the error message suggests: the user's host with the path of the official service.
        suggestion: String,
    },
}

impl BaseUrl {
    /// Parses a base URL entered by the user. Ignores surrounding white space and a trailing slash.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BaseUrlError::Empty);
        }
        let mut url = Url::parse(text)
            .map_err(|reason| BaseUrlError::Unreadable { shown: masked(text), reason: reason.to_string() })?;
        if !matches!(url.scheme(), "http" | "https") {
            // In `localhost:8080/api`, the parser takes `localhost` for the scheme.
            return Err(BaseUrlError::Scheme { scheme: url.scheme().to_owned() });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Credentials);
        }
        if url.path().split('/').any(Token::is_free) {
            return Err(BaseUrlError::Token);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Tail);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        if path.is_empty() {
            url.set_path("/api/graphql");
            return Err(BaseUrlError::NoPath { suggestion: url.to_string() });
        }
        url.set_path(&path);
        Ok(Self { text: url.to_string(), url })
    }

    /// Returns the base URL as a string without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the host for display, followed by the port if it is not the default port of the scheme.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Returns whether the host of the base URL is this machine. If so, the program uses no proxy.
    pub fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Returns whether requests are encrypted, that is, whether the scheme of the base URL is `https`.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Returns the base URL with path segments appended; each segment is percent-encoded.
    #[must_use]
    pub fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(segments);
        }
        url
    }

    /// Returns the URL of a resource outside the API, such as a web page of the service. `segments` replace
    /// `api/graphql` at the end of the base URL's path. If the base URL's path ends differently, the result's path
    /// consists only of `segments`.
    #[must_use]
    pub fn at_root(&self, segments: &[&str]) -> Url {
        let mut url = self.url.clone();
        let before = url.path().strip_suffix("/api/graphql").unwrap_or_default().to_owned();
        url.set_path(&before);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// Returns the base URL with its last path segment replaced by `segments`. For example, `…/api/graphql` becomes
    /// `…/api/token/generate`.
    #[must_use]
    pub fn sibling(&self, segments: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop().extend(segments);
        }
        url
    }
}

/// Maximum number of characters of an invalid URL in an error message; further characters are omitted.
const MAX_SHOWN: usize = 60;

/// Formats an invalid URL for an error message: masks any tokens in it, and truncates it to `MAX_SHOWN` characters.
fn masked(text: &str) -> SafeText {
    let masked = text.split_inclusive(['/', '?', '=', '&']).map(|piece| match piece.find("af_") {
        Some(at) => format!("{}***", piece.get(..at).unwrap_or_default()),
        None => piece.to_owned(),
    });
    SafeText::new(&masked.collect::<String>().chars().take(MAX_SHOWN).collect::<String>())
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_accepted_with_or_without_a_final_slash() {
        for text in
            ["http://h:8080/api/graphql", " http://h:8080/api/graphql/ \n", "http://h:8080/api/graphql//"]
        {
            let base = BaseUrl::parse(text).unwrap();
            assert_eq!(base.as_str(), "http://h:8080/api/graphql");
            assert_eq!(base.join(&["af_12345678"]).as_str(), "http://h:8080/api/graphql/af_12345678");
            assert_eq!(base.sibling(&["token", "renew"]).as_str(), "http://h:8080/api/token/renew");
            assert_eq!(base.host(), "h:8080");
        }
    }

    #[test]
    fn errors_name_the_wrong_part() {
        let cases = [
            ("", "is empty"),
            ("dropmail", "cannot be read"),
            ("localhost:8080/api/graphql", "`localhost:`"),
            ("ftp://h/api", "`ftp:`"),
            ("http://", "cannot be read"),
            ("http://h:99999/api", "cannot be read"),
            ("https://me:pw@h/api/graphql", "user name or password"),
            ("https://h/api/graphql?x=1", "after its path"),
            ("https://h/api/graphql/af_12345678", "contains a token"),
            ("https://h", "https://h/api/graphql"),
        ];
        for (text, words) in cases {
            let error = BaseUrl::parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn an_unparsable_url_is_shown_without_its_token() {
        let error_text = |text: &str| BaseUrl::parse(text).unwrap_err().to_string();
        assert!(error_text("not a url").contains("`not a url`"));
        for text in
            ["dropmail.me/api/graphql/af_verysecret99", "af_verysecret99", "h?token=af_verysecret99&x"]
        {
            assert!(!error_text(text).contains("verysecret"), "{}", error_text(text));
        }
        assert!(error_text(&"x".repeat(5000)).len() < 300);
    }

    #[test]
    fn loopback_hosts_are_recognised() {
        for (text, own) in [
            ("http://127.0.0.1:1/a", true),
            ("http://127.9.9.9/a", true),
            ("http://[::1]/a", true),
            ("http://localhost/a", true),
            ("http://10.0.0.1/a", false),
            ("https://dropmail.me/a", false),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().is_loopback(), own, "{text}");
        }
    }
}
