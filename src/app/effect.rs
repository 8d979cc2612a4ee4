//! Effects: plain data for work outside the core, which tests can compare.
//!
//! Exactly one message answers each effect.

use super::connection::Generation;
use super::inbox::SearchRequest;
use super::layout::PaneLayout;
use super::message_header::Keys;
use super::reader::{LoadedMail, PictureSize};
use crate::domain::delivery::Delivery;
use crate::domain::history::HistoryAction;
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::mail::Summary;
use crate::domain::secrets::DomainPassword;
use crate::domain::session::{Address, AddressOptions};
use crate::domain::stored_mail::SearchCursor;
use mail_reader::richtext::{CellSize, Quotes, View};
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// The kind of text to copy, which decides the message after copying.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopySource {
    /// The text is a code; the message after copying names the sender of its mail.
    Code(CopiedMail),
    /// The text is a link; the message after copying names the sender of its mail.
    Link(CopiedMail),
    /// The text is an address of the user.
    Address,
}

/// The mail that a copied code or link comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopiedMail {
    /// The sender as the inbox shows it.
    pub sender: SafeText,
    /// The mail in the archive. For an attached mail, that is the outer mail.
    pub id: MailId,
    /// The address that the mail came to.
    pub to: SafeText,
}

impl CopiedMail {
    /// Takes the mail of a summary.
    pub fn new(summary: &Summary) -> Self {
        let envelope = &summary.envelope;
        Self { sender: summary.sender.clone(), id: envelope.id.clone(), to: envelope.to.clone() }
    }
}

/// A program of the user that takes over the terminal while it runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExternalProgram {
    /// The user's editor, named by `$VISUAL` or `$EDITOR`.
    Editor,
    /// The user's pager, named by `$PAGER`.
    Pager,
}

/// Whether the program uses the token that the archive stores.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoredToken {
    /// The program uses the stored token as soon as the keyring provides the key that decrypts it.
    Used,
    /// Like `Used`; a keyring that stayed locked also shows its unlock prompt again.
    UsedAfterPrompt,
    /// The program ignores the stored token, because the token cannot be decrypted now. A temporary token
    /// replaces it.
    LeftAside,
}

/// A description of work outside the core, such as a request or a file operation.
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
        /// What the search looks for.
        wanted: Arc<SearchRequest>,
        /// Position at which this step of the search starts; `None` starts at the newest mail.
        from: Option<SearchCursor>,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// List hidden mails and deleted addresses. Answer: `HiddenListed`.
    ListHidden,
    /// Ensure that there is a valid token and list the live sessions. Answer: `AccountOpened`.
    OpenAccount {
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
        /// Whether the program uses the token that the archive stores.
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
        /// The lapsed session whose addresses are restored.
        lapsed: SessionId,
        /// The session that receives the addresses; `None` opens a new session.
        into: Option<SessionId>,
        /// The addresses to restore.
        addresses: Vec<Address>,
    },
    /// List the domains that the service offers. Answer: `DomainsListed`.
    ListDomains,
    /// List the domains in order to find the user's personal ones. Answer: `OwnDomainsListed`.
    ListOwnDomains,
    /// Add a personal domain. Answer: `DomainAdded`.
    AddDomain(SafeText, DomainPassword),
    /// Delete a personal domain. Answer: `DomainDeleted`.
    DeleteDomain(DomainId, DomainPassword),
    /// Query a session to extend its life, and fetch the mails that the local copy lacks. Answer: `Touched`.
    Touch {
        /// The session whose life the query extends.
        session: SessionId,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// Fetch, parse and store a mail that the service has announced. Answer: `Ingested`.
    Ingest(Box<Delivery>),
    /// Read a mail from the archive. Answer: `MailLoaded`.
    LoadMail {
        /// Id of the mail to read from the archive.
        id: MailId,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// Parse the whole of a large mail whose beginning is on the screen, and lay it out. Answer:
    /// `FullLoaded`.
    LoadFull {
        /// The mail as loaded so far, of which only the beginning is parsed.
        opened: Arc<LoadedMail>,
        /// The view of the message pane whose lines are computed.
        view: View,
        /// Width of the message pane in columns; the lines are wrapped to this width.
        width: u16,
        /// How the layout shows quoted mails: as plain text, in full below a title line, or folded.
        quotes: Quotes,
        /// Size of a terminal cell in pixels, from which the layout computes the size of pictures in cells.
        cell: CellSize,
        /// Key names that the header lines of the message show next to code, link and attachments.
        keys: Keys,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// Parse a mail that is attached to another mail. Answer: `AttachedOpened`.
    OpenAttached {
        /// The outer mail, which contains the attached mail.
        opened: Arc<LoadedMail>,
        /// Index of the MIME part that contains the attached mail.
        part: usize,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// Lay out a mail in one view of the message pane. Answer: `Rendered`.
    Render {
        /// The mail whose lines are computed.
        opened: Arc<LoadedMail>,
        /// The view of the message pane whose lines are computed.
        view: View,
        /// Width of the message pane in columns; the lines are wrapped to this width.
        width: u16,
        /// How the layout shows quoted mails: as plain text, in full below a title line, or folded.
        quotes: Quotes,
        /// Size of a terminal cell in pixels, from which the layout computes the size of pictures in cells.
        cell: CellSize,
        /// Count of lines after which the layout may stop, because the screen shows no more for now; `None`
        /// lays out all lines.
        enough: Option<usize>,
        /// Key names that the header lines of the message show next to code, link and attachments.
        keys: Keys,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// Decode a picture that is a part of a mail. Answer: `PictureDecoded`.
    DecodePicture(Arc<LoadedMail>, PictureSize),
    /// Pass a mail, or one part of it, to a shell command. Answer: `Piped`.
    Pipe {
        /// The mail that the shell command receives.
        opened: Arc<LoadedMail>,
        /// Index of the MIME part that the shell command receives; `None` passes the whole mail.
        part: Option<usize>,
        /// The shell command as the user typed it.
        command: String,
    },
    /// Stop the shell command that receives a mail, and all processes that the command started. Answer:
    /// `Shown`.
    StopPipe,
    /// Show a view of a mail in the user's editor or pager. Answer: `Shown`.
    OpenInProgram(ExternalProgram, Arc<LoadedMail>, View),
    /// Show the sanitised HTML of a mail in the browser. Answer: `Browsed`.
    OpenInBrowser(Arc<LoadedMail>),
    /// Stop creating the page of a mail for the browser. Answer: `Shown`.
    StopBrowse,
    /// Save one part of a mail, given by its index, and open the file in the desktop's default program.
    /// Answer: `Shown`.
    OpenPart(Arc<LoadedMail>, usize),
    /// Copy text to the clipboard. Answer: `Copied`.
    Copy {
        /// The kind of the copied text, which decides the message after copying.
        what: CopySource,
        /// The text to put on the clipboard.
        text: SafeText,
    },
    /// Open a link in the browser. Answer: `LinkOpened`.
    OpenLink(SafeText),
    /// Save the mails that are only in memory because saving failed when they arrived. Answer:
    /// `UnsavedCount`.
    RetryUnsaved,
    /// Save mails as .eml files. Answer: `Saved`.
    SaveMails(Vec<MailId>),
    /// Save attachments of a stored mail as files: the parts with these indexes, or all attachments if
    /// `None`. Answer: `Saved`.
    SaveAttachments(MailId, Option<Vec<usize>>),
    /// Save an attached mail as an .eml file. Answer: `Saved`.
    SaveAttached(Arc<LoadedMail>),
    /// Save attachments of an attached mail as files: the parts with these indexes, or all attachments if
    /// `None`. Answer: `Saved`.
    SavePartsOfAttached(Arc<LoadedMail>, Option<Vec<usize>>),
    /// Store in the archive whether a mail is read. Answer: `Acknowledged`.
    SetRead(MailId, bool),
    /// Write a setting (name, value) to the settings file. Answer: `SettingKept`.
    KeepSetting(&'static str, String),
    /// Fetch and decode the picture of the captcha. Answer: `CaptchaPicture`.
    FetchCaptcha {
        /// Ordinal of the drawing. The service draws the same captcha differently for each ordinal, so a
        /// higher one requests a new picture.
        drawing: u32,
    },
    /// Open the picture of the captcha in the desktop's default program for pictures. Answer: `CaptchaShown`.
    ShowCaptcha {
        /// Ordinal of the drawing. The service draws the same captcha differently for each ordinal, so a
        /// higher one requests a new picture.
        drawing: u32,
    },
    /// Send the user's answer to the captcha. Answer: `CaptchaSolved`.
    SolveCaptcha(SafeText),
    /// Give up the captcha without an answer, so that the waiting requests fail. Answer: `CaptchaLeft`.
    CancelCaptcha,
    /// Cancel the wait that the service imposed with HTTP 429, so that requests are sent at once. Answer:
    /// `BackoffCancelled`.
    CancelBackoff,
    /// Store in the archive whether the inbox hides a mail. Answer: `Acknowledged`.
    SetHidden(MailId, bool),
    /// Store the name that the user gives to a session; an empty text removes the name. Answer:
    /// `Acknowledged`.
    KeepLabel(SessionId, SafeText),
    /// Store which address is the current one; `None` means that no address is. Answer: `Acknowledged`.
    UseAddress(Option<SafeText>),
    /// Add an entry to the history. Answer: `Acknowledged`.
    NoteHistory(SafeText, HistoryAction),
    /// Read the history, of one address if one is given. Answer: `HistoryRead`.
    ReadHistory(Option<SafeText>),
    /// Store the arrangement of the panes for the next start. Answer: `Acknowledged`.
    KeepArrangement(PaneLayout),
}

impl Effect {
    /// Whether the effect computes lines that are not on the screen yet and takes longer than one frame.
    pub fn is_long(&self) -> bool {
        matches!(self, Self::LoadFull { .. } | Self::Render { enough: None, .. })
    }
}
