//! What can be wrong with the settings, each with what to do about it.

use super::Origin;
use super::problem::Problem;
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
    /// The settings file is no TOML, or says something wrong of what must be right.
    #[error("{0}")]
    File(Problem),
    /// A variable or a flag sets a value that is none.
    #[error("{0}")]
    Value(Problem),
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
