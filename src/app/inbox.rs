//! The inbox pane: every mail that is known, newest first, and the ones that are shown: those of
//! the scope that the filter keeps.

mod marks;

use super::filter::{Filter, haystack};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::Summary;
use crate::domain::sanitize::SafeText;
use crate::domain::time::Timestamp;
use crate::ports::archive::{Kept, PAGE, Tally};
use marks::Marks;
use std::collections::{HashMap, HashSet};

/// Whose mail is shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Scope {
    /// All of it.
    #[default]
    All,
    /// What came to one session, or to an address that is in it now.
    Session(SessionId, HashSet<SafeText>),
    /// What came to one address.
    Address(SafeText),
}

impl Scope {
    fn holds(&self, mail: &Kept) -> bool {
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
    kept: Kept,
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
    scope: Scope,
    visible: Vec<usize>,
    cursor: usize,
    top: usize,
    marks: Marks,
    /// In which order mails were told of: they are taken in side by side, and those of one moment
    /// must not end up in the order in which that happens to end.
    told: HashMap<MailId, usize>,
    /// The oldest mail of the pages that were read, where more lie below it.
    page_end: Option<(MailId, Timestamp)>,
    reading: bool,
    /// What lies below the pages that were read, by sessions.
    older_of: HashMap<SessionId, usize>,
    older: usize,
    older_unread: usize,
}

impl Inbox {
    /// How many mails there are, shown or not, read from the archive yet or not.
    pub fn len(&self) -> usize {
        self.mails.len() + self.older
    }

    /// How many of them are not read from the archive yet.
    pub fn older(&self) -> usize {
        self.older
    }

    /// Takes a page of the archive in: the first, or the one below those that are here.
    pub fn read_page(&mut self, page: Vec<Kept>) {
        self.reading = false;
        let end =
            page.last().map(|mail| (mail.summary.envelope.id.clone(), mail.summary.envelope.received_at));
        let whole = page.len() >= PAGE;
        let unread = page.iter().filter(|mail| !mail.read).count();
        // The first page may be read again, when another program has written.
        let again = self.page_end.as_ref().is_some_and(|(_, at)| end.as_ref().is_none_or(|(_, to)| to >= at));
        let new = self.insert(page);
        self.older = self.older.saturating_sub(new.len());
        for id in &new {
            let session = self.get(id).map(|mail| mail.summary.envelope.session.clone());
            if let Some(count) = session.and_then(|session| self.older_of.get_mut(&session)) {
                *count = count.saturating_sub(1);
            }
        }
        self.older_unread = self.older_unread.saturating_sub(unread.min(new.len()));
        if !again {
            self.page_end = end.filter(|_| whole);
        }
        if self.page_end.is_none() {
            (self.older, self.older_unread) = (0, 0);
            self.older_of.clear();
        }
    }

    /// How many mails there are in the archive, and how many of them are unread.
    pub fn set_tally(&mut self, tally: &Tally) {
        if self.page_end.is_none() {
            return;
        }
        self.older = tally.total().saturating_sub(self.mails.len());
        self.older_unread = tally.unread.saturating_sub(self.unread);
        let mut here: HashMap<&SessionId, usize> = HashMap::new();
        for ((session, _), count) in &self.counts {
            *here.entry(session).or_default() += count;
        }
        let below = |(session, count): &(SessionId, usize)| {
            (session.clone(), count.saturating_sub(here.get(session).copied().unwrap_or(0)))
        };
        self.older_of = tally.by_session.iter().map(below).collect();
    }

    /// How many mails of each session are not read from the archive yet.
    pub fn older_of(&self) -> impl Iterator<Item = (&SessionId, usize)> {
        self.older_of.iter().map(|(session, count)| (session, *count))
    }

    /// The mail below which the next page is to be read, once the cursor comes near to it.
    pub fn next_page(&mut self, rows: usize) -> Option<MailId> {
        let near = self.cursor + 4 * rows >= self.visible.len();
        // Where only the mail of one session is shown, only that is worth reading on for.
        let wanted = match &self.scope {
            Scope::Session(session, _) => self.older_of.get(session).is_some_and(|count| *count > 0),
            Scope::All | Scope::Address(_) => true,
        };
        let ready = near && wanted && !self.reading && self.filter.is_empty();
        let (id, _) = self.page_end.as_ref().filter(|_| ready)?;
        self.reading = true;
        Some(id.clone())
    }

    /// Whether a mail is older than all pages that were read: it comes with its own.
    pub fn is_below(&self, mail: &Kept) -> bool {
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
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// How many mails are shown.
    pub fn shown(&self) -> usize {
        self.visible.len()
    }

    /// The place of the cursor among the shown mails.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The mails of a window of `rows` rows that holds the cursor, and the row of the cursor in it.
    pub fn window(&self, rows: usize) -> (Vec<&Kept>, usize) {
        let top = self.top_for(rows);
        let shown = self.visible.iter().skip(top).take(rows);
        let mails = shown.filter_map(|index| self.mails.get(*index)).map(|entry| &entry.kept);
        (mails.collect(), self.cursor.saturating_sub(top))
    }

    /// The place of the first row of such a window.
    pub fn top_for(&self, rows: usize) -> usize {
        let lowest = self.cursor.saturating_sub(rows.saturating_sub(1));
        self.top.clamp(lowest, self.cursor.max(lowest))
    }

    fn at(&self, place: usize) -> Option<&Kept> {
        self.mails.get(*self.visible.get(place)?).map(|entry| &entry.kept)
    }

    /// The mail under the cursor.
    pub fn selected(&self) -> Option<&Kept> {
        self.at(self.cursor)
    }

    /// A mail by its id.
    pub fn get(&self, id: &MailId) -> Option<&Kept> {
        self.mails.iter().find(|entry| entry.id() == id).map(|entry| &entry.kept)
    }

    /// Whether a mail is in the list.
    pub fn knows(&self, id: &MailId) -> bool {
        self.known.contains(id)
    }

    /// All mails, newest first.
    pub fn mails(&self) -> impl Iterator<Item = &Kept> {
        self.mails.iter().map(|entry| &entry.kept)
    }

    /// The mails that are shown, newest first.
    pub fn visible(&self) -> impl Iterator<Item = &Kept> {
        self.visible.iter().filter_map(|index| self.mails.get(*index)).map(|entry| &entry.kept)
    }

    /// The newest mail of a session: what comes next comes after it.
    pub fn newest_of(&self, session: &SessionId) -> Option<MailId> {
        let newest = self.mails().find(|mail| mail.summary.envelope.session == *session);
        newest.map(|mail| mail.summary.envelope.id.clone())
    }

    fn cursor_id(&self) -> Option<MailId> {
        self.selected().map(|mail| mail.summary.envelope.id.clone())
    }

    /// Takes mails in; tells which of them were new. A cursor on the newest mail stays on the
    /// newest; elsewhere it stays on its mail.
    pub fn insert(&mut self, mails: Vec<Kept>) -> Vec<MailId> {
        let follow = self.cursor == 0;
        let at = self.cursor_id();
        let mut new = Vec::new();
        for kept in mails {
            let id = kept.summary.envelope.id.clone();
            if !self.known.insert(id.clone()) {
                continue;
            }
            self.unread += usize::from(!kept.read);
            *self.counts.entry(belongs(&kept)).or_default() += 1;
            let age = self.age(&kept);
            let place = self.mails.partition_point(|other| self.age(&other.kept) > age);
            let text = haystack(&kept.summary).into_boxed_str();
            self.mails.insert(place, Entry { kept, text });
            new.push(id);
        }
        if !new.is_empty() {
            self.show();
            self.cursor = if follow { 0 } else { self.place_of(at.as_ref()) };
        }
        new
    }

    /// Notes that a mail was told of, before it is taken in.
    pub fn tell_of(&mut self, id: &MailId) {
        let next = self.told.len();
        self.told.entry(id.clone()).or_insert(next);
    }

    /// What mails are ordered by. One that nobody told of is newer than the others of its moment.
    fn age(&self, mail: &Kept) -> (Timestamp, usize) {
        let envelope = &mail.summary.envelope;
        (envelope.received_at, self.told.get(&envelope.id).copied().unwrap_or(usize::MAX))
    }

    /// Takes mails out of the list; they stay known, so that they do not come in again by themselves.
    pub fn remove(&mut self, ids: &HashSet<MailId>) {
        let (gone, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.mails).into_iter().partition(|entry| ids.contains(entry.id()));
        self.mails = left;
        for Entry { kept, .. } in gone {
            self.unread -= usize::from(!kept.read);
            let belongs = belongs(&kept);
            if let Some(count) = self.counts.get_mut(&belongs) {
                *count -= 1;
            }
            self.marks.remove(&kept.summary.envelope.id);
        }
        self.counts.retain(|_, count| *count > 0);
        self.show();
    }

    /// Brings mails back that were taken out.
    pub fn bring_back(&mut self, mails: Vec<Kept>) {
        for mail in &mails {
            let id = &mail.summary.envelope.id;
            if self.get(id).is_none() {
                self.known.remove(id);
            }
        }
        self.insert(mails);
    }

    /// Marks mails as read or unread; returns those that this changed.
    pub fn set_read(&mut self, ids: &HashSet<MailId>, read: bool) -> Vec<MailId> {
        let mut changed = Vec::new();
        for entry in self.mails.iter_mut().filter(|entry| entry.kept.read != read) {
            if ids.contains(entry.id()) {
                entry.kept.read = read;
                changed.push(entry.id().clone());
            }
        }
        self.unread = if read { self.unread - changed.len() } else { self.unread + changed.len() };
        changed
    }

    /// Shows only mails that the filter keeps.
    pub fn set_filter(&mut self, filter: Filter) {
        let at = self.cursor_id();
        self.filter = filter;
        self.show();
        self.cursor = self.place_of(at.as_ref());
    }

    /// Shows only mails of this scope; tells whether that is another than before.
    pub fn set_scope(&mut self, scope: Scope) -> bool {
        if self.scope == scope {
            return false;
        }
        let at = self.cursor_id();
        self.scope = scope;
        self.show();
        self.cursor = self.place_of(at.as_ref());
        true
    }

    fn place_of(&self, id: Option<&MailId>) -> usize {
        let is = |index: &usize| self.mails.get(*index).map(Entry::id) == id;
        self.visible.iter().position(is).unwrap_or(0)
    }

    fn show(&mut self) {
        let Self { filter, scope, mails, .. } = &*self;
        let keeps = |entry: &Entry| {
            scope.holds(&entry.kept) && (filter.is_empty() || filter.keeps(&entry.kept, &entry.text))
        };
        let all = mails.iter().enumerate();
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

    /// Moves the cursor to the next mail that `matches`, down the list (or up, for a negative `by`)
    /// and round its end; tells whether there is one.
    pub fn find(&mut self, rows: usize, by: isize, matches: impl Fn(&Summary) -> bool) -> bool {
        let count = self.visible.len();
        let steps = (1..=count).map(|step| if by < 0 { count - step } else { step });
        let mut places = steps.map(|step| (self.cursor + step) % count.max(1));
        let Some(place) = places.find(|place| self.at(*place).is_some_and(|mail| matches(&mail.summary)))
        else {
            return false;
        };
        self.go_to(place, rows);
        true
    }
}

fn belongs(mail: &Kept) -> (SessionId, SafeText) {
    let envelope = &mail.summary.envelope;
    (envelope.session.clone(), envelope.to.clone())
}
