//! The inbox pane: every mail that is known, newest first, and the ones that the filter shows.

use crate::domain::ids::MailId;
use crate::domain::mail::Summary;
use crate::domain::time::Timestamp;
use crate::ports::archive::{Kept, PAGE};
use std::collections::{HashMap, HashSet};

/// The mails and where the cursor is among them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inbox {
    mails: Vec<Kept>,
    known: HashSet<MailId>,
    filter: String,
    visible: Vec<usize>,
    cursor: usize,
    top: usize,
    /// In which order mails were told of: they are taken in side by side, and those of one moment
    /// must not end up in the order in which that happens to end.
    told: HashMap<MailId, usize>,
    /// The oldest mail of the pages that were read, where more lie below it.
    page_end: Option<(MailId, Timestamp)>,
    reading: bool,
    older: usize,
    older_unread: usize,
}

impl Inbox {
    /// How many mails there are, filtered or not, read from the archive yet or not.
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
        self.older_unread = self.older_unread.saturating_sub(unread.min(new.len()));
        if !again {
            self.page_end = end.filter(|_| whole);
        }
        if self.page_end.is_none() {
            (self.older, self.older_unread) = (0, 0);
        }
    }

    /// How many mails there are in the archive, and how many of them are unread.
    pub fn set_tally(&mut self, total: usize, unread: usize) {
        let here = self.mails.iter().filter(|mail| !mail.read).count();
        if self.page_end.is_some() {
            self.older = total.saturating_sub(self.mails.len());
            self.older_unread = unread.saturating_sub(here);
        }
    }

    /// The mail below which the next page is to be read, once the cursor comes near to it.
    pub fn next_page(&mut self, rows: usize) -> Option<MailId> {
        let near = self.cursor + 4 * rows >= self.visible.len();
        let (id, _) = self.page_end.as_ref().filter(|_| near && !self.reading && self.filter.is_empty())?;
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
        self.mails.iter().filter(|mail| !mail.read).count() + self.older_unread
    }

    /// The words that a mail must hold to be shown; empty when all are.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// How many mails the filter shows.
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
        (shown.filter_map(|index| self.mails.get(*index)).collect(), self.cursor.saturating_sub(top))
    }

    fn top_for(&self, rows: usize) -> usize {
        let lowest = self.cursor.saturating_sub(rows.saturating_sub(1));
        self.top.clamp(lowest, self.cursor.max(lowest))
    }

    /// The mail under the cursor.
    pub fn selected(&self) -> Option<&Kept> {
        self.mails.get(*self.visible.get(self.cursor)?)
    }

    /// A mail by its id.
    pub fn get(&self, id: &MailId) -> Option<&Kept> {
        self.mails.iter().find(|mail| mail.summary.envelope.id == *id)
    }

    /// Whether a mail is in the list.
    pub fn knows(&self, id: &MailId) -> bool {
        self.known.contains(id)
    }

    /// All mails, newest first.
    pub fn mails(&self) -> impl Iterator<Item = &Kept> {
        self.mails.iter()
    }

    /// The mails that the filter shows, newest first.
    pub fn visible(&self) -> impl Iterator<Item = &Kept> {
        self.visible.iter().filter_map(|index| self.mails.get(*index))
    }

    /// The newest mail of a session: what comes next comes after it.
    pub fn newest_of(&self, session: &crate::domain::ids::SessionId) -> Option<MailId> {
        let of = |mail: &&Kept| mail.summary.envelope.session == *session;
        self.mails.iter().find(of).map(|mail| mail.summary.envelope.id.clone())
    }

    /// Takes mails in; tells which of them were new. A cursor on the newest mail stays on the
    /// newest; elsewhere it stays on its mail.
    pub fn insert(&mut self, mails: Vec<Kept>) -> Vec<MailId> {
        let follow = self.cursor == 0;
        let at = self.selected().map(|mail| mail.summary.envelope.id.clone());
        let mut new = Vec::new();
        for mail in mails {
            let id = mail.summary.envelope.id.clone();
            if !self.known.insert(id.clone()) {
                continue;
            }
            let age = self.age(&mail);
            let place = self.mails.partition_point(|other| self.age(other) > age);
            self.mails.insert(place, mail);
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

    /// Takes a mail out of the list.
    pub fn remove(&mut self, id: &MailId) {
        self.mails.retain(|mail| mail.summary.envelope.id != *id);
        self.known.remove(id);
        self.show();
    }

    /// Marks a mail; tells whether that changed it.
    pub fn set_read(&mut self, id: &MailId, read: bool) -> bool {
        let mail = self.mails.iter_mut().find(|mail| mail.summary.envelope.id == *id);
        mail.is_some_and(|mail| std::mem::replace(&mut mail.read, read) != read)
    }

    /// Shows only mails that hold all of these words.
    pub fn set_filter(&mut self, filter: &str) {
        let at = self.selected().map(|mail| mail.summary.envelope.id.clone());
        filter.clone_into(&mut self.filter);
        self.show();
        self.cursor = self.place_of(at.as_ref());
    }

    fn place_of(&self, id: Option<&MailId>) -> usize {
        let is = |index: &usize| self.mails.get(*index).map(|mail| &mail.summary.envelope.id) == id;
        self.visible.iter().position(is).unwrap_or(0)
    }

    fn show(&mut self) {
        let words: Vec<String> = self.filter.split_whitespace().map(str::to_lowercase).collect();
        let holds = |mail: &Kept| words.iter().all(|word| haystack(&mail.summary).contains(word));
        let all = self.mails.iter().enumerate();
        self.visible =
            all.filter(|(_, mail)| words.is_empty() || holds(mail)).map(|(index, _)| index).collect();
        self.cursor = self.cursor.min(self.visible.len().saturating_sub(1));
        self.top = self.top.min(self.cursor);
    }

    /// Moves the cursor by rows; `rows` is the height of the pane.
    pub fn move_by(&mut self, by: isize, rows: usize) {
        let last = self.visible.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
        self.top = self.top_for(rows);
    }

    /// Moves the cursor to the next mail that `matches`, down the list (or up, for a negative `by`)
    /// and round its end; tells whether there is one.
    pub fn find(&mut self, rows: usize, by: isize, matches: impl Fn(&Summary) -> bool) -> bool {
        let count = self.visible.len();
        let steps = (1..=count).map(|step| if by < 0 { count - step } else { step });
        let mut places = steps.map(|step| (self.cursor + step) % count.max(1));
        let found = places.find(|place| {
            let mail = self.visible.get(*place).and_then(|index| self.mails.get(*index));
            mail.is_some_and(|mail| matches(&mail.summary))
        });
        let Some(place) = found else { return false };
        self.cursor = place;
        self.top = self.top_for(rows);
        true
    }
}

/// What a filter looks through, in lower case.
pub fn haystack(summary: &Summary) -> String {
    let code = summary.code.as_ref().map_or("", |code| code.value.as_str());
    let Summary { sender, subject, envelope, .. } = summary;
    format!("{sender}\n{subject}\n{}\n{}\n{code}", envelope.from, envelope.to_orig).to_lowercase()
}
