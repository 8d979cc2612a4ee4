//! The dependencies of the runtime, most of which are ports (traits for access to the outside world). They are
//! constructed by the function that starts the mailbox.

use crate::app::msg::MailboxSource;
use crate::app::settings::Settings;
use crate::config::{RestorePolicy, Wrapping};
use dropmail_client::ports::BoxStream;
use dropmail_client::ports::clipboard::{Clipboard, ClipboardCommands};
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::demo_mail::DemoMail;
use dropmail_client::ports::files::{Files, TempFiles};
use dropmail_client::ports::hooks::Hooks;
use dropmail_client::ports::instance::Instance;
use dropmail_client::ports::notifier::Notifier;
use dropmail_client::ports::opener::Opener;
use dropmail_client::ports::ui_state::UiStateStore;
use dropmail_client::service::{Mailbox, NewMail};
use mail_reader::sanitize::SafeText;
use std::any::Any;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::UnboundedReceiver;

/// Function that returns the escape sequence (OSC 52) with which the terminal copies text to its clipboard. The second
/// argument specifies how the sequence is wrapped for terminal multiplexers.
pub type TerminalCopy = Arc<dyn Fn(&str, Wrapping) -> Vec<u8> + Send + Sync>;

/// Reads, watches and changes the settings file.
pub trait SettingsFile: Send + Sync {
    /// If the settings file has changed since the last call, returns the new settings and messages about invalid ones,
    /// or an error message if the file cannot be used. Returns `None` if the file has not changed.
    fn read_if_changed(&self) -> Option<Result<(Settings, Vec<SafeText>), SafeText>>;

    /// Returns a stream that yields `()` each time the settings file may have changed; `None` if the operating system
    /// does not report changes to files.
    fn changes(&self) -> Option<BoxStream<'static, ()>> {
        None
    }

    /// Writes the value of one setting to the settings file, and returns the path of the file. If the program runs
    /// without storing anything, writes nothing and returns an empty string. The error is a message for the user.
    fn write_setting(&self, name: &str, value: &str) -> Result<SafeText, SafeText>;
}

/// Function that takes a title and a body, and returns the escape sequence with which the terminal shows them as a
/// notification.
pub type TerminalNotice = Arc<dyn Fn(&SafeText, &SafeText) -> Vec<u8> + Send + Sync>;

/// Whether and where notifications of new mail are shown.
pub enum NotifyChannel {
    /// Notifications of new mail are disabled.
    Off,
    /// Notifications of new mail are shown on the desktop, or in the terminal if the desktop does not show them.
    Desktop(Arc<dyn Notifier>, TerminalNotice),
    /// Notifications of new mail are shown in the terminal.
    Terminal(TerminalNotice),
}

/// The means of announcing new mail outside this program's screen: hooks and notifications.
pub struct NotificationTargets {
    /// Receives the new mails, in the order in which they were stored.
    pub arrivals: UnboundedReceiver<NewMail>,
    /// Runs the hooks, which are the user's shell commands for new mail.
    pub hooks: Arc<dyn Hooks>,
    /// Whether and where notifications of new mail are shown.
    pub notice: NotifyChannel,
}

impl std::fmt::Debug for NotifyChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Off => "Off",
            Self::Desktop(..) => "Desktop",
            Self::Terminal(_) => "Terminal",
        })
    }
}

impl std::fmt::Debug for NotificationTargets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Announcing").field("notice", &self.notice).finish_non_exhaustive()
    }
}

/// Everything that the runtime needs to execute effects and subscriptions.
pub struct Dependencies {
    /// Where the mail comes from (the service, the local server or files) and how the mail is stored. The screen shows
    /// both.
    pub place: MailboxSource,
    /// The mailbox, with the operations on sessions, addresses and mail.
    pub mailbox: Mailbox,
    /// The clock, which provides the current time.
    pub clock: Arc<dyn Clock>,
    /// The desktop clipboard, to which the program copies text.
    pub clipboard: Arc<Mutex<dyn Clipboard>>,
    /// Function that returns the escape sequence (OSC 52) with which the terminal copies text to its clipboard.
    pub terminal_copy: TerminalCopy,
    /// Copies text by running another program: tmux, or the user's `clipboard_command`.
    pub programs: Arc<dyn ClipboardCommands>,
    /// Reads and watches the settings file, and writes settings to it.
    pub settings: Arc<dyn SettingsFile>,
    /// Saves mails and attachments to the download folder.
    pub files: Arc<dyn Files>,
    /// Creates temporary files for other programs to open.
    pub scratch: Arc<dyn TempFiles>,
    /// Opens links and files with the default programs of the desktop, such as a browser.
    pub opener: Arc<dyn Opener>,
    /// Stores the pane layout; `None` if the program runs without storing anything.
    pub screen_state: Option<Arc<dyn UiStateStore>>,
    /// Sends the sample mails of the demo; `None` if the program does not run the demo.
    pub samples: Option<Arc<dyn DemoMail>>,
    /// The connection of this process to the other processes that use the data directory; `None` if no other process
    /// can use it.
    pub instance: Option<Arc<dyn Instance>>,
    /// The user's setting for whether the program restores the addresses of expired sessions.
    pub restore: RestorePolicy,
    /// Number of days after which mail is deleted from the archive; 0 if mail is kept forever.
    pub keep_days: u32,
    /// Warnings that arose while the program was starting; each is shown to the user once as a notice.
    pub warnings: Vec<String>,
    /// Announces new mail outside this program's screen; `None` if hooks and notifications are disabled.
    pub notification_targets: Option<NotificationTargets>,
    /// A value, such as the local server, that must be kept alive until the mailbox is closed; `None` if there is no
    /// such value.
    pub held: Option<Box<dyn Any + Send>>,
}

impl std::fmt::Debug for Dependencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("place", &self.place).finish_non_exhaustive()
    }
}
