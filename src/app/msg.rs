//! Messages to the core: keys, the results of effects, the events of subscriptions.
//!
//! Longer than 300 lines: every message has its description here.

use super::captcha_dialog::CaptchaImage;
use super::connection::Generation;
use super::effect::CopySource;
use super::jobs::JobEvent;
use super::key::Key;
use super::layout::Area;
use super::mouse::Mouse;
use super::personal_domain::AddDomainError;
use super::reader::{LoadedMail, PictureSize};
use super::settings::Settings;
use crate::config::Restore;
use crate::domain::copied_to::CopiedTo;
use crate::domain::delivery::{Delivery, Push};
use crate::domain::history::HistoryEntry;
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::keyring::KeyringProblem;
use crate::domain::push_transport::TransportChoice;
use crate::domain::service_status::{CaptchaResult, ServiceStatus};
use crate::domain::session::{Address, DeletedAddress, Domain, Session};
use crate::domain::sharing::{Ownership, SharedChange};
use crate::domain::stored_mail::{ArchiveSnapshot, MailCounts, SearchBatch, Stored, StoredMail};
use crate::domain::time::{SignedDuration, Timestamp};
use mail_reader::html::LeftOut;
use mail_reader::richtext::{CellSize, HalfBlockImage, Line, View};
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// Result of showing the HTML of a mail in the browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Browsed {
    /// The browser was started with the page. The page lacks the listed elements, for example for safety.
    Handed(Vec<LeftOut>),
    /// The user stopped the creation of the page for the browser.
    Stopped,
    /// The page could not be created or opened, with the reason.
    Failed(SafeText),
}

/// Kinds of failures. The kind decides what the program does next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// The service could not be reached; the program tries again.
    Offline,
    /// The token is no longer valid; the program requests a new token or verifies the stored one again.
    Token,
    /// The session has lapsed; its addresses can be restored.
    Lapsed,
    /// The keyring does not provide the key that the stored token, or storing a new token, needs.
    Sealed(KeyringProblem),
    /// The service requires a captcha that the user has not solved.
    Captcha,
    /// Any other failure: the program reports it and tries again where that can help.
    Other,
}

/// A failure as the screen shows it, with a text that says what the user can do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppError {
    /// The kind of the failure, which decides what the program does next.
    pub kind: FailureKind,
    /// Text about the failure for the user.
    pub words: SafeText,
    /// Time to wait before the next attempt, if the service asked for a wait.
    pub wait: Option<SignedDuration>,
}

impl AppError {
    /// Returns whether the program makes no further attempt by itself, because a captcha that the user closed
    /// must not reappear unasked.
    pub fn waits_for_user(&self) -> bool {
        self.kind == FailureKind::Captcha
    }
}

/// The service, the options and the storage that the program runs with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailboxSource {
    /// Name of the service for the user: a host name, or `local server`.
    pub service: SafeText,
    /// Address at which the local server accepts mail by SMTP, if there is a local server.
    pub smtp: Option<SafeText>,
    /// Whether the program sends sample mails to the mailbox, as in a demo.
    pub samples: bool,
    /// The push transports that the user allows.
    pub channels: TransportChoice,
    /// Where the mail of the mailbox is stored.
    pub mail: Storage,
}

/// Where the mail of the mailbox is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Storage {
    /// The mail is in the archive in the data folder.
    Archive,
    /// The mail is in memory only and is lost when the program ends.
    Memory,
    /// The mail is in mail files that the user opened for reading; there is no service.
    MailFiles,
}

/// Hidden mails, deleted addresses and removed sessions, which the user can bring back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HiddenItems {
    /// Mails that the user has hidden, newest first.
    pub mails: Vec<StoredMail>,
    /// Addresses that the user has deleted, the most recently deleted first.
    pub addresses: Vec<DeletedAddress>,
    /// Lapsed sessions that the user has taken out of the list.
    pub sessions: Vec<Session>,
}

/// Result of a touch: a query that extends the session and returns missing mails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TouchOutcome {
    /// The session with its new time of expiry.
    pub session: Session,
    /// Mails that the local copy lacked and that are now stored, oldest first.
    pub mails: Vec<StoredMail>,
    /// Texts about what went wrong with some of the session's mails.
    pub problems: Vec<SafeText>,
    /// Announcements of large mails that are still to be fetched, so that small mails need not wait for them.
    pub large: Vec<Delivery>,
    /// Count of mails that could not be fetched; the next touch tries again.
    pub missed: usize,
    /// Id of the mail up to which the local copy of the session is complete; `None` if not known.
    pub complete_to: Option<MailId>,
}

/// A mail that the program has fetched and parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IngestedMail {
    /// The fetched mail, with its summary for the inbox.
    pub kept: StoredMail,
    /// Whether the mail was new to the archive or already in it.
    pub stored: Stored,
    /// Text about a failure that did not prevent receiving the mail, such as a full disk.
    pub problem: Option<SafeText>,
}

/// Result of restoring one address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestoredAddress {
    /// The address that was to be restored.
    pub address: SafeText,
    /// The restored address with its new restore key, or the reason of the failure.
    pub result: Result<Address, AppError>,
    /// The live session that already contained the address; `None` if the address was in none.
    pub adopted: Option<Session>,
    /// Why the new restore key could not be saved; `None` if it was saved.
    pub unsaved: Option<SafeText>,
}

/// Result of restoring the addresses of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restoration {
    /// Id of the session into which the addresses were restored.
    pub into: SessionId,
    /// The session into which the addresses were restored, if it was opened for this purpose; `None` if it
    /// existed before.
    pub opened: Option<Session>,
    /// The result for each of the addresses.
    pub addresses: Vec<RestoredAddress>,
}

/// Message to the core: an event from outside or the result of an effect.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "the effects say what each answer is about")]
pub enum Msg {
    Key(Key),
    Mouse(Mouse),
    /// The terminal window gained the focus (`true`) or lost it (`false`).
    Focus(bool),
    Paste(String),
    Resize(Area),
    /// The terminal reported the size of its cells, at the start or after a change.
    CellSize(CellSize),
    /// The terminal reported whether its background is lighter than its text.
    LightBackground(bool),
    /// The current time, sent with each step of the clock and before a message that follows a pause.
    Tick(Timestamp),
    /// The current time, sent after the machine was suspended.
    SystemResumed(Timestamp),
    /// The ports are ready, so that effects can run.
    Booted(MailboxSource),
    /// The setting for lapsed sessions, and the role of this process on the data folder; sent before `Booted`.
    Configured {
        restore: Restore,
        ownership: Ownership,
    },
    ArchiveRead(Result<ArchiveSnapshot, AppError>),
    Tallied(Result<MailCounts, AppError>),
    PageLoaded(Result<Vec<StoredMail>, AppError>),
    /// One step of a search through the archive has ended.
    Searched {
        generation: Generation,
        result: Result<SearchBatch, AppError>,
    },
    HiddenListed(Result<HiddenItems, AppError>),
    HistoryRead(Result<Vec<HistoryEntry>, AppError>),
    /// Another program has written to the archive, so the core reads the archive again.
    ArchiveChanged,
    /// New summaries of mails that an earlier version had parsed.
    RowsUpdated(Vec<StoredMail>),
    /// All outdated summaries are updated. A search or filter that began earlier may lack some of those
    /// mails.
    AllRowsUpdated,
    /// This process has another role on the data folder now.
    OwnershipChanged(Ownership),
    /// A query of another process has found this mail and stored it.
    MailFound(Box<Delivery>),
    /// Another process on the data folder has changed something.
    Shared(SharedChange),
    AccountOpened {
        generation: Generation,
        result: Result<Vec<Session>, AppError>,
    },
    SessionOpened(Result<Session, AppError>),
    AddressAdded(SessionId, Result<Address, AppError>),
    AddressDeleted(SessionId, AddressId, Result<(), AppError>),
    Restored {
        lapsed: SessionId,
        result: Result<Restoration, AppError>,
    },
    DomainsListed(Result<Vec<Domain>, AppError>),
    OwnDomainsListed(Result<Vec<Domain>, AppError>),
    DomainAdded(Result<Domain, AddDomainError>),
    DomainDeleted(Result<(), AppError>),
    Touched {
        session: SessionId,
        generation: Generation,
        result: Result<TouchOutcome, AppError>,
    },
    /// The push connection of a session delivered an event, for example a new mail.
    Pushed {
        session: SessionId,
        generation: Generation,
        push: Push,
    },
    /// The push connection of a session ended; the core decides when to reconnect.
    WatchEnded {
        session: SessionId,
        generation: Generation,
        why: AppError,
    },
    Ingested(SessionId, Result<Box<IngestedMail>, AppError>),
    MailLoaded {
        id: MailId,
        generation: Generation,
        result: Result<Arc<LoadedMail>, AppError>,
    },
    /// The whole of a large mail whose beginning was shown before, with all lines of one view.
    FullLoaded {
        id: MailId,
        generation: Generation,
        result: Result<Arc<LoadedMail>, AppError>,
        view: View,
        width: u16,
        lines: Arc<[Line]>,
    },
    /// An attached mail was parsed and can be shown.
    AttachedOpened {
        generation: Generation,
        result: Result<Arc<LoadedMail>, AppError>,
    },
    /// Progress of reading a large mail, in bytes. `FullLoaded` or `Rendered` follows.
    ReadProgress {
        generation: Generation,
        done: u64,
        of: u64,
    },
    /// Count of mails that are only in memory, because they could not be saved.
    UnsavedCount(usize),
    /// A report about long work. The answer to the effect is another message.
    Job(JobEvent),
    /// Progress of writing a large file, in bytes. `Saved` follows.
    SaveProgress {
        done: u64,
        of: u64,
    },
    Rendered {
        generation: Generation,
        view: View,
        width: u16,
        lines: Arc<[Line]>,
        /// Whether `lines` contains all lines of the view; if not, the rest follows.
        whole: bool,
    },
    PictureDecoded {
        id: MailId,
        size: PictureSize,
        pixels: Option<HalfBlockImage>,
    },
    /// A shell command that received a mail has ended. The message contains the command, then the output, or
    /// why the command failed.
    Piped(String, Result<Vec<SafeText>, SafeText>),
    /// Result of showing the HTML of a mail in the browser.
    Browsed(Browsed),
    /// Another program was to show a mail. The result is a text for the user, if there is one, or why showing
    /// failed.
    Shown(Result<Option<SafeText>, SafeText>),
    Copied {
        what: CopySource,
        text: SafeText,
        result: Result<CopiedTo, SafeText>,
    },
    /// The settings were read, with texts about invalid values. The runtime sends this at the start and after
    /// changes of the file.
    Settings(Box<Settings>, Vec<SafeText>),
    /// A setting was written to the settings file, or could not be written.
    SettingKept {
        name: &'static str,
        result: Result<SafeText, SafeText>,
    },
    LinkOpened(Result<(), SafeText>),
    /// Paths of the files that were written, or why a file could not be written.
    Saved(Result<Vec<SafeText>, SafeText>),
    Acknowledged(Result<(), SafeText>),
    /// A failure that the user should know of, although the requested action succeeded.
    Warning(SafeText),
    /// A request to the service waits until the user solves a captcha.
    CaptchaAsked,
    CaptchaPicture {
        drawing: u32,
        result: Result<Arc<CaptchaImage>, SafeText>,
    },
    /// A text for the user that says where the captcha is shown outside the program, or why it is not.
    CaptchaShown(SafeText),
    CaptchaSolved(Result<CaptchaResult, SafeText>),
    CaptchaLeft,
    /// The status of the service has changed: a wait, a captcha or a legacy token.
    ServiceStatusChanged(ServiceStatus),
    /// The wait that the service asked for is cancelled; waiting requests are sent at once.
    BackoffCancelled,
    /// All sample mails were sent, or sending failed.
    SamplesSent(Result<(), SafeText>),
}
