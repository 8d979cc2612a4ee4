//! The ports and other dependencies that the mailbox runs on. The caller that starts the mailbox builds them.

use crate::app::msg::MailboxSource;
use crate::app::settings::Settings;
use crate::config::{Restore, Wrapping};
use crate::domain::sanitize::SafeText;
use crate::ports::BoxStream;
use crate::ports::clipboard::{Clipboard, ClipboardCommands};
use crate::ports::clock::Clock;
use crate::ports::demo_mail::DemoMail;
use crate::ports::files::{Files, TempFiles};
use crate::ports::hooks::Hooks;
use crate::ports::instance_lock::InstanceLock;
use crate::ports::notifier::Notifier;
use crate::ports::opener::Opener;
use crate::ports::ui_state::UiStateStore;
use crate::service::{Mailbox, NewMail};
use std::any::Any;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::UnboundedReceiver;

/// Makes the bytes that make the terminal copy a text (OSC 52).
pub type TerminalCopy = Arc<dyn Fn(&str, Wrapping) -> Vec<u8> + Send + Sync>;

/// Reads, watches and changes the settings file.
pub trait SettingsFile: Send + Sync {
    /// Returns the settings and their faults if the file has changed since the last call; an error if the
    /// file cannot be used.
    fn changed(&self) -> Option<Result<(Settings, Vec<SafeText>), SafeText>>;

    /// Stream with one item for each time that the file may have changed; `None` if the system reports no
    /// changes.
    fn changes(&self) -> Option<BoxStream<'static, ()>> {
        None
    }

    /// Writes one setting into the file. Returns the path of the file, or an empty text if the program stores
    /// nothing.
    fn keep(&self, name: &str, value: &str) -> Result<SafeText, SafeText>;
}

/// Makes the bytes that make the terminal show a notification with a title and a body.
pub type TerminalNotice = Arc<dyn Fn(&SafeText, &SafeText) -> Vec<u8> + Send + Sync>;

/// The channel that notifies the user of new mail outside the screen.
pub enum NotifyChannel {
    /// Notifications are off.
    Off,
    /// Notifications of the desktop, or of the terminal if the desktop shows none.
    Desktop(Arc<dyn Notifier>, TerminalNotice),
    /// Notifications of the terminal.
    Terminal(TerminalNotice),
}

/// Where new mail is announced besides the screen: hooks and notifications.
pub struct NotificationTargets {
    /// New mails, in order of arrival.
    pub arrivals: UnboundedReceiver<NewMail>,
    /// The user's hooks (shell commands).
    pub hooks: Arc<dyn Hooks>,
    /// The channel of the notifications.
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

/// Everything that the runtime needs to perform effects.
pub struct Dependencies {
    /// The source of the mail (service, local server, files), as the screen shows it.
    pub place: MailboxSource,
    /// The operations on sessions, addresses and mail.
    pub mailbox: Mailbox,
    /// The clock that gives the current time.
    pub clock: Arc<dyn Clock>,
    /// The clipboard of the desktop.
    pub clipboard: Arc<Mutex<dyn Clipboard>>,
    /// The clipboard of the terminal (OSC 52).
    pub terminal_copy: TerminalCopy,
    /// Commands that receive copied text.
    pub programs: Arc<dyn ClipboardCommands>,
    /// Access to the settings file.
    pub settings: Arc<dyn SettingsFile>,
    /// The download directory, for saved mails and attachments.
    pub files: Arc<dyn Files>,
    /// Temporary files that another program is to show.
    pub scratch: Arc<dyn TempFiles>,
    /// The program that opens links and files, such as a browser.
    pub opener: Arc<dyn Opener>,
    /// Storage for the layout of the panes; `None` if the program stores nothing.
    pub screen_state: Option<Arc<dyn UiStateStore>>,
    /// Sample mails for the demo.
    pub samples: Option<Arc<dyn DemoMail>>,
    /// The lock that lets only one instance use the network; `None` if there can be no other instance.
    pub ownership: Option<Arc<dyn InstanceLock>>,
    /// What to do with lapsed sessions at the start.
    pub restore: Restore,
    /// Number of days that mail is stored; 0 means without limit.
    pub keep_days: u32,
    /// Remarks to show once at the start.
    pub remarks: Vec<String>,
    /// Where new mail is announced besides the screen; `None` if the settings ask for nothing.
    pub announcing: Option<NotificationTargets>,
    /// A value that must live as long as the mailbox, such as the local server.
    pub held: Option<Box<dyn Any + Send>>,
}

impl std::fmt::Debug for Dependencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("place", &self.place).finish_non_exhaustive()
    }
}
