//! Receives the raw bytes of a downloaded mail. A small mail is stored in memory. A large one is stored in a temporary
//! file, so that a slow download does not occupy much memory for a long time.
//!
//! The temporary file has no name, so the operating system deletes it when the process ends for any reason. Only the
//! user who runs the program has access to it.

use super::client::Client;
use super::errors;
use crate::ports::dropmail_api::{ApiError, DownloadFile, Downloaded};
use bytes::{Bytes, BytesMut};
use std::fs::{File, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tokio::sync::SemaphorePermit;

/// A downloaded mail of at least this size in bytes is written to a temporary file, in chunks of this size.
const LARGE_BYTES: usize = 1 << 20;

/// Number of bytes at the start of a downloaded mail that are kept in memory, in order to detect a web page.
const START_BYTES: usize = 512;

/// A mail that is being downloaded.
pub(super) struct Spool<'a> {
    client: &'a Client,
    /// Maximum size of the downloaded mail in bytes.
    limit: usize,
    start: Vec<u8>,
    /// The received bytes of the mail that have not been written to the temporary file.
    rest: BytesMut,
    /// The temporary file and the number of bytes written to it; `None` if all bytes are in memory.
    file: Option<(File, u64)>,
    storage: SpoolStorage,
    /// The permit for a large download; `None` for a small one. The permits limit the total size of all large downloads
    /// in progress to the maximum size of one mail.
    _permit: Option<SemaphorePermit<'a>>,
    /// `true` if received bytes were lost: the thread that wrote them to the temporary file panicked, or the file can
    /// be neither written nor read. If so, the download fails.
    is_broken: bool,
}

/// Where the bytes of a large downloaded mail are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SpoolStorage {
    File,
    /// The bytes are stored in memory, because no temporary file can be written.
    Memory,
}

impl<'a> Spool<'a> {
    pub(super) async fn new(client: &'a Client, limit: usize) -> Self {
        let storage = if client.spool_folder().is_some() { SpoolStorage::File } else { SpoolStorage::Memory };
        let permit = if limit > LARGE_BYTES { client.acquire_download_permit(limit).await } else { None };
        Self {
            client,
            limit,
            start: Vec::new(),
            rest: BytesMut::new(),
            file: None,
            storage,
            _permit: permit,
            is_broken: false,
        }
    }

    /// Returns the number of bytes of the mail that have been received so far.
    pub(super) fn size(&self) -> u64 {
        self.file.as_ref().map_or(0, |(_, size)| *size) + self.rest.len() as u64
    }

    /// Returns the first bytes of the downloaded mail, at most `START_BYTES`.
    pub(super) fn first_bytes(&self) -> &[u8] {
        &self.start
    }

    /// Reserves memory for a mail of the announced size in bytes, or for one chunk if the mail is written to a file.
    /// Without this, the growing buffer would temporarily need twice the memory. Reserved memory that is never written
    /// to costs nothing.
    pub(super) fn reserve(&mut self, announced: usize) {
        let most = if self.storage == SpoolStorage::File { LARGE_BYTES } else { self.limit };
        self.rest.reserve(announced.min(most));
    }

    /// Appends a received chunk; returns `false` if this would make the mail exceed its size limit.
    pub(super) async fn add(&mut self, chunk: &[u8]) -> bool {
        if self.size() + chunk.len() as u64 > self.limit as u64 {
            return false;
        }
        let begins = START_BYTES.saturating_sub(self.start.len()).min(chunk.len());
        self.start.extend_from_slice(chunk.get(..begins).unwrap_or_default());
        self.rest.extend_from_slice(chunk);
        if self.rest.len() >= LARGE_BYTES && self.storage == SpoolStorage::File {
            self.write().await;
        }
        true
    }

    /// Returns an error if received bytes were lost.
    pub(super) fn check_whole(&self) -> Result<(), ApiError> {
        if self.is_broken {
            return Err(errors::unexpected_error("the temporary file of the download cannot be written"));
        }
        Ok(())
    }

    /// Finishes the download. Returns the mail, which is stored in memory or in its temporary file. Returns an error if
    /// received bytes were lost.
    pub(super) async fn finish(mut self) -> Result<Downloaded, ApiError> {
        if self.file.is_some() && !self.rest.is_empty() {
            self.write().await;
        }
        self.check_whole()?;
        Ok(match self.file {
            Some((file, size)) => Downloaded::InFile(Box::new(SpoolFile { file, size })),
            None => Downloaded::InMemory(self.rest.freeze()),
        })
    }

    /// Moves the bytes from memory to the temporary file. If that fails, for example because the disk is full, moves
    /// all bytes of the mail back to memory.
    async fn write(&mut self) {
        let (chunk, file) = (self.rest.split().freeze(), self.file.take());
        let folder = self.client.spool_folder().map(Path::to_owned);
        let work = tokio::task::spawn_blocking(move || append(file, folder.as_deref(), chunk));
        match work.await {
            Ok(Ok(file)) => self.file = Some(file),
            Ok(Err(failed)) => self.continue_in_memory(failed),
            Err(error) => {
                tracing::warn!(%error, "the thread that writes a download ended");
                self.is_broken = true;
            }
        }
    }

    /// Moves the received bytes back to memory after the temporary file could not be written. If they cannot be read
    /// from the file, the download fails.
    fn continue_in_memory(&mut self, failed: AppendError) {
        tracing::warn!(error = %failed.error, "the temporary file of a download cannot be written");
        self.storage = SpoolStorage::Memory;
        match failed.whole {
            Some(whole) => {
                self.rest.reserve(self.limit);
                self.rest.extend_from_slice(&whole);
            }
            None => self.is_broken = true,
        }
    }
}

/// The temporary file for a large downloaded mail, and its size in bytes.
#[derive(Debug)]
struct SpoolFile {
    file: File,
    size: u64,
}

impl DownloadFile for SpoolFile {
    fn read(&mut self) -> Result<Bytes, String> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.size).unwrap_or(0));
        let read = self.file.rewind().and_then(|()| (&self.file).take(self.size).read_to_end(&mut bytes));
        match read {
            Ok(_) if bytes.len() as u64 == self.size => Ok(bytes.into()),
            Ok(_) => Err("the temporary file is shorter than the mail".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Creates a temporary file without a name, readable only by the user who runs the program.
fn create(folder: &Path) -> io::Result<File> {
    let file = tempfile::tempfile_in(folder)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

/// The error if a chunk cannot be appended to the temporary file.
#[derive(Debug)]
struct AppendError {
    /// The reason why the chunk was not written.
    error: io::Error,
    /// All bytes received so far; `None` if earlier bytes cannot be read back from the file.
    whole: Option<Vec<u8>>,
}

/// Appends a chunk to the temporary file; creates the file if it does not exist yet. Returns the file and its new size
/// in bytes.
fn append(
    file: Option<(File, u64)>,
    folder: Option<&Path>,
    chunk: Bytes,
) -> Result<(File, u64), AppendError> {
    let created = match (file, folder) {
        (Some(file), _) => Ok(file),
        (None, Some(folder)) => create(folder).map(|file| (file, 0)),
        (None, None) => Err(io::ErrorKind::NotFound.into()),
    };
    let (mut file, size) = match created {
        Ok(file) => file,
        Err(error) => return Err(AppendError { error, whole: Some(chunk.into()) }),
    };
    if let Err(error) = file.write_all(&chunk) {
        return Err(AppendError { error, whole: read_back(file, size, &chunk) });
    }
    Ok((file, size + chunk.len() as u64))
}

/// Returns all received bytes of the mail: the first `size` bytes of the file, followed by `chunk`. Ignores further
/// bytes in the file, which come from a failed attempt to write `chunk`. Returns `None` if the file cannot be read.
fn read_back(mut file: File, size: u64, chunk: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    file.rewind().ok()?;
    file.take(size).read_to_end(&mut whole).ok()?;
    if whole.len() as u64 != size {
        return None;
    }
    whole.extend_from_slice(chunk);
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spool_file_has_no_name_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let first = append(None, Some(folder.path()), Bytes::from_static(b"Subject: ")).unwrap();
        let (file, size) = append(Some(first), None, Bytes::from_static(b"x\r\n")).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(SpoolFile { file, size }.read().unwrap(), "Subject: x\r\n");
    }

    #[test]
    fn a_failing_disk_loses_no_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("read-only");
        std::fs::write(&path, "Subject: ").unwrap();
        let whole = |file, folder, chunk| append(file, folder, Bytes::from_static(chunk)).unwrap_err().whole;
        let file = File::open(&path).unwrap();
        assert_eq!(whole(Some((file, 9)), None, b"x\r\n").unwrap(), b"Subject: x\r\n");
        let nowhere = folder.path().join("nowhere");
        assert_eq!(whole(None, Some(&nowhere), b"x").unwrap(), b"x");
    }

    #[test]
    fn a_download_fails_if_its_file_can_be_neither_written_nor_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("read-only");
        std::fs::write(&path, "Subj").unwrap();
        for unreadable in [path.as_path(), folder.path()] {
            let file = File::open(unreadable).unwrap();
            let error = append(Some((file, 9)), None, Bytes::from_static(b"x\r\n")).unwrap_err();
            assert!(error.whole.is_none(), "{}", unreadable.display());
        }
    }
}
