//! The socket in the data directory, on which the process that owns the directory listens. This module determines its
//! path and checks which processes may connect.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::{UnixListener, UnixStream};

/// File name of the socket in the data directory.
const SOCKET_NAME: &str = "owner.sock";

/// Maximum length in bytes of a socket path that all supported operating systems accept. Including the terminating NUL,
/// the limit is 104 bytes on macOS and 108 bytes on Linux.
const MAX_PATH: usize = 103;

/// A path to the socket that does not exceed the operating system's maximum length. On Linux, it may refer to the data
/// directory through an open file descriptor (`/proc/self/fd/N`).
struct ShortPath {
    path: PathBuf,
    /// Handle of the open data directory if the path refers to the directory through this handle (`/proc/self/fd/N`).
    /// Such a path is valid only while the handle is open. `None` if the path does not depend on a handle.
    _folder: Option<std::fs::File>,
}

/// Returns a path to the socket that does not exceed the operating system's maximum length. On Linux, replaces a path
/// that is too long with one that refers to the data directory through an open file descriptor (`/proc/self/fd/N`). On
/// other systems, returns an error. Commands then send their requests directly to the service, and all program windows
/// except the owner can only read the archive.
fn short_path(folder: &Path) -> io::Result<ShortPath> {
    let path = folder.join(SOCKET_NAME);
    if path.as_os_str().len() <= MAX_PATH {
        return Ok(ShortPath { path, _folder: None });
    }
    if cfg!(target_os = "linux") {
        use std::os::fd::AsRawFd;
        let opened = std::fs::File::open(folder)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}/{SOCKET_NAME}", opened.as_raw_fd()));
        return Ok(ShortPath { path, _folder: Some(opened) });
    }
    let words =
        format!("the path of the data directory is longer than {MAX_PATH} bytes, too long for a socket");
    Err(io::Error::new(io::ErrorKind::InvalidInput, words))
}

/// Creates the socket in the data directory and listens on it. Replaces a socket that an earlier owner of the directory
/// has left behind. Only processes of the same user may connect.
pub(super) fn listen(folder: &Path) -> io::Result<UnixListener> {
    remove(folder)?;
    let short = short_path(folder)?;
    let listener = UnixListener::bind(&short.path)?;
    std::fs::set_permissions(folder.join(SOCKET_NAME), Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Removes the socket from the data directory. If the path does not refer to a socket, returns an error and removes
/// nothing.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    let path = folder.join(SOCKET_NAME);
    match std::fs::symlink_metadata(&path) {
        Ok(about) if about.file_type().is_socket() => std::fs::remove_file(&path),
        Ok(_) => {
            Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is no socket", path.display())))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Connects to the process that owns a data directory. Returns an error if the listening process belongs to another
/// user.
pub(super) async fn connect(folder: &Path) -> io::Result<UnixStream> {
    let short = short_path(folder)?;
    let stream = UnixStream::connect(&short.path).await?;
    if is_own_user(&stream) {
        Ok(stream)
    } else {
        Err(io::Error::new(io::ErrorKind::PermissionDenied, "the socket belongs to another user"))
    }
}

/// Returns whether the process at the other end of the connection belongs to the same user as this process.
pub(super) fn is_own_user(stream: &UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::geteuid().as_raw())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn assert_answers(folder: &Path) {
        let listener = listen(folder).unwrap();
        let (connected, accepted) = tokio::join!(connect(folder), listener.accept());
        assert!(is_own_user(&accepted.unwrap().0) && connected.is_ok());
        let mode = std::fs::metadata(folder.join(SOCKET_NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_socket_is_private_and_replaces_a_stale_one() {
        let folder = tempfile::tempdir().unwrap();
        assert!(connect(folder.path()).await.is_err());
        assert_answers(folder.path()).await;
        // No process is listening on the socket any more, but its file still exists.
        assert!(folder.path().join(SOCKET_NAME).exists() && connect(folder.path()).await.is_err());
        assert_answers(folder.path()).await;
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_long_path_works_without_another_folder() {
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("d".repeat(120)).join("e".repeat(120));
        std::fs::create_dir_all(&long).unwrap();
        assert_answers(&long).await;
    }

    #[test]
    fn a_file_at_the_socket_path_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(SOCKET_NAME), "mine").unwrap();
        assert!(listen(folder.path()).is_err());
        assert_eq!(std::fs::read(folder.path().join(SOCKET_NAME)).unwrap(), b"mine");
    }
}
