//! The settings file of a running mailbox. The mailbox reloads the file whenever it changes, and writes to it when the
//! user saves a setting.

use crate::app::settings::Settings;
use crate::config::{CliOptions, Config, Environment, SettingValue, write_setting};
use crate::runtime::dependencies::SettingsFile;
use dropmail_client::adapters::dir_watcher;
use dropmail_client::ports::BoxStream;
use mail_reader::sanitize::SafeText;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// Modification time and size in bytes of the settings file; `None` if they cannot be read. If either has changed, the
/// mailbox reads the file again.
type Stamp = Option<(SystemTime, u64)>;

/// The settings file, with the environment and the command-line options that override its values.
pub(super) struct WatchedFile {
    environment: Environment,
    flags: CliOptions,
    path: Option<PathBuf>,
    /// Whether the program may write to the settings file; `false` in the demo, which must not write anything to disk.
    writes: bool,
    seen: Mutex<Stamp>,
}

impl WatchedFile {
    pub(super) fn new(environment: Environment, flags: CliOptions, config: &Config, writes: bool) -> Self {
        let path = config.displayed_file().map(Path::to_path_buf);
        let seen = Mutex::new(path.as_deref().and_then(file_stamp));
        Self { environment, flags, path, writes, seen }
    }
}

fn file_stamp(path: &Path) -> Stamp {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

impl SettingsFile for WatchedFile {
    fn read_if_changed(&self) -> Option<Result<(Settings, Vec<SafeText>), SafeText>> {
        let now = file_stamp(self.path.as_deref()?);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == now {
            return None;
        }
        *seen = now;
        let config = Config::load(&self.environment, &self.flags);
        Some(config.map(|config| Settings::from_config(&config)).map_err(|why| why.to_string().into()))
    }

    fn changes(&self) -> Option<BoxStream<'static, ()>> {
        // A symbolic link is resolved, because the folder that contains its target must be watched.
        let path = self.path.as_deref()?;
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        dir_watcher::changes(path.parent()?, dir_watcher::WatchDetail::Whole)
    }

    fn write_setting(&self, name: &str, value: &str) -> Result<SafeText, SafeText> {
        if !self.writes {
            return Ok(SafeText::default());
        }
        let path = self.path.as_deref().ok_or("there is no home folder for a settings file")?;
        write_setting(path, name, &SettingValue::Text(value.to_owned()))
            .map_err(|why| SafeText::from(format!("{}: {why}", path.display())))?;
        Ok(path.display().to_string().into())
    }
}
