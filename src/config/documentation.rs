//! Generates documentation from the settings table: the template of the settings file, the output of `config show`, the
//! Markdown table of settings and the SETTINGS section of the manual page.

use super::table::{SettingKind, SettingSpec, TABLE};
use super::value::valid_values;
use super::{Config, ConfigLocation, Origin, Setting, SettingValue};
use std::path::Path;

/// A setting with its description, current value and origin, as shown in the documentation and by `config show`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingDoc {
    /// Name of the setting in the settings file.
    pub name: &'static str,
    /// Value of the setting in the syntax of the settings file; empty if the setting has no value. A token is replaced
    /// with the placeholder `af_…`.
    pub value: String,
    /// The source of the setting's value, such as an environment variable.
    pub origin: Origin,
    /// Position of the value in the settings file; `None` if the value comes from another source.
    pub place: Option<ConfigLocation>,
    /// Name of the environment variable for the setting.
    pub env: &'static str,
    /// The command-line option for the setting. It is `--set` if the setting has no option of its own, and empty for
    /// the token.
    pub flag: &'static str,
    /// Description of the setting in the documentation.
    pub help: &'static str,
}

impl SettingDoc {
    /// Returns the value of the setting without quotes; `None` if the setting has no value.
    pub fn words(&self) -> Option<String> {
        let table: Option<toml::Table> = toml::from_str(&format!("value = {}", self.value)).ok();
        let words = match table.as_ref().and_then(|table| table.get("value")) {
            Some(toml::Value::String(text)) => text,
            _ => &self.value,
        };
        Some(words.clone()).filter(|words| !words.is_empty())
    }
}

impl Config {
    /// Returns all settings with their descriptions and values: first the token, then the other settings in the order
    /// of the template.
    pub fn describe(&self) -> Vec<SettingDoc> {
        let token = SettingDoc {
            name: "token",
            value: self.token.as_ref().map_or_else(String::new, |_| "af_…".to_owned()),
            origin: self.token.as_ref().map_or(Origin::Default, |token| token.origin),
            place: None,
            env: "DROPMAIL_TOKEN",
            flag: "",
            help: "Your own token; without one the program fetches a free one and stores it.",
        };
        std::iter::once(token).chain(TABLE.iter().map(|row| self.describe_setting(row))).collect()
    }

    fn describe_setting(&self, row: &'static SettingSpec) -> SettingDoc {
        let (value, origin) = self.value_of(row);
        let place = (origin == Origin::File).then(|| self.places.get(row.name).cloned()).flatten();
        let flag = if row.flag.is_empty() { "--set" } else { row.flag };
        SettingDoc { name: row.name, value, origin, place, env: row.env, flag, help: row.help }
    }

    fn value_of(&self, row: &SettingSpec) -> (String, Origin) {
        let quoted = |text: &str| SettingValue::Text(text.to_owned()).to_string();
        let folder = |setting: &Setting<std::path::PathBuf>| {
            (quoted(&setting.value.display().to_string()), setting.origin)
        };
        match row.name {
            "base_url" => (quoted(self.base_url.value.as_str()), self.base_url.origin),
            "data_dir" => self.data_dir.as_ref().map_or((String::new(), Origin::Default), folder),
            "download_dir" => folder(&self.download_dir),
            "no_color" => (self.no_color.value.to_string(), self.no_color.origin),
            "log" => self
                .log
                .as_ref()
                .map_or_else(|| (quoted(""), Origin::Default), |log| (quoted(&log.value), log.origin)),
            name => self.values.get(name).map_or((String::new(), Origin::Default), |setting| {
                (setting.value.to_string(), setting.origin)
            }),
        }
    }

    /// Returns the path of the settings file; `None` if the program uses no settings file.
    pub fn displayed_file(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.value.as_path())
    }
}

/// Maximum width in columns of a comment in the settings file template; longer comments are wrapped.
const WIDTH: usize = 92;

fn comment(text: &str) -> String {
    let wrapped = textwrap::wrap(text, WIDTH - 2);
    wrapped.iter().flat_map(|line| ["# ", line, "\n"]).collect()
}

fn setters(row: &SettingSpec) -> String {
    let flag = if row.flag.is_empty() { format!("--set {}=…", row.name) } else { row.flag.to_owned() };
    format!("{} or {flag}", row.env)
}

/// Returns the template of the settings file: each setting with its description and its default, commented out. The
/// caller passes the `[keys]` section as `keys`, because this module has no access to the command table.
pub fn template(keys: &str) -> String {
    let mut text = comment(
        "Settings of dropmail-tui. Every line is optional; a commented line shows the default. Command-line \
         options win over environment variables, those win over this file. The mailbox reads this file \
         again when it changes; settings marked (at the next start) apply when it starts again.",
    );
    for row in TABLE {
        text.push('\n');
        text.push_str(&comment(row.help));
        let later = if row.live { "" } else { " (at the next start)" };
        let what = match row.kind {
            SettingKind::Choice(_) | SettingKind::Number(..) => {
                format!("{}. ", capitalise(&valid_values(row.kind)))
            }
            SettingKind::Text | SettingKind::Directory | SettingKind::Hosts | SettingKind::Bool => {
                String::new()
            }
        };
        text.push_str(&comment(&format!("{what}Also set by {}{later}.", setters(row))));
        text.extend(["# ", row.name, " = ", row.default, "\n"]);
    }
    text.push('\n');
    text.push_str(keys);
    text
}

fn capitalise(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Returns the rows of the Markdown table of settings for the documentation.
pub fn settings_rows() -> String {
    let mut rows = String::from(
        "| setting | default | variable | option | live | what it does |\n|---|---|---|---|---|---|\n",
    );
    for row in TABLE {
        let code = |text: &str| if text.is_empty() { String::new() } else { format!("`{text}`") };
        let words = match row.kind {
            SettingKind::Choice(words) => {
                format!(" {}", words.iter().map(|word| code(word)).collect::<Vec<_>>().join(" "))
            }
            SettingKind::Text
            | SettingKind::Directory
            | SettingKind::Hosts
            | SettingKind::Bool
            | SettingKind::Number(..) => String::new(),
        };
        let live = if row.live { "live" } else { "" }.to_owned();
        let cells = [code(row.name), code(row.default), code(row.env), code(row.flag), live].join(" | ");
        rows.extend(["| ", &cells, " | ", row.help, &words, " |\n"]);
    }
    rows
}

/// Returns the SETTINGS section of the manual page in roff format.
pub fn man_section() -> String {
    let plain = |text: &str| text.replace('\\', "\\e").replace('-', "\\-").replace("\n'", "\n\\&'");
    let mut text = String::from(".SH SETTINGS\n");
    for row in TABLE {
        let words = format!("{} Default {}. Also set by {}.", row.help, row.default, setters(row));
        text.extend([".TP\n.B ", &plain(row.name), "\n", &plain(&words), "\n"]);
    }
    text
}
