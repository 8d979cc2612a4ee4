//! Writes the log file if a log filter is set (`DROPMAIL_LOG`). Log entries never appear on the screen.

use super::CliError;
use crate::config::Config;
use dropmail_client::adapters::data_file;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Name of the log file in the data directory.
const FILE: &str = "dropmail-tui.log";

/// Handle to the background writer of the log file. Dropping it writes the buffered entries and stops the writer.
#[derive(Debug)]
pub(super) struct Log {
    /// Path of the log file.
    pub(super) path: PathBuf,
    _writer: WorkerGuard,
}

/// Starts logging if the settings contain a log filter. Returns `None` if there is no filter, or if the log file cannot
/// be written; the program then continues without a log. Returns an error if the filter is invalid.
pub(super) fn start_if_configured(config: &Config, folder: Option<&Path>) -> Result<Option<Log>, CliError> {
    let (Some(filter), Some(folder)) = (&config.log, folder) else { return Ok(None) };
    match start(&filter.value, folder) {
        Ok(log) => Ok(Some(log)),
        Err(failure) if failure.code == super::USAGE => Err(failure),
        Err(failure) => {
            super::output::eprint_line(&format!("{}; going on without a log", failure.words));
            Ok(None)
        }
    }
}

/// Starts the log of the `mcp` command. `level` and `file` are the values of its options `--log-level` and
/// `--log-file`, which the official MCP package also has. If both are `None`, the log filter in the settings applies.
/// Returns `None` if nothing is to be logged.
pub(super) fn start_for_mcp(
    config: &Config,
    level: Option<&str>,
    file: Option<&Path>,
    folder: Option<&Path>,
) -> Result<Option<Log>, CliError> {
    let filter = match level {
        Some("NONE") => return Ok(None),
        Some("WARNING") => "warn".to_owned(),
        Some(level) => level.to_lowercase(),
        None if file.is_some() => "warn".to_owned(),
        None => return start_if_configured(config, folder),
    };
    match (file, folder) {
        (Some(file), _) => start_at(&filter, file.parent().unwrap_or(Path::new(".")), file).map(Some),
        (None, Some(folder)) => start(&filter, folder).map(Some),
        (None, None) => Ok(None),
    }
}

/// Prints the warnings of the local server to standard error.
pub(super) fn print_warnings() {
    let ours = filter_fn(|metadata| is_own_target(metadata.target()));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false).with_target(false);
    let lines = lines.without_time().with_filter(ours).with_filter(LevelFilter::WARN);
    // In a test, another subscriber may already exist.
    drop(tracing_subscriber::registry().with(lines).try_init());
}

/// Starts logging to the default log file in the data directory `folder`, with the log filter `filter`.
fn start(filter: &str, folder: &Path) -> Result<Log, CliError> {
    start_at(filter, folder, &folder.join(FILE))
}

fn start_at(filter: &str, folder: &Path, path: &Path) -> Result<Log, CliError> {
    let filter: Targets = filter.parse().map_err(|why| {
        CliError::usage(format!("DROPMAIL_LOG={filter}: {why}; a level such as debug, or dropmail_tui=debug"))
    })?;
    let write_error =
        |why: &dyn std::fmt::Display| CliError::failed(format!("the log {}: {why}", path.display()));
    let file = open_log_file(folder, path).map_err(|why| write_error(&why))?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    // Libraries log request paths, which contain the token, so only entries of this program are logged.
    let ours = filter_fn(|metadata| is_own_target(metadata.target()));
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(ours).with_filter(filter));
    subscriber.try_init().map_err(|why| write_error(&why))?;
    Ok(Log { path: path.to_owned(), _writer: guard })
}

/// Opens the log file. Only the current user can read it, because the log shows who sent mail and when.
fn open_log_file(folder: &Path, path: &Path) -> io::Result<File> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600);
    // A path that the user specifies may be a pipe, but the file at the default path must be a regular file.
    if path == folder.join(FILE) { data_file::open(&mut options, path) } else { options.open(path) }
}

/// Returns `true` if log entries with this target come from the program itself or from a library in its workspace.
fn is_own_target(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or_default();
    ["dropmail_tui", "dropmail_client", "dropmail_server", "mail_reader", "mail_codes"].contains(&name)
}
