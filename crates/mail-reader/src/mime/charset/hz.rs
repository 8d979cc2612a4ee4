//! Decodes HZ (RFC 1843), a seven-bit encoding with GB 2312 between `~{` and `~}`.

/// Decodes HZ-encoded text.
pub(super) fn decode(bytes: &[u8]) -> String {
    let (mut out, mut rest) = (String::with_capacity(bytes.len()), bytes);
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte >= 0x80 {
            out.push('\u{fffd}');
            continue;
        }
        if byte != b'~' {
            out.push(char::from(byte));
            continue;
        }
        match after.first() {
            Some(b'~') => {
                out.push('~');
                rest = after.get(1..).unwrap_or_default();
            }
            // A tilde at the end of a line is a line continuation.
            Some(b'\n') => rest = after.get(1..).unwrap_or_default(),
            Some(b'\r') if after.get(1) == Some(&b'\n') => rest = after.get(2..).unwrap_or_default(),
            Some(b'{') => rest = decode_run(after.get(1..).unwrap_or_default(), &mut out),
            _ => out.push('~'),
        }
    }
    out
}

/// Decodes GB 2312 up to `~}` or the end of the line, and returns the remaining bytes.
fn decode_run<'a>(bytes: &'a [u8], out: &mut String) -> &'a [u8] {
    let mut end = 0;
    // The end of the line is not searched in advance, because a long line with many runs would take quadratic
    // time.
    while let Some(&[first, second]) = bytes.get(end..end + 2)
        && [first, second] != *b"~}"
        && !is_line_end(first)
    {
        end += if is_line_end(second) { 1 } else { 2 };
    }
    let (run, rest) = bytes.split_at(end);
    let eight_bits: Vec<u8> = run.iter().map(|byte| byte | 0x80).collect();
    out.push_str(&encoding_rs::GBK.decode_without_bom_handling(&eight_bits).0);
    rest.strip_prefix(b"~}").unwrap_or(rest)
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Returns whether ASCII text is HZ-encoded. Such text contains at least one section between `~{` and `~}`, and each
/// section consists of GB 2312 byte pairs.
pub(super) fn is_in(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut runs = 0;
    while let Some(start) = memchr::memmem::find(rest, b"~{") {
        let run = rest.get(start + 2..).unwrap_or_default();
        let Some(end) = memchr::memmem::find(run, b"~}") else { return false };
        let (run, after) = run.split_at(end);
        let is_pair = |pair: &[u8]| matches!(pair, [b'!'..=b'w', b'!'..=b'~']);
        if run.is_empty() || !run.chunks(2).all(is_pair) {
            return false;
        }
        runs += 1;
        rest = after;
    }
    runs > 0
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn hz_runs_end_with_their_line_and_a_line_may_have_many() {
        for (bytes, text) in [
            ("~{VP\r\n~{VP~} 1", "中\r\n中 1"),
            ("~{VPN\nD", "中\u{fffd}\nD"),
            ("~{VP", "中"),
            ("~{~}~{VP~}", "中"),
        ] {
            assert_eq!(decode(bytes.as_bytes()), text, "{bytes:?}");
        }
        // With a run time that is quadratic in the length, this test would take very long.
        let many = 300_000;
        assert_eq!(decode(&b"~{VP~}".repeat(many)).chars().count(), many);
    }
}
