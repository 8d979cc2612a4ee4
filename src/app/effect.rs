//! Effects: plain data for work outside the core. Tests can compare them.
//!
//! Exactly one message answers each effect.

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

/// The kind of text to copy; codes and links come with the sender of their mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopySource {
    /// A code, with the sender of its mail.
    Code(SafeText),
    /// A link, with the sender of its mail.
    Link(SafeText),
    /// An address of the user.
    Address,
}

/// A program of the user that takes over the terminal while it runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExternalProgram {
    /// The editor: `$VISUAL` or `$EDITOR`.
    Editor,
    /// The pager: `$PAGER`.
    Pager,
}

/// Whether the token in the archive is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoredToken {
    /// The stored token is used as soon as the keyring provides the key for it.
    Used,
    /// Like `Used`, and a keyring that stayed locked shows its unlock prompt again.
    UsedAfterPrompt,
    /// The stored token is ignored, because it cannot be decrypted now; a temporary token replaces it.
    LeftAside,
}

/// Work outside the core, such as a request or a file operation.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// Read the sessions and the newest mails from the archive. Answer: `ArchiveRead`.
    ReadArchive,
    /// Count the stored mails. Answer: `Tallied`.
    Tally,
    /// Read the page of stored mails that are older than this mail. Answer: `PageLoaded`.
    LoadPage(MailId),
    /// Run one step of a search through the archive. Answer: `Searched`.
    Search {
        /// The search request.
        wanted: Arc<SearchRequest>,
        /// Position at which the step starts; `None` for the newest mail.
        from: Option<SearchCursor>,
        /// Number of the request, to recognise late replies.
        generation: Generation,
    },
    /// List hidden mails and deleted addresses. Answer: `HiddenListed`.
    ListHidden,
    /// Ensure that there is a valid token and list the live sessions. Answer: `AccountOpened`.
    OpenAccount {
        /// Number of the request, to recognise late replies.
        generation: Generation,
        /// Whether the stored token is used.
        stored: StoredToken,
    },
    /// Open a session with an address. Answer: `SessionOpened`.
    OpenSession(AddressOptions),
    /// Add an address to a session. Answer: `AddressAdded`.
    AddAddress(SessionId, AddressOptions),
    /// Delete an address. Answer: `AddressDeleted`.
    DeleteAddress(SessionId, AddressId),
    /// Restore addresses of a lapsed session into a live one. Answer: `Restored`.
    Restore {
        /// The lapsed session.
        lapsed: SessionId,
        /// The session that receives the addresses; `None` opens a new session.
        into: Option<SessionId>,
        /// The addresses to restore.
        addresses: Vec<Address>,
    },
    /// List the domains that the service offers. Answer: `DomainsListed`.
    ListDomains,
    /// List the domains to find the personal ones among them. Answer: `OwnDomainsListed`.
    ListOwnDomains,
    /// Add a personal domain. Answer: `DomainAdded`.
    AddDomain(SafeText, DomainPassword),
    /// Delete a personal domain. Answer: `DomainDeleted`.
    DeleteDomain(DomainId, DomainPassword),
    /// Query a session to extend its life, and fetch the mails that the copy lacks. Answer: `Touched`.
    Touch {
        /// The session to query.
        session: SessionId,
        /// Number of the request, to recognise late replies.
        generation: Generation,
    },
    /// Fetch, parse and store a mail that the service has announced. Answer: `Ingested`.
    Ingest(Box<Delivery>),
    /// Read a mail from the archive. Answer: `MailLoaded`.
    LoadMail {
        /// Id of the mail to read.
        id: MailId,
        /// Number of the request, to recognise late replies.
        generation: Generation,
    },
    /// Parse the whole of a large mail whose beginning is on the screen, and lay it out. Answer:
    /// `FullLoaded`.
    LoadFull {
        /// The beginning of the mail.
        opened: Arc<LoadedMail>,
        /// The view to lay out.
        view: View,
        /// Width of the layout in columns.
        width: u16,
        /// Whether quotes are folded.
        quotes: Quotes,
        /// Size of a terminal cell, for the sizes of pictures.
        cell: CellSize,
        /// The keys that the message header names.
        keys: Keys,
        /// Number of the request, to recognise late replies.
        generation: Generation,
    },
    /// Parse a mail that is attached to another mail. Answer: `AttachedOpened`.
    OpenAttached {
        /// The outer mail.
        opened: Arc<LoadedMail>,
        /// Index of the part that contains the attached mail.
        part: usize,
        /// Number of the request, to recognise late replies.
        generation: Generation,
    },
    /// Lay out a mail in one view. Answer: `Rendered`.
    Render {
        /// The mail to lay out.
        opened: Arc<LoadedMail>,
        /// The view to lay out.
        view: View,
        /// Width of the layout in columns.
        width: u16,
        /// Whether quotes are folded.
        quotes: Quotes,
        /// Size of a terminal cell, for the sizes of pictures.
        cell: CellSize,
        /// Number of lines that are sufficient for now; `None` lays out all lines.
        enough: Option<usize>,
        /// The keys that the message header names.
        keys: Keys,
        /// Number of the request, to recognise late replies.
        generation: Generation,
    },
    /// Decode a picture that is a part of a mail. Answer: `PictureDecoded`.
    DecodePicture(Arc<LoadedMail>, PictureSize),
    /// Pass a mail, or one part of it, to a shell command. Answer: `Piped`.
    Pipe {
        /// The mail to pass.
        opened: Arc<LoadedMail>,
        /// The part to pass; `None` passes the whole mail.
        part: Option<usize>,
        /// The shell command as the user typed it.
        command: String,
    },
    /// Stop the shell command that received a mail, and all processes that it started. Answer: `Shown`.
    StopPipe,
    /// Show a view of a mail in the user's editor or pager. Answer: `Shown`.
    OpenInProgram(ExternalProgram, Arc<LoadedMail>, View),
    /// Show the sanitised HTML of a mail in the browser. Answer: `Browsed`.
    OpenInBrowser(Arc<LoadedMail>),
    /// Stop the creation of the page for the browser. Answer: `Shown`.
    StopBrowse,
    /// Save one part and open it in the desktop's default program. Answer: `Shown`.
    OpenPart(Arc<LoadedMail>, usize),
    /// Copy text to the clipboard. Answer: `Copied`.
    Copy {
        /// The kind of text.
        what: CopySource,
        /// The text to copy.
        text: SafeText,
    },
    /// Open a link in the browser. Answer: `LinkOpened`.
    OpenLink(SafeText),
    /// Save the mails that could not be saved when they arrived. Answer: `UnsavedCount`.
    RetryUnsaved,
    /// Save mails as .eml files. Answer: `Saved`.
    SaveMails(Vec<MailId>),
    /// Save attachments of a mail: the given parts, or all for `None`. Answer: `Saved`.
    SaveAttachments(MailId, Option<Vec<usize>>),
    /// Save an attached mail as an .eml file. Answer: `Saved`.
    SaveAttached(Arc<LoadedMail>),
    /// Save attachments of an attached mail: the given parts, or all for `None`. Answer: `Saved`.
    SavePartsOfAttached(Arc<LoadedMail>, Option<Vec<usize>>),
    /// Store whether a mail is read. Answer: `Acknowledged`.
    SetRead(MailId, bool),
    /// Write a setting (name, value) to the settings file. Answer: `SettingKept`.
    KeepSetting(&'static str, String),
    /// Fetch and decode a drawing of the captcha. Answer: `CaptchaPicture`.
    FetchCaptcha {
        /// Number of the drawing; each number gives another picture of the same captcha.
        drawing: u32,
    },
    /// Open a drawing of the captcha in the desktop's default program for pictures. Answer: `CaptchaShown`.
    ShowCaptcha {
        /// Number of the drawing; each number gives another picture of the same captcha.
        drawing: u32,
    },
    /// Send the user's answer to the captcha. Answer: `CaptchaSolved`.
    SolveCaptcha(SafeText),
    /// Give up the captcha without an answer. Answer: `CaptchaLeft`.
    CancelCaptcha,
    /// Cancel the wait that the service asked for. Answer: `BackoffCancelled`.
    CancelBackoff,
    /// Store whether a mail is hidden. Answer: `Acknowledged`.
    SetHidden(MailId, bool),
    /// Store the name that the user gives to a session; empty for no name. Answer: `Acknowledged`.
    KeepLabel(SessionId, SafeText),
    /// Store the arrangement of the panes. Answer: `Acknowledged`.
    KeepArrangement(PaneLayout),
}

impl Effect {
    /// Whether the effect computes for longer than one frame, for lines that are not on the screen yet.
    pub fn is_long(&self) -> bool {
        matches!(self, Self::LoadFull { .. } | Self::Render { enough: None, .. })
    }
}
