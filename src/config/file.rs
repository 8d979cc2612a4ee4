//! The settings file: TOML, every key optional, unknown keys refused.

use super::{ClipboardChoice, ConfigError, Restore};
use std::io::Read;
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
    /// A command for each mail that comes.
    pub on_mail: Option<String>,
    /// A command for each mail that comes and holds a code.
    pub on_code: Option<String>,
    /// Whether the desktop is told of mail.
    pub notify: Option<bool>,
    /// What happens to lapsed sessions: `ask`, `auto` or `never`.
    pub restore: Option<Restore>,
    /// For how many days mail is kept; 0 is forever.
    pub keep_days: Option<u32>,
    /// How new mail is heard of: `auto`, `websocket`, `multipart`, `long-poll` or `poll`.
    pub transport: Option<String>,
    /// How long a free token lives: `1h`, `1d` or `90d`.
    pub token_lifetime: Option<String>,
}

impl FileSettings {
    /// Reads a file that the user named.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
        let about = std::fs::metadata(path).map_err(unreadable)?;
        // A device has no end, and a pipe may have no beginning.
        if !about.is_file() {
            return Err(unreadable(std::io::Error::other("it is no regular file")));
        }
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        // The size that the system tells need not be what comes.
        file.take(MAX_FILE + 1).read_to_string(&mut text).map_err(unreadable)?;
        if text.len() as u64 > MAX_FILE {
            let told = format!("it holds more than {MAX_FILE} bytes, no settings file is that large");
            return Err(unreadable(std::io::Error::other(told)));
        }
        Self::parse(&text, path)
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
