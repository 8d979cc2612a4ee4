//! Decodes UTF-7 (RFC 2152).

/// Decodes UTF-7 text.
pub(super) fn decode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'+' {
            out.push(if byte < 0x80 { char::from(byte) } else { '\u{fffd}' });
            rest = after;
            continue;
        }
        let length = after.iter().take_while(|&&byte| sextet(byte).is_some()).count();
        let (shifted, after_shifted) = after.split_at(length);
        if length > 0 {
            push_shifted(shifted, &mut out);
            rest = after_shifted.strip_prefix(b"-").unwrap_or(after_shifted);
        } else {
            // `+-` encodes a plus sign; a plus sign before any other byte that is not a base64 character is
            // literal.
            out.push('+');
            rest = after.strip_prefix(b"-").unwrap_or(after);
        }
    }
    out
}

/// Decodes a run of base64, which encodes UTF-16 code units, and appends the decoded characters to `out`.
fn push_shifted(shifted: &[u8], out: &mut String) {
    let (mut units, mut bits, mut count) = (Vec::with_capacity(shifted.len()), 0_u32, 0);
    for sextet in shifted.iter().filter_map(|&byte| sextet(byte)) {
        bits = bits << 6 | sextet;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push(u16::try_from(bits >> count & 0xffff).unwrap_or_default());
            bits &= (1 << count) - 1;
        }
    }
    out.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')));
    // Valid padding consists of fewer than six zero bits.
    if count >= 6 || bits != 0 {
        out.push('\u{fffd}');
    }
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
