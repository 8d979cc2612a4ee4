//! The settings as rows for `config show`, and the file that `config init` writes.

use super::{ClipboardChoice, Config, Origin, Setting};
use std::path::PathBuf;

/// A settings file with every key as a comment.
pub const TEMPLATE: &str = include_str!("template.toml");

/// One setting, as it is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingRow {
    /// The key in the settings file, or the variable in lower case.
    pub name: &'static str,
    /// The value in words; `None` when it is not set. A token is masked.
    pub value: Option<String>,
    /// Where it came from.
    pub origin: Origin,
}

impl Config {
    /// Every setting with its value and where it came from.
    pub fn rows(&self) -> Vec<SettingRow> {
        let row = |name, value: Option<String>, origin| SettingRow { name, value, origin };
        let path = |path: &PathBuf| Some(path.display().to_string());
        let or_default = |origin: Option<Origin>| origin.unwrap_or(Origin::Default);
        let clipboard = match self.clipboard.value {
            ClipboardChoice::Auto => "auto",
            ClipboardChoice::System => "system",
            ClipboardChoice::Osc52 => "osc52",
            ClipboardChoice::Both => "both",
        };
        let token = self.token.as_ref();
        let (log, on_mail, on_code) = (self.log.as_ref(), self.on_mail.as_ref(), self.on_code.as_ref());
        let text = |setting: Option<&Setting<String>>| setting.map(|setting| setting.value.clone());
        let origin = |setting: Option<&Setting<String>>| or_default(setting.map(|setting| setting.origin));
        vec![
            row("base_url", Some(self.base_url.value.to_string()), self.base_url.origin),
            row("token", token.map(|_| "af_…".to_owned()), or_default(token.map(|setting| setting.origin))),
            row(
                "data_dir",
                self.data_dir.as_ref().and_then(|setting| path(&setting.value)),
                or_default(self.data_dir_origin()),
            ),
            row("download_dir", path(&self.download_dir.value), self.download_dir.origin),
            row("clipboard", Some(clipboard.to_owned()), self.clipboard.origin),
            row("on_mail", text(on_mail), origin(on_mail)),
            row("on_code", text(on_code), origin(on_code)),
            row("notify", Some(self.notify.value.to_string()), self.notify.origin),
            row("log", text(log), origin(log)),
            row("no_color", Some(self.no_color.value.to_string()), self.no_color.origin),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::TEMPLATE;
    use crate::config::FileSettings;
    use std::path::Path;

    #[test]
    fn the_template_is_a_settings_file_also_with_its_comments_taken_away() {
        assert_eq!(FileSettings::parse(TEMPLATE, Path::new("t")).unwrap(), FileSettings::default());
        let keys: Vec<&str> = TEMPLATE.lines().filter_map(|line| line.strip_prefix("#= ")).collect();
        assert!(keys.len() >= 4);
        FileSettings::parse(&keys.join("\n"), Path::new("t")).unwrap();
    }
}
