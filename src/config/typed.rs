//! The settings as typed values. Only this file looks settings up by name, so that a wrong name cannot spread.

use super::clipboard::{self, ClipboardRoute};
use super::keyboards::{self, KeyboardLayout};
use super::restore::Restore;
use super::table::{self, Kind};
use super::value::Value;
use super::{Config, Setting, text_of};
use crate::domain::download_host::DownloadHost;
use crate::domain::push_transport::TransportChoice;
use crate::domain::token_lifetime::TokenLifetime;

impl Config {
    /// Returns the value of a setting whose kind is text or choice.
    fn text(&self, name: &str) -> &str {
        debug_assert!(
            has_kind(name, |kind| matches!(kind, Kind::Text | Kind::Choice(_) | Kind::Hosts)),
            "{name} is no text"
        );
        self.values.get(name).map_or("", |setting| text_of(&setting.value))
    }

    /// Returns the value of a setting whose kind is number.
    fn number(&self, name: &str) -> i64 {
        debug_assert!(has_kind(name, |kind| matches!(kind, Kind::Number(..))), "{name} is no number");
        match self.values.get(name) {
            Some(Setting { value: Value::Number(number), .. }) => *number,
            _ => 0,
        }
    }

    /// Returns the value of a setting whose kind is switch.
    fn switch(&self, name: &str) -> bool {
        debug_assert!(has_kind(name, |kind| kind == Kind::Switch), "{name} is no switch");
        self.values.get(name).is_some_and(|setting| setting.value == Value::Switch(true))
    }

    /// Returns the push transport that the setting `transport` allows.
    pub fn transport(&self) -> TransportChoice {
        TransportChoice::parse(self.text("transport")).unwrap_or_default()
    }

    /// Lists the hosts, besides the service's own, from which mails may be downloaded (setting
    /// `download_hosts`).
    pub fn download_hosts(&self) -> Vec<DownloadHost> {
        DownloadHost::list(self.text("download_hosts")).unwrap_or_default()
    }

    /// Returns the lifetime of the free tokens that the program requests (setting `token_lifetime`).
    pub fn token_lifetime(&self) -> TokenLifetime {
        TokenLifetime::parse(self.text("token_lifetime")).unwrap_or_default()
    }

    /// Returns whether the program restores the addresses of lapsed sessions (setting `restore`).
    pub fn restore(&self) -> Restore {
        Restore::parse(self.text("restore")).unwrap_or_default()
    }

    /// Returns the age in days at which the program deletes mail from the archive (setting `keep_days`); 0
    /// keeps mail forever.
    pub fn keep_days(&self) -> u32 {
        u32::try_from(self.number("keep_days")).unwrap_or_default()
    }

    /// Returns the clipboards for copied text, chosen by the settings and the terminal.
    pub fn clipboard_route(&self) -> ClipboardRoute {
        clipboard::route(self.clipboard.value, self.text("clipboard_command"), &self.terminal)
    }

    /// Returns the name of the theme (setting `theme`).
    pub fn theme(&self) -> &str {
        self.text("theme")
    }

    /// Returns the name of the grouping with which the list of mails begins (setting `group`).
    pub fn group(&self) -> &str {
        self.text("group")
    }

    /// Returns the keyboard layout without Latin letters that the user probably has (setting `keyboard`); `None` if
    /// there is none.
    pub fn keyboard(&self) -> Option<&'static KeyboardLayout> {
        keyboards::chosen(self.text("keyboard"), &self.terminal.locale)
    }

    /// Returns whether the terminal draws characters of ambiguous width two columns wide (setting
    /// `ambiguous_width`); `None` asks the terminal.
    pub fn wide_ambiguous(&self) -> Option<bool> {
        match self.text("ambiguous_width") {
            "narrow" => Some(false),
            "wide" => Some(true),
            _ => None,
        }
    }

    /// Returns whether only new mail changes the screen by itself (setting `reduced_motion`).
    pub fn reduced_motion(&self) -> bool {
        self.switch("reduced_motion")
    }

    /// Returns whether each new address is copied (setting `copy_new_address`).
    pub fn copy_new_address(&self) -> bool {
        self.switch("copy_new_address")
    }

    /// Returns whether the title of the terminal window shows the count of unread mails (setting
    /// `window_title`).
    pub fn window_title(&self) -> bool {
        self.switch("window_title")
    }

    /// Returns whether the program handles the mouse (setting `mouse`).
    pub fn mouse(&self) -> bool {
        self.switch("mouse")
    }

    /// Returns whether the program prints lines for a screen reader: the setting `accessible`, or a terminal
    /// that cannot move the cursor.
    pub fn accessible(&self) -> bool {
        self.switch("accessible") || self.terminal.term == "dumb"
    }

    /// Returns whether new mail is announced by a notification (setting `notify`).
    pub fn notify(&self) -> bool {
        self.switch("notify")
    }

    /// Returns the shell command that runs for each new mail (setting `on_mail`); `None` if there is none.
    pub fn on_mail(&self) -> Option<String> {
        self.command("on_mail")
    }

    /// Returns the shell command that runs for each new mail with a code (setting `on_code`); `None` if there is none.
    pub fn on_code(&self) -> Option<String> {
        self.command("on_code")
    }

    fn command(&self, name: &str) -> Option<String> {
        Some(self.text(name).to_owned()).filter(|command| !command.trim().is_empty())
    }
}

/// Returns whether the table has a setting with this name and a kind that fits.
fn has_kind(name: &str, fits: impl Fn(Kind) -> bool) -> bool {
    table::find(name).is_some_and(|row| fits(row.kind))
}
