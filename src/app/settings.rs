//! The settings of the screen. They can change while the program runs.

use super::keymap::Keymap;
use crate::config::{ClipboardRoute, Config};
use crate::domain::sanitize::SafeText;

/// The settings of the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches of the settings file, each of its own")]
pub struct Settings {
    /// The key bindings.
    pub keymap: Keymap,
    /// Name of the theme.
    pub theme: String,
    /// Whether colours are off, regardless of the theme.
    pub no_color: bool,
    /// Whether only new mail changes the screen by itself; for example, no counter of seconds runs.
    pub reduced_motion: bool,
    /// Whether each new address is copied as soon as it exists.
    pub copy_new_address: bool,
    /// Whether the title of the terminal window shows the number of unread mails.
    pub window_title: bool,
    /// Whether the program prints lines of text for a screen reader instead of drawing panes.
    pub accessible: bool,
    /// Whether the program handles the mouse.
    pub mouse: bool,
    /// The clipboard for copied text.
    pub clipboard: ClipboardRoute,
    /// Path of the settings file, even if the file does not exist.
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
    /// Derives the settings from the configuration, and returns texts about its invalid values and key
    /// conflicts.
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
