//! The key with which the server signs tokens. If the key is stored and reused, tokens stay valid after a restart.

use super::random;

/// Length in bytes of a key that signs tokens.
const KEY_BYTES: usize = 32;

/// A secret key for signing tokens: 32 bytes, formatted as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey([u8; KEY_BYTES]);

impl SigningKey {
    /// Generates a new random key for signing tokens.
    pub fn generate() -> Self {
        Self(random::key())
    }

    /// Parses a signing key in the format of [`SigningKey::expose`], ignoring surrounding white space. Returns `None`
    /// if the string does not consist of 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim();
        if digits.len() != 2 * KEY_BYTES || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut key = [0; KEY_BYTES];
        for (byte, at) in key.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(key))
    }

    /// Returns the signing key as hexadecimal digits, for storage in a file.
    pub fn expose(&self) -> String {
        let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::SigningKey;

    #[test]
    fn a_key_is_stored_and_parsed_and_never_printed() {
        let key = SigningKey::generate();
        assert_eq!(SigningKey::parse(&format!(" {}\n", key.expose())), Some(key.clone()));
        assert_eq!(format!("{key:?}"), "SigningKey(***)");
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(66)] {
            assert_eq!(SigningKey::parse(bad), None);
        }
    }
}
