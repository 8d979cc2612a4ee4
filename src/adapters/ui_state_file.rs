//! Stores the state of the user interface, such as the pane layout, in a small file in the data directory.

use dropmail_client::adapters::data_file;
use dropmail_client::ports::ui_state::UiStateStore;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Name of the file in the data directory that stores the state of the user interface.
const NAME: &str = "screen.toml";
/// Maximum number of bytes that are read from the file with the state of the user interface; the rest is ignored.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// Adapter that stores the state of the user interface in a file in the data directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UiStateFile {
    folder: PathBuf,
}

impl UiStateFile {
    /// Creates a store for the state of the user interface in the data directory `folder`. The file itself is created
    /// when the state is first stored.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }
}

impl UiStateStore for UiStateFile {
    fn read(&self) -> Option<String> {
        let mut text = String::new();
        let file = data_file::open(OpenOptions::new().read(true), &self.folder.join(NAME)).ok()?;
        file.take(MAX_FILE_BYTES).read_to_string(&mut text).ok()?;
        Some(text)
    }

    fn write(&self, text: &str) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::Builder::new().prefix(".screen-").tempfile_in(&self.folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(self.folder.join(NAME))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_file_is_read_back_and_no_other_file_remains() {
        let home = tempfile::tempdir().unwrap();
        let file = UiStateFile::new(&home.path().join("data"));
        assert_eq!(file.read(), None);
        file.write("one").unwrap();
        file.write("two").unwrap();
        assert_eq!(file.read().as_deref(), Some("two"));
        assert_eq!(std::fs::read_dir(home.path().join("data")).unwrap().count(), 1);
    }
}
