//! The inbox pane: every mail that is known, newest first, and the ones that are shown: those of
//! the scope that the filter keeps.

mod changes;
mod marks;
mod paging;
mod search;

use super::filter::Filter;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::domain::time::Timestamp;
use crate::ports::archive::{MailCounts, StoredMail};
use marks::Marks;
use search::SearchState;
pub use search::{SearchRequest, SearchStatus};
use std::collections::{HashMap, HashSet};

/// Whose mail is shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum MailScope {
    /// All of it.
    #[default]
    All,
    /// What came to one session, or to an address that is in it now.
    Session(SessionId, HashSet<SafeText>),
    /// What came to one address.
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
    /// What words are looked for in: made once, since a filter is applied with each letter.
    text: Box<str>,
}

impl Entry {
    fn id(&self) -> &MailId {
        &self.kept.summary.envelope.id
    }
}

/// The mails and where the cursor is among them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inbox {
    mails: Vec<Entry>,
    known: HashSet<MailId>,
    /// Counted as mails come, go and are read: a frame must not walk the list.
    unread: usize,
    counts: HashMap<(SessionId, SafeText), usize>,
    filter: Filter,
    scope: MailScope,
    visible: Vec<usize>,
    cursor: usize,
    top: usize,
    marks: Marks,
    /// In which order mails were told of: they are taken in side by side, and those of one moment
    /// must not end up in the order in which that happens to end.
    told: HashMap<MailId, usize>,
    found: Option<SearchState>,
    /// The oldest mail of the pages that were read, where more lie below it.
    page_end: Option<(MailId, Timestamp)>,
    reading: bool,
    /// What lies below the pages that were read, by sessions.
    older_of: HashMap<SessionId, usize>,
    older: usize,
    older_unread: usize,
    early_tally: Option<MailCounts>,
}

impl Inbox {
    /// How many mails there are, shown or not, read from the archive yet or not.
    pub fn len(&self) -> usize {
        self.mails.len() + self.older
    }

    /// Whether a mail is older than all pages that were read: it comes with its own.
    pub fn is_below(&self, mail: &StoredMail) -> bool {
        self.page_end.as_ref().is_some_and(|(_, end)| mail.summary.envelope.received_at < *end)
    }

    /// Whether there is no mail at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many mails were not read yet.
    pub fn unread(&self) -> usize {
        self.unread + self.older_unread
    }

    /// How many mails came to each address of each session.
    pub fn counts(&self) -> impl Iterator<Item = (&SessionId, &SafeText, usize)> {
        self.counts.iter().map(|((session, to), count)| (session, to, *count))
    }

    /// The filter as it was typed; empty when there is none.
    pub fn filter(&self) -> &str {
        self.filter.text()
    }

    /// Whose mail is shown.
    pub fn scope(&self) -> &MailScope {
        &self.scope
    }

    /// How many mails are shown.
    pub fn shown(&self) -> usize {
        self.visible.len()
    }

    /// Whether no mail is shown, and none is being looked for any more.
    pub fn shows_nothing(&self) -> bool {
        let looked = self.searching().is_none_or(|search| search.whole) && self.matching().1;
        self.shown() == 0 && looked
    }

    /// The place of the cursor among the shown mails.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The mails of a window of `rows` rows that holds the cursor, and the row of the cursor in it.
    pub fn window(&self, rows: usize) -> (Vec<&StoredMail>, usize) {
        let top = self.top_for(rows);
        let shown = self.visible.iter().skip(top).take(rows);
        let mails = shown.filter_map(|index| self.list().get(*index)).map(|entry| &entry.kept);
        (mails.collect(), self.cursor.saturating_sub(top))
    }

    /// The place of the first row of such a window.
    pub fn top_for(&self, rows: usize) -> usize {
        let lowest = self.cursor.saturating_sub(rows.saturating_sub(1));
        self.top.clamp(lowest, self.cursor.max(lowest))
    }

    /// The mails that those that are shown are of.
    fn list(&self) -> &[Entry] {
        self.found.as_ref().filter(|found| found.is_shown()).map_or(&self.mails, |found| &found.mails)
    }

    fn at(&self, place: usize) -> Option<&StoredMail> {
        self.list().get(*self.visible.get(place)?).map(|entry| &entry.kept)
    }

    /// The mail under the cursor.
    pub fn selected(&self) -> Option<&StoredMail> {
        self.at(self.cursor)
    }

    /// A mail by its id.
    pub fn get(&self, id: &MailId) -> Option<&StoredMail> {
        // The one under the cursor is asked for many times a frame.
        if let Some(selected) = self.selected().filter(|mail| mail.summary.envelope.id == *id) {
            return Some(selected);
        }
        let found = self.found.iter().flat_map(|found| &found.mails);
        self.mails.iter().chain(found).find(|entry| entry.id() == id).map(|entry| &entry.kept)
    }

    /// Whether a mail is in the list.
    pub fn knows(&self, id: &MailId) -> bool {
        self.known.contains(id)
    }

    /// All mails, newest first.
    pub fn mails(&self) -> impl Iterator<Item = &StoredMail> {
        self.mails.iter().map(|entry| &entry.kept)
    }

    /// The mails that are shown, newest first.
    pub fn visible(&self) -> impl Iterator<Item = &StoredMail> {
        self.visible.iter().filter_map(|index| self.list().get(*index)).map(|entry| &entry.kept)
    }

    /// The newest mail of a session: what comes next comes after it.
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
        // What was found was sifted on its way.
        let found = self.shows_found();
        let keeps = |entry: &Entry| {
            found || scope.holds(&entry.kept) && (filter.is_empty() || filter.keeps(&entry.kept, &entry.text))
        };
        let all = self.list().iter().enumerate();
        self.visible = all.filter(|(_, entry)| keeps(entry)).map(|(index, _)| index).collect();
        self.marks.end_range();
        self.cursor = self.cursor.min(self.visible.len().saturating_sub(1));
        self.top = self.top.min(self.cursor);
    }

    /// Moves the cursor by rows; `rows` is the height of the pane.
    pub fn move_by(&mut self, by: isize, rows: usize) {
        self.go_to(self.cursor.saturating_add_signed(by), rows);
    }

    /// Puts the cursor on a place among the shown mails.
    pub fn go_to(&mut self, place: usize, rows: usize) {
        self.cursor = place.min(self.visible.len().saturating_sub(1));
        self.top = self.top_for(rows);
    }

    /// Moves the cursor down the list (or up, for a negative `by`) and round its end.
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
