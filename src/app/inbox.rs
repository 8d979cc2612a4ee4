//! The inbox pane: a list of all loaded mails, newest first. The pane shows the mails of the list that belong
//! to the scope and match the filter.

mod changes;
mod groups;
mod marks;
mod paging;
mod search;

use super::filter::Filter;
use crate::domain::current_code::{CurrentCode, CurrentCodes};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::Summary;
use crate::domain::stored_mail::{MailCounts, StoredMail};
use crate::domain::time::Timestamp;
pub use groups::{Group, Grouping, InboxRow};
use mail_reader::sanitize::SafeText;
use marks::Marks;
use search::SearchState;
pub use search::{SearchRequest, SearchStatus};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// The mails that the inbox shows, selected by session or address.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum MailScope {
    /// The inbox shows the mails of all sessions.
    #[default]
    All,
    /// The mails that came to one session, or to an address that belongs to this session now.
    Session(SessionId, HashSet<SafeText>),
    /// The inbox shows the mails that came to this address.
    Address(SafeText),
}

impl MailScope {
    fn holds(&self, mail: &StoredMail) -> bool {
        let envelope = &mail.summary.envelope;
        match self {
            Self::All => true,
            Self::Session(session, addresses) => {
                envelope.session == *session || addresses.contains(&envelope.to)
            }
            Self::Address(address) => envelope.to == *address,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    kept: StoredMail,
    /// Text of the mail in which a filter searches. The text is computed once, because the filter runs after
    /// each typed letter.
    text: Box<str>,
    /// The site at which the user signed up, computed when the list is grouped by it.
    sign_up: OnceLock<SafeText>,
}

impl Entry {
    /// Creates an entry; `text` is empty for an entry in which no filter searches.
    fn new(kept: StoredMail, text: String) -> Self {
        Self { kept, text: text.into_boxed_str(), sign_up: OnceLock::new() }
    }

    fn id(&self) -> &MailId {
        &self.kept.summary.envelope.id
    }
}

/// The state of the inbox: the mails with filter, scope, marks and search, and the position of the cursor.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inbox {
    mails: Vec<Entry>,
    known: HashSet<MailId>,
    /// Count of unread mails in `mails`. Each change of the list updates the count, so that drawing a frame
    /// needs no walk through the list.
    unread: usize,
    counts: HashMap<(SessionId, SafeText), usize>,
    filter: Filter,
    scope: MailScope,
    /// The shown mails in the order of the screen, as indexes into the list.
    visible: Vec<usize>,
    grouping: Grouping,
    /// The groups of the shown mails; empty if the list is not grouped.
    groups: Vec<Group>,
    cursor: usize,
    /// Index of the first line on the screen; each heading of a group takes a line too.
    top: usize,
    marks: Marks,
    found: Option<SearchState>,
    /// The code that each sender sent last, among the loaded mails.
    current_codes: CurrentCodes,
    /// Id and time of the oldest mail of the loaded pages; `None` if the archive holds no older mails.
    page_end: Option<(MailId, Timestamp)>,
    reading: bool,
    /// For each session, the count of mails in the archive that are older than the loaded pages.
    older_of: HashMap<SessionId, usize>,
    older: usize,
    older_unread: usize,
    early_tally: Option<MailCounts>,
    /// Count of mails that arrived above the cursor since the cursor left the newest mail.
    new_above: usize,
}

impl Inbox {
    /// Counts all mails of the mailbox, including those that are not shown or not loaded from the archive
    /// yet.
    pub fn len(&self) -> usize {
        self.mails.len() + self.older
    }

    /// Returns whether a mail is older than all loaded pages. Such a mail is not inserted now, but loaded
    /// later with its own page.
    pub fn is_below(&self, mail: &StoredMail) -> bool {
        self.page_end.as_ref().is_some_and(|(_, end)| mail.summary.envelope.received_at < *end)
    }

    /// Returns whether there is no mail at all, neither loaded nor in the archive.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Counts the unread mails of the mailbox, including those that are not loaded from the archive yet.
    pub fn unread(&self) -> usize {
        self.unread + self.older_unread
    }

    /// Counts the loaded mails, grouped by session and address.
    pub fn counts(&self) -> impl Iterator<Item = (&SessionId, &SafeText, usize)> {
        self.counts.iter().map(|((session, to), count)| (session, to, *count))
    }

    /// Returns the text of the filter; empty without a filter.
    pub fn filter(&self) -> &str {
        self.filter.text()
    }

    /// Returns the scope of the inbox: all mail, or the mail of one session or address.
    pub fn scope(&self) -> &MailScope {
        &self.scope
    }

    /// Counts the mails that the inbox shows.
    pub fn shown(&self) -> usize {
        self.visible.len()
    }

    /// Returns whether no mail is shown and the search or filter has covered all stored mail.
    pub fn shows_nothing(&self) -> bool {
        let looked = self.searching().is_none_or(|search| search.whole) && self.matching().1;
        self.shown() == 0 && looked
    }

    /// Counts the mails that arrived while the cursor was not on the newest mail; the title shows the count.
    pub fn new_above(&self) -> usize {
        if self.cursor == 0 { 0 } else { self.new_above }
    }

    /// Returns the index of the mail under the cursor among the shown mails.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Returns the index of the first line in a window of `rows` rows that contains the cursor.
    fn top_for(&self, rows: usize) -> usize {
        let lowest = self.line_of(self.cursor).saturating_sub(rows.saturating_sub(1));
        self.top.clamp(lowest, self.first_line_of_cursor().max(lowest))
    }

    /// Returns the list that `visible` refers to: the search results while they are shown, otherwise all
    /// loaded mails.
    fn list(&self) -> &[Entry] {
        self.found.as_ref().filter(|found| found.is_shown()).map_or(&self.mails, |found| &found.mails)
    }

    fn at(&self, place: usize) -> Option<&StoredMail> {
        self.list().get(*self.visible.get(place)?).map(|entry| &entry.kept)
    }

    /// Returns the mail under the cursor; `None` if the inbox shows no mail.
    pub fn selected(&self) -> Option<&StoredMail> {
        self.at(self.cursor)
    }

    /// Finds the mail with this id among the loaded mails and the search results.
    pub fn get(&self, id: &MailId) -> Option<&StoredMail> {
        // Drawing one frame calls this function many times for the mail under the cursor.
        if let Some(selected) = self.selected().filter(|mail| mail.summary.envelope.id == *id) {
            return Some(selected);
        }
        let found = self.found.iter().flat_map(|found| &found.mails);
        self.mails.iter().chain(found).find(|entry| entry.id() == id).map(|entry| &entry.kept)
    }

    /// Returns whether a mail with this id is or was in the list, so that a repeated announcement of the mail
    /// is ignored. The ids of hidden mails stay known.
    pub fn knows(&self, id: &MailId) -> bool {
        self.known.contains(id)
    }

    /// Returns the newer code of the same sender that replaced the code of a mail; `None` if the code is the
    /// current one.
    pub fn newer_code(&self, mail: &Summary) -> Option<&CurrentCode> {
        self.current_codes.newer(mail)
    }

    /// Lists all loaded mails, newest first, whether shown or not.
    pub fn mails(&self) -> impl Iterator<Item = &StoredMail> {
        self.mails.iter().map(|entry| &entry.kept)
    }

    /// Lists the mails that the inbox shows, newest first, however they are grouped.
    pub fn visible(&self) -> impl Iterator<Item = &StoredMail> {
        let mut order = Cow::Borrowed(self.visible.as_slice());
        if !self.groups.is_empty() {
            order.to_mut().sort_unstable();
        }
        (0..order.len()).filter_map(move |at| self.list().get(*order.get(at)?)).map(|entry| &entry.kept)
    }

    /// Returns the id of the newest mail of a session. A push connection reports only later mails.
    pub fn newest_of(&self, session: &SessionId) -> Option<MailId> {
        let newest = self.mails().find(|mail| mail.summary.envelope.session == *session);
        newest.map(|mail| mail.summary.envelope.id.clone())
    }

    fn cursor_id(&self) -> Option<MailId> {
        self.selected().map(|mail| mail.summary.envelope.id.clone())
    }

    fn place_of(&self, id: Option<&MailId>) -> usize {
        let is = |index: &usize| self.list().get(*index).map(Entry::id) == id;
        self.visible.iter().position(is).unwrap_or(0)
    }

    fn show(&mut self) {
        let Self { filter, scope, .. } = &*self;
        // The search results were filtered before they were added.
        let found = self.shows_found();
        let keeps = |entry: &Entry| {
            found || scope.holds(&entry.kept) && (filter.is_empty() || filter.keeps(&entry.kept, &entry.text))
        };
        let all = self.list().iter().enumerate();
        self.visible = all.filter(|(_, entry)| keeps(entry)).map(|(index, _)| index).collect();
        self.arrange();
        self.marks.end_range();
        self.cursor = self.cursor.min(self.visible.len().saturating_sub(1));
        self.top = self.top.min(self.line_of(self.cursor));
    }

    /// Moves the cursor down by `by` rows (up if negative), but not past the ends of the list; `rows` is the
    /// height of the pane.
    pub fn move_by(&mut self, by: isize, rows: usize) {
        self.go_to(self.cursor.saturating_add_signed(by), rows);
    }

    /// Moves the cursor to the mail with the index `place` among the shown mails; `rows` is the height of the
    /// pane.
    pub fn go_to(&mut self, place: usize, rows: usize) {
        self.cursor = place.min(self.visible.len().saturating_sub(1));
        self.top = self.top_for(rows);
        if self.cursor == 0 {
            self.new_above = 0;
        }
    }

    /// Moves the cursor down by `by` rows (up if negative) and wraps around at the ends; `rows` is the height
    /// of the pane.
    pub fn go_round(&mut self, by: isize, rows: usize) {
        let last = self.visible.len().saturating_sub(1);
        let place = match self.cursor.checked_add_signed(by) {
            Some(place) if place <= last => place,
            Some(_) => 0,
            None => last,
        };
        self.go_to(place, rows);
    }
}

fn belongs(mail: &StoredMail) -> (SessionId, SafeText) {
    let envelope = &mail.summary.envelope;
    (envelope.session.clone(), envelope.to.clone())
}
