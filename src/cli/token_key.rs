//! Manages the key file of the local server. The server signs tokens with the key in this file, so that the tokens stay
//! valid after a restart.

use super::CliError;
use dropmail_server::SigningKey;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

/// Maximum number of bytes that the server reads from the key file. The server ignores the rest of a larger file.
const MAX_FILE: u64 = 1024;

/// Reads the signing key from a file. If the file does not exist, generates a key and stores it in a file that only the
/// current user can read.
pub(super) fn load_or_create(path: &Path) -> Result<SigningKey, CliError> {
    let failed = |why: std::io::Error| CliError::failed(format!("--token-key {}: {why}", path.display()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            let key = SigningKey::generate();
            writeln!(file, "{}", key.expose()).and_then(|()| file.sync_all()).map_err(failed)?;
            Ok(key)
        }
        Err(why) if why.kind() == ErrorKind::AlreadyExists => {
            let mut text = String::new();
            let file = File::open(path).map_err(failed)?;
            file.take(MAX_FILE).read_to_string(&mut text).map_err(failed)?;
            SigningKey::parse(&text).ok_or_else(|| {
                CliError::usage(format!(
                    "--token-key {}: the file contains no key (64 hexadecimal digits); name a file that does not exist yet",
                    path.display()
                ))
            })
        }
        Err(why) => Err(failed(why)),
    }
}
