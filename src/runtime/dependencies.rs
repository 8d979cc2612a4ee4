//! The ports and other dependencies that the runtime needs. The caller that starts the mailbox constructs
//! them.

use crate::app::msg::MailboxSource;
use crate::app::settings::Settings;
use crate::config::{Restore, Wrapping};
use crate::ports::BoxStream;
use crate::ports::clipboard::{Clipboard, ClipboardCommands};
use crate::ports::clock::Clock;
use crate::ports::demo_mail::DemoMail;
use crate::ports::files::{Files, TempFiles};
use crate::ports::hooks::Hooks;
use crate::ports::instance::Instance;
use crate::ports::notifier::Notifier;
use crate::ports::opener::Opener;
use crate::ports::ui_state::UiStateStore;
use crate::service::{Mailbox, NewMail};
use mail_reader::sanitize::SafeText;
use std::any::Any;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::UnboundedReceiver;

/// A function that returns the bytes by which the terminal copies a text (OSC 52).
pub type TerminalCopy = Arc<dyn Fn(&str, Wrapping) -> Vec<u8> + Send + Sync>;

/// Access of the runtime to the settings file: reads, watches and changes it.
pub trait SettingsFile: Send + Sync {
    /// Returns the new settings and the texts about their faults if the file has changed since the last call;
    /// an error if the file cannot be used. `None` if nothing has changed.
    fn changed(&self) -> Option<Result<(Settings, Vec<SafeText>), SafeText>>;

    /// Yields one item each time the settings file may have changed; `None` if the system reports no changes.
    fn changes(&self) -> Option<BoxStream<'static, ()>> {
        None
    }

    /// Writes one setting into the settings file. Returns the path of the file, or an empty text if the
    /// program stores nothing.
    fn keep(&self, name: &str, value: &str) -> Result<SafeText, SafeText>;
}

/// A function that returns the bytes by which the terminal shows a notification with a title and a body.
pub type TerminalNotice = Arc<dyn Fn(&SafeText, &SafeText) -> Vec<u8> + Send + Sync>;

/// Where notifications of new mail appear.
pub enum NotifyChannel {
    /// Notifications are off; none appear.
    Off,
    /// Notifications appear on the desktop, or in the terminal if the desktop shows none.
    Desktop(Arc<dyn Notifier>, TerminalNotice),
    /// Notifications appear in the terminal.
    Terminal(TerminalNotice),
}

/// Where new mail is announced besides the screen: hooks and notifications.
pub struct NotificationTargets {
    /// Receives each new mail, in order of arrival.
    pub arrivals: UnboundedReceiver<NewMail>,
    /// The hooks: shell commands of the user that run for new mail.
    pub hooks: Arc<dyn Hooks>,
    /// Where notifications of new mail appear.
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

/// Everything that the runtime needs to run effects and subscriptions.
pub struct Dependencies {
    /// Where the mail comes from (service, local server, files) and is stored, as the screen shows it.
    pub place: MailboxSource,
    /// The mailbox, with the operations on sessions, addresses and mail.
    pub mailbox: Mailbox,
    /// The clock from which the runtime takes the current time.
    pub clock: Arc<dyn Clock>,
    /// The clipboard of the desktop, to which the program copies text.
    pub clipboard: Arc<Mutex<dyn Clipboard>>,
    /// Returns the bytes by which the terminal copies a text (OSC 52).
    pub terminal_copy: TerminalCopy,
    /// Commands that receive copied text: tmux and the user's copy command.
    pub programs: Arc<dyn ClipboardCommands>,
    /// Access to the settings file: reading it, noticing changes and writing a setting.
    pub settings: Arc<dyn SettingsFile>,
    /// The download directory, for saved mails and attachments.
    pub files: Arc<dyn Files>,
    /// Temporary files for content that another program shows.
    pub scratch: Arc<dyn TempFiles>,
    /// Opens links and files with programs of the desktop, such as a browser.
    pub opener: Arc<dyn Opener>,
    /// Storage for the arrangement of the panes; `None` if the program stores nothing.
    pub screen_state: Option<Arc<dyn UiStateStore>>,
    /// Sends the sample mails of the demo; `None` outside the demo.
    pub samples: Option<Arc<dyn DemoMail>>,
    /// This process as one of those on the data folder; `None` if there can be no other.
    pub instance: Option<Arc<dyn Instance>>,
    /// How the program treats the addresses of lapsed sessions.
    pub restore: Restore,
    /// Age in days at which the program deletes mail from the archive; 0 keeps mail forever.
    pub keep_days: u32,
    /// Warnings from starting the program, each shown once as a notice.
    pub remarks: Vec<String>,
    /// Where new mail is announced besides the screen; `None` if the settings ask for nothing.
    pub announcing: Option<NotificationTargets>,
    /// A value that must exist as long as the mailbox, such as the local server; `None` if there is none.
    pub held: Option<Box<dyn Any + Send>>,
}

impl std::fmt::Debug for Dependencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("place", &self.place).finish_non_exhaustive()
    }
}
