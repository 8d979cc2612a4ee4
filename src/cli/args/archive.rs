//! Defines the arguments of the commands for the archive: `search`, `history`, `export` and `purge`.

use super::duration::parse_age;
use super::mail::parse_number;
use crate::adapters::export::Format;
use std::path::PathBuf;
use std::time::Duration;

/// Default maximum number of mails that the `search` command prints, and of entries that the `history` command prints.
const MAX_LISTED: usize = 100;

/// Arguments of the `search` command.
#[derive(clap::Args, Debug)]
pub(crate) struct SearchArgs {
    /// Words that a mail must contain, all of them, in any script; `"several words"` for a phrase.
    #[arg(value_name = "QUERY", required = true)]
    pub(in crate::cli) query: Vec<String>,
    /// Maximum number of mails, newest first.
    #[arg(long, value_name = "N", default_value_t = MAX_LISTED, value_parser = parse_number)]
    pub(in crate::cli) limit: usize,
}

/// Arguments of the `history` command.
#[derive(clap::Args, Debug)]
pub(crate) struct HistoryArgs {
    /// List only this address [default: the current address, else all addresses].
    #[arg(value_name = "ADDRESS", conflicts_with = "all")]
    pub(in crate::cli) address: Option<String>,
    /// List all addresses, even if there is a current address.
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Maximum number of entries, latest first.
    #[arg(long, value_name = "N", default_value_t = MAX_LISTED, value_parser = parse_number)]
    pub(in crate::cli) limit: usize,
}

/// Arguments of the `export` command.
#[derive(clap::Args, Debug)]
pub(crate) struct ExportArgs {
    /// Format of the files: eml, mbox or maildir.
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    pub(in crate::cli) format: Format,
    /// Target directory.
    #[arg(value_name = "DIR")]
    pub(in crate::cli) dir: PathBuf,
}

/// Arguments of the `purge` command.
#[derive(clap::Args, Debug)]
pub(crate) struct PurgeArgs {
    /// Delete mail received more than this number of days, or this time (36h, 2w), ago [default: `keep_days` of
    /// the settings].
    #[arg(long, value_name = "AGE", value_parser = parse_age, conflicts_with = "all")]
    pub(in crate::cli) older_than: Option<Duration>,
    /// Delete nothing; only print what would be deleted.
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Delete everything: mail, sessions, addresses, restore keys, tokens and damaged archives.
    #[arg(long)]
    pub(in crate::cli) all: bool,
}

fn parse_format(word: &str) -> Result<Format, String> {
    match word {
        "eml" => Ok(Format::Eml),
        "mbox" => Ok(Format::Mbox),
        "maildir" => Ok(Format::Maildir),
        _ => Err("use one of eml, mbox and maildir".to_owned()),
    }
}
