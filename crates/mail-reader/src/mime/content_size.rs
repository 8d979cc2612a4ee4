//! Computes the decoded size of large base64 attachments without decoding them completely. Complete decoding would take
//! most of the time needed to parse a large mail.

use super::base64::{self, Base64Segment};

/// The decoded size of a base64 body with at least this many bytes is computed without decoding the body. A smaller
/// body is decoded.
pub(super) const MIN_MEASURED_BYTES: usize = 1 << 20;
/// Maximum number of bytes at the start of a large base64 body that are decoded; the rest is only measured.
const START_BYTES: usize = 32 << 10;

/// Returns the decoded start of a base64 body, and the decoded size in bytes of the whole body. Returns `None` if the
/// lines are irregular; in that case, the caller must decode the body to determine its size.
pub(super) fn of_base64(body: &[u8]) -> Option<(Vec<u8>, usize)> {
    let size = base64::regular_size(body)?;
    let near = body.get(..START_BYTES).unwrap_or(body);
    let end = memchr::memrchr(b'\n', near).map_or(body.len(), |end| end + 1);
    match base64::decode(body.get(..end)?).into_iter().next() {
        Some(Base64Segment::Decoded(start)) => Some((start, size)),
        Some(Base64Segment::Plain(_)) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::header::TransferEncoding::Base64;
    use proptest::prelude::*;

    fn lines(content: &[u8], width: usize, end: &str) -> String {
        use ::base64::Engine;
        let text = ::base64::engine::general_purpose::STANDARD.encode(content);
        let lines = text.as_bytes().chunks(width).map(|line| String::from_utf8_lossy(line).into_owned());
        lines.collect::<Vec<_>>().join(end)
    }

    #[test]
    fn regular_lines_have_an_exact_content_size() {
        for size in [1, 2, 3, 57, 58, 59, 60, 100_000] {
            let content: Vec<u8> = (0..size).map(|n| u8::try_from(n % 251).unwrap()).collect();
            for end in ["\r\n", "\n"] {
                let body = format!("{}{end}", lines(&content, 76, end));
                let (start, found) = of_base64(body.as_bytes()).unwrap();
                assert_eq!(found, content.len(), "{size}");
                assert!(content.starts_with(&start) && start.len() >= size.min(8 << 10), "{size}");
            }
        }
        for odd in ["", "QUJD\r\n\r\nQUJD", "QUJ", "QQ==\r\nQUJD", "QUJD footer", "QU=D", "QUJD\r\n--\r\n"] {
            assert_eq!(of_base64(odd.as_bytes()), None, "{odd:?}");
        }
    }

    proptest! {
        #[test]
        fn the_measured_size_equals_the_decoded_size(body in "([A-Za-z0-9+/]{4}){0,3}[A-Za-z0-9+/]{0,4}[=]{0,3}[\r\n =-]{0,3}([A-Za-z]{4}){0,2}[=]{0,2}") {
            if let Some((start, size)) = of_base64(body.as_bytes()) {
                let decoded = Base64.decode(body.as_bytes()).content;
                prop_assert_eq!(decoded.len(), size);
                prop_assert!(decoded.starts_with(&start));
            }
        }
    }
}
