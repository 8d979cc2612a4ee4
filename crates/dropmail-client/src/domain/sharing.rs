//! Defines the roles of the processes that use the same data directory, and the changes that they report to each other.

use super::ids::{AddressId, MailId, SessionId};
use super::session::{Address, Session};
use super::time::Timestamp;
use mail_reader::sanitize::SafeText;

/// The role of this process among the processes that use the same data directory. The role determines how this process
/// accesses the network and the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Ownership {
    /// This process owns the data directory and sends requests to the service.
    #[default]
    Owner,
    /// Another process owns the data directory. This process sends its requests via that process.
    ViaOwner,
    /// Another process owns the data directory but refuses requests from this process. This process can only read the
    /// archive.
    ReadOnly,
}

/// A change made by one process, to be shown by the other processes that use the same data directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SharedChange {
    /// The archive has changed in a way that none of the other variants describes.
    Archive,
    /// A session was opened.
    SessionOpened(Session),
    /// An address was added to a session or restored into it.
    AddressAdded(SessionId, Address),
    /// An address was deleted.
    AddressDeleted(AddressId),
    /// A mail was marked as read (`true`) or as unread (`false`).
    Read(MailId, bool),
    /// A mail was hidden from the inbox (`true`) or shown there again (`false`).
    Hidden(MailId, bool),
    /// A star was added to a mail (`true`) or removed from it (`false`).
    Starred(MailId, bool),
    /// The user has set the label of a session; an empty string removes the label.
    Label(SessionId, SafeText),
    /// This address has become the current address; `None` means that there is no longer a current address.
    Current(Option<SafeText>),
    /// The process that owns the data directory has queried a live session and stores the mails that it found. The
    /// value is the updated session.
    Queried(Session),
    /// An expired session was removed from the list of sessions (`true`) or added to it again (`false`).
    SessionRemoved(SessionId, bool),
    /// The mails that the service received before this time were permanently deleted; `None` means that all data was
    /// deleted.
    Purged(Option<Timestamp>),
    /// Another process has changed the settings file.
    Settings,
}
