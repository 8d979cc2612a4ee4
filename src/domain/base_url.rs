//! The address of the service's GraphQL endpoint, without the token.
//!
//! Checked once, where a person can still be told which part of it is wrong: everything behind
//! this type builds addresses from it without a way to fail.

use super::sanitize::SafeText;
use super::secrets::Token;
use std::fmt;
use url::{Host, Url};

/// The service's own address.
pub const DEFAULT_BASE_URL: &str = "https://dropmail.me/api/graphql";

/// An absolute `http` or `https` address with a path and nothing behind it (RFC 3986).
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    text: String,
}

/// Why an address is no base address. The words tell what to do; the address itself is left out
/// where it can hold a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Nothing was given.
    #[error("the base address is empty; leave it out to use {DEFAULT_BASE_URL}")]
    Empty,
    /// It is no absolute address.
    #[error("the base address `{shown}` cannot be read ({reason}); write it like {DEFAULT_BASE_URL}")]
    Unreadable {
        /// The address, cut short and without what could be a token.
        shown: SafeText,
        /// What the parser said.
        reason: String,
    },
    /// Neither `http` nor `https`.
    #[error("the base address begins with `{scheme}:`; only http and https are spoken")]
    Scheme {
        /// The scheme that was found.
        scheme: String,
    },
    /// A user name or password stands before the host.
    #[error("the base address holds a user name or password; leave them out")]
    Credentials,
    /// A query or fragment stands at the end.
    #[error("the base address has something behind its path (`?` or `#`); leave that out")]
    Tail,
    /// A token is part of the path.
    #[error("the base address holds a token; leave it out here and give it with DROPMAIL_TOKEN")]
    Token,
    /// There is a host and nothing else.
    #[error("the base address names no path; the API is usually at {suggestion}")]
    NoPath {
        /// The same host with the service's own path.
        suggestion: String,
    },
}

impl BaseUrl {
    /// Takes an address as the user wrote it; white space around it and a slash at its end are
    /// dropped.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BaseUrlError::Empty);
        }
        let mut url = Url::parse(text)
            .map_err(|reason| BaseUrlError::Unreadable { shown: shown(text), reason: reason.to_string() })?;
        if !matches!(url.scheme(), "http" | "https") {
            // `localhost:8080/api` parses with the scheme `localhost`.
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

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host as a person reads it, with the port where it is not the usual one.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Whether the host is this machine, which no proxy stands before.
    pub fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Whether what is said to it is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The address with more path segments, each escaped.
    #[must_use]
    pub fn below(&self, segments: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(segments);
        }
        url
    }

    /// The address of something beside the whole API, where the service's own pages are:
    /// `…/captcha/image.png` to `…/api/graphql`, else from the root.
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

    /// The address with its last path segment replaced: `…/api/graphql` to `…/api/token/generate`.
    #[must_use]
    pub fn beside(&self, segments: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop().extend(segments);
        }
        url
    }
}

/// The longest part of a wrong address that is shown, in characters.
const MAX_SHOWN: usize = 60;

/// What can be shown of an address that could not be read: a token in it is masked.
fn shown(text: &str) -> SafeText {
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
    fn an_address_is_taken_with_or_without_a_slash_at_its_end() {
        for text in
            ["http://h:8080/api/graphql", " http://h:8080/api/graphql/ \n", "http://h:8080/api/graphql//"]
        {
            let base = BaseUrl::parse(text).unwrap();
            assert_eq!(base.as_str(), "http://h:8080/api/graphql");
            assert_eq!(base.below(&["af_12345678"]).as_str(), "http://h:8080/api/graphql/af_12345678");
            assert_eq!(base.beside(&["token", "renew"]).as_str(), "http://h:8080/api/token/renew");
            assert_eq!(base.host(), "h:8080");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases = [
            ("", "is empty"),
            ("dropmail", "cannot be read"),
            ("localhost:8080/api/graphql", "`localhost:`"),
            ("ftp://h/api", "`ftp:`"),
            ("http://", "cannot be read"),
            ("http://h:99999/api", "cannot be read"),
            ("https://me:pw@h/api/graphql", "user name or password"),
            ("https://h/api/graphql?x=1", "behind its path"),
            ("https://h/api/graphql/af_12345678", "holds a token"),
            ("https://h", "https://h/api/graphql"),
        ];
        for (text, words) in cases {
            let error = BaseUrl::parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_read_is_shown_without_a_token() {
        let told = |text: &str| BaseUrl::parse(text).unwrap_err().to_string();
        assert!(told("not a url").contains("`not a url`"));
        for text in
            ["dropmail.me/api/graphql/af_verysecret99", "af_verysecret99", "h?token=af_verysecret99&x"]
        {
            assert!(!told(text).contains("verysecret"), "{}", told(text));
        }
        assert!(told(&"x".repeat(5000)).len() < 300);
    }

    #[test]
    fn this_machine_is_known() {
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
