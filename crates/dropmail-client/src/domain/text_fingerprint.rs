//! The fingerprint of a mail that arrived as a string. The client uses the fingerprint to check whether downloaded
//! bytes are the same mail.

use ring::digest::{Context, SHA256};

/// A digest of the ASCII letters and digits in a mail. When the service converts a mail to a string, it may replace
/// other bytes and line endings, but never these characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextFingerprint {
    letters: usize,
    digest: [u8; 32],
}

impl TextFingerprint {
    /// Creates the fingerprint of a string; `None` if the string contains no ASCII letters or digits.
    pub fn new(text: &str) -> Option<Self> {
        let (letters, digest) = digest(text.as_bytes(), usize::MAX);
        (letters > 0).then_some(Self { letters, digest })
    }

    /// Returns whether the raw bytes are the same mail as the string, that is, whether they begin with the same letters
    /// and digits. The string may be shorter, because it may have been truncated.
    pub fn matches(&self, bytes: &[u8]) -> bool {
        digest(bytes, self.letters) == (self.letters, self.digest)
    }
}

/// Computes a digest of the first `most` ASCII letters and digits in `bytes`. Returns the number of characters that the
/// digest covers, and the digest itself.
fn digest(bytes: &[u8], most: usize) -> (usize, [u8; 32]) {
    let mut context = Context::new(&SHA256);
    let mut counted = 0;
    for run in bytes.split(|byte| !byte.is_ascii_alphanumeric()) {
        let run = run.get(..most - counted).unwrap_or(run);
        context.update(run);
        counted += run.len();
        if counted == most {
            break;
        }
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    (counted, digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_matches_only_the_bytes_of_its_mail() {
        let bytes = b"Subject: caf\xe9 7\r\n\r\nHello.\r\n";
        for text in [
            "Subject: caf\u{fffd} 7\r\n\r\nHello.\r\n",
            "Subject: café 7\n\nHello.\n",
            "Subject: caf? 7\n\nHe",
        ] {
            assert!(TextFingerprint::new(text).unwrap().matches(bytes), "{text}");
        }
        for text in
            ["<html>Sign in</html>", "Subject: caf\u{fffd} 8\r\n\r\nHello.\r\n", "Subject: caf 7 Hello. More"]
        {
            assert!(!TextFingerprint::new(text).unwrap().matches(bytes), "{text}");
        }
        assert_eq!(TextFingerprint::new(" \u{fffd}"), None);
    }
}
