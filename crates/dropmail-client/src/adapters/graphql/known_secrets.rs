//! Stores the secrets that were sent to or received from the service, so that they can be masked before the program
//! shows text from the service.

use crate::domain::secrets::mask_secrets;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// Maximum number of secrets that are stored for masking; if it is exceeded, the oldest are evicted.
const MAX_SECRETS: usize = 4096;

/// Minimum length in bytes of a secret that is masked. Masking shorter secrets would also mask parts of ordinary words.
const MIN_BYTES: usize = 6;

/// The text that replaces a masked secret.
const MASK: &str = "***";

/// The secrets that are masked in text from the service.
#[derive(Default)]
pub(super) struct KnownSecrets(Mutex<VecDeque<String>>);

impl fmt::Debug for KnownSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownSecrets(***)")
    }
}

impl KnownSecrets {
    /// Registers a secret to be masked, both verbatim and URL-encoded. Ignores a secret shorter than `MIN_BYTES`.
    pub(super) fn register(&self, secret: &str) {
        if secret.len() < MIN_BYTES {
            return;
        }
        let escaped: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for form in [secret.to_owned(), escaped] {
            if !known.contains(&form) {
                known.push_back(form);
            }
        }
        while known.len() > MAX_SECRETS {
            known.pop_front();
        }
    }

    /// Registers the secret parts of a mail's download URL to be masked: the path segments that contain digits, and the
    /// query.
    pub(super) fn register_download_url(&self, address: &str) {
        let Ok(url) = Url::parse(address) else { return };
        for part in url.path_segments().into_iter().flatten().chain(url.query()) {
            if part.bytes().any(|byte| byte.is_ascii_digit()) {
                self.register(part);
            }
        }
    }

    /// Masks the registered secrets, and any other strings that look like secrets, in text from the service.
    pub(super) fn mask(&self, text: &str) -> String {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut masked = text.to_owned();
        for secret in known.iter() {
            if masked.contains(secret.as_str()) {
                masked = masked.replace(secret.as_str(), MASK);
            }
        }
        mask_secrets(&masked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_secrets_are_masked_in_every_spelling() {
        let known = KnownSecrets::default();
        for secret in ["my-old-token", "key+of/me=", "short"] {
            known.register(secret);
        }
        known.register_download_url("https://h/download/mail/gql:1:abc9/mail77?sig=s1");
        for (text, expected) in [
            ("no such key: key+of/me=", "no such key: ***"),
            ("/a?k=key%2Bof%2Fme%3D", "/a?k=***"),
            ("bad my-old-token!", "bad ***!"),
            ("too short", "too short"),
            ("GET /download/mail/gql:1:abc9/mail77", "GET /download/mail/***/***"),
        ] {
            assert_eq!(known.mask(text), expected);
        }
        assert!(!format!("{known:?}").contains("token"));
    }
}
