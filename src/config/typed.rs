//! Typed access to the values of settings. Only this file looks up settings by name, so no other file can contain a
//! mistyped name.

use super::clipboard::{self, ClipboardRoute};
use super::keyboards::{self, KeyboardLayout};
use super::restore::RestorePolicy;
use super::table::{self, SettingKind};
use super::value::SettingValue;
use super::{Config, Setting, setting_text};
use dropmail_client::domain::download_host::DownloadHost;
use dropmail_client::domain::push_transport::TransportChoice;
use dropmail_client::domain::token_lifetime::TokenLifetime;

impl Config {
    /// Returns the value of a setting whose type is free text, a keyword or a list of hosts.
    fn text(&self, name: &str) -> &str {
        debug_assert!(
            has_kind(name, |kind| matches!(
                kind,
                SettingKind::Text | SettingKind::Choice(_) | SettingKind::Hosts
            )),
            "{name} is no text"
        );
        self.values.get(name).map_or("", |setting| setting_text(&setting.value))
    }

    /// Returns the value of an integer setting.
    fn number(&self, name: &str) -> i64 {
        debug_assert!(has_kind(name, |kind| matches!(kind, SettingKind::Number(..))), "{name} is no number");
        match self.values.get(name) {
            Some(Setting { value: SettingValue::Number(number), .. }) => *number,
            _ => 0,
        }
    }

    /// Returns the value of a Boolean setting.
    fn switch(&self, name: &str) -> bool {
        debug_assert!(has_kind(name, |kind| kind == SettingKind::Bool), "{name} is no switch");
        self.values.get(name).is_some_and(|setting| setting.value == SettingValue::Bool(true))
    }

    /// Returns the push transports that the `transport` setting permits.
    pub fn transport(&self) -> TransportChoice {
        TransportChoice::parse(self.text("transport")).unwrap_or_default()
    }

    /// Returns the hosts, besides the host of the service, from which mails may be downloaded (`download_hosts`
    /// setting).
    pub fn download_hosts(&self) -> Vec<DownloadHost> {
        DownloadHost::list(self.text("download_hosts")).unwrap_or_default()
    }

    /// Returns the lifetime that the program requests for a free token (`token_lifetime` setting).
    pub fn token_lifetime(&self) -> TokenLifetime {
        TokenLifetime::parse(self.text("token_lifetime")).unwrap_or_default()
    }

    /// Returns how the program treats the addresses of expired sessions (`restore` setting).
    pub fn restore(&self) -> RestorePolicy {
        RestorePolicy::parse(self.text("restore")).unwrap_or_default()
    }

    /// Returns the age in days at which the program deletes a mail from the archive (`keep_days` setting). It is 0 if
    /// the program keeps mail forever.
    pub fn keep_days(&self) -> u32 {
        u32::try_from(self.number("keep_days")).unwrap_or_default()
    }

    /// Returns the methods by which the program copies text, according to the settings and the terminal.
    pub fn clipboard_route(&self) -> ClipboardRoute {
        clipboard::route(self.clipboard.value, self.text("clipboard_command"), &self.terminal)
    }

    /// Returns the name of the colour theme (`theme` setting).
    pub fn theme(&self) -> &str {
        self.text("theme")
    }

    /// Returns the name of the inbox grouping that is active when the program starts (`group` setting).
    pub fn group(&self) -> &str {
        self.text("group")
    }

    /// Returns the user's non-Latin keyboard layout, from the `keyboard` setting or from the locale; `None` for a Latin
    /// layout.
    pub fn keyboard(&self) -> Option<&'static KeyboardLayout> {
        keyboards::choose(self.text("keyboard"), &self.terminal.locale)
    }

    /// Returns whether the terminal displays ambiguous-width characters two columns wide, according to the
    /// `ambiguous_width` setting. `None` means that the program must query the terminal for the width.
    pub fn wide_ambiguous(&self) -> Option<bool> {
        match self.text("ambiguous_width") {
            "narrow" => Some(false),
            "wide" => Some(true),
            _ => None,
        }
    }

    /// Returns `true` if the program must avoid screen changes other than those caused by user input or new mail
    /// (`reduced_motion` setting).
    pub fn reduced_motion(&self) -> bool {
        self.switch("reduced_motion")
    }

    /// Returns whether the program copies each new address to the clipboard (`copy_new_address` setting).
    pub fn copy_new_address(&self) -> bool {
        self.switch("copy_new_address")
    }

    /// Returns whether the title of the terminal window shows the number of unread mails (`window_title` setting).
    pub fn window_title(&self) -> bool {
        self.switch("window_title")
    }

    /// Returns whether the program handles mouse events (`mouse` setting).
    pub fn mouse(&self) -> bool {
        self.switch("mouse")
    }

    /// Returns `true` if the program prints lines of text for a screen reader instead of drawing panes. It does so if
    /// the `accessible` setting is `true`, or if the terminal cannot move the cursor.
    pub fn accessible(&self) -> bool {
        self.switch("accessible") || self.terminal.term == "dumb"
    }

    /// Returns whether the program shows a desktop notification for each new mail (`notify` setting).
    pub fn notify(&self) -> bool {
        self.switch("notify")
    }

    /// Returns the shell command that runs for each new mail (`on_mail` setting); `None` if no command is set.
    pub fn on_mail(&self) -> Option<String> {
        self.command("on_mail")
    }

    /// Returns the shell command that runs for each new mail with a code (`on_code` setting); `None` if no command is
    /// set.
    pub fn on_code(&self) -> Option<String> {
        self.command("on_code")
    }

    fn command(&self, name: &str) -> Option<String> {
        Some(self.text(name).to_owned()).filter(|command| !command.trim().is_empty())
    }
}

/// Returns `true` if the settings table contains the setting `name` and `fits` returns `true` for the type of that
/// setting.
fn has_kind(name: &str, fits: impl Fn(SettingKind) -> bool) -> bool {
    table::find(name).is_some_and(|row| fits(row.kind))
}
