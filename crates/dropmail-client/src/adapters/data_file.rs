//! Opens regular files in the data directory. Rejects directories, devices and pipes; opening a pipe could block
//! forever.

use std::fs::{File, FileType, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// Returns the kind of file to which a path refers, such as `a folder` or `a pipe`, for use in an error message.
/// Returns `None` for a regular file or if the path does not exist.
pub(super) fn special_file_kind(path: &Path) -> Option<&'static str> {
    std::fs::metadata(path).ok().and_then(|about| kind_name(about.file_type()))
}

fn kind_name(kind: FileType) -> Option<&'static str> {
    match kind {
        kind if kind.is_file() => None,
        kind if kind.is_dir() => Some("a folder"),
        kind if kind.is_fifo() => Some("a pipe"),
        kind if kind.is_socket() => Some("a socket"),
        _ => Some("a device"),
    }
}

/// Opens a file in the data directory. If this function creates the file, only the user can access it. If the path
/// refers to a pipe, immediately returns an error instead of waiting for another process to open the pipe.
pub fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let not_a_file =
        |kind: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("it is {kind}, not a file"));
    if let Some(kind) = special_file_kind(path) {
        return Err(not_a_file(kind));
    }
    // Another process may have replaced the file since the first check.
    let without_waiting = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = options.mode(0o600).custom_flags(without_waiting).open(path)?;
    match kind_name(file.metadata()?.file_type()) {
        None => Ok(file),
        Some(kind) => Err(not_a_file(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    #[test]
    fn a_path_that_is_not_a_file_is_reported_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        for (path, word) in
            [(pipe.as_path(), "a pipe"), (folder.path(), "a folder"), (Path::new("/dev/null"), "a device")]
        {
            for mut options in [File::options().read(true).clone(), File::options().write(true).clone()] {
                let error_text = open(&mut options, path).unwrap_err().to_string();
                assert!(error_text.contains(word), "{error_text}");
            }
        }
        let file = folder.path().join("file");
        drop(open(File::options().create(true).write(true), &file).unwrap());
        assert!(open(File::options().read(true), &file).is_ok() && special_file_kind(&file).is_none());
    }
}
