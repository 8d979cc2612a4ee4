//! Opens the archive: private to the user, walked to the current version, and set aside (never
//! deleted) when it is no database any more.

use super::super::data_file;
use super::place::{self, Content, Remark, unguarded};
use super::quarantine::{QuarantinedArchive, quarantine};
use super::reader::ReadConnection;
use super::vault::Vault;
use super::{SqliteArchive, migrations};
use crate::domain::time::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The archive's file in the data folder.
const FILE: &str = "archive.sqlite3";

/// Beside it: held while the archive is opened. Turning a fresh file to its write-ahead log, walking it
/// through its steps and setting a damaged one aside are for one program at a time, and the
/// database's own waiting does not reach that far.
const LOCK: &str = "archive.lock";

/// How many statements stay prepared: more than there are but for those of searches.
const STATEMENTS: usize = 64;

/// How long a call waits for another process that is writing.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// An archive, and what happened when it was opened.
#[derive(Debug)]
pub struct OpenedArchive {
    /// The archive.
    pub archive: SqliteArchive,
    /// The broken archive that was found in its place, if one was.
    pub quarantine: Option<QuarantinedArchive>,
    /// What else there is to say about it.
    pub remarks: Vec<Remark>,
    /// Why it can only be read, where that is so.
    pub read_only: Option<OpenArchiveError>,
}

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum OpenArchiveError {
    /// The folder or file cannot be made or reached.
    #[error("the archive at {}: {source}; set DROPMAIL_DATA_DIR to a folder that can be written", path.display())]
    Unreachable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A later version of the program wrote it.
    #[error(
        "the archive at {} was written by a newer dropmail-tui; update, or set DROPMAIL_DATA_DIR to another folder",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// Something else than a file, or than a folder, stands in its place.
    #[error("{} is {kind}, not {wanted}; move it away, or set DROPMAIL_DATA_DIR to another folder", path.display())]
    NotAFile {
        /// The file or folder.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// Another program holds it.
    #[error(
        "the archive at {} is locked by another program (a database tool, a backup, a stopped dropmail-tui); close \
         it, or set DROPMAIL_DATA_DIR to another folder",
        path.display()
    )]
    Held {
        /// The file.
        path: PathBuf,
    },
    /// The database says no.
    #[error(
        "the archive at {place}: {source}; {}set DROPMAIL_DATA_DIR to another folder",
        disk_full_hint(source)
    )]
    Database {
        /// The file, or `memory`.
        place: String,
        /// What the database said.
        source: rusqlite::Error,
    },
}

/// What else may help.
fn disk_full_hint(source: &rusqlite::Error) -> &'static str {
    match source.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure | ErrorCode::DiskFull) => "make room on its disk, or ",
        _ => "",
    }
}

impl SqliteArchive {
    /// Opens the archive of a data folder; makes both where they are missing. `now` goes into the
    /// name of a damaged file that is set aside.
    ///
    /// One that cannot be written is opened to be read.
    pub fn open(folder: &Path, now: Timestamp) -> Result<OpenedArchive, OpenArchiveError> {
        match Self::open_to_write(folder, now) {
            Err(why) if why.is_about_writing() => match open_read_only(&folder.join(FILE)) {
                Some(archive) => {
                    let remarks = unguarded(folder).into_iter().collect();
                    Ok(OpenedArchive { archive, quarantine: None, remarks, read_only: Some(why) })
                }
                None => Err(why),
            },
            other => other,
        }
    }

    fn open_to_write(folder: &Path, now: Timestamp) -> Result<OpenedArchive, OpenArchiveError> {
        let path = folder.join(FILE);
        place::check(folder, &path)?;
        make_folder(folder).map_err(|source| unreachable(folder, source))?;
        let lock = make_file(&folder.join(LOCK)).map_err(|source| unreachable(&path, source))?;
        let _held = place::hold(&lock, &path)?;
        let before = place::content(&path);
        make_file(&path).map_err(|source| unreachable(&path, source))?;
        let mut remarks: Vec<Remark> = unguarded(folder).into_iter().collect();
        match connect(&path, before) {
            Ok((archive, begun)) => {
                remarks.extend(begun.then_some(Remark::BegunAnew { path }));
                Ok(OpenedArchive { archive, quarantine: None, remarks, read_only: None })
            }
            Err(Unfit::Damaged(reason)) => {
                let moved_to = quarantine(&path, now).map_err(|source| unreachable(&path, source))?;
                make_file(&path).map_err(|source| unreachable(&path, source))?;
                let (archive, _) =
                    connect(&path, Content::Missing).map_err(|unfit| unfit.into_error(&path))?;
                let quarantine = Some(QuarantinedArchive { moved_to, reason });
                Ok(OpenedArchive { archive, quarantine, remarks, read_only: None })
            }
            Err(Unfit::Refused(error)) => Err(error),
        }
    }

    /// An archive that ends with the program.
    pub fn in_memory() -> Result<Self, OpenArchiveError> {
        let place = "memory".to_owned();
        let with_place = |source| OpenArchiveError::Database { place: "memory".to_owned(), source };
        let mut connection = Connection::open_in_memory().map_err(with_place)?;
        migrations::migrate(&mut connection).map_err(with_place)?;
        let connection = Mutex::new(connection);
        let (reader, vault) = (ReadConnection::default(), Vault::default());
        Ok(Self { connection, reader, vault, place, file: None, takes: true, held: AtomicBool::new(false) })
    }
}

impl OpenArchiveError {
    /// Whether it may still be read.
    fn is_about_writing(&self) -> bool {
        match self {
            Self::Unreachable { source, .. } => {
                matches!(
                    source.kind(),
                    ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::StorageFull
                )
            }
            Self::Database { source, .. } => matches!(
                source.sqlite_error_code(),
                // On a full disk the index of the log cannot be made: that is no full disk to SQLite.
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

/// Opens an archive of this version to be read; `None` where that cannot be done either.
fn open_read_only(path: &Path) -> Option<SqliteArchive> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let place = path.display().to_string();
    let address = url::Url::from_file_path(std::path::absolute(path).ok()?).ok()?;
    // Beside somebody who can write it is read with the log; else as it lies there, for the log's own
    // index cannot be made in a folder that takes nothing.
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
        takes: false,
        held: AtomicBool::new(false),
    })
}

fn unreachable(path: &Path, source: std::io::Error) -> OpenArchiveError {
    OpenArchiveError::Unreachable { path: path.to_owned(), source }
}

/// Why a file does not become the archive.
enum Unfit {
    /// It is no archive any more.
    Damaged(String),
    /// It may well be one, and cannot be used.
    Refused(OpenArchiveError),
}

impl Unfit {
    fn of(path: &Path, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            _ if is_damage(&source) => Self::Damaged(source.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Refused(OpenArchiveError::Held { path: path.to_owned() })
            }
            _ => Self::Refused(OpenArchiveError::Database { place: path.display().to_string(), source }),
        }
    }

    fn into_error(self, path: &Path) -> OpenArchiveError {
        match self {
            Self::Refused(error) => error,
            Self::Damaged(reason) => unreachable(path, std::io::Error::other(reason)),
        }
    }
}

/// Opens an archive to write; tells also whether it was begun anew where there had been something.
fn connect(path: &Path, before: Content) -> Result<(SqliteArchive, bool), Unfit> {
    let place = path.display().to_string();
    let unfit = |source| Unfit::of(path, source);
    let mut connection = Connection::open(path).map_err(unfit)?;
    connection.busy_timeout(BUSY).map_err(unfit)?;
    // Looked at before anything is changed: it may be the database of another program.
    let version = migrations::version(&connection).map_err(unfit)?;
    if version > migrations::VERSION {
        return Err(Unfit::Refused(OpenArchiveError::Newer { path: path.to_owned() }));
    }
    if version == 0 && migrations::holds_anything(&connection).map_err(unfit)? {
        return Err(Unfit::Damaged("it is the database of another program".to_owned()));
    }
    let begun = version == 0 && before != Content::Missing;
    prepare(&connection).map_err(unfit)?;
    migrations::migrate(&mut connection).map_err(unfit)?;
    check(&connection).map_err(unfit)?;
    let archive = SqliteArchive {
        connection: Mutex::new(connection),
        reader: ReadConnection::default(),
        vault: Vault::default(),
        place,
        file: Some(path.to_owned()),
        takes: true,
        held: AtomicBool::new(false),
    };
    Ok((archive, begun))
}

fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    // All that a mail and a touch need stays prepared.
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Writing the log back takes longer than keeping a mail: it is done while none comes. This bounds the
    // log where many come without a pause.
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    // Temporary tables hold mail as well: they stay off the disk.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "foreign_keys", "ON")
}

/// Touches every table once: a full check would read the whole archive at every start.
fn check(connection: &Connection) -> Result<(), rusqlite::Error> {
    for table in ["token", "session", "address", "earlier_key", "mail", "raw", "parsed", "words", "outdated"]
    {
        let mut first = connection.prepare(&format!("SELECT rowid FROM {table} LIMIT 1"))?;
        first.exists([])?;
    }
    // An index that keeps no text has no rows to look at, only runs of letters to ask for.
    connection.prepare("SELECT rowid FROM runs WHERE runs MATCH 'e' LIMIT 1")?.exists([])?;
    Ok(())
}

/// Whether the file itself is damaged, and not merely locked, full or forbidden.
fn is_damage(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => true,
        // A database that lacks a table of its own version is none of ours.
        Some(ErrorCode::Unknown) => error.to_string().contains("no such table"),
        _ => false,
    }
}

/// Makes the folder, for the user alone. One that was there keeps its rights: it may be a folder
/// that the user chose and shares.
fn make_folder(folder: &Path) -> Result<(), std::io::Error> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes the file before the database does, for the user alone; it gives its log the same rights.
fn make_file(path: &Path) -> Result<std::fs::File, std::io::Error> {
    let file = data_file::open(std::fs::OpenOptions::new().create(true).truncate(false).write(true), path)?;
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}
