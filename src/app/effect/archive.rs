//! Effects that read or change stored data: queries of the archive, and changes to the archive and to other files of
//! the program.

use crate::app::connection::Generation;
use crate::app::inbox::SearchRequest;
use crate::app::layout::PaneLayout;
use dropmail_client::domain::delivery::Delivery;
use dropmail_client::domain::history::HistoryAction;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::stored_mail::SearchCursor;
use dropmail_client::domain::undo_step::UndoEdit;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// An effect that queries the archive without changing it.
#[derive(Clone, PartialEq, Debug)]
pub enum ArchiveEffect {
    /// Read the sessions and the newest mails. The result arrives as `Msg::ArchiveRead`.
    Read,
    /// Count the mails in the archive. The result arrives as `Msg::MailsCounted`.
    CountMails,
    /// Read the next page of stored mails: those older than the mail with this id. The result arrives as
    /// `Msg::PageLoaded`.
    LoadPage(MailId),
    /// Run the next step of an archive search. The result arrives as `Msg::Searched`.
    Search {
        /// The words, the filter and the scope of the search.
        request: Arc<SearchRequest>,
        /// Position in the archive at which this search step starts; `None` starts at the newest mail.
        from: Option<SearchCursor>,
        /// Generation number of the request; the core ignores a result with a different generation number.
        generation: Generation,
    },
    /// List the hidden mails, the deleted addresses and the removed sessions. The result arrives as
    /// `Msg::HiddenListed`.
    ListHidden,
    /// Read the history of one address; `None` reads the history of all addresses. The result arrives as
    /// `Msg::HistoryRead`.
    ReadHistory(Option<SafeText>),
}

/// A change to the archive or to a file that the program maintains. The program waits for the change to finish
/// before it exits.
#[derive(Clone, PartialEq, Debug)]
pub enum StoreEffect {
    /// Fetch, parse and store a mail that the service has announced. The result arrives as `Msg::Ingested`.
    Ingest(Box<Delivery>),
    /// Try again to store the mails that are only in memory because storing them on arrival failed. The result arrives
    /// as `Msg::UnsavedCount`.
    RetryUnsaved,
    /// Store that a mail is read (`true`) or unread (`false`). The result arrives as `Msg::Acknowledged`.
    SetRead(MailId, bool),
    /// Store that a mail is starred (`true`) or not (`false`). The result arrives as `Msg::Acknowledged`.
    SetStarred(MailId, bool),
    /// Store that a mail is hidden from the inbox (`true`) or shown (`false`). The result arrives as
    /// `Msg::Acknowledged`.
    SetHidden(MailId, bool),
    /// Store the name that the user gives to a session; an empty string removes the name. The result arrives as
    /// `Msg::Acknowledged`.
    SetLabel(SessionId, SafeText),
    /// Store that the user has removed an expired session from the list of sessions (`true`) or put it back (`false`).
    /// The result arrives as `Msg::Acknowledged`.
    SetSessionRemoved(SessionId, bool),
    /// Store the current address; `None` if there is no current address. The result arrives as `Msg::Acknowledged`.
    SetCurrentAddress(Option<SafeText>),
    /// Apply these edits, in this order, to the stored undo history, which survives a restart. The result arrives as
    /// `Msg::UndoStepsStored`.
    EditUndoSteps(Vec<UndoEdit>),
    /// Add an action that concerns an address, such as copying it, to the history of the address. The result arrives as
    /// `Msg::Acknowledged`.
    AddHistory(SafeText, HistoryAction),
    /// Write a setting, given by its name and its new value, to the settings file. The result arrives as
    /// `Msg::SettingSaved`.
    SaveSetting(&'static str, String),
    /// Store the pane layout, which is restored when the program next starts. The result arrives as
    /// `Msg::Acknowledged`.
    SaveArrangement(PaneLayout),
}
