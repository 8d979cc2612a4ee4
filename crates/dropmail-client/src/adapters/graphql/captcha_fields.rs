//! The fields of a captcha, which the client sends back to the service unchanged together with the user's answer.

use serde_json::Value;

/// Maximum number of captcha fields; further fields are ignored.
const MAX_FIELDS: usize = 16;
/// Maximum size in bytes of a captcha field; a larger field is ignored.
const MAX_FIELD_BYTES: usize = 4096;

/// The fields of a captcha as (name, value) pairs. The service accepts an answer only if these fields are sent with it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct CaptchaFields(pub(super) Vec<(String, String)>);

impl std::fmt::Debug for CaptchaFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CaptchaFields(***)")
    }
}

impl CaptchaFields {
    /// Parses the `captcha` object from the JSON of a response; returns `None` if the object contains no usable field.
    pub(super) fn parse(value: &Value) -> Option<Self> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let fields = value.as_object()?.iter().take(MAX_FIELDS);
        let fields: Vec<_> = fields
            .filter_map(|(name, value)| Some((name.clone(), text(value)?)))
            .filter(|(name, value)| name.len() + value.len() <= MAX_FIELD_BYTES)
            .collect();
        (!fields.is_empty()).then_some(Self(fields))
    }

    /// Parses the `captcha` field from the JSON body of a response with HTTP status 402 or 429; returns `None` if the
    /// field is missing.
    pub(super) fn parse_body(body: &[u8]) -> Option<Self> {
        Self::parse(serde_json::from_slice::<Value>(body).ok()?.get("captcha")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captcha_fields_are_stored_unchanged_and_not_printed() {
        let body = br#"{"error":"captcha_required","captcha":{"v":"3","nonce":"n","key":"secret","_sig":"s","odd":{}}}"#;
        let captcha = CaptchaFields::parse_body(body).unwrap();
        assert_eq!(captcha.0.len(), 4);
        assert!(!format!("{captcha:?}").contains("secret"));
        assert_eq!(CaptchaFields::parse_body(b"{}"), None);
        assert_eq!(CaptchaFields::parse_body(b"<html>"), None);
    }
}
