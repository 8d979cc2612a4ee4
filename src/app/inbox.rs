//! The state of the inbox pane. It contains all loaded mails, newest first, and shows those that belong to the current
//! scope and match the filter.

mod changes;
mod groups;
mod marks;
mod paging;
mod scope;
mod search;
mod unseen;

use super::filter::Filter;
use dropmail_client::domain::current_code::{CurrentCode, CurrentCodes};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::Summary;
use dropmail_client::domain::stored_mail::{MailCounts, StoredMail};
use dropmail_client::domain::time::Timestamp;
pub use groups::{Group, Grouping, InboxRow};
use mail_reader::sanitize::SafeText;
use marks::Marks;
pub use scope::MailScope;
use search::SearchState;
pub use search::{SearchRequest, SearchStatus};
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;
use unseen::UnseenMails;

#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    /// The mail, boxed so that inserting an entry at the top of a long inbox moves little memory.
    stored: Box<StoredMail>,
    /// Searchable text of the mail, cached because the filter searches every mail on each key press.
    text: Box<str>,
    /// Registrable domain of the sender, which identifies the site where the user signed up. It is computed the first
    /// time that the inbox is grouped by sign-up.
    sign_up: OnceLock<SafeText>,
}

impl Entry {
    /// Creates the inbox entry for a mail. `text` is the searchable text of the mail. It is empty for a search result,
    /// because the filter is not applied to search results again.
    fn new(stored: StoredMail, text: String) -> Self {
        Self { stored: Box::new(stored), text: text.into_boxed_str(), sign_up: OnceLock::new() }
    }

    fn id(&self) -> &MailId {
        &self.stored.summary.envelope.id
    }
}

/// State of the inbox: the mails, the filter, the scope, the marks, the search and the cursor.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inbox {
    mails: Vec<Entry>,
    known: HashSet<MailId>,
    /// Cached number of unread mails in `mails`, updated on every change so that rendering does not have to count them.
    unread: usize,
    counts: HashMap<(SessionId, SafeText), usize>,
    filter: Filter,
    scope: MailScope,
    /// Indices of the shown mails, in display order. They refer to the search results if those are shown, and to
    /// `mails` if not.
    visible: Vec<usize>,
    /// The elements of `visible`, sorted so that the newest mail comes first; empty if the inbox is not grouped,
    /// because `visible` is then already in this order.
    newest_first: Vec<usize>,
    grouping: Grouping,
    /// The groups of the shown mails, in display order; empty if the inbox is not grouped.
    groups: Vec<Group>,
    cursor: usize,
    /// Index of the first inbox line on the screen. Group headings count as lines.
    top: usize,
    marks: Marks,
    search: Option<SearchState>,
    /// The newest code from each sender of a loaded mail.
    current_codes: CurrentCodes,
    /// Id and timestamp of the oldest mail loaded from the archive; `None` before the first page has been loaded, and
    /// after all mails in the archive have been loaded.
    page_end: Option<(MailId, Timestamp)>,
    reading: bool,
    /// For each session, the number of mails that are in the archive but not loaded, because they are older than the
    /// loaded mails.
    older_of: HashMap<SessionId, usize>,
    older: usize,
    older_unread: usize,
    early_tally: Option<MailCounts>,
    /// The mails that have arrived and whose rows have not been on the screen yet.
    unseen: UnseenMails,
}

impl Inbox {
    /// Returns the number of all mails, including those that are not shown and those that are not loaded from the
    /// archive.
    pub fn len(&self) -> usize {
        self.mails.len() + self.older
    }

    /// Returns `true` if a mail is older than the mails loaded from the archive so far. Such a mail is not inserted
    /// into the inbox, because it will be loaded later with a page of older mails.
    pub fn is_older_than_pages(&self, mail: &StoredMail) -> bool {
        self.page_end.as_ref().is_some_and(|(_, end)| mail.summary.envelope.received_at < *end)
    }

    /// Returns `true` if there are no mails, neither in the inbox nor in the archive.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of unread mails, including those that are not loaded from the archive.
    pub fn unread(&self) -> usize {
        self.unread + self.older_unread
    }

    /// Returns, for each address of each session, the number of loaded mails that the address received in that session.
    pub fn counts(&self) -> impl Iterator<Item = (&SessionId, &SafeText, usize)> {
        self.counts.iter().map(|((session, to), count)| (session, to, *count))
    }

    /// Returns the text of the inbox filter; empty if no filter is set.
    pub fn filter(&self) -> &str {
        self.filter.text()
    }

    /// Returns the scope of the inbox: all mail, or the mail of one session or address.
    pub fn scope(&self) -> &MailScope {
        &self.scope
    }

    /// Returns the number of mails that the inbox shows.
    pub fn shown_count(&self) -> usize {
        self.visible.len()
    }

    /// Returns `true` if the inbox shows no mail and no more matches can appear, because the search or filter has
    /// examined all stored mails.
    pub fn shows_no_mail(&self) -> bool {
        let looked = self.search_status().is_none_or(|search| search.is_complete) && self.match_count().1;
        self.shown_count() == 0 && looked
    }

    /// Returns the position of the cursor: the index of a mail in the list of shown mails.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Returns the index of the first line that is visible in an inbox pane of `rows` rows. The line under the cursor
    /// is always visible. The pane has no empty rows at the bottom while lines above its top are hidden.
    fn top_for(&self, rows: usize) -> usize {
        let lowest = self.line_of(self.cursor).saturating_sub(rows.saturating_sub(1));
        let last_page = (self.visible.len() + self.groups.len()).saturating_sub(rows);
        self.top.min(last_page).clamp(lowest, self.first_line_of_cursor().max(lowest))
    }

    /// Returns the list to which the indices in `visible` refer: the search results if they are shown, and all loaded
    /// mails if not.
    fn list(&self) -> &[Entry] {
        self.search.as_ref().filter(|search| search.is_shown()).map_or(&self.mails, |search| &search.mails)
    }

    fn mail_at(&self, place: usize) -> Option<&StoredMail> {
        self.list().get(*self.visible.get(place)?).map(|entry| &*entry.stored)
    }

    /// Returns the mail under the cursor; `None` if the inbox shows no mail.
    pub fn selected(&self) -> Option<&StoredMail> {
        self.mail_at(self.cursor)
    }

    /// Returns the mail with this id from the loaded mails or the search results; `None` if neither contains it.
    pub fn get(&self, id: &MailId) -> Option<&StoredMail> {
        // Rendering one frame calls this function many times for the mail under the cursor.
        if let Some(selected) = self.selected().filter(|mail| mail.summary.envelope.id == *id) {
            return Some(selected);
        }
        let results = self.search.iter().flat_map(|search| &search.mails);
        self.mails.iter().chain(results).find(|entry| entry.id() == id).map(|entry| &*entry.stored)
    }

    /// Returns `true` if the mail with this id is or was in the inbox, even if the user has hidden it. The program
    /// ignores repeated announcements of such a mail.
    pub fn has_seen(&self, id: &MailId) -> bool {
        self.known.contains(id)
    }

    /// Returns the newer code from the same sender that replaces the code in `mail`; `None` if there is no newer code.
    pub fn newer_code(&self, mail: &Summary) -> Option<&CurrentCode> {
        self.current_codes.newer(mail)
    }

    /// Returns all loaded mails, newest first, including those that are not shown.
    pub fn mails(&self) -> impl Iterator<Item = &StoredMail> {
        self.mails.iter().map(|entry| &*entry.stored)
    }

    /// Returns the mails that the inbox shows, newest first, regardless of the grouping.
    pub fn visible(&self) -> impl Iterator<Item = &StoredMail> {
        let order = if self.groups.is_empty() { &self.visible } else { &self.newest_first };
        order.iter().filter_map(|index| self.list().get(*index)).map(|entry| &*entry.stored)
    }

    /// Returns the id of a session's newest loaded mail; `None` if there is none. When the program opens a push
    /// connection for the session, it passes this id to the service, which then pushes only newer mails.
    pub fn newest_of(&self, session: &SessionId) -> Option<MailId> {
        let newest = self.mails().find(|mail| mail.summary.envelope.session == *session);
        newest.map(|mail| mail.summary.envelope.id.clone())
    }

    fn cursor_id(&self) -> Option<MailId> {
        self.selected().map(|mail| mail.summary.envelope.id.clone())
    }

    /// Returns the index of a mail in the list of shown mails; 0 if the mail is not shown. Examines the mails from the
    /// cursor downwards first, because new mails move the mail under the cursor down by only a few rows.
    fn index_of(&self, id: Option<&MailId>) -> usize {
        let is = |index: &usize| self.list().get(*index).map(Entry::id) == id;
        let (above, below) = self.visible.split_at(self.cursor.min(self.visible.len()));
        let found = below.iter().position(is).map(|index| above.len() + index);
        found.or_else(|| above.iter().position(is)).unwrap_or(0)
    }

    fn show_matching(&mut self) {
        let Self { filter, scope, .. } = &*self;
        // The search results were filtered when they were added.
        let keeps_all = self.shows_results() || filter.is_empty() && *scope == MailScope::All;
        let keeps = |entry: &Entry| {
            scope.contains(&entry.stored) && (filter.is_empty() || filter.matches(&entry.stored, &entry.text))
        };
        let all = self.list().iter().enumerate();
        self.visible = if keeps_all {
            (0..self.list().len()).collect()
        } else {
            all.filter(|(_, entry)| keeps(entry)).map(|(index, _)| index).collect()
        };
        self.sort_into_groups();
        self.marks.end_range();
        self.cursor = self.cursor.min(self.visible.len().saturating_sub(1));
        self.top = self.top.min(self.line_of(self.cursor));
    }

    /// Moves the cursor down by `by` mails (up if negative) and stops at the ends of the list. `rows` is the height of
    /// the pane.
    pub fn move_by(&mut self, by: isize, rows: usize) {
        self.go_to(self.cursor.saturating_add_signed(by), rows);
    }

    /// Moves the cursor to the mail at index `place` in the list of shown mails. `rows` is the height of the pane.
    pub fn go_to(&mut self, place: usize, rows: usize) {
        self.cursor = place.min(self.visible.len().saturating_sub(1));
        self.top = self.top_for(rows);
    }

    /// Moves the cursor to the first shown mail whose id is in `ids`, if there is one. `rows` is the height of the
    /// pane.
    pub fn go_to_first_of(&mut self, ids: &HashSet<MailId>, rows: usize) {
        let is_wanted = |index: &usize| self.list().get(*index).is_some_and(|entry| ids.contains(entry.id()));
        if let Some(place) = self.visible.iter().position(is_wanted) {
            self.go_to(place, rows);
        }
    }

    /// Moves the cursor down by `by` mails (up if negative) and wraps around at the ends of the list. `rows` is the
    /// height of the pane.
    pub fn move_by_wrapping(&mut self, by: isize, rows: usize) {
        let last = self.visible.len().saturating_sub(1);
        let place = match self.cursor.checked_add_signed(by) {
            Some(place) if place <= last => place,
            Some(_) => 0,
            None => last,
        };
        self.go_to(place, rows);
    }
}

fn session_and_address(mail: &StoredMail) -> (SessionId, SafeText) {
    let envelope = &mail.summary.envelope;
    (envelope.session.clone(), envelope.to.clone())
}
