//! Serialises GraphQL responses to JSON, and computes the size of a value as JSON.

use async_graphql::{Response, Value};
use bytes::Bytes;

/// Estimated memory overhead in bytes per value in a GraphQL response.
pub(super) const VALUE_BYTES: usize = 8;

/// Serialises a GraphQL response to JSON; `about` is the estimated size of the JSON in bytes. The buffer is allocated
/// in one step, because a growing buffer would need twice as much memory.
pub(crate) fn json(response: &Response, about: usize) -> Bytes {
    let mut text = Vec::with_capacity(about + about / 8 + 256);
    match serde_json::to_writer(&mut text, response) {
        Ok(()) => text.into(),
        Err(_unwritable) => {
            Bytes::from_static(b"{\"data\":null,\"errors\":[{\"message\":\"internal_error\"}]}")
        }
    }
}

/// Returns the size in bytes of a JSON value, excluding its nested values, which have already been counted.
pub(super) fn json_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + text.bytes().map(escape_bytes).sum::<usize>(),
        Value::Object(fields) => fields.keys().map(|name| name.len() + VALUE_BYTES).sum(),
        Value::List(entries) => entries.len(),
        Value::Null | Value::Number(_) | Value::Boolean(_) | Value::Binary(_) | Value::Enum(_) => VALUE_BYTES,
    }
}

/// Returns the number of additional bytes that are needed to escape a byte in a JSON string (RFC 8259, section 7).
fn escape_bytes(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 1,
        0..=0x1f => 5,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_equal_the_size_of_the_json() {
        for text in ["plain", "a\"b\\c\r\n", "\u{1}\u{2}", "\u{fc}"] {
            let value = Value::String(text.to_owned());
            assert_eq!(json_bytes(&value) + 2, serde_json::to_string(&value).unwrap().len(), "{text:?}");
        }
    }
}
