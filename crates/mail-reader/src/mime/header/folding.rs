//! Unfolds the values of header fields (RFC 5322, section 2.2.3).

/// Unfolds the value of a header field: each line break and the white space around it become one space (RFC 5322,
/// section 2.2.3).
pub(super) fn unfold(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    for line in raw.split(|byte| matches!(byte, b'\r' | b'\n')) {
        if out.is_empty() {
            out.extend_from_slice(line);
            continue;
        }
        let line = line.trim_ascii_start();
        if !line.is_empty() {
            out.truncate(out.trim_ascii_end().len());
            out.push(b' ');
            out.extend_from_slice(line);
        }
    }
    out
}
