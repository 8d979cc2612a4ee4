//! The settings of the user interface, which can change while the program runs.

use super::inbox::Grouping;
use super::keymap::Keymap;
use crate::config::keyboards::KeyboardLayout;
use crate::config::{ClipboardRoute, Config};
use mail_reader::sanitize::SafeText;

/// The settings of the user interface, such as the theme and the key bindings.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of the settings file")]
pub struct Settings {
    /// The key bindings: the default key bindings, overridden by those in the user's settings.
    pub keymap: Keymap,
    /// The user's non-Latin keyboard layout, from the settings or the locale; `None` for a Latin layout.
    pub keyboard: Option<&'static KeyboardLayout>,
    /// Name of the colour theme.
    pub theme: String,
    /// The grouping of the inbox at startup.
    pub grouping: Grouping,
    /// If `true`, the program uses no colours, regardless of the theme.
    pub no_color: bool,
    /// If `true`, the program avoids screen changes that are caused neither by user input nor by new mail, such as
    /// counting down seconds.
    pub reduced_motion: bool,
    /// If `true`, the program copies each new address to the clipboard.
    pub copy_new_address: bool,
    /// If `true`, the title of the terminal window shows the number of unread mails.
    pub window_title: bool,
    /// If `true`, the program prints lines of text for a screen reader instead of drawing panes.
    pub accessible: bool,
    /// If `true`, the program responds to mouse clicks and the mouse wheel.
    pub mouse: bool,
    /// How the program copies text: to the clipboard of the desktop or of the terminal, or with the user's shell
    /// command.
    pub clipboard: ClipboardRoute,
    /// Path of the settings file, for display only. The file need not exist. `None` if the program uses no settings
    /// file.
    pub file: Option<SafeText>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keymap: Keymap::default(),
            keyboard: None,
            theme: "terminal".to_owned(),
            grouping: Grouping::Off,
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
    /// Returns a text for each setting that differs from the one in `old`: its name in the settings file and its new
    /// value. For the key bindings and the clipboard, the text omits the value, because it is long.
    pub fn changes_since(&self, old: &Self) -> Vec<String> {
        let keyboard = |settings: &Self| settings.keyboard.map_or("default", |layout| layout.name);
        let named =
            |name: &str, before: &str, after: &str| (before != after).then(|| format!("{name} = {after}"));
        let flag = |name: &str, value: fn(&Self) -> bool| {
            (value(old) != value(self)).then(|| format!("{name} = {}", value(self)))
        };
        let changes = [
            named("theme", &old.theme, &self.theme),
            (old.keymap != self.keymap).then(|| "the keys".to_owned()),
            named("keyboard", keyboard(old), keyboard(self)),
            named("group", old.grouping.name(), self.grouping.name()),
            flag("no_color", |settings| settings.no_color),
            flag("reduced_motion", |settings| settings.reduced_motion),
            flag("copy_new_address", |settings| settings.copy_new_address),
            flag("window_title", |settings| settings.window_title),
            flag("accessible", |settings| settings.accessible),
            flag("mouse", |settings| settings.mouse),
            (old.clipboard != self.clipboard).then(|| "the clipboard".to_owned()),
        ];
        changes.into_iter().flatten().collect()
    }

    /// Derives the settings of the user interface from the configuration. Also returns warnings about invalid values
    /// and conflicting key bindings.
    pub fn from_config(config: &Config) -> (Self, Vec<SafeText>) {
        let (keymap, clashes) = Keymap::build(&config.keys);
        let (keymap, faults) = keymap.with_sequences(&config.bindings);
        let warnings =
            config.problems.iter().chain(&clashes).chain(&faults).map(|problem| problem.to_string().into());
        let settings = Self {
            keymap,
            keyboard: config.keyboard(),
            theme: config.theme().to_owned(),
            grouping: Grouping::from_name(config.group()).unwrap_or_default(),
            no_color: config.no_color.value,
            reduced_motion: config.reduced_motion(),
            copy_new_address: config.copy_new_address(),
            window_title: config.window_title(),
            accessible: config.accessible(),
            mouse: config.mouse(),
            clipboard: config.clipboard_route(),
            file: config.displayed_file().map(|path| path.display().to_string().into()),
        };
        (settings, warnings.collect())
    }
}
