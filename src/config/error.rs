//! Errors in the settings. The message of each error contains advice for the user.

use super::Origin;
use super::problem::ConfigWarning;
use dropmail_client::domain::base_url::BaseUrlError;
use dropmail_client::domain::secrets::TokenError;
use std::path::PathBuf;

/// A fatal error in the settings; the program exits with code 2.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The URL of the service is invalid.
    #[error("{source} ({})", base_url_source(*origin))]
    BaseUrl {
        /// The source of the invalid URL, such as an environment variable.
        origin: Origin,
        /// The reason why the URL of the service is invalid.
        source: BaseUrlError,
    },
    /// The token is invalid.
    #[error("DROPMAIL_TOKEN: {source}; unset it to use a free token")]
    Token {
        /// The reason why the token is invalid.
        source: TokenError,
    },
    /// The settings file cannot be read.
    #[error("cannot read the settings file {}: {source}; fix it, or set DROPMAIL_CONFIG to another file", path.display())]
    Unreadable {
        /// Path of the settings file that cannot be read.
        path: PathBuf,
        /// The I/O error that the operating system returned.
        source: std::io::Error,
    },
    /// The settings file is not valid TOML, or its value of `base_url` or `data_dir` is invalid. An invalid value of
    /// any other setting only causes a warning.
    #[error("{0}")]
    File(ConfigWarning),
    /// An environment variable or a command-line option has an invalid value.
    #[error("{0}")]
    Value(ConfigWarning),
    /// A proxy environment variable has an invalid value.
    #[error("{variable} is not a valid proxy ({reason}); write it as http://host:port, or unset it")]
    Proxy {
        /// Name of the proxy environment variable.
        variable: &'static str,
        /// The reason why the value of the environment variable is invalid.
        reason: String,
    },
    /// No setting specifies the data directory, and there is no home directory from which the default could be derived.
    #[error("there is no home folder to store mail in; set HOME, or set DROPMAIL_DATA_DIR to a folder")]
    NoDataDirectory,
}

fn base_url_source(origin: Origin) -> &'static str {
    match origin {
        Origin::Default => "the built-in address",
        Origin::File => "`base_url` in the settings file",
        Origin::Environment => "DROPMAIL_BASE_URL",
        Origin::CommandLine => "--base-url",
    }
}
