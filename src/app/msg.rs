//! Messages to the core: user input, the results of effects, and the events of subscriptions.
// This file exceeds 300 lines because every message has its description here.

use super::captcha_dialog::CaptchaImage;
use super::connection::Generation;
use super::effect::CopySource;
use super::jobs::JobEvent;
use super::key::Key;
use super::layout::Area;
use super::message_pane::{ImageSize, LoadedMail};
use super::mouse::Mouse;
use super::personal_domain::AddDomainError;
use super::settings::Settings;
use crate::config::RestorePolicy;
use dropmail_client::domain::copied_to::CopiedTo;
use dropmail_client::domain::delivery::{Delivery, Push};
use dropmail_client::domain::history::HistoryEntry;
use dropmail_client::domain::ids::{AddressId, MailId, SessionId};
use dropmail_client::domain::keyring::KeyringProblem;
use dropmail_client::domain::push_transport::TransportChoice;
use dropmail_client::domain::service_status::{CaptchaResult, ServiceStatus};
use dropmail_client::domain::session::{Address, DeletedAddress, Domain, Session};
use dropmail_client::domain::sharing::{Ownership, SharedChange};
use dropmail_client::domain::stored_mail::{ArchiveSnapshot, MailCounts, SearchBatch, Stored, StoredMail};
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use mail_reader::html::LeftOut;
use mail_reader::richtext::{CellSize, HalfBlockImage, Line, View};
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// Result of opening a mail's HTML page in the browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Browsed {
    /// The HTML page was opened in the browser. The listed elements were omitted from the page, for example because
    /// they were unsafe.
    Opened(Vec<LeftOut>),
    /// The user stopped the creation of the HTML page.
    Stopped,
    /// The HTML page could not be created or opened; the value contains the reason.
    Failed(SafeText),
}

/// Kinds of failures. The kind of a failure determines how the program reacts to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// The service could not be reached; the program retries.
    Offline,
    /// The token is no longer valid. The program requests a new token, or verifies the stored token again.
    Token,
    /// The session has expired; the user can restore its addresses.
    Lapsed,
    /// The keyring does not provide the key for encrypting and decrypting the token.
    Keyring(KeyringProblem),
    /// The service demands a captcha, which the user has not solved yet.
    Captcha,
    /// Any other failure. The program reports it, and retries the request if that can help.
    Other,
}

/// A failure, with the message that reports it to the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppError {
    /// The kind of the failure, which determines how the program reacts.
    pub kind: FailureKind,
    /// The message for the user about the failure. It also states what the user or the program can do next.
    pub text: SafeText,
    /// Minimum delay before the next attempt, as specified by the service; `None` if the service did not specify one.
    pub retry_after: Option<SignedDuration>,
}

impl AppError {
    /// Returns `true` if the program must not retry before the user acts. This is the case if a captcha is unsolved,
    /// because a captcha dialog that the user has closed must not reopen on its own.
    pub fn waits_for_user(&self) -> bool {
        self.kind == FailureKind::Captcha
    }
}

/// A group of sample mails of the demo. The mails of a group are sent at the same time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Samples {
    /// The sample mails that are sent as soon as there is an address.
    First,
    /// The sample mail that is sent some seconds after the others, so that a new user sees a mail arrive.
    Late,
}

/// The source of the mailbox: the service, its options and the storage of the mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailboxSource {
    /// Name of the service as shown on the screen: a host name, or `local server`.
    pub service: SafeText,
    /// SMTP listen address of the local server; `None` if there is no local server.
    pub smtp: Option<SafeText>,
    /// The sample mails of the demo that the program has not sent yet; `None` if there are none.
    pub samples: Option<Samples>,
    /// The push transports that the user's settings allow.
    pub transports: TransportChoice,
    /// The storage that contains the mail of this mailbox.
    pub mail: Storage,
}

/// The kind of storage that contains the mail of a mailbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Storage {
    /// The mail is stored in the archive in the data directory.
    Archive,
    /// The mail is stored in memory only and is lost when the program ends.
    Memory,
    /// The mail comes from local mail files that the user has opened; no mail service is involved.
    MailFiles,
}

/// Hidden mails, deleted addresses and removed sessions, which the user can restore.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HiddenItems {
    /// Mails that the user has hidden, newest first.
    pub mails: Vec<StoredMail>,
    /// Addresses that the user has deleted, the most recently deleted one first.
    pub addresses: Vec<DeletedAddress>,
    /// Expired sessions that the user has removed from the sessions pane.
    pub sessions: Vec<Session>,
}

/// Result of a query that extends the lifetime of a session and fetches its missing mails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TouchOutcome {
    /// The session, with its new expiry time.
    pub session: Session,
    /// Mails that were missing from the archive and are now stored, oldest first.
    pub mails: Vec<StoredMail>,
    /// Error messages about mails of the session that could not be processed.
    pub problems: Vec<SafeText>,
    /// Announcements of large mails, which are fetched later so that small mails do not have to wait for them.
    pub large: Vec<Delivery>,
    /// Number of mails that could not be fetched; the next query of the session tries to fetch them again.
    pub missed: usize,
    /// The completeness mark of the session: the id of the mail up to which the archive contains every mail of the
    /// session; `None` if the mark is unknown.
    pub complete_to: Option<MailId>,
}

/// A mail that the program has fetched and parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IngestedMail {
    /// The fetched mail, with its inbox summary.
    pub mail: StoredMail,
    /// Whether the mail is new or was already in the archive.
    pub stored: Stored,
    /// Message about a failure that did not prevent the mail from being received, such as a full disk; `None` if
    /// nothing failed.
    pub problem: Option<SafeText>,
}

/// Result of the attempt to restore one address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestoredAddress {
    /// The address that the program tried to restore.
    pub address: SafeText,
    /// The restored address with its new restore key, or the reason why it was not restored.
    pub result: Result<Address, AppError>,
    /// The live session to which the address already belonged before the attempt; `None` if it belonged to no live
    /// session.
    pub adopted: Option<Session>,
    /// Reason why the new restore key of the address could not be stored; `None` if the key was stored.
    pub unsaved: Option<SafeText>,
}

/// Result of the attempt to restore the addresses of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restoration {
    /// Id of the session into which the addresses were restored.
    pub into: SessionId,
    /// The new session into which the addresses were restored; `None` if an existing session was used.
    pub opened: Option<Session>,
    /// One result for each address that the program tried to restore.
    pub addresses: Vec<RestoredAddress>,
}

/// A message to the core: user input, an external event, or the result of an effect.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "each effect names the subject of its answer")]
pub enum Msg {
    Key(Key),
    Mouse(Mouse),
    /// The terminal window gained the focus (`true`) or lost the focus (`false`).
    Focus(bool),
    Paste(String),
    Resize(Area),
    /// The terminal reported the size of its cells in pixels, at startup or because the size has changed.
    CellSize(CellSize),
    /// The terminal reported that its background is lighter (`true`) or darker (`false`) than its text.
    LightBackground(bool),
    /// The terminal draws some characters wider than the program assumed, so open mails must be laid out again.
    TextWidthChanged,
    /// The current time. The runtime sends it regularly, and also before the first `Msg` of another kind after a pause.
    Tick(Timestamp),
    /// The machine has resumed after being suspended; the value is the current time.
    SystemResumed(Timestamp),
    /// The dependencies of the program, such as the archive and the API client, are ready. From now on, effects can
    /// run.
    Booted(MailboxSource),
    /// How the program treats the addresses of expired sessions, and the role of this process among the processes that
    /// use the same data directory. Sent before `Booted`.
    Configured {
        restore: RestorePolicy,
        ownership: Ownership,
    },
    ArchiveRead(Result<ArchiveSnapshot, AppError>),
    MailsCounted(Result<MailCounts, AppError>),
    PageLoaded(Result<Vec<StoredMail>, AppError>),
    /// The result of one step of a search of the archive.
    Searched {
        generation: Generation,
        result: Result<SearchBatch, AppError>,
    },
    HiddenListed(Result<HiddenItems, AppError>),
    /// The history of the given address, newest entry first; `None` stands for all addresses.
    HistoryRead(Option<SafeText>, Result<Vec<HistoryEntry>, AppError>),
    /// Another process has written to the archive; the core reads the archive again.
    ArchiveChanged,
    /// Mails with new summaries. An earlier version of the program had parsed these mails, so this version has parsed
    /// them again.
    RowsUpdated(Vec<StoredMail>),
    /// All mails that an earlier version of the program had parsed have now been parsed again. A search or filter that
    /// ran in the meantime may have missed some of them.
    AllRowsUpdated,
    /// The role of this process among the processes that use the same data directory has changed.
    OwnershipChanged(Ownership),
    /// Another process has found this mail by querying the mail's session, and has stored the mail.
    MailFound(Box<Delivery>),
    /// Another process that uses the same data directory has made a change.
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
    /// The push connection of a session reported an event, for example a new mail.
    Pushed {
        session: SessionId,
        generation: Generation,
        push: Push,
    },
    /// The push connection of a session ended; the core decides when to reconnect.
    StreamEnded {
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
    /// A large mail, of which only the beginning was shown, has been parsed completely, or parsing has failed. After a
    /// success, `lines` contains all lines of the view `view`.
    FullLoaded {
        id: MailId,
        generation: Generation,
        result: Result<Arc<LoadedMail>, AppError>,
        view: View,
        width: u16,
        lines: Arc<[Line]>,
    },
    /// An attached mail has been parsed and can be opened, or it could not be parsed.
    AttachedOpened {
        generation: Generation,
        result: Result<Arc<LoadedMail>, AppError>,
    },
    /// Progress of parsing a large mail, in bytes. `FullLoaded` or `Rendered` follows at the end.
    ReadProgress {
        generation: Generation,
        done: u64,
        total: u64,
    },
    /// Number of mails that are only in memory, because storing them failed.
    UnsavedCount(usize),
    /// A long-running job has started, made progress or ended. The job's result arrives as a separate `Msg`.
    Job(JobEvent),
    /// Progress of writing a large file, in bytes. `Saved` follows at the end.
    SaveProgress {
        done: u64,
        total: u64,
    },
    Rendered {
        generation: Generation,
        view: View,
        width: u16,
        lines: Arc<[Line]>,
        /// If `true`, `lines` contains all lines of the view; if `false`, another `Msg` with all lines follows.
        is_complete: bool,
    },
    ImageDecoded {
        id: MailId,
        size: ImageSize,
        pixels: Option<HalfBlockImage>,
    },
    /// The shell command to which a mail was piped has ended. The values are the command, and its output or the reason
    /// why it failed.
    Piped(String, Result<Vec<SafeText>, SafeText>),
    /// The HTML of a mail was opened in the browser, or could not be opened.
    Browsed(Browsed),
    /// Result of opening a mail in an external program, and of every other effect without a dedicated `Msg`. The value
    /// is an optional message for the user, or the reason for a failure.
    Shown(Result<Option<SafeText>, SafeText>),
    Copied {
        what: CopySource,
        text: SafeText,
        result: Result<CopiedTo, SafeText>,
    },
    /// The settings have been loaded. The values are the settings and the warnings about invalid values. The runtime
    /// sends this `Msg` at startup and whenever the settings file changes.
    Settings(Box<Settings>, Vec<SafeText>),
    /// A setting was written to the settings file, or the attempt failed.
    SettingSaved {
        name: &'static str,
        value: String,
        result: Result<SafeText, SafeText>,
    },
    LinkOpened(Result<(), SafeText>),
    /// Mails or attachments were saved. The value contains the paths of the files, or the reason why a file could not
    /// be written.
    Saved(Result<Vec<SafeText>, SafeText>),
    Acknowledged(Result<(), SafeText>),
    /// The undo history was stored. The value is an error message if storing it failed.
    UndoStepsStored(Result<(), SafeText>),
    /// A warning about a failure that did not prevent the requested action.
    Warning(SafeText),
    /// A request to the service is waiting for the user to solve a captcha.
    CaptchaRequested,
    CaptchaFetched {
        drawing: u32,
        result: Result<Arc<CaptchaImage>, SafeText>,
    },
    /// The captcha image was opened in an external image viewer, or could not be opened. The value is a message for the
    /// user with the path of the image file or the reason for the failure.
    CaptchaShown(SafeText),
    CaptchaSolved(Result<CaptchaResult, SafeText>),
    CaptchaDismissed,
    /// The status of the service has changed: whether it delays requests, whether it requires a captcha, or whether the
    /// token is a legacy token.
    ServiceStatusChanged(ServiceStatus),
    /// The delay imposed by the service was cancelled; the waiting requests are sent immediately.
    BackoffCancelled,
    /// All sample mails of the demo mode were sent, or sending them failed.
    SamplesSent(Result<(), SafeText>),
}
