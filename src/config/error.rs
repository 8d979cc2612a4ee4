//! What can be wrong with the settings, each with what to do about it.

use super::Origin;
use crate::domain::base_url::BaseUrlError;
use crate::domain::secrets::TokenError;
use std::path::PathBuf;

/// Why the settings cannot be used (exit code 2).
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The base address is none.
    #[error("{source} ({})", base_url_source(*origin))]
    BaseUrl {
        /// Where it was set.
        origin: Origin,
        /// What is wrong with it.
        source: BaseUrlError,
    },
    /// The token is none.
    #[error("DROPMAIL_TOKEN: {source}; unset it to be given a free token")]
    Token {
        /// What is wrong with it.
        source: TokenError,
    },
    /// The settings file cannot be read.
    #[error("the settings file {}: {source}; mend it or point DROPMAIL_CONFIG elsewhere", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The settings file is no TOML, or holds a key or value that is not known.
    #[error("{}:{line}:{column}: {message}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault, from 1, in characters.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A word is none of those that a setting takes.
    #[error("{setting} ({}): it is one of {words}", origin.word())]
    Word {
        /// The setting.
        setting: &'static str,
        /// Where it was set.
        origin: Origin,
        /// What it may be.
        words: &'static str,
    },
    /// A proxy was named that is none.
    #[error("{variable} names no proxy ({reason}); write it as http://host:port, or unset it")]
    Proxy {
        /// The variable.
        variable: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no home folder to keep data in.
    #[error("there is no home folder to keep mail in; set HOME, or DROPMAIL_DATA_DIR to a folder")]
    NoDataFolder,
}

fn base_url_source(origin: Origin) -> &'static str {
    match origin {
        Origin::Default => "the built-in address",
        Origin::File => "`base_url` in the settings file",
        Origin::Environment => "DROPMAIL_BASE_URL",
        Origin::Flag => "--base-url",
    }
}
