//! The settings that the screen lives by. They change while it runs.

use super::keymap::Keymap;
use crate::config::{ClipboardRoute, Config};
use crate::domain::sanitize::SafeText;

/// The settings that the screen lives by.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches of the settings file, each of its own")]
pub struct Settings {
    /// Which keys stand for what.
    pub keymap: Keymap,
    /// The name of the theme.
    pub theme: String,
    /// No colours, whatever the theme.
    pub no_color: bool,
    /// Nothing moves by itself but mail that comes.
    pub reduced_motion: bool,
    /// Each new address is copied as soon as it is there.
    pub copy_new_address: bool,
    /// The window's title tells of unread mail.
    pub window_title: bool,
    /// The mailbox is a stream of lines for a screen reader.
    pub accessible: bool,
    /// The mouse is listened to.
    pub mouse: bool,
    /// Where copied text goes.
    pub clipboard: ClipboardRoute,
    /// The settings file, whether or not it exists.
    pub file: Option<SafeText>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keymap: Keymap::default(),
            theme: "terminal".to_owned(),
            no_color: false,
            reduced_motion: false,
            copy_new_address: false,
            window_title: true,
            accessible: false,
            mouse: true,
            clipboard: ClipboardRoute::default(),
            file: None,
        }
    }
}

impl Settings {
    /// Takes them from the configuration; what is wrong in it is told in words.
    pub fn of(config: &Config) -> (Self, Vec<SafeText>) {
        let (keymap, clashes) = Keymap::build(&config.keys);
        let told = config.problems.iter().chain(&clashes).map(|problem| problem.to_string().into());
        let settings = Self {
            keymap,
            theme: config.text("theme").to_owned(),
            no_color: config.no_color.value,
            reduced_motion: config.switch("reduced_motion"),
            copy_new_address: config.switch("copy_new_address"),
            window_title: config.switch("window_title"),
            accessible: config.switch("accessible") || config.terminal.term == "dumb",
            mouse: config.switch("mouse"),
            clipboard: config.clipboard_route(),
            file: config.file_shown().map(|path| path.display().to_string().into()),
        };
        (settings, told.collect())
    }
}
