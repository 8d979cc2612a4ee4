//! The settings file: TOML, every key optional, unknown keys refused.

use super::{ClipboardChoice, ConfigError};
use std::path::{Path, PathBuf};

/// The largest settings file that is read, in bytes: it is written by hand.
const MAX_FILE: u64 = 1 << 20;

/// What the settings file says. It holds no token: a file that people share is no place for one.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSettings {
    /// The service's GraphQL address, without the token.
    pub base_url: Option<String>,
    /// The folder of the archive.
    pub data_dir: Option<PathBuf>,
    /// Where saved mails and attachments go.
    pub download_dir: Option<PathBuf>,
    /// Which clipboard is used.
    pub clipboard: Option<ClipboardChoice>,
    /// How new mail is heard of: `auto`, `websocket`, `multipart`, `long-poll` or `poll`.
    pub transport: Option<String>,
    /// How long a free token lives: `1h`, `1d` or `90d`.
    pub token_lifetime: Option<String>,
}

impl FileSettings {
    /// Reads a file that the user named.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
        let size = std::fs::metadata(path).map_err(unreadable)?.len();
        if size > MAX_FILE {
            let told =
                std::io::Error::other(format!("it holds {size} bytes, no settings file is that large"));
            return Err(unreadable(told));
        }
        Self::parse(&std::fs::read_to_string(path).map_err(unreadable)?, path)
    }

    /// Reads a file that need not exist.
    pub fn read_if_there(path: &Path) -> Result<Self, ConfigError> {
        match Self::read(path) {
            Err(ConfigError::Unreadable { source, .. })
                if matches!(
                    source.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(Self::default())
            }
            other => other,
        }
    }

    /// Takes the text of a settings file; `path` is for the words of an error.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            ConfigError::File {
                path: path.to_owned(),
                line: before.matches('\n').count() + 1,
                column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
                message: error.message().to_owned(),
            }
        })
    }
}

/// `~/x` as a path in the home folder; the shell does this for flags, nobody for a file.
pub(super) fn expand_home(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}
