//! The arguments of a call, read as leniently as the official package reads them: what is not known
//! is passed over, an explicit null is as good as nothing.

use crate::domain::sanitize::SafeText;
use crate::domain::time::{SignedDuration, Timestamp};
use rmcp::model::JsonObject;
use serde_json::Value;
use std::time::Duration;

/// The longest that a call waits, in seconds: a day.
const MAX_WAIT: f64 = 86_400.0;

/// The arguments of a call of a tool.
#[derive(Debug)]
pub(super) struct Arguments {
    tool: String,
    given: JsonObject,
}

impl Arguments {
    pub(super) fn new(tool: &str, given: Option<JsonObject>) -> Self {
        Self { tool: tool.to_owned(), given: given.unwrap_or_default() }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.given.get(name).filter(|value| !value.is_null())
    }

    fn wrong(&self, name: &str, what: &str) -> String {
        format!("1 validation error for {}Arguments\n{name}\n  {what}", self.tool)
    }

    /// A string that must be there.
    pub(super) fn text(&self, name: &str) -> Result<&str, String> {
        self.optional(name)?.ok_or_else(|| self.wrong(name, "Field required"))
    }

    /// A string.
    pub(super) fn optional(&self, name: &str) -> Result<Option<&str>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "Input should be a valid string")),
        }
    }

    /// Words to look for; empty ones are none.
    pub(super) fn words(&self, name: &str) -> Result<Option<String>, String> {
        Ok(self.optional(name)?.filter(|words| !words.trim().is_empty()).map(ToOwned::to_owned))
    }

    /// Yes or no.
    pub(super) fn flag(&self, name: &str) -> Result<bool, String> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.wrong(name, "Input should be a valid boolean")),
        }
    }

    /// A number of a part.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, String> {
        let wrong = || self.wrong(name, "Input should be a valid integer");
        self.get(name)
            .map(|value| value.as_u64().and_then(|n| usize::try_from(n).ok()).ok_or_else(wrong))
            .transpose()
    }

    /// Seconds to wait.
    pub(super) fn seconds(&self, name: &str, default: f64) -> Result<Duration, String> {
        let seconds = match self.get(name) {
            None => default,
            Some(value) => {
                value.as_f64().ok_or_else(|| self.wrong(name, "Input should be a valid number"))?
            }
        };
        Ok(Duration::try_from_secs_f64(seconds.min(MAX_WAIT)).unwrap_or(Duration::ZERO))
    }

    /// A moment: RFC 3339, or how long ago.
    pub(super) fn moment(&self, name: &str, now: Timestamp) -> Result<Option<Timestamp>, String> {
        let Some(text) = self.optional(name)? else { return Ok(None) };
        let ago = || text.trim().parse::<SignedDuration>().ok().and_then(|ago| now.checked_sub(ago).ok());
        text.parse().ok().or_else(ago).map(Some).ok_or_else(|| {
            let words =
                format!("{}: write an RFC 3339 time, or how long ago (90s, 10m)", SafeText::new(text));
            self.wrong(name, &words)
        })
    }
}
