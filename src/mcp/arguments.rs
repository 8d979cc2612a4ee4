//! Parses the arguments of an MCP tool call as leniently as the official `dropmail-mcp` package: ignores unknown
//! arguments, and treats `null` as a missing argument.

use dropmail_client::domain::time::{SignedDuration, Timestamp};
use mail_reader::sanitize::SafeText;
use rmcp::model::JsonObject;
use serde_json::Value;
use std::time::Duration;

/// Maximum time in seconds for which an MCP tool call waits for mail (one day). A longer wait is shortened to this
/// time.
const MAX_WAIT: f64 = 86_400.0;

/// Duration arguments of this many seconds or more are rejected as invalid. Shorter durations are accepted, but capped
/// at [`MAX_WAIT`].
const MAX_SECONDS: f64 = 1e15;

/// Placeholders that language models send in place of a missing value, such as `null`. An argument with such a value is
/// treated as missing.
const MISSING_VALUES: [&str; 5] = ["", "null", "None", "none", "undefined"];

/// The arguments of an MCP tool call, and the name of the tool for error messages.
#[derive(Debug)]
pub(super) struct Arguments {
    tool: String,
    given: JsonObject,
}

impl Arguments {
    pub(super) fn new(tool: &str, given: Option<JsonObject>) -> Self {
        Self { tool: tool.to_owned(), given: given.unwrap_or_default() }
    }

    /// Returns all arguments of the MCP tool call, as sent by the client.
    pub(super) fn all(&self) -> JsonObject {
        self.given.clone()
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.given.get(name).filter(|value| !value.is_null())
    }

    fn error_about(&self, name: &str, what: &str) -> String {
        format!("1 validation error for {}Arguments\n{name}\n  {what}", self.tool)
    }

    /// Returns a required string argument; a number is converted to a string. Returns an error message if the argument
    /// is missing or has another type.
    pub(super) fn text(&self, name: &str) -> Result<String, String> {
        self.optional_text(name)?.ok_or_else(|| self.error_about(name, "Field required"))
    }

    /// Returns an optional string argument; a number is converted to a string. Returns `None` if the argument is
    /// missing, empty, or a placeholder such as `null` that language models send.
    pub(super) fn optional_text(&self, name: &str) -> Result<Option<String>, String> {
        let text = match self.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(self.error_about(name, "Input should be a valid string")),
        };
        Ok(Some(text).filter(|text| !MISSING_VALUES.contains(&text.trim())))
    }

    /// Returns a Boolean argument, which may also be a number or a word such as `1` or `yes`; `false` if it is missing.
    /// Returns an error message if the value is invalid.
    pub(super) fn flag(&self, name: &str) -> Result<bool, String> {
        let read = match self.get(name) {
            None => Some(false),
            Some(Value::Bool(flag)) => Some(*flag),
            Some(Value::Number(number)) => match number.as_f64() {
                Some(0.0) => Some(false),
                Some(1.0) => Some(true),
                _ => None,
            },
            Some(Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "y" | "on" | "t" => Some(true),
                "false" | "0" | "no" | "n" | "off" | "f" | "" | "null" | "none" => Some(false),
                _ => None,
            },
            Some(_) => None,
        };
        read.ok_or_else(|| self.error_about(name, "Input should be a valid boolean"))
    }

    /// Returns an integer argument, such as the number of a MIME part; `None` if it is missing. Returns an error
    /// message if it is negative or not an integer.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, String> {
        let whole = |text: &str| text.strip_suffix(".0").unwrap_or(text).parse().ok();
        let read = match self.get(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => whole(&number.to_string()),
            Some(Value::String(text)) if MISSING_VALUES.contains(&text.trim()) => return Ok(None),
            Some(Value::String(text)) => whole(text.trim()),
            Some(_) => None,
        };
        read.map(Some).ok_or_else(|| self.error_about(name, "Input should be a valid integer"))
    }

    /// Returns a duration argument; `default` if it is missing. A number is in seconds; a string may have a unit
    /// (`90s`, `2m`). Returns an error message if the value is not a valid duration.
    pub(super) fn seconds(&self, name: &str, default: f64) -> Result<Duration, String> {
        let with_unit = |text: &str| {
            let span = text.trim().parse::<SignedDuration>().ok()?;
            Some(span.as_secs_f64())
        };
        let read = match self.get(name) {
            None => Some(default),
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) if MISSING_VALUES.contains(&text.trim()) => Some(default),
            Some(Value::String(text)) => text.trim().parse().ok().or_else(|| with_unit(text)),
            Some(_) => None,
        };
        let seconds = read.ok_or_else(|| self.error_about(name, "Input should be a valid number"))?;
        // NaN, infinity and very large numbers are not valid durations.
        if !(seconds.is_finite() && seconds < MAX_SECONDS) {
            return Err(self.error_about(name, "Input should be a number of seconds, at most a day (86400)"));
        }
        Ok(Duration::try_from_secs_f64(seconds.min(MAX_WAIT)).unwrap_or(Duration::ZERO))
    }

    /// Returns a time argument, which is either an RFC 3339 timestamp or a duration to subtract from `now`; `None` if
    /// it is missing. Returns an error message if the value is not a valid time.
    pub(super) fn timestamp(&self, name: &str, now: Timestamp) -> Result<Option<Timestamp>, String> {
        let Some(text) = self.optional_text(name)? else { return Ok(None) };
        let ago = || text.trim().parse::<SignedDuration>().ok().and_then(|ago| now.checked_sub(ago).ok());
        text.parse().ok().or_else(ago).map(Some).ok_or_else(|| {
            let words =
                format!("{}: write an RFC 3339 time, or how long ago (90s, 10m)", SafeText::new(&text));
            self.error_about(name, &words)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn given(value: Value) -> Arguments {
        Arguments::new("tool", Some(JsonObject::from_iter([("x".to_owned(), value)])))
    }

    #[test]
    fn other_types_with_an_obvious_meaning_are_accepted() {
        for (value, seconds) in [
            (json!("60"), 60),
            (json!(60), 60),
            (json!(60.0), 60),
            (json!(" 60 "), 60),
            (json!("90s"), 90),
            (json!("2m"), 120),
            (json!(-5), 0),
            (json!("-5"), 0),
            (json!(1e12), 86_400),
            (json!("null"), 7),
            (Value::Null, 7),
        ] {
            assert_eq!(given(value.clone()).seconds("x", 7.0), Ok(Duration::from_secs(seconds)), "{value}");
        }
        for value in [
            json!("abc"),
            json!(true),
            json!([]),
            json!({}),
            json!(1e308),
            json!("NaN"),
            json!("inf"),
            json!("1e999"),
        ] {
            let error = given(value.clone()).seconds("x", 7.0).unwrap_err();
            assert!(error.contains("\nx\n"), "{value}: {error}");
        }
        for (value, flag) in [
            (json!("true"), true),
            (json!("False"), false),
            (json!(1), true),
            (json!("no"), false),
            (Value::Null, false),
        ] {
            assert_eq!(given(value.clone()).flag("x"), Ok(flag), "{value}");
        }
        assert!(given(json!("perhaps")).flag("x").is_err() && given(json!(2)).flag("x").is_err());
        for (value, number) in [
            (json!(2), Some(2)),
            (json!(2.0), Some(2)),
            (json!("2"), Some(2)),
            (json!("2.0"), Some(2)),
            (json!(""), None),
        ] {
            assert_eq!(given(value.clone()).number("x"), Ok(number), "{value}");
        }
        for value in [json!(2.5), json!(-1), json!("two"), json!(true)] {
            assert!(given(value.clone()).number("x").is_err(), "{value}");
        }
    }

    #[test]
    fn texts_for_an_absent_value_count_as_absent() {
        for value in [json!(""), json!(" "), json!("null"), json!("None"), json!("undefined"), Value::Null] {
            assert_eq!(given(value.clone()).optional_text("x"), Ok(None), "{value}");
            assert!(given(value).text("x").unwrap_err().contains("x\n  Field required"));
        }
        assert_eq!(given(json!(123)).text("x"), Ok("123".to_owned()));
        assert!(given(json!({"a": 1})).optional_text("x").is_err());
        assert!(
            Arguments::new("tool", None)
                .text("session_id")
                .unwrap_err()
                .contains("session_id\n  Field required")
        );
    }
}
