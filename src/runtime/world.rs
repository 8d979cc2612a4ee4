//! The ports that the mailbox runs on, put together by whoever starts it.

use crate::app::msg::Place;
use crate::config::{ClipboardRoute, Restore};
use crate::ports::clipboard::Clipboard;
use crate::ports::clock::Clock;
use crate::ports::files::Files;
use crate::ports::opener::Opener;
use crate::ports::ownership::Ownership;
use crate::ports::samples::Samples;
use crate::service::Mailbox;
use std::any::Any;
use std::sync::{Arc, Mutex};

/// Makes the bytes that ask the terminal to copy a text (OSC 52).
pub type TerminalCopy = Arc<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

/// Everything that effects are performed with.
pub struct World {
    /// What the screen says of it.
    pub place: Place,
    /// The verbs.
    pub mailbox: Mailbox,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The desktop's clipboard.
    pub clipboard: Arc<Mutex<dyn Clipboard>>,
    /// The terminal's clipboard.
    pub terminal_copy: TerminalCopy,
    /// Which of them is used.
    pub route: ClipboardRoute,
    /// The download folder.
    pub files: Arc<dyn Files>,
    /// The browser.
    pub opener: Arc<dyn Opener>,
    /// Sample mails, for the demo.
    pub samples: Option<Arc<dyn Samples>>,
    /// The right to do the network's work, where others may have it.
    pub ownership: Option<Arc<dyn Ownership>>,
    /// What happens to lapsed sessions.
    pub restore: Restore,
    /// For how many days mail is kept; 0 is forever.
    pub keep_days: u32,
    /// Things to say once at the start, in words.
    pub remarks: Vec<String>,
    /// What has to live as long as the mailbox does, such as the local server.
    pub held: Option<Box<dyn Any + Send>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("place", &self.place)
            .field("route", &self.route)
            .finish_non_exhaustive()
    }
}
