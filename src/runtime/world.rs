//! The ports that the mailbox runs on, put together by whoever starts it.

use crate::app::msg::Place;
use crate::app::settings::Settings;
use crate::config::Wrapping;
use crate::domain::sanitize::SafeText;
use crate::ports::clipboard::{Clipboard, Programs};
use crate::ports::clock::Clock;
use crate::ports::files::Files;
use crate::ports::opener::Opener;
use crate::ports::samples::Samples;
use crate::ports::screen_state::ScreenState;
use crate::service::Mailbox;
use std::any::Any;
use std::sync::{Arc, Mutex};

/// Makes the bytes that ask the terminal to copy a text (OSC 52).
pub type TerminalCopy = Arc<dyn Fn(&str, Wrapping) -> Vec<u8> + Send + Sync>;

/// Looks after the settings file.
pub trait SettingsFile: Send + Sync {
    /// The settings with what is wrong in them, where the file has changed since it was last asked;
    /// or why it cannot be used.
    fn changed(&self) -> Option<Result<(Settings, Vec<SafeText>), SafeText>>;

    /// Writes one text into it; tells the file, or nothing where nothing is to be left behind.
    fn keep(&self, name: &str, value: &str) -> Result<SafeText, SafeText>;
}

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
    /// Programs that take copied text.
    pub programs: Arc<dyn Programs>,
    /// The settings file.
    pub settings: Arc<dyn SettingsFile>,
    /// The download folder.
    pub files: Arc<dyn Files>,
    /// The browser.
    pub opener: Arc<dyn Opener>,
    /// What is remembered of the screen; nothing where nothing is kept.
    pub screen_state: Option<Arc<dyn ScreenState>>,
    /// Sample mails, for the demo.
    pub samples: Option<Arc<dyn Samples>>,
    /// Things to say once at the start, in words.
    pub remarks: Vec<String>,
    /// What has to live as long as the mailbox does, such as the local server.
    pub held: Option<Box<dyn Any + Send>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("place", &self.place).finish_non_exhaustive()
    }
}
