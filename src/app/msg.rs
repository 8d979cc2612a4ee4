//! What happened: keys, answers to effects, events of subscriptions.

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

/// What became of the page of a mail for the browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Browsed {
    /// The browser was called; these are not in the page.
    Handed(Vec<LeftOut>),
    /// The user stopped it.
    Stopped,
    /// It was not made, or not opened.
    Failed(SafeText),
}

/// What a failure means for what comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// The service was not reached; it is tried again.
    Offline,
    /// The token does not hold any more; the account is opened anew.
    Token,
    /// The session has lapsed.
    Lapsed,
    /// The stored token is sealed, and the keyring does not open it.
    Sealed,
    /// The service asks for a captcha, and it was not solved.
    Captcha,
    /// Anything else: told, and tried again where that is of use.
    Other,
}

/// Something that did not work, in words that say what to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppError {
    /// What it means.
    pub kind: FailureKind,
    /// The words.
    pub words: SafeText,
    /// How long the service asked to be left alone, where it did.
    pub wait: Option<SignedDuration>,
}

impl AppError {
    /// Whether another attempt waits for the user: a captcha that was left is not shown again unasked.
    pub fn waits_for_user(&self) -> bool {
        self.kind == FailureKind::Captcha
    }
}

/// What the program runs on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailboxSource {
    /// The service, in words: a host, or `local server`.
    pub service: SafeText,
    /// Where the local server takes mail, if there is one.
    pub smtp: Option<SafeText>,
    /// Whether sample mails are to come in.
    pub samples: bool,
    /// Which channels for new mail the user allows.
    pub channels: TransportChoice,
    /// Where its mail is.
    pub mail: Storage,
}

/// Where the mail of the mailbox is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Storage {
    /// In the archive of the data folder.
    Archive,
    /// In memory: it is kept for as long as the program runs, and no longer.
    Memory,
    /// In files that were opened to be read: no service is behind them.
    MailFiles,
}

/// What is kept on disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArchiveSnapshot {
    /// Sessions, newest first.
    pub sessions: Vec<Session>,
    /// What the user calls them.
    pub labels: Vec<(SessionId, SafeText)>,
    /// Mails, newest first.
    pub mails: Vec<StoredMail>,
}

/// What was taken out of sight and can be had back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HiddenItems {
    /// Hidden mails, newest first.
    pub mails: Vec<StoredMail>,
    /// Deleted addresses, the latest first.
    pub addresses: Vec<DeletedAddress>,
}

/// What a touch brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TouchOutcome {
    /// The session, its life prolonged.
    pub session: Session,
    /// Mails that had not been told of, oldest first, taken in.
    pub mails: Vec<StoredMail>,
    /// What went wrong with some of them, in words.
    pub problems: Vec<SafeText>,
    /// Large ones that are still to be taken in: nothing small waits for them.
    pub large: Vec<Delivery>,
    /// How many of them could not be fetched: the next touch tries again.
    pub missed: usize,
    /// The mail up to which the copy is complete, where that is known.
    pub complete_to: Option<MailId>,
}

/// A mail that was taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IngestedMail {
    /// The mail.
    pub kept: StoredMail,
    /// Whether the archive had it before.
    pub stored: Stored,
    /// What went wrong all the same, in words.
    pub problem: Option<SafeText>,
}

/// What became of an address that was to be restored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestoredAddress {
    /// The address.
    pub address: SafeText,
    /// With its new key, or why not.
    pub result: Result<Address, AppError>,
    /// The session that it turned out to live in, where it did.
    pub adopted: Option<Session>,
    /// Why the new key is not on the disk, where it is not.
    pub unsaved: Option<SafeText>,
}

/// What a restore brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restoration {
    /// The session that took the addresses.
    pub into: SessionId,
    /// That session, where it was opened for this.
    pub opened: Option<Session>,
    /// What became of each address.
    pub addresses: Vec<RestoredAddress>,
}

/// What happened.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "the effects say what each answer is about")]
pub enum Msg {
    Key(Key),
    Mouse(Mouse),
    /// The terminal's window got the focus, or lost it.
    Focus(bool),
    Paste(String),
    Resize(Area),
    /// The terminal reported the size of its cells, or has changed it.
    CellSize(CellSize),
    /// The terminal reported whether its own background is light.
    LightBackground(bool),
    /// The time; comes each second, and with each message that follows a pause.
    Tick(Timestamp),
    /// The time, after the machine was asleep.
    SystemResumed(Timestamp),
    /// The world is there: the ports can be used.
    Booted(MailboxSource),
    /// How the mailbox is to behave; comes before `Booted`.
    Configured {
        restore: Restore,
        owner: bool,
    },
    ArchiveRead(Result<ArchiveSnapshot, AppError>),
    Tallied(Result<MailCounts, AppError>),
    PageLoaded(Result<Vec<StoredMail>, AppError>),
    /// A step of a search was gone.
    Searched {
        generation: Generation,
        result: Result<SearchBatch, AppError>,
    },
    HiddenListed(Result<HiddenItems, AppError>),
    /// Another program has written to the archive.
    ArchiveChanged,
    /// Rows of mails that an earlier version of the program read, as this version reads them.
    RowsUpdated(Vec<StoredMail>),
    /// All such rows are updated: a search or filter that began before may lack some of them.
    AllRowsUpdated,
    /// The program that had the mailbox is gone.
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
    /// The stream of a session told something.
    Pushed {
        session: SessionId,
        generation: Generation,
        push: Push,
    },
    /// The stream of a session ended.
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
    /// All of a mail whose beginning came before, with all lines of the view that it was asked for in.
    FullLoaded {
        id: MailId,
        generation: Generation,
        result: Result<Arc<LoadedMail>, AppError>,
        view: View,
        width: u16,
        lines: Arc<[Line]>,
    },
    /// A mail that is attached to the one on the screen.
    AttachedOpened {
        generation: Generation,
        result: Result<Arc<LoadedMail>, AppError>,
    },
    /// How much of a large mail is read, in bytes of all; on the way to `WholeLoaded` or `Rendered`.
    ReadProgress {
        generation: Generation,
        done: u64,
        of: u64,
    },
    /// So many mails of this run are still in memory alone.
    UnsavedCount(usize),
    /// How much of a large file is written, in bytes of all; on the way to `Saved`.
    SaveProgress {
        done: u64,
        of: u64,
    },
    Rendered {
        generation: Generation,
        view: View,
        width: u16,
        lines: Arc<[Line]>,
        /// Whether these are all lines.
        whole: bool,
    },
    PictureDecoded {
        id: MailId,
        size: PictureSize,
        pixels: Option<HalfBlockImage>,
    },
    /// A command was given a mail: what it printed, or why it did not run.
    Piped(String, Result<Vec<SafeText>, SafeText>),
    /// The HTML of a mail was to be shown in the browser.
    Browsed(Browsed),
    /// A mail was shown elsewhere: what to say of it.
    Shown(Result<Option<SafeText>, SafeText>),
    Copied {
        what: CopySource,
        text: SafeText,
        result: Result<CopiedTo, SafeText>,
    },
    /// The settings were read, with what is wrong in them; at the start and whenever the file changes.
    Settings(Box<Settings>, Vec<SafeText>),
    /// A setting was written into the file, or not.
    SettingKept {
        name: &'static str,
        result: Result<SafeText, SafeText>,
    },
    LinkOpened(Result<(), SafeText>),
    /// Files were written, or one was not.
    Saved(Result<Vec<SafeText>, SafeText>),
    Acknowledged(Result<(), SafeText>),
    /// Something that the user has to know went wrong beside what was asked for.
    Warning(SafeText),
    /// A call waits for a captcha to be solved.
    CaptchaAsked,
    CaptchaPicture {
        drawing: u32,
        result: Result<Arc<CaptchaImage>, SafeText>,
    },
    /// Where the picture can be seen outside of this program, or why it cannot.
    CaptchaShown(SafeText),
    CaptchaSolved(Result<CaptchaResult, SafeText>),
    CaptchaLeft,
    /// How the service stands to us has changed.
    ServiceStatusChanged(ServiceStatus),
    /// The wait that the service asked for was ended.
    BackoffCancelled,
    /// All sample mails were sent, or not.
    SamplesSent(Result<(), SafeText>),
}
