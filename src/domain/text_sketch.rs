//! Fingerprint of a mail that was received as text. The fingerprint recognises the exact bytes of the same mail
//! when another push transport delivers them.

use ring::digest::{Context, SHA256};

/// Digest of the ASCII letters and digits of a text. Other bytes and line ends may have been replaced when the
/// mail became text; letters and digits are the same as in its raw bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextSketch {
    letters: usize,
    digest: [u8; 32],
}

impl TextSketch {
    /// Creates the sketch of a text; `None` if the text has no ASCII letters or digits.
    pub fn of(text: &str) -> Option<Self> {
        let (letters, digest) = digest(text.as_bytes(), usize::MAX);
        (letters > 0).then_some(Self { letters, digest })
    }

    /// Returns whether raw bytes begin like the text, so that they are the same mail. The text may be
    /// truncated.
    pub fn fits(&self, bytes: &[u8]) -> bool {
        digest(bytes, self.letters) == (self.letters, self.digest)
    }
}

/// Returns the count of ASCII letters and digits, at most `most`, and the digest of that many of them.
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
    fn the_bytes_of_the_same_mail_fit_and_others_do_not() {
        let bytes = b"Subject: caf\xe9 7\r\n\r\nHello.\r\n";
        for text in [
            "Subject: caf\u{fffd} 7\r\n\r\nHello.\r\n",
            "Subject: café 7\n\nHello.\n",
            "Subject: caf? 7\n\nHe",
        ] {
            assert!(TextSketch::of(text).unwrap().fits(bytes), "{text}");
        }
        for text in
            ["<html>Sign in</html>", "Subject: caf\u{fffd} 8\r\n\r\nHello.\r\n", "Subject: caf 7 Hello. More"]
        {
            assert!(!TextSketch::of(text).unwrap().fits(bytes), "{text}");
        }
        assert_eq!(TextSketch::of(" \u{fffd}"), None);
    }
}
