//! Finds tokens that the reader has to copy and paste: long strings of letters, digits and punctuation that are alone
//! on their line.

use super::{Candidate, CodeShape};

/// Minimum and maximum length in bytes of a token that is alone on its line.
const PASTED_BYTES: std::ops::RangeInclusive<usize> = 16..=200;
/// Minimum length in bytes of a part with both digits and letters. A token has at least one such part between its
/// punctuation marks; host names and file names rarely have one.
const MIN_MIXED_PART_BYTES: usize = 8;
/// Minimum number of digits in the part with both digits and letters that a token must have.
const MIN_DIGITS: usize = 2;

/// Returns the token that makes up a line; `None` if the line contains other text, or if the token contains no
/// punctuation. Tokens without punctuation are found in the same way as other codes.
pub(super) fn find(line: &str) -> Option<Candidate> {
    let start = line.len() - line.trim_start_matches([' ', '"', '`', '“', '«', '>']).len();
    let value = line.get(start..)?.trim_end_matches([' ', '"', '`', '”', '»']);
    let is_edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let bare = value.trim_end_matches('=');
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || is_mark(byte);
    let is_token = PASTED_BYTES.contains(&value.len())
        && bare.bytes().all(is_part)
        && bare.bytes().any(is_mark)
        && is_edge(bare.bytes().next())
        && is_edge(bare.bytes().next_back())
        && bare.split(|c: char| !c.is_ascii_alphanumeric()).any(is_mixed);
    let range = start..start + value.len();
    is_token.then(|| Candidate { range, value: value.to_owned(), shape: CodeShape::Mixed })
}

/// Returns whether a byte is punctuation that may separate the letters and digits of a token.
fn is_mark(byte: u8) -> bool {
    matches!(byte, b'.' | b'_' | b'~' | b'+' | b'/')
}

fn is_mixed(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    part.len() >= MIN_MIXED_PART_BYTES && digits >= MIN_DIGITS && digits + 2 < part.len()
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn only_a_token_that_is_alone_on_its_line_is_found() {
        for token in [
            "gr_2m27ZbhtFmMVZWgYn7nf.NKt9GnG6Vrpf",
            "cnd.ga4dszff81ienyqv.09qa430p5udh8b5q",
            "q7+Zk29fLQm83hTbQ/8aY1==",
        ] {
            assert_eq!(find(&format!("  {token} ")).map(|one| one.value).as_deref(), Some(token));
        }
        for line in [
            "https://h.example/7ZtM4nB2xW9cL0pR",
            "mail.service.example.com",
            "Paste gr_2m27ZbhtFmMVZWgYn7nf.NKt9",
            "minutes_2026_11_30.pdf",
            "7ZtM4nB2xW9cL0pRsV3d",
        ] {
            assert!(find(line).is_none(), "{line}");
        }
    }
}
