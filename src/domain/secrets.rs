//! Secrets that give access to mail. The `Debug` of a secret prints `***`, so no log line, panic or failed
//! assertion can reveal one.

mod mask;

pub use mask::mask_secrets;

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// The access token of the service. The token becomes part of a URL path, so it contains only characters of a
/// path segment.
///
/// A free token is `af_` and 8 to 256 of `A-Za-z0-9_-`. Earlier, any text of 8 or more characters was a token;
/// such a legacy token works for as long as the service accepts it.
#[derive(Clone)]
pub struct Token(SecretString);

/// Notice that the program shows once to a user of a legacy token.
pub const LEGACY_TOKEN: &str = "Your token is a legacy token, which the service will refuse one day. \
    Unset DROPMAIL_TOKEN to get a new one.";

/// Minimum and maximum length of a token in bytes, without `af_`.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=256;

/// The reason why a text is not a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The text that should be a token is empty.
    #[error("the token is empty")]
    Empty,
    /// The text starts with `af_`, but the rest is too short, too long, or has characters that tokens do not
    /// have.
    #[error("the token is not `af_` followed by 8 to 256 letters, digits, `_` or `-`")]
    Malformed,
    /// The text does not start with `af_`, and cannot be a legacy token either.
    #[error(
        "the token is neither `af_` with 8 to 256 letters, digits, `_` or `-` after it, nor a legacy token: \
         8 to 256 letters, digits or characters that a web address can contain"
    )]
    NoLegacy,
}

impl Token {
    /// Parses a token that the user or the service wrote; surrounding white space is ignored.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        if Self::is_free(text) || Self::can_be_legacy(text) {
            Ok(Self(SecretString::from(text)))
        } else if text.starts_with("af_") {
            Err(TokenError::Malformed)
        } else {
            Err(TokenError::NoLegacy)
        }
    }

    /// Returns whether a text is a free token, the kind that the service issues today.
    pub fn is_free(text: &str) -> bool {
        let known = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        text.strip_prefix("af_").is_some_and(|rest| LENGTHS.contains(&rest.len()) && rest.bytes().all(known))
    }

    /// Returns whether a text can be a legacy token, which the user invented. Every character of a path
    /// segment (RFC 3986, 3.3) is allowed except `%`, because a percent-encoded text differs from what the
    /// user wrote.
    fn can_be_legacy(text: &str) -> bool {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b);
        !text.starts_with("af_") && LENGTHS.contains(&text.len()) && text.bytes().all(known)
    }

    /// Returns whether this is a legacy token, which the service will refuse one day.
    pub fn is_legacy(&self) -> bool {
        !self.expose().starts_with("af_")
    }

    /// Returns the secret itself, for the request that sends it and for the archive that stores it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Restore key: restores an address after its session has lapsed. Each use changes the key.
#[derive(Clone)]
pub struct RestoreKey(SecretString);

impl RestoreKey {
    /// Wraps a key exactly as the service sent it.
    pub fn new(key: impl Into<String>) -> Self {
        Self(SecretString::from(key.into()))
    }

    /// Returns whether the key is unavailable: the archive contains it, but cannot decrypt it at the moment.
    pub fn is_absent(&self) -> bool {
        self.expose().is_empty()
    }

    /// Returns the secret itself, for the request that sends it and for the archive that stores it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Password of a personal domain. Anyone who has it can delete the domain.
#[derive(Clone)]
pub struct DomainPassword(SecretString);

impl DomainPassword {
    /// Wraps a password as the user wrote it.
    pub fn new(password: impl Into<String>) -> Self {
        Self(SecretString::from(password.into()))
    }

    /// Returns the secret itself, for the request that sends it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

macro_rules! hidden {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.expose() == other.expose()
            }
        }

        impl Eq for $name {}
    };
}

hidden!(Token);
hidden!(RestoreKey);
hidden!(DomainPassword);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_keeps_to_the_alphabet_that_a_url_path_can_hold() {
        assert!(Token::parse(" af_conformance1\n").is_ok());
        assert_eq!(Token::parse(""), Err(TokenError::Empty));
        assert!(!Token::parse("af_conformance1").unwrap().is_legacy());
        for bad in ["af_short", "af_../../../etc", "af_abcdefgh?x=1", "af_ab cdefghi"] {
            assert_eq!(Token::parse(bad), Err(TokenError::Malformed), "{bad}");
        }
    }

    #[test]
    fn a_legacy_token_is_a_text_that_a_segment_of_a_path_can_hold() {
        for good in ["my-old-token", "WEB-TEST-20210316", "me@example.com", "~a.b+c=d!"] {
            assert!(Token::parse(good).unwrap().is_legacy(), "{good}");
            assert!(!Token::is_free(good));
        }
        for bad in
            ["legacy", "../../../etc/passwd", "my old token", "token?query=x", "%2e%2e%2fetc", "schlüssel1"]
        {
            assert_eq!(Token::parse(bad), Err(TokenError::NoLegacy), "{bad}");
        }
    }

    #[test]
    fn secrets_do_not_print() {
        let token = Token::parse("af_verysecret99").unwrap();
        assert_eq!(format!("{token:?}"), "Token(***)");
        assert_eq!(format!("{:?}", RestoreKey::new("k")), "RestoreKey(***)");
    }
}
