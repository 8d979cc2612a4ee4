//! The ports that the mailbox runs on, put together by whoever starts it.

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

/// Makes the bytes that ask the terminal to copy a text (OSC 52).
pub type TerminalCopy = Arc<dyn Fn(&str, Wrapping) -> Vec<u8> + Send + Sync>;

/// Looks after the settings file.
pub trait SettingsFile: Send + Sync {
    /// The settings with what is wrong in them, where the file has changed since it was last asked;
    /// or why it cannot be used.
    fn changed(&self) -> Option<Result<(Settings, Vec<SafeText>), SafeText>>;

    /// A word for each time that it may have changed, where somebody tells.
    fn changes(&self) -> Option<BoxStream<'static, ()>> {
        None
    }

    /// Writes one text into it; tells the file, or nothing where nothing is to be left behind.
    fn keep(&self, name: &str, value: &str) -> Result<SafeText, SafeText>;
}

/// Makes the bytes that ask the terminal to notify with a title and a body.
pub type TerminalNotice = Arc<dyn Fn(&SafeText, &SafeText) -> Vec<u8> + Send + Sync>;

/// How the user is told of mail outside the screen.
pub enum NotifyChannel {
    /// Not at all.
    Off,
    /// By the desktop, or by the terminal where the desktop shows none.
    Desktop(Arc<dyn Notifier>, TerminalNotice),
    /// By the terminal.
    Terminal(TerminalNotice),
}

/// What is told outside the screen, and how.
pub struct NotificationTargets {
    /// Mails as they come.
    pub arrivals: UnboundedReceiver<NewMail>,
    /// The user's own commands.
    pub hooks: Arc<dyn Hooks>,
    /// The desktop.
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

/// Everything that effects are performed with.
pub struct Dependencies {
    /// What the screen says of it.
    pub place: MailboxSource,
    /// The verbs.
    pub mailbox: Mailbox,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The desktop's clipboard.
    pub clipboard: Arc<Mutex<dyn Clipboard>>,
    /// The terminal's clipboard.
    pub terminal_copy: TerminalCopy,
    /// Programs that take copied text.
    pub programs: Arc<dyn ClipboardCommands>,
    /// The settings file.
    pub settings: Arc<dyn SettingsFile>,
    /// The download folder.
    pub files: Arc<dyn Files>,
    /// Files that another program is to show.
    pub scratch: Arc<dyn TempFiles>,
    /// The browser.
    pub opener: Arc<dyn Opener>,
    /// What is remembered of the screen; nothing where nothing is kept.
    pub screen_state: Option<Arc<dyn UiStateStore>>,
    /// Sample mails, for the demo.
    pub samples: Option<Arc<dyn DemoMail>>,
    /// The right to do the network's work, where others may have it.
    pub ownership: Option<Arc<dyn InstanceLock>>,
    /// What happens to lapsed sessions.
    pub restore: Restore,
    /// For how many days mail is kept; 0 is forever.
    pub keep_days: u32,
    /// Things to say once at the start, in words.
    pub remarks: Vec<String>,
    /// Mail that is told outside the screen, where the settings ask for it.
    pub announcing: Option<NotificationTargets>,
    /// What has to live as long as the mailbox does, such as the local server.
    pub held: Option<Box<dyn Any + Send>>,
}

impl std::fmt::Debug for Dependencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("place", &self.place).finish_non_exhaustive()
    }
}
