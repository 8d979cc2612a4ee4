//! The log: a file, and only where `DROPMAIL_LOG` asks for one. Never the screen.

use super::Failure;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

/// The log's file in the data folder.
const FILE: &str = "dropmail-tui.log";

/// Keeps the log's writer alive; what is not written yet is written when it is dropped.
#[derive(Debug)]
pub(super) struct Log {
    /// The file.
    pub(super) path: PathBuf,
    _writer: WorkerGuard,
}

/// Starts the log.
pub(super) fn start(filter: &str, folder: &Path) -> Result<Log, Failure> {
    let filter = EnvFilter::try_new(filter).map_err(|why| {
        Failure::usage(format!("DROPMAIL_LOG={filter}: {why}; a level such as debug, or dropmail_tui=debug"))
    })?;
    let path = folder.join(FILE);
    let told = |why: &dyn std::fmt::Display| Failure::failed(format!("the log {}: {why}", path.display()));
    let file = open(folder, &path).map_err(|why| told(&why))?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(false);
    subscriber.try_init().map_err(|why| told(&why))?;
    Ok(Log { path, _writer: guard })
}

/// A log tells who wrote when: it is for the user's eyes, like the archive beside it.
fn open(folder: &Path, path: &Path) -> io::Result<File> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}
