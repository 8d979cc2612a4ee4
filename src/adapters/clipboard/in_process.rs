//! The clipboard adapter for macOS. The operating system stores the copied text, so no separate process is needed.

use dropmail_client::domain::copied_to::CopiedTo;
use dropmail_client::ports::clipboard::{Clipboard, ClipboardError, Retention};
use std::ffi::OsString;
use std::fmt;

/// The desktop clipboard. The connection to the clipboard is opened on first use.
pub struct SystemClipboard(Option<arboard::Clipboard>);

impl SystemClipboard {
    /// Creates a clipboard handle that connects to the clipboard on first use. `_display` is not used on macOS, which
    /// has neither X11 nor Wayland.
    pub fn new(_display: Vec<(&'static str, OsString)>) -> Self {
        Self(None)
    }
}

impl fmt::Debug for SystemClipboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SystemClipboard").field(&self.0.is_some()).finish()
    }
}

impl Clipboard for SystemClipboard {
    fn copy(&mut self, text: &str, _retention: Retention) -> Result<CopiedTo, ClipboardError> {
        let unavailable = |error: arboard::Error| ClipboardError::Unavailable(error.to_string());
        let mut clipboard = match self.0.take() {
            Some(clipboard) => clipboard,
            None => arboard::Clipboard::new().map_err(unavailable)?,
        };
        clipboard.set_text(text).map_err(unavailable)?;
        self.0 = Some(clipboard);
        Ok(CopiedTo::System)
    }
}
