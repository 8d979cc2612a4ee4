//! What the core asks of the world: plain data, so that a test can say exactly what was asked.
//! Each effect is answered by exactly one message.

use super::connection::Generation;
use super::inbox::SearchRequest;
use super::layout::PaneLayout;
use super::message_header::Keys;
use super::reader::{LoadedMail, PictureSize};
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::richtext::{CellSize, Quotes, View};
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::DomainPassword;
use crate::domain::session::Address;
use crate::ports::archive::SearchCursor;
use crate::ports::dropmail_api::{AddressOptions, Delivery};
use std::sync::Arc;

/// What is being copied, with the sender of the mail that it is from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopySource {
    /// A code.
    Code(SafeText),
    /// A link.
    Link(SafeText),
    /// An address of the user's own.
    Address,
}

/// A program of the user's own that takes over the terminal for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExternalProgram {
    /// `$VISUAL` or `$EDITOR`.
    Editor,
    /// `$PAGER`.
    Pager,
}

/// Whether the token in the archive is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoredToken {
    /// It is, once the keyring opens it.
    Used,
    /// The same; a keyring that stayed locked shows its prompt again.
    UsedAfterPrompt,
    /// The user goes on without it: its seal cannot be opened now.
    LeftAside,
}

/// Something to do in the world.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// Read what is kept. Answer: `ArchiveRead`.
    ReadArchive,
    /// Count what is kept. Answer: `Tallied`.
    Tally,
    /// Read the page of the list below a mail. Answer: `OlderRead`.
    LoadPage(MailId),
    /// Go a step of a search through all that is kept. Answer: `Searched`.
    Search {
        /// What is looked for.
        wanted: Arc<SearchRequest>,
        /// Where it goes on; from the top for none.
        from: Option<SearchCursor>,
        /// Which question.
        generation: Generation,
    },
    /// List hidden mails and deleted addresses. Answer: `SetAsideListed`.
    ListHidden,
    /// Make sure of a token and list the sessions that live. Answer: `AccountOpened`.
    OpenAccount {
        /// Which question.
        generation: Generation,
        /// Whether the stored token is used.
        stored: StoredToken,
    },
    /// Open a session with an address. Answer: `SessionOpened`.
    OpenSession(AddressOptions),
    /// Add an address to a session. Answer: `AddressAdded`.
    AddAddress(SessionId, AddressOptions),
    /// Stop an address. Answer: `AddressDeleted`.
    DeleteAddress(SessionId, AddressId),
    /// Bring addresses of a lapsed session into a living one. Answer: `Restored`.
    Restore {
        /// The session that has lapsed.
        lapsed: SessionId,
        /// The one that takes its addresses; a new one is opened where none lives.
        into: Option<SessionId>,
        /// What to bring back.
        addresses: Vec<Address>,
    },
    /// List the domains. Answer: `DomainsListed`.
    ListDomains,
    /// List the domains, for those that are the user's own. Answer: `OwnDomainsListed`.
    ListOwnDomains,
    /// Add a domain of the user's own. Answer: `DomainAdded`.
    AddDomain(SafeText, DomainPassword),
    /// Give one up. Answer: `DomainDeleted`.
    DeleteDomain(DomainId, DomainPassword),
    /// Touch a session and take in all mail that is missing in the copy. Answer: `Touched`.
    Touch {
        /// Which session.
        session: SessionId,
        /// Which question.
        generation: Generation,
    },
    /// Fetch, take apart and keep a mail that was told of. Answer: `Ingested`.
    Ingest(Box<Delivery>),
    /// Read a mail from the archive. Answer: `MailLoaded`.
    LoadMail {
        /// Which mail.
        id: MailId,
        /// Which question.
        generation: Generation,
    },
    /// Take all of a mail apart whose beginning is on the screen, and lay it out. Answer: `WholeLoaded`.
    LoadFull {
        /// Its beginning.
        opened: Arc<LoadedMail>,
        /// How it is looked at.
        view: View,
        /// Columns.
        width: u16,
        /// How quotes are shown.
        quotes: Quotes,
        /// The cells that pictures are drawn on.
        cell: CellSize,
        /// The keys that the head names.
        keys: Keys,
        /// Which question.
        generation: Generation,
    },
    /// Take apart a mail that is attached to another as one of its parts. Answer: `AttachedOpened`.
    OpenAttached {
        /// The mail that it is attached to.
        opened: Arc<LoadedMail>,
        /// Which part of it.
        part: usize,
        /// Which question.
        generation: Generation,
    },
    /// Lay a mail out. Answer: `Rendered`.
    Render {
        /// The mail.
        opened: Arc<LoadedMail>,
        /// How it is looked at.
        view: View,
        /// Columns.
        width: u16,
        /// How quotes are shown.
        quotes: Quotes,
        /// The cells that pictures are drawn on.
        cell: CellSize,
        /// How many lines are enough for now; none for all.
        enough: Option<usize>,
        /// The keys that the head names.
        keys: Keys,
        /// Which question.
        generation: Generation,
    },
    /// Decode a picture that came along with a mail. Answer: `PictureDecoded`.
    DecodePicture(Arc<LoadedMail>, PictureSize),
    /// Hand a mail, or one part of it, to a command. Answer: `Piped`.
    Pipe {
        /// The mail.
        opened: Arc<LoadedMail>,
        /// One part alone.
        part: Option<usize>,
        /// What the user typed, for the shell.
        command: String,
    },
    /// End the command that a mail was handed to, with all that it has started. Answer: `Shown`.
    StopPipe,
    /// Show a view of a mail in the user's own program. Answer: `Shown`.
    OpenInProgram(ExternalProgram, Arc<LoadedMail>, View),
    /// Show the HTML of a mail in the browser, made harmless. Answer: `Browsed`.
    OpenInBrowser(Arc<LoadedMail>),
    /// End the making of the page for the browser. Answer: `Shown`.
    StopBrowse,
    /// Save one part and open it with what the desktop has for it. Answer: `Shown`.
    OpenPart(Arc<LoadedMail>, usize),
    /// Put text on the clipboard. Answer: `Copied`.
    Copy {
        /// What it is.
        what: CopySource,
        /// The text.
        text: SafeText,
    },
    /// Hand a link to the browser. Answer: `LinkOpened`.
    OpenLink(SafeText),
    /// Keep the mails that the disk did not take when they came. Answer: `Unkept`.
    RetryUnsaved,
    /// Save mails as .eml. Answer: `Saved`.
    SaveMails(Vec<MailId>),
    /// Save attachments of a mail: some of its parts, or all. Answer: `Saved`.
    SaveAttachments(MailId, Option<Vec<usize>>),
    /// Save an attached mail as .eml. Answer: `Saved`.
    SaveAttached(Arc<LoadedMail>),
    /// Save attachments of an attached mail: some of its parts, or all. Answer: `Saved`.
    SavePartsOfAttached(Arc<LoadedMail>, Option<Vec<usize>>),
    /// Keep the read mark of a mail. Answer: `Marked`.
    SetRead(MailId, bool),
    /// Write a setting into the settings file: its name, its value. Answer: `SettingKept`.
    KeepSetting(&'static str, String),
    /// Fetch and decode a drawing of the captcha. Answer: `CaptchaPicture`.
    FetchCaptcha {
        /// Which drawing.
        drawing: u32,
    },
    /// Hand a drawing of the captcha to whatever the desktop has for pictures. Answer: `CaptchaShown`.
    ShowCaptcha {
        /// Which drawing.
        drawing: u32,
    },
    /// Answer the captcha. Answer: `CaptchaSolved`.
    SolveCaptcha(SafeText),
    /// Leave the captcha unsolved. Answer: `CaptchaLeft`.
    CancelCaptcha,
    /// End the wait that the service asked for. Answer: `WaitEnded`.
    CancelBackoff,
    /// Keep that a mail is hidden, or no longer. Answer: `Marked`.
    SetHidden(MailId, bool),
    /// Keep what the user calls a session; empty for no name. Answer: `Marked`.
    KeepLabel(SessionId, SafeText),
    /// Keep how the panes are arranged. Answer: `Marked`.
    KeepArrangement(PaneLayout),
}

impl Effect {
    /// Whether it takes a processor for longer than a frame may, for what is not on the screen yet.
    pub fn is_long(&self) -> bool {
        matches!(self, Self::LoadFull { .. } | Self::Render { enough: None, .. })
    }
}
