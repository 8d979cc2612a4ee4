//! Parses the values of settings from TOML or from a string, and validates them against the types of the settings.

use super::problem::did_you_mean;
use super::table::{SettingKind, SettingSpec};
use dropmail_client::domain::download_host::DownloadHost;
use std::fmt;
use toml::de::DeValue;

/// A valid value of a setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SettingValue {
    /// The value of a setting whose type is free text, a directory, a list of hosts or a keyword.
    Text(String),
    /// The value of a Boolean setting.
    Bool(bool),
    /// The value of an integer setting; it is in the permitted range.
    Number(i64),
}

/// Formats the value in the syntax of the settings file.
impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => toml::Value::String(text.clone()).fmt(f),
            Self::Bool(on) => on.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl SettingValue {
    /// Parses a value from the settings file. If the value is invalid, returns an error message that lists the valid
    /// values.
    pub(super) fn from_toml(row: &SettingSpec, value: &DeValue<'_>) -> Result<Self, String> {
        let wrong = || format!("`{}` must be {}, not {}", row.name, valid_values(row.kind), type_name(value));
        match (row.kind, value) {
            (SettingKind::Bool, DeValue::Boolean(on)) => Ok(Self::Bool(*on)),
            (SettingKind::Number(..), DeValue::Integer(number)) => {
                let number = i64::from_str_radix(&number.as_str().replace('_', ""), number.radix());
                number.ok().ok_or_else(wrong).and_then(|number| check_number(row, number))
            }
            (
                SettingKind::Text | SettingKind::Directory | SettingKind::Hosts | SettingKind::Choice(_),
                DeValue::String(text),
            ) => check_text(row, text),
            _ => Err(wrong()),
        }
    }

    /// Parses a value from an environment variable or a command-line option. If the value is invalid, returns an error
    /// message that lists the valid values.
    pub(super) fn from_word(row: &SettingSpec, word: &str) -> Result<Self, String> {
        match row.kind {
            SettingKind::Bool => match word.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Ok(Self::Bool(true)),
                "false" | "0" | "no" | "off" => Ok(Self::Bool(false)),
                _ => Err(format!("`{}` must be true or false, not `{word}`", row.name)),
            },
            SettingKind::Number(..) => match word.parse() {
                Ok(number) => check_number(row, number),
                Err(_) => Err(format!("`{}` must be {}, not `{word}`", row.name, valid_values(row.kind))),
            },
            SettingKind::Text | SettingKind::Directory | SettingKind::Hosts | SettingKind::Choice(_) => {
                check_text(row, word)
            }
        }
    }

    /// Returns the default value of a setting. It is an empty string if the default depends on the machine.
    pub(super) fn default_of(row: &SettingSpec) -> Self {
        match row.kind {
            SettingKind::Bool => Self::Bool(row.default == "true"),
            SettingKind::Number(least, _) => Self::Number(row.default.parse().unwrap_or(least)),
            SettingKind::Text | SettingKind::Directory | SettingKind::Hosts | SettingKind::Choice(_) => {
                Self::Text(
                    row.default.strip_prefix('"').map_or("", |text| text.trim_end_matches('"')).to_owned(),
                )
            }
        }
    }
}

fn check_number(row: &SettingSpec, number: i64) -> Result<SettingValue, String> {
    match row.kind {
        SettingKind::Number(least, most) if !(least..=most).contains(&number) => {
            Err(format!("`{}` must be {}, not {number}", row.name, valid_values(row.kind)))
        }
        SettingKind::Text
        | SettingKind::Directory
        | SettingKind::Bool
        | SettingKind::Number(..)
        | SettingKind::Hosts
        | SettingKind::Choice(_) => Ok(SettingValue::Number(number)),
    }
}

fn check_text(row: &SettingSpec, text: &str) -> Result<SettingValue, String> {
    match row.kind {
        SettingKind::Choice(words) if !words.contains(&text) => Err(format!(
            "`{}` must be {}, not `{text}`{}",
            row.name,
            valid_values(row.kind),
            did_you_mean(text, words.iter().copied())
        )),
        SettingKind::Hosts => match DownloadHost::list(text) {
            Ok(_) => Ok(SettingValue::Text(text.to_owned())),
            Err(words) => Err(format!("`{}`: {words}", row.name)),
        },
        SettingKind::Text
        | SettingKind::Directory
        | SettingKind::Bool
        | SettingKind::Number(..)
        | SettingKind::Choice(_) => Ok(SettingValue::Text(text.to_owned())),
    }
}

/// Returns a description of the valid values of a setting of the given type, for error messages.
pub(super) fn valid_values(kind: SettingKind) -> String {
    match kind {
        SettingKind::Text => "a text in quotes".to_owned(),
        SettingKind::Directory => "a folder in quotes".to_owned(),
        SettingKind::Hosts => "a list of hosts in quotes".to_owned(),
        SettingKind::Bool => "true or false".to_owned(),
        SettingKind::Number(least, most) => format!("a whole number from {least} to {most}"),
        SettingKind::Choice(words) => match words {
            [first @ .., last] if !first.is_empty() => format!("one of {} and {last}", first.join(", ")),
            _ => words.concat(),
        },
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
