//! Secrets: whoever reads one can read the mail. Their `Debug` prints `***`, so neither a log
//! line, nor a panic, nor a failed assertion can tell them.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// The service's access token. It becomes part of a URL path, so only the service's own
/// alphabet is ever let in (`af_` and 8 to 256 of `A-Za-z0-9_-`).
#[derive(Clone)]
pub struct Token(SecretString);

/// Why a string is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing was given.
    #[error("the token is empty")]
    Empty,
    /// No `af_` in front: a legacy token, which the service has refused since April 2026.
    #[error("the token does not begin with `af_`; the service no longer takes such legacy tokens")]
    Legacy,
    /// Too short, too long, or with characters that no token has.
    #[error("the token is not `af_` followed by 8 to 256 letters, digits, `_` or `-`")]
    Malformed,
}

impl Token {
    /// Takes a token as the user or the service wrote it; white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        let Some(rest) = text.strip_prefix("af_") else { return Err(TokenError::Legacy) };
        let known = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if (8..=256).contains(&rest.len()) && rest.bytes().all(known) {
            Ok(Self(SecretString::from(text)))
        } else {
            Err(TokenError::Malformed)
        }
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
        assert_eq!(Token::parse("legacy"), Err(TokenError::Legacy));
        for bad in ["af_short", "af_../../../etc", "af_abcdefgh?x=1", "af_ab cdefghi"] {
            assert_eq!(Token::parse(bad), Err(TokenError::Malformed), "{bad}");
        }
    }

    #[test]
    fn secrets_do_not_print() {
        let token = Token::parse("af_verysecret99").unwrap();
        assert_eq!(format!("{token:?}"), "Token(***)");
        assert_eq!(format!("{:?}", RestoreKey::new("k")), "RestoreKey(***)");
    }
}
