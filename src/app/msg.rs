//! Messages to the core: keys, the results of effects, the events of subscriptions.

use super::captcha_dialog::CaptchaImage;
use super::connection::Generation;
use super::effect::CopySource;
use super::key::Key;
use super::layout::Area;
use super::mouse::Mouse;
use super::personal_domain::AddDomainError;
use super::reader::{LoadedMail, PictureSize};
use super::settings::Settings;
use crate::config::Restore;
use crate::domain::html::LeftOut;
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::push_transport::TransportChoice;
use crate::domain::richtext::{CellSize, HalfBlockImage, Line, View};
use crate::domain::sanitize::SafeText;
use crate::domain::session::{Address, Domain, Session};
use crate::domain::time::{SignedDuration, Timestamp};
use crate::ports::archive::{DeletedAddress, MailCounts, SearchBatch, Stored, StoredMail};
use crate::ports::clipboard::CopiedTo;
use crate::ports::dropmail_api::{CaptchaResult, Delivery, Push, ServiceStatus};
use std::sync::Arc;

/// Result of showing the HTML of a mail in the browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Browsed {
    /// The browser was started with the page; these elements were left out of the page.
    Handed(Vec<LeftOut>),
    /// The user stopped the creation of the page.
    Stopped,
    /// The page could not be created or opened, with the reason.
    Failed(SafeText),
}

/// Kind of a failure; it decides what the program does next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// The service could not be reached; the program tries again.
    Offline,
    /// The token is no longer valid; the program opens the account again.
    Token,
    /// The session has lapsed.
    Lapsed,
    /// The stored token is encrypted, and the keyring does not provide the key.
    Sealed,
    /// The service requires a captcha that was not solved.
    Captcha,
    /// Any other failure: it is reported, and the program tries again where that can help.
    Other,
}

/// A failure with a text for the user that says what to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppError {
    /// The kind of the failure.
    pub kind: FailureKind,
    /// The text for the user.
    pub words: SafeText,
    /// The wait that the service asked for, if any.
    pub wait: Option<SignedDuration>,
}

impl AppError {
    /// Whether the next attempt waits for the user: a captcha that the user closed does not reappear unasked.
    pub fn waits_for_user(&self) -> bool {
        self.kind == FailureKind::Captcha
    }
}

/// The service, the options and the storage that the program runs with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailboxSource {
    /// Name of the service for the user: a host, or `local server`.
    pub service: SafeText,
    /// Address at which the local server accepts mail by SMTP, if there is a local server.
    pub smtp: Option<SafeText>,
    /// Whether the program sends sample mails to the mailbox.
    pub samples: bool,
    /// The push transports that the user allows.
    pub channels: TransportChoice,
    /// Where the mail is stored.
    pub mail: Storage,
}

/// Where the mail of the mailbox is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Storage {
    /// In the archive in the data folder.
    Archive,
    /// In memory only: the mail is lost when the program ends.
    Memory,
    /// In mail files that the user opened for reading; there is no service.
    MailFiles,
}

/// The contents of the archive that the screen needs at the start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArchiveSnapshot {
    /// Sessions, newest first.
    pub sessions: Vec<Session>,
    /// Names that the user has given to sessions.
    pub labels: Vec<(SessionId, SafeText)>,
    /// The newest mails, newest first.
    pub mails: Vec<StoredMail>,
}

/// Hidden mails and deleted addresses, which the user can bring back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HiddenItems {
    /// Hidden mails, newest first.
    pub mails: Vec<StoredMail>,
    /// Deleted addresses, the most recently deleted first.
    pub addresses: Vec<DeletedAddress>,
}

/// Result of a touch: a query that extends the session and returns missing mails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TouchOutcome {
    /// The session with its new expiry time.
    pub session: Session,
    /// Mails that were missing in the copy and are now stored, oldest first.
    pub mails: Vec<StoredMail>,
    /// Texts about what went wrong with some of the mails.
    pub problems: Vec<SafeText>,
    /// Large mails that are not yet fetched, so that small mails need not wait for them.
    pub large: Vec<Delivery>,
    /// Number of mails that could not be fetched; the next touch tries again.
    pub missed: usize,
    /// Id of the mail up to which the copy is complete, if known.
    pub complete_to: Option<MailId>,
}

/// A mail that was received and parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IngestedMail {
    /// The mail with its summary.
    pub kept: StoredMail,
    /// Whether the archive already contained the mail.
    pub stored: Stored,
    /// Text about a failure despite which the mail was received, such as a full disk.
    pub problem: Option<SafeText>,
}

/// Result of restoring one address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestoredAddress {
    /// The address to restore.
    pub address: SafeText,
    /// The restored address with its new restore key, or the reason of the failure.
    pub result: Result<Address, AppError>,
    /// The live session in which the address was found, if it was found in one.
    pub adopted: Option<Session>,
    /// Why the new restore key could not be saved, if it could not.
    pub unsaved: Option<SafeText>,
}

/// Result of restoring several addresses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restoration {
    /// The session that received the addresses.
    pub into: SessionId,
    /// The receiving session, if it was opened for this purpose.
    pub opened: Option<Session>,
    /// The result for each address.
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
    /// The terminal reported whether its own background is light.
    LightBackground(bool),
    /// The current time. It comes with each step of the clock and before a message that follows a pause.
    Tick(Timestamp),
    /// The current time, after the machine was suspended.
    SystemResumed(Timestamp),
    /// The ports are ready for use.
    Booted(MailboxSource),
    /// Options for the behaviour of the mailbox; sent before `Booted`.
    Configured {
        restore: Restore,
        owner: bool,
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
    /// Another program has written to the archive.
    ArchiveChanged,
    /// New summaries of mails that an earlier version of the program had parsed.
    RowsUpdated(Vec<StoredMail>),
    /// All outdated summaries are updated. A search or filter that began earlier may lack some of those
    /// mails.
    AllRowsUpdated,
    /// The program that owned the mailbox has exited, and this program now owns it.
    LockAcquired,
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
    /// The push connection of a session delivered an event.
    Pushed {
        session: SessionId,
        generation: Generation,
        push: Push,
    },
    /// The push connection of a session ended.
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
    /// An attached mail of the mail on the screen was parsed.
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
    /// Number of mails of this run that are only in memory, because they could not be saved.
    UnsavedCount(usize),
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
        /// Whether `lines` contains all lines of the view.
        whole: bool,
    },
    PictureDecoded {
        id: MailId,
        size: PictureSize,
        pixels: Option<HalfBlockImage>,
    },
    /// A shell command that received a mail has ended: its output, or why it failed.
    Piped(String, Result<Vec<SafeText>, SafeText>),
    /// The HTML of a mail was to be shown in the browser, with the result.
    Browsed(Browsed),
    /// A mail was shown in another program: a text for the user, if any, or why it failed.
    Shown(Result<Option<SafeText>, SafeText>),
    Copied {
        what: CopySource,
        text: SafeText,
        result: Result<CopiedTo, SafeText>,
    },
    /// The settings were read, with texts about invalid values. Sent at the start and after changes of the
    /// file.
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
    /// A request waits until the user solves a captcha.
    CaptchaAsked,
    CaptchaPicture {
        drawing: u32,
        result: Result<Arc<CaptchaImage>, SafeText>,
    },
    /// Text that says where the picture of the captcha is shown outside the program, or why it is not.
    CaptchaShown(SafeText),
    CaptchaSolved(Result<CaptchaResult, SafeText>),
    CaptchaLeft,
    /// The status of the service has changed: a wait, a captcha or a legacy token.
    ServiceStatusChanged(ServiceStatus),
    /// The wait that the service asked for was cancelled.
    BackoffCancelled,
    /// All sample mails were sent, or sending failed.
    SamplesSent(Result<(), SafeText>),
}
