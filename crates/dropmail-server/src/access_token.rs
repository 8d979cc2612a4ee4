//! The access tokens that a caller of the library configures.

use secrecy::{ExposeSecret, SecretString};

/// An access token that the server accepts, in addition to those that it issues. `Debug` does not show it.
#[derive(Clone, Debug)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Wraps a token: the text that clients write into the path of each request.
    pub fn new(token: impl Into<String>) -> Self {
        Self(SecretString::from(token.into()))
    }

    /// Returns the token itself, to compare it with the token of a request.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
