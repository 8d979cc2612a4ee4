//! Changes the inbox: inserts, removes, stars and filters mails, and marks them as read.

use super::{Entry, Inbox, MailScope, session_and_address};
use crate::app::filter::{Filter, searchable_text};
use dropmail_client::domain::current_code::CurrentCodes;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::stored_mail::{ArrivalOrder, StoredMail};
use dropmail_client::domain::time::Timestamp;
use std::collections::{HashMap, HashSet};

impl Inbox {
    /// Inserts mails into the inbox and returns the ids of those that are new. If the cursor is on the first mail, it
    /// moves to the mail that is now first. If not, it stays on the same mail.
    pub fn insert(&mut self, mails: Vec<StoredMail>) -> Vec<MailId> {
        let follow = self.cursor == 0;
        let at = self.cursor_id();
        let line = self.line_of(self.cursor);
        let mut new = Vec::new();
        for stored in mails {
            let id = stored.summary.envelope.id.clone();
            if !self.known.insert(id.clone()) {
                continue;
            }
            self.unread += usize::from(!stored.read);
            *self.counts.entry(session_and_address(&stored)).or_default() += 1;
            let key = Self::sort_key(&stored);
            let place = self.mails.partition_point(|other| Self::sort_key(&other.stored) > key);
            let text = searchable_text(&stored.summary);
            self.current_codes.add(&stored.summary);
            self.mails.insert(place, Entry::new(stored, text));
            new.push(id);
        }
        if new.is_empty() {
            return new;
        }
        self.search_new_mails();
        self.add_new_matches(&new);
        if !self.shows_results() {
            self.show_matching();
            self.cursor = if follow { 0 } else { self.index_of(at.as_ref()) };
            // In a scrolled list, the rows on the screen keep their positions.
            if self.top > 0 && !follow {
                self.top = (self.top + self.line_of(self.cursor)).saturating_sub(line);
            }
        }
        new
    }

    /// Replaces mails in the inbox and in the search results with versions that have new summaries. Keeps the read and
    /// starred states, because the latest changes to them may not be in the archive yet.
    pub fn update_rows(&mut self, rows: Vec<StoredMail>) {
        let mut rows: HashMap<MailId, StoredMail> =
            rows.into_iter().map(|row| (row.summary.envelope.id.clone(), row)).collect();
        let results = self.search.iter_mut().flat_map(|search| &mut search.mails);
        let mut changed = false;
        for entry in self.mails.iter_mut().chain(results) {
            let Some(row) = rows.get_mut(&entry.stored.summary.envelope.id) else { continue };
            if entry.stored.summary != row.summary {
                (row.read, row.starred) = (entry.stored.read, entry.stored.starred);
                if !entry.text.is_empty() {
                    entry.text = searchable_text(&row.summary).into_boxed_str();
                }
                *entry.stored = row.clone();
                entry.sign_up.take();
                changed = true;
            }
        }
        if changed {
            self.update_current_codes();
        }
        if changed && !self.shows_results() {
            let at = self.cursor_id();
            self.show_matching();
            self.cursor = self.index_of(at.as_ref());
        }
    }

    /// Recomputes the newest code from each sender after mails have been changed or removed.
    fn update_current_codes(&mut self) {
        let oldest_first = self.mails.iter().rev().map(|entry| &entry.stored.summary);
        self.current_codes = CurrentCodes::from_mails(oldest_first);
    }

    /// Restarts the active search, or the active filter if it also examines mails that are not loaded. Does nothing in
    /// all other cases.
    pub fn search_again(&mut self) {
        if self.search.is_some() {
            self.restart_search();
        }
    }

    /// Returns the sort key of a mail: the time at which the service received it, followed by its arrival order among
    /// the mails with the same time.
    pub(super) fn sort_key(mail: &StoredMail) -> (Timestamp, ArrivalOrder) {
        (mail.summary.envelope.received_at, mail.order)
    }

    /// Removes mails from the inbox, but remembers their ids, so that [`Self::insert`] ignores these mails.
    pub fn remove(&mut self, ids: &HashSet<MailId>) {
        let (gone, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.mails).into_iter().partition(|entry| ids.contains(entry.id()));
        self.mails = left;
        for Entry { stored, .. } in gone {
            self.unread -= usize::from(!stored.read);
            let belongs = session_and_address(&stored);
            if let Some(count) = self.counts.get_mut(&belongs) {
                *count -= 1;
            }
            self.marks.remove(&stored.summary.envelope.id);
        }
        self.unseen.remove(ids);
        self.update_current_codes();
        self.remove_results(ids);
        self.counts.retain(|_, count| *count > 0);
        self.show_matching();
    }

    /// Removes from the inbox all mails that the service received before the time `before`, or every mail if `before`
    /// is `None`.
    pub fn purge(&mut self, before: Option<Timestamp>) {
        let is_gone = |stored: &StoredMail| before.is_none_or(|at| stored.summary.envelope.received_at < at);
        let results = self.search.iter().flat_map(|search| &search.mails);
        let all = self.mails.iter().chain(results);
        let gone: HashSet<MailId> =
            all.filter(|entry| is_gone(&entry.stored)).map(|entry| entry.id().clone()).collect();
        if !gone.is_empty() {
            let at = self.cursor_id();
            self.remove(&gone);
            self.cursor = self.index_of(at.as_ref());
        }
    }

    /// Forgets the id of a removed mail, so that the mail is inserted again the next time the archive is read.
    pub fn forget_removed(&mut self, id: &MailId) {
        if self.get(id).is_none() {
            self.known.remove(id);
        }
    }

    /// Inserts hidden mails into the inbox again after the user has restored them.
    pub fn insert_restored(&mut self, mails: Vec<StoredMail>) {
        for mail in &mails {
            let id = &mail.summary.envelope.id;
            if self.get(id).is_none() {
                self.known.remove(id);
            }
        }
        self.insert(mails);
        self.restart_search();
    }

    /// Marks mails as read (`true`) or unread (`false`). Returns the ids of the mails that were changed.
    pub fn set_read(&mut self, ids: &HashSet<MailId>, read: bool) -> Vec<MailId> {
        let mut changed = Vec::new();
        for entry in self.mails.iter_mut().filter(|entry| entry.stored.read != read) {
            if ids.contains(entry.id()) {
                entry.stored.read = read;
                changed.push(entry.id().clone());
            }
        }
        self.unread = if read { self.unread - changed.len() } else { self.unread + changed.len() };
        changed.extend(self.set_results_read(ids, read));
        self.recount_groups();
        changed
    }

    /// Stars (`true`) or unstars (`false`) mails. Returns the ids of the mails that were changed.
    pub fn set_starred(&mut self, ids: &HashSet<MailId>, starred: bool) -> Vec<MailId> {
        let results = self.search.iter_mut().flat_map(|search| &mut search.mails);
        let mut changed = Vec::new();
        for entry in self.mails.iter_mut().chain(results).filter(|entry| entry.stored.starred != starred) {
            if ids.contains(entry.id()) {
                entry.stored.starred = starred;
                if !changed.contains(entry.id()) {
                    changed.push(entry.id().clone());
                }
            }
        }
        changed
    }

    /// Sets the inbox filter and shows only the mails that match it.
    pub fn set_filter(&mut self, filter: Filter) {
        self.filter = filter;
        self.restart_search();
    }

    /// Sets the scope of the inbox and shows only the mails in this scope. Returns `true` if the scope has changed.
    pub fn set_scope(&mut self, scope: MailScope) -> bool {
        if self.scope == scope {
            return false;
        }
        self.scope = scope;
        self.restart_search();
        true
    }
}
