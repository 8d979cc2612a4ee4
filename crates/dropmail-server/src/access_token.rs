//! Access tokens that the user of this library configures, in addition to the tokens that the local server issues.

use secrecy::{ExposeSecret, SecretString};

/// An access token that the server accepts in addition to the tokens that it issues itself. The `Debug` output does
/// not contain the token.
#[derive(Clone, Debug)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Wraps `token`, the string that clients include in the URL path of each request.
    pub fn new(token: impl Into<String>) -> Self {
        Self(SecretString::from(token.into()))
    }

    /// Returns the access token as a string, for comparison with the token in a request.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
