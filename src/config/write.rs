//! Writes a single setting to the settings file. Everything else in the file stays unchanged, including comments.

use super::value::SettingValue;
use std::io::Write as _;
use std::path::Path;

/// The reason why a setting could not be written to the settings file.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The settings file or its directory could not be read or written.
    #[error("cannot write the file: {0}")]
    Disk(#[from] std::io::Error),
    /// The settings file is not valid TOML. It was left unchanged.
    #[error("not valid TOML, so the file was left unchanged: {0}")]
    NotToml(#[from] toml_edit::TomlError),
}

/// Writes the value of the setting called `name` to the settings file at `path`. Creates the file and its directory if
/// they do not exist. The file is replaced atomically. Returns an error if the file cannot be written or is not valid
/// TOML.
pub fn write_setting(path: &Path, name: &str, value: &SettingValue) -> Result<(), WriteError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(why) => return Err(why.into()),
    };
    let mut document: toml_edit::DocumentMut = text.parse()?;
    let mut new = match value {
        SettingValue::Text(text) => toml_edit::Value::from(text.as_str()),
        SettingValue::Bool(on) => toml_edit::Value::from(*on),
        SettingValue::Number(number) => toml_edit::Value::from(*number),
    };
    // The value is replaced in place, because removing and inserting it would lose the comments above the key.
    if let Some(old) = document.get_mut(name).and_then(toml_edit::Item::as_value_mut) {
        *new.decor_mut() = old.decor().clone();
        *old = new;
        return store(path, &document.to_string());
    }
    // A new setting becomes the first line of the file. After a table header, it would belong to that table. At the end
    // of the file, comments above it would seem to describe it.
    store(path, &format!("{name} = {new}\n{text}"))
}

fn store(path: &Path, text: &str) -> Result<(), WriteError> {
    // If the path is a symbolic link, the target of the link is replaced and the link is kept.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(metadata) = std::fs::metadata(&path) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|why| why.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storing_a_setting_changes_one_line_and_keeps_comments() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/config.toml");
        let text = |word: &str| SettingValue::Text(word.to_owned());
        write_setting(&path, "theme", &text("paper")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "theme = \"paper\"\n");
        std::fs::write(&path, "# mine\ntheme = 'x' # why\n[keys]\nquit = 'Q'\n").unwrap();
        write_setting(&path, "theme", &text("paper")).unwrap();
        let written = std::fs::read_to_string(&path).unwrap();
        assert_eq!(written, "# mine\ntheme = \"paper\" # why\n[keys]\nquit = 'Q'\n");
        write_setting(&path, "no_color", &SettingValue::Bool(true)).unwrap();
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.starts_with("no_color = true\n# mine\n"), "{written}");
        std::fs::write(&path, "theme = ").unwrap();
        assert!(write_setting(&path, "theme", &text("paper")).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "theme = ");
    }
}
