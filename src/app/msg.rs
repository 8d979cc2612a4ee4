//! What happened: keys, answers to effects, events of subscriptions.

use super::captcha::Drawing;
use super::effect::Copying;
use super::key::Key;
use super::layout::Area;
use super::link::Generation;
use super::mouse::Mouse;
use super::own_domain::NotAdded;
use super::reader::{Opened, PictureSize};
use super::settings::Settings;
use crate::config::Restore;
use crate::domain::channel::ChannelChoice;
use crate::domain::html::LeftOut;
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::richtext::{CellSize, Line, Pixels, View};
use crate::domain::sanitize::SafeText;
use crate::domain::session::{Address, Domain, Session};
use crate::domain::time::{SignedDuration, Timestamp};
use crate::ports::archive::{Deleted, Kept, Step, Stored, Tally};
use crate::ports::clipboard::CopiedTo;
use crate::ports::transport::{Delivery, Push, Verdict, Weather};
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
pub struct Failure {
    /// What it means.
    pub kind: FailureKind,
    /// The words.
    pub words: SafeText,
    /// How long the service asked to be left alone, where it did.
    pub wait: Option<SignedDuration>,
}

impl Failure {
    /// Whether another attempt waits for the user: a captcha that was left is not shown again unasked.
    pub fn waits_for_user(&self) -> bool {
        self.kind == FailureKind::Captcha
    }
}

/// What the program runs on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The service, in words: a host, or `local server`.
    pub service: SafeText,
    /// Where the local server takes mail, if there is one.
    pub smtp: Option<SafeText>,
    /// Whether sample mails are to come in.
    pub samples: bool,
    /// Which channels for new mail the user allows.
    pub channels: ChannelChoice,
    /// Where its mail is.
    pub mail: MailPlace,
}

/// Where the mail of the mailbox is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailPlace {
    /// In the archive of the data folder.
    Archive,
    /// In memory: it is kept for as long as the program runs, and no longer.
    Memory,
    /// In files that were opened to be read: no service is behind them.
    Files,
}

/// What is kept on disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Archived {
    /// Sessions, newest first.
    pub sessions: Vec<Session>,
    /// What the user calls them.
    pub labels: Vec<(SessionId, SafeText)>,
    /// Mails, newest first.
    pub mails: Vec<Kept>,
}

/// What was taken out of sight and can be had back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetAside {
    /// Hidden mails, newest first.
    pub mails: Vec<Kept>,
    /// Deleted addresses, the latest first.
    pub addresses: Vec<Deleted>,
}

/// What a touch brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TouchedAnswer {
    /// The session, its life prolonged.
    pub session: Session,
    /// Mails that had not been told of, oldest first, taken in.
    pub mails: Vec<Kept>,
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
pub struct Taken {
    /// The mail.
    pub kept: Kept,
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
    pub result: Result<Address, Failure>,
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
    Woke(Timestamp),
    /// The world is there: the ports can be used.
    Booted(Place),
    /// How the mailbox is to behave; comes before `Booted`.
    Configured {
        restore: Restore,
        owner: bool,
    },
    ArchiveRead(Result<Archived, Failure>),
    Tallied(Result<Tally, Failure>),
    OlderRead(Result<Vec<Kept>, Failure>),
    /// A step of a search was gone.
    Searched {
        generation: Generation,
        result: Result<Step, Failure>,
    },
    SetAsideListed(Result<SetAside, Failure>),
    /// Another program has written to the archive.
    ArchiveChanged,
    /// Rows of mails that an earlier version of the program read, as this version reads them.
    RowsUpdated(Vec<Kept>),
    /// All such rows are updated: a search or filter that began before may lack some of them.
    AllRowsUpdated,
    /// The program that had the mailbox is gone.
    TookOver,
    AccountOpened {
        generation: Generation,
        result: Result<Vec<Session>, Failure>,
    },
    SessionOpened(Result<Session, Failure>),
    AddressAdded(SessionId, Result<Address, Failure>),
    AddressDeleted(SessionId, AddressId, Result<(), Failure>),
    Restored {
        lapsed: SessionId,
        result: Result<Restoration, Failure>,
    },
    DomainsListed(Result<Vec<Domain>, Failure>),
    OwnDomainsListed(Result<Vec<Domain>, Failure>),
    DomainAdded(Result<Domain, NotAdded>),
    DomainDeleted(Result<(), Failure>),
    Touched {
        session: SessionId,
        generation: Generation,
        result: Result<TouchedAnswer, Failure>,
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
        why: Failure,
    },
    Ingested(SessionId, Result<Box<Taken>, Failure>),
    MailLoaded {
        id: MailId,
        generation: Generation,
        result: Result<Arc<Opened>, Failure>,
    },
    /// All of a mail whose beginning came before, with all lines of the view that it was asked for in.
    WholeLoaded {
        id: MailId,
        generation: Generation,
        result: Result<Arc<Opened>, Failure>,
        view: View,
        width: u16,
        lines: Arc<[Line]>,
    },
    /// A mail that is attached to the one on the screen.
    AttachedOpened {
        generation: Generation,
        result: Result<Arc<Opened>, Failure>,
    },
    /// How much of a large mail is read, in bytes of all; on the way to `WholeLoaded` or `Rendered`.
    ReadOn {
        generation: Generation,
        done: u64,
        of: u64,
    },
    /// So many mails of this run are still in memory alone.
    Unkept(usize),
    /// How much of a large file is written, in bytes of all; on the way to `Saved`.
    SavedOn {
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
        pixels: Option<Pixels>,
    },
    /// A command was given a mail: what it printed, or why it did not run.
    Piped(String, Result<Vec<SafeText>, SafeText>),
    /// The HTML of a mail was to be shown in the browser.
    Browsed(Browsed),
    /// A mail was shown elsewhere: what to say of it.
    Shown(Result<Option<SafeText>, SafeText>),
    Copied {
        what: Copying,
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
    Marked(Result<(), SafeText>),
    /// Something that the user has to know went wrong beside what was asked for.
    Remark(SafeText),
    /// A call waits for a captcha to be solved.
    CaptchaAsked,
    CaptchaPicture {
        drawing: u32,
        result: Result<Arc<Drawing>, SafeText>,
    },
    /// Where the picture can be seen outside of this program, or why it cannot.
    CaptchaShown(SafeText),
    CaptchaSolved(Result<Verdict, SafeText>),
    CaptchaLeft,
    /// How the service stands to us has changed.
    WeatherTold(Weather),
    /// The wait that the service asked for was ended.
    WaitEnded,
    /// All sample mails were sent, or not.
    SamplesSent(Result<(), SafeText>),
}
