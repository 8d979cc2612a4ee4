//! Secrets: whoever reads one can read the mail. Their `Debug` prints `***`, so neither a log
//! line, nor a panic, nor a failed assertion can tell them.

mod mask;

pub use mask::mask_secrets;

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// The service's access token. It becomes part of a URL path, so only what a segment of one can
/// hold is ever let in.
///
/// A free token is `af_` and 8 to 256 of `A-Za-z0-9_-`. Before there were any, every text of 8
/// letters or more was a token: such a legacy token is taken for as long as the service takes it.
#[derive(Clone)]
pub struct Token(SecretString);

/// What is said once to whoever uses a legacy token.
pub const LEGACY_TOKEN: &str = "Your token is of the old kind, which the service will refuse one day. \
    Unset DROPMAIL_TOKEN to be given a new one.";

/// The shortest and the longest that a token is, without its `af_`, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=256;

/// Why a string is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing was given.
    #[error("the token is empty")]
    Empty,
    /// `af_` in front, and behind it too little, too much, or characters that no token has.
    #[error("the token is not `af_` followed by 8 to 256 letters, digits, `_` or `-`")]
    Malformed,
    /// No `af_` in front, and no legacy token either.
    #[error(
        "the token is neither `af_` with 8 to 256 letters, digits, `_` or `-` behind it, nor one of the old \
         kind: 8 to 256 letters, digits or signs that a web address can hold"
    )]
    NoLegacy,
}

impl Token {
    /// Takes a token as the user or the service wrote it; white space around it is dropped.
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

    /// Whether a text is a token of the kind that the service gives out.
    pub fn is_free(text: &str) -> bool {
        let known = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        text.strip_prefix("af_").is_some_and(|rest| LENGTHS.contains(&rest.len()) && rest.bytes().all(known))
    }

    /// Whether a text can have been a token of its owner's own making. Of what a segment of a path
    /// holds (RFC 3986, 3.3) only `%` is left out: what it stands for is not what was written.
    fn can_be_legacy(text: &str) -> bool {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b);
        !text.starts_with("af_") && LENGTHS.contains(&text.len()) && text.bytes().all(known)
    }

    /// Whether it is of the old kind, which the service will refuse one day.
    pub fn is_legacy(&self) -> bool {
        !self.expose().starts_with("af_")
    }

    /// The token itself, for the request that needs it and for the store that keeps it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Brings an address back after its session has lapsed. Changes each time it is used.
#[derive(Clone)]
pub struct RestoreKey(SecretString);

impl RestoreKey {
    /// Wraps a key as the service spelled it.
    pub fn new(key: impl Into<String>) -> Self {
        Self(SecretString::from(key.into()))
    }

    /// Whether there is no key: it is kept where it cannot be read at the moment.
    pub fn is_absent(&self) -> bool {
        self.expose().is_empty()
    }

    /// The key itself, for the request that needs it and for the store that keeps it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Guards a personal domain: whoever has it can delete the domain.
#[derive(Clone)]
pub struct DomainPassword(SecretString);

impl DomainPassword {
    /// Wraps a password as the user wrote it.
    pub fn new(password: impl Into<String>) -> Self {
        Self(SecretString::from(password.into()))
    }

    /// The password itself, for the request that needs it.
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
