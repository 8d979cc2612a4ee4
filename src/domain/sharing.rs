//! The roles of the processes on one data folder, and the changes that they report to each other.

use super::ids::{AddressId, MailId, SessionId};
use super::session::{Address, Session};
use mail_reader::sanitize::SafeText;

/// The role of this process: how it uses the network and the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Ownership {
    /// This process owns the data folder and uses the network.
    #[default]
    Owner,
    /// Another process owns the data folder; it sends the requests of this process.
    Linked,
    /// Another process owns the data folder and takes no requests, so this process only reads the archive.
    Reader,
}

/// A change that one process has made and that the others show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SharedChange {
    /// The archive has changed in a way that no other variant describes.
    Archive,
    /// A session was opened.
    SessionOpened(Session),
    /// An address was added to a session, or restored into it.
    AddressAdded(SessionId, Address),
    /// An address was deleted.
    AddressDeleted(AddressId),
    /// A mail was marked as read (`true`) or unread.
    Read(MailId, bool),
    /// A mail was hidden (`true`) or brought back.
    Hidden(MailId, bool),
    /// A mail got a star (`true`) or lost it.
    Starred(MailId, bool),
    /// A session got this name; an empty text removes the name.
    Label(SessionId, SafeText),
    /// This address became the current one; `None` means that no address is.
    Current(Option<SafeText>),
}
