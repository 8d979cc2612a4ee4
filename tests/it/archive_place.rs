//! Tests how the program reacts if the file at the path of the archive is not an archive. The program must report such
//! a file promptly and with a suitable message, and must never silently replace an existing archive with a new one.

use dropmail_client::adapters::sqlite::{ArchiveWarning, OpenArchiveError, SqliteArchive};
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::archive::{Archive as _, ArchiveError};
use rusqlite::Connection;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

const FILE: &str = "archive.sqlite3";

fn open(folder: &Path) -> Result<dropmail_client::adapters::sqlite::OpenedArchive, OpenArchiveError> {
    SqliteArchive::open(folder, Timestamp::UNIX_EPOCH)
}

fn open_error(folder: &Path) -> String {
    let start_time = Instant::now();
    let message = open(folder).unwrap_err().to_string();
    assert!(start_time.elapsed() < Duration::from_secs(15), "{:?}", start_time.elapsed());
    assert!(message.contains("DROPMAIL_DATA_DIR"), "{message}");
    message
}

#[test]
fn a_pipe_or_folder_at_the_archive_path_is_reported_at_once() {
    for name in [FILE, "archive.sqlite3-wal", "archive.sqlite3-shm", "archive.lock"] {
        let pipe = tempfile::tempdir().unwrap();
        mknodat(CWD, pipe.path().join(name), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let message = open_error(pipe.path());
        assert!(message.contains(&format!("/{name} is a pipe, not a file")), "{name}: {message}");
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(name)).unwrap();
        let message = open_error(folder.path());
        assert!(message.contains(&format!("/{name} is a folder, not a file")), "{name}: {message}");
    }
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("data");
    fs::write(&file, "").unwrap();
    assert!(open_error(&file).contains("is a file, not a folder"));
    assert!(open_error(&file.join("below")).contains("Not a directory"));
}

#[test]
fn an_archive_locked_by_another_program_is_reported_as_locked() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    let other_program = Connection::open(folder.path().join(FILE)).unwrap();
    other_program
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")
        .unwrap();
    assert!(open_error(folder.path()).contains("locked by another program"));
    drop(other_program);
    assert!(open(folder.path()).is_ok());

    let lock = fs::File::options().write(true).open(folder.path().join("archive.lock")).unwrap();
    lock.lock().unwrap();
    assert!(open_error(folder.path()).contains("locked by another program"));
}

#[test]
fn a_lock_of_another_program_is_waited_for_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path()).unwrap().archive;
    let other_program = Connection::open(folder.path().join(FILE)).unwrap();
    other_program.execute_batch("BEGIN IMMEDIATE").unwrap();
    let start_time = Instant::now();
    for _ in 0..10 {
        let result = archive.mark_deleted("b", &dropmail_client::domain::ids::AddressId::new("a"));
        assert!(matches!(result, Err(ArchiveError::Locked { .. })), "{result:?}");
    }
    assert!(start_time.elapsed() < Duration::from_secs(15), "{:?}", start_time.elapsed());
    other_program.execute_batch("COMMIT").unwrap();
    archive.mark_deleted("b", &dropmail_client::domain::ids::AddressId::new("a")).unwrap();
}

#[test]
fn an_emptied_archive_is_created_again_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).unwrap();
    assert_eq!(opened.warnings, [], "a new archive causes no warning");
    drop(opened);
    assert_eq!(open(folder.path()).unwrap().warnings, []);
    let path = folder.path().join(FILE);
    let was_empty = [ArchiveWarning::WasEmpty { path: path.clone() }];
    fs::write(&path, "").unwrap();
    let opened = open(folder.path()).unwrap();
    assert_eq!(opened.warnings, was_empty);
    assert!(opened.warnings[0].to_string().contains("a new one was begun"));
    drop(opened);

    // An empty database without tables, which another tool may leave behind.
    fs::remove_file(&path).unwrap();
    let other_program = Connection::open(&path).unwrap();
    other_program.execute_batch("CREATE TABLE t (x); DROP TABLE t; VACUUM").unwrap();
    drop(other_program);
    assert!(fs::metadata(&path).unwrap().len() > 0);
    assert_eq!(open(folder.path()).unwrap().warnings, was_empty);
}

#[test]
fn the_database_of_another_program_is_set_aside_and_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE bookmarks (url); INSERT INTO bookmarks VALUES ('x')").unwrap();
    drop(other);
    let before = fs::read(&path).unwrap();
    let opened = open(folder.path()).unwrap();
    let quarantine = opened.quarantine.unwrap();
    assert!(quarantine.reason.contains("another program"), "{quarantine}");
    assert_eq!(fs::read(&quarantine.moved_to).unwrap(), before);
}

#[test]
fn a_world_writable_folder_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    for (mode, is_reported) in [(0o777, true), (0o772, true), (0o1777, false), (0o775, false), (0o700, false)]
    {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
        let warnings = open(folder.path()).unwrap().warnings;
        assert_eq!(warnings.len(), usize::from(is_reported), "{mode:o} {warnings:?}");
        assert!(warnings.iter().all(|warning| warning.to_string().contains("chmod 700")));
    }
}
