//! Effects on what the program stores: queries to the archive and changes to stored data.

use crate::app::connection::Generation;
use crate::app::inbox::SearchRequest;
use crate::app::layout::PaneLayout;
use crate::domain::delivery::Delivery;
use crate::domain::history::HistoryAction;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::stored_mail::SearchCursor;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// A query to the archive, which changes nothing.
#[derive(Clone, PartialEq, Debug)]
pub enum ArchiveEffect {
    /// Read the sessions and the newest mails. Answer: `ArchiveRead`.
    Read,
    /// Count the stored mails. Answer: `Tallied`.
    Tally,
    /// Read the page of stored mails that are older than this mail. Answer: `PageLoaded`.
    LoadPage(MailId),
    /// Run one step of a search through the archive. Answer: `Searched`.
    Search {
        /// The terms, the filter and the scope of the search.
        wanted: Arc<SearchRequest>,
        /// Position at which this step of the search starts; `None` starts at the newest mail.
        from: Option<SearchCursor>,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// List hidden mails and deleted addresses. Answer: `HiddenListed`.
    ListHidden,
    /// Read the history, of one address if one is given. Answer: `HistoryRead`.
    ReadHistory(Option<SafeText>),
}

/// A change that is stored in the archive or in a file of the program. The program waits for such a change before
/// it exits.
#[derive(Clone, PartialEq, Debug)]
pub enum StoreEffect {
    /// Fetch, parse and store a mail that the service has announced. Answer: `Ingested`.
    Ingest(Box<Delivery>),
    /// Save the mails that are only in memory because saving failed when they arrived. Answer:
    /// `UnsavedCount`.
    RetryUnsaved,
    /// Store whether a mail is read. Answer: `Acknowledged`.
    SetRead(MailId, bool),
    /// Store whether a mail has a star. Answer: `Acknowledged`.
    SetStarred(MailId, bool),
    /// Store whether the inbox hides a mail. Answer: `Acknowledged`.
    SetHidden(MailId, bool),
    /// Store the name that the user gives to a session; an empty text removes the name. Answer:
    /// `Acknowledged`.
    SetLabel(SessionId, SafeText),
    /// Store whether the user has taken a lapsed session out of the list. Answer: `Acknowledged`.
    SetSessionRemoved(SessionId, bool),
    /// Store which address is the current one; `None` means that no address is. Answer: `Acknowledged`.
    SetCurrentAddress(Option<SafeText>),
    /// Add an entry about an address to the history. Answer: `Acknowledged`.
    AddHistory(SafeText, HistoryAction),
    /// Write a setting (name, value) to the settings file. Answer: `SettingKept`.
    SaveSetting(&'static str, String),
    /// Store the arrangement of the panes for the next start. Answer: `Acknowledged`.
    SaveArrangement(PaneLayout),
}
