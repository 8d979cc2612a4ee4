//! Secrets that give access to mail. Their `Debug` output is `***`, so log entries, panics and failed assertions cannot
//! reveal them.

mod mask;

pub use mask::mask_secrets;

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// The access token for the service. It is a path segment of every request URL, so all its characters are valid in a
/// path segment.
///
/// A free token consists of `af_` and 8 to 256 characters from `A-Za-z0-9_-`. In the past, users could choose their own
/// tokens of 8 or more characters. Such a token is called a legacy token; the service still accepts it but will reject
/// it in the future.
#[derive(Clone)]
pub struct Token(SecretString);

/// Notice for users who have a legacy token. The program shows it once.
pub const LEGACY_TOKEN: &str = "Your token is a legacy token, which the service will refuse one day. \
    Unset DROPMAIL_TOKEN to get a new one.";

/// Minimum and maximum length in bytes of a token without its `af_` prefix, both inclusive. A shorter or longer string
/// is not a token.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=256;

/// The reason why a string is not a valid token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The string is empty.
    #[error("the token is empty")]
    Empty,
    /// The string starts with `af_`, but the text after this prefix is too short, too long, or contains invalid
    /// characters.
    #[error("the token is not `af_` followed by 8 to 256 letters, digits, `_` or `-`")]
    Malformed,
    /// The string does not start with `af_` and cannot be a legacy token either.
    #[error(
        "the token is neither `af_` with 8 to 256 letters, digits, `_` or `-` after it, nor a legacy token: \
         8 to 256 letters, digits or characters that a web address can contain"
    )]
    NoLegacy,
}

impl Token {
    /// Parses a token, ignoring surrounding white space. Returns an error if the string is not a token.
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

    /// Returns whether a string has the form of a free token, the only kind of token that the service still issues.
    pub fn is_free(text: &str) -> bool {
        let known = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        text.strip_prefix("af_").is_some_and(|rest| LENGTHS.contains(&rest.len()) && rest.bytes().all(known))
    }

    /// Returns whether a string can be a legacy token, that is, a token that a user chose. All characters that are
    /// valid in a path segment (RFC 3986, section 3.3) are allowed except `%`, because percent-encoding would change
    /// the token.
    fn can_be_legacy(text: &str) -> bool {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b);
        !text.starts_with("af_") && LENGTHS.contains(&text.len()) && text.bytes().all(known)
    }

    /// Returns whether this is a legacy token, which the service will reject in the future.
    pub fn is_legacy(&self) -> bool {
        !self.expose().starts_with("af_")
    }

    /// Returns the token as a string, to be sent in a request or stored in the archive.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// A restore key, which restores an address after its session has expired. Each use replaces the key with a new one.
#[derive(Clone)]
pub struct RestoreKey(SecretString);

impl RestoreKey {
    /// Wraps a restore key exactly as the service returned it.
    pub fn new(key: impl Into<String>) -> Self {
        Self(SecretString::from(key.into()))
    }

    /// Returns whether the restore key is missing: the archive currently cannot decrypt it, or the service returned
    /// none.
    pub fn is_absent(&self) -> bool {
        self.expose().is_empty()
    }

    /// Returns the restore key as a string, to be sent in a request or stored in the archive.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The password of a personal domain. Anyone who knows it can delete the domain.
#[derive(Clone)]
pub struct DomainPassword(SecretString);

impl DomainPassword {
    /// Wraps a domain password exactly as entered by the user.
    pub fn new(password: impl Into<String>) -> Self {
        Self(SecretString::from(password.into()))
    }

    /// Returns the domain password as a string, to be sent in a request.
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
    fn a_token_contains_only_characters_valid_in_a_url_path() {
        assert!(Token::parse(" af_conformance1\n").is_ok());
        assert_eq!(Token::parse(""), Err(TokenError::Empty));
        assert!(!Token::parse("af_conformance1").unwrap().is_legacy());
        for bad in ["af_short", "af_../../../etc", "af_abcdefgh?x=1", "af_ab cdefghi"] {
            assert_eq!(Token::parse(bad), Err(TokenError::Malformed), "{bad}");
        }
    }

    #[test]
    fn a_legacy_token_fits_into_a_path_segment() {
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
