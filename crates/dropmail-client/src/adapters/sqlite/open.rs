//! Opens the archive, migrates it to the current schema version, and makes it accessible only to the user. Renames a
//! file that is not a valid database, but never deletes it.

use super::super::data_file;
use super::connect::{UnusableArchive, check, connect};
use super::data_directory_check::{self, ArchiveWarning, FilePresence, unsafe_directory_warning};
use super::quarantine::{QuarantinedArchive, quarantine};
use super::read_connection::ReadConnection;
use super::vault::Vault;
use super::{SqliteArchive, migrations};
use crate::domain::time::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Name of the archive file in the data directory.
const FILE: &str = "archive.sqlite3";

/// Name of the lock file that a process locks while it opens the archive. Only one process at a time may enable
/// write-ahead logging, migrate the archive or rename a damaged one. SQLite's busy timeout does not apply to these
/// steps.
const LOCK: &str = "archive.lock";

/// Timeout for a call to the archive while another process is writing to it. If it expires, the call fails.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// An opened archive, with messages for the user about it.
#[derive(Debug)]
pub struct OpenedArchive {
    /// The opened archive, which may be read-only.
    pub archive: SqliteArchive,
    /// The new path of a damaged archive, with a description of the damage for the user. `None` if the archive was not
    /// damaged.
    pub quarantine: Option<QuarantinedArchive>,
    /// Further messages for the user about the archive, such as a warning about the permissions of the data directory.
    pub warnings: Vec<ArchiveWarning>,
    /// The reason why the archive could be opened only read-only; `None` if it is writable.
    pub read_only: Option<OpenArchiveError>,
}

/// The reason why the archive could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenArchiveError {
    /// The data directory or the archive file cannot be created or accessed.
    #[error("the archive at {}: {source}; set DROPMAIL_DATA_DIR to a folder that can be written", path.display())]
    Unreachable {
        /// Path of the directory or file that cannot be accessed.
        path: PathBuf,
        /// The operating system error for the path that cannot be accessed.
        source: std::io::Error,
    },
    /// The archive was written by a later version of the program, so this version cannot read it.
    #[error(
        "the archive at {} was written by a newer dropmail-tui; update, or set DROPMAIL_DATA_DIR to another folder",
        path.display()
    )]
    Newer {
        /// Path of the archive file that a later version wrote.
        path: PathBuf,
    },
    /// A path refers to something other than the required directory or regular file, such as a device.
    #[error("{} is {kind}, not {expected}; move it away, or set DROPMAIL_DATA_DIR to another folder", path.display())]
    NotAFile {
        /// The path that does not refer to the required kind of file.
        path: PathBuf,
        /// The kind of file that was found at the path, such as `a device`, for use in the error message.
        kind: &'static str,
        /// The kind of file that the path must refer to, for use in the error message.
        expected: &'static str,
    },
    /// Another program kept the archive locked for longer than the timeout.
    #[error(
        "the archive at {} is locked by another program (a database tool, a backup, a stopped dropmail-tui); close \
         it, or set DROPMAIL_DATA_DIR to another folder",
        path.display()
    )]
    Held {
        /// Path of the archive file that another program has locked.
        path: PathBuf,
    },
    /// SQLite reported an error while opening the archive.
    #[error(
        "the archive at {place}: {source}; {}set DROPMAIL_DATA_DIR to another folder",
        disk_full_hint(source)
    )]
    Database {
        /// Path of the archive file, or `memory` for an archive in memory.
        place: String,
        /// The error that SQLite reported while opening the archive.
        source: rusqlite::Error,
    },
}

/// Returns a hint for the error message if the disk may be full; an empty string for all other errors.
fn disk_full_hint(source: &rusqlite::Error) -> &'static str {
    match source.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure | ErrorCode::DiskFull) => "make room on its disk, or ",
        _ => "",
    }
}

impl SqliteArchive {
    /// Opens the archive in a data directory; creates the directory and the archive if they are missing. Renames a
    /// damaged archive file; its new name contains the time `now`.
    ///
    /// Opens the archive read-only if it cannot be opened for writing.
    pub fn open(folder: &Path, now: Timestamp) -> Result<OpenedArchive, OpenArchiveError> {
        match Self::open_to_write(folder, now) {
            Err(why) if why.only_prevents_writing() => match open_read_only(&folder.join(FILE)) {
                Some(archive) => {
                    let warnings = unsafe_directory_warning(folder).into_iter().collect();
                    Ok(OpenedArchive { archive, quarantine: None, warnings, read_only: Some(why) })
                }
                None => Err(why),
            },
            other => other,
        }
    }

    fn open_to_write(folder: &Path, now: Timestamp) -> Result<OpenedArchive, OpenArchiveError> {
        let path = folder.join(FILE);
        let lock = folder.join(LOCK);
        data_directory_check::check(folder, &path, &lock)?;
        make_folder(folder).map_err(|source| open_error(folder, source))?;
        // The error names the archive, because the user does not know its lock file. A lock path that does not refer to
        // a regular file has already been rejected.
        let lock = make_file(&lock).map_err(|source| open_error(&path, source))?;
        let _lock = data_directory_check::acquire_lock(&lock, &path)?;
        let before = data_directory_check::file_presence(&path);
        make_file(&path).map_err(|source| open_error(&path, source))?;
        let mut warnings: Vec<ArchiveWarning> = unsafe_directory_warning(folder).into_iter().collect();
        match connect(&path, before) {
            Ok((archive, was_empty)) => {
                warnings.extend(was_empty.then_some(ArchiveWarning::WasEmpty { path }));
                Ok(OpenedArchive { archive, quarantine: None, warnings, read_only: None })
            }
            Err(UnusableArchive::Damaged(reason)) => {
                let moved_to = quarantine(&path, now).map_err(|source| open_error(&path, source))?;
                make_file(&path).map_err(|source| open_error(&path, source))?;
                let (archive, _) =
                    connect(&path, FilePresence::Missing).map_err(|unusable| unusable.into_error(&path))?;
                let quarantine = Some(QuarantinedArchive { moved_to, reason });
                Ok(OpenedArchive { archive, quarantine, warnings, read_only: None })
            }
            Err(UnusableArchive::CannotOpen(error)) => Err(error),
        }
    }

    /// Creates an archive in memory, which is lost when the program exits.
    pub fn in_memory() -> Result<Self, OpenArchiveError> {
        let place = "memory".to_owned();
        let with_place = |source| OpenArchiveError::Database { place: "memory".to_owned(), source };
        let mut connection = Connection::open_in_memory().map_err(with_place)?;
        migrations::migrate(&mut connection).map_err(with_place)?;
        let connection = Mutex::new(connection);
        let (reader, vault) = (ReadConnection::default(), Vault::default());
        Ok(Self {
            connection,
            reader,
            vault,
            place,
            file: None,
            opened_for_writing: true,
            was_locked: AtomicBool::new(false),
        })
    }
}

impl OpenArchiveError {
    /// Returns whether the error only prevents writing. If so, the archive may still be opened read-only.
    fn only_prevents_writing(&self) -> bool {
        match self {
            Self::Unreachable { source, .. } => {
                matches!(
                    source.kind(),
                    ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::StorageFull
                )
            }
            Self::Database { source, .. } => matches!(
                source.sqlite_error_code(),
                // On a full disk, SQLite cannot create the index of its write-ahead log, and reports an error other
                // than `DiskFull`.
                Some(
                    ErrorCode::ReadOnly
                        | ErrorCode::CannotOpen
                        | ErrorCode::DiskFull
                        | ErrorCode::SystemIoFailure
                )
            ),
            Self::Newer { .. } | Self::NotAFile { .. } | Self::Held { .. } => false,
        }
    }
}

/// Opens an archive of the current schema version read-only; `None` if this fails.
fn open_read_only(path: &Path) -> Option<SqliteArchive> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let place = path.display().to_string();
    let address = url::Url::from_file_path(std::path::absolute(path).ok()?).ok()?;
    // If another program is writing to the archive, its write-ahead log must be read too. If there is no log, SQLite
    // would have to create the index of the log, which fails in a read-only folder. So the second attempt uses
    // `immutable=1`, which ignores the log.
    let connection = ["", "?immutable=1"].iter().find_map(|how| {
        let connection = Connection::open_with_flags(format!("{address}{how}"), flags).ok()?;
        connection.busy_timeout(BUSY).ok()?;
        check(&connection).ok()?;
        (migrations::version(&connection).ok()? == migrations::VERSION).then_some(connection)
    })?;
    let connection = Mutex::new(connection);
    Some(SqliteArchive {
        connection,
        reader: ReadConnection::default(),
        vault: Vault::default(),
        place,
        file: Some(path.to_owned()),
        opened_for_writing: false,
        was_locked: AtomicBool::new(false),
    })
}

pub(super) fn open_error(path: &Path, source: std::io::Error) -> OpenArchiveError {
    OpenArchiveError::Unreachable { path: path.to_owned(), source }
}

/// Creates the data directory, accessible only to the user. Does not change the permissions of an existing directory,
/// because the user may have shared it on purpose.
fn make_folder(folder: &Path) -> Result<(), std::io::Error> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens the archive file or its lock file, and creates the file if it is missing. Makes the file accessible only to
/// the user. SQLite later creates its write-ahead log files with the permissions of the archive file.
fn make_file(path: &Path) -> Result<std::fs::File, std::io::Error> {
    let file = data_file::open(std::fs::OpenOptions::new().create(true).truncate(false).write(true), path)?;
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}
