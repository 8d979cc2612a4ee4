//! Defines the arguments of the commands for other programs (GraphQL clients, AI assistants, shells) and for the
//! settings.

use clap::{Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Arguments of the `api` command.
#[derive(clap::Args, Debug)]
pub(crate) struct ApiArgs {
    /// The GraphQL document; `-` reads it from standard input, `@FILE` from a file.
    pub(in super::super) query: String,
    /// A GraphQL variable. A VALUE that is JSON (a number, true, null, an object …) keeps its type, `@FILE` is the
    /// text of a file, anything else is a string.
    #[arg(short = 'F', long = "field", value_name = "NAME=VALUE")]
    pub(in super::super) fields: Vec<String>,
    /// Subscribe: print one reply per line until the service ends it or you press Ctrl-C.
    #[arg(long)]
    pub(in super::super) stream: bool,
}

/// Arguments of the `mcp` command.
#[derive(clap::Args, Debug)]
pub(crate) struct McpArgs {
    /// The access token [default: `DROPMAIL_TOKEN`, else a free one is fetched and stored].
    #[arg(long, value_name = "TOKEN")]
    pub(in super::super) token: Option<String>,
    /// SMTP address of the server of --local; port 0 selects a free port [default: 127.0.0.1:2525].
    #[arg(long, value_name = "ADDR")]
    pub(in super::super) smtp: Option<SocketAddr>,
    /// Log level [default: no log].
    #[arg(long, value_name = "LEVEL", value_parser = ["DEBUG", "INFO", "WARNING", "ERROR", "NONE"])]
    pub(in super::super) log_level: Option<String>,
    /// Log file [default: dropmail-tui.log in the data directory].
    #[arg(long, value_name = "PATH")]
    pub(in super::super) log_file: Option<PathBuf>,
}

/// Arguments of the `config` command.
#[derive(clap::Args, Debug)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(in super::super) verb: Option<ConfigVerb>,
}

/// Subcommands of the `config` command.
#[derive(Subcommand, Debug, Clone, Copy)]
pub(crate) enum ConfigVerb {
    /// Print the path of the settings file.
    Path,
    /// Print each setting, its value and where it comes from, separated by tabs.
    Show,
    /// Write a settings file with every setting as a comment; never over an existing file.
    Init,
}

/// A shell for which the `shell-init` command can print an integration script.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InitShell {
    /// The Z shell.
    Zsh,
    /// The Bourne-again shell.
    Bash,
    /// The fish shell.
    Fish,
}

/// A list of archive entries that a `shell-init` script requests.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArchiveWords {
    /// The addresses, each with its state.
    Addresses,
    /// The ids of the mails, newest first, each with sender and subject.
    Mails,
    /// The newest code.
    Code,
}

/// A shell for which completions can be generated.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    /// The Bourne-again shell.
    Bash,
    /// The Z shell.
    Zsh,
    /// The fish shell.
    Fish,
    /// The shell `PowerShell`.
    #[value(name = "powershell")]
    Pwsh,
    /// The shell Nushell.
    Nushell,
}
