//! Mail that comes, goes, is read and is sifted.

use super::{Entry, Inbox, MailScope, belongs};
use crate::app::filter::{Filter, haystack};
use crate::domain::ids::MailId;
use crate::domain::time::Timestamp;
use crate::ports::archive::StoredMail;
use std::collections::{HashMap, HashSet};

impl Inbox {
    /// Takes mails in; tells which of them were new. A cursor on the newest mail stays on the
    /// newest; elsewhere it stays on its mail.
    pub fn insert(&mut self, mails: Vec<StoredMail>) -> Vec<MailId> {
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
        if new.is_empty() {
            return new;
        }
        self.search_newer();
        self.filter_new(&new);
        if !self.shows_found() {
            self.show();
            self.cursor = if follow { 0 } else { self.place_of(at.as_ref()) };
        }
        new
    }

    /// Updates what the list and the answers of a search show of mails. Whether a mail is read stays as the
    /// list has it: that may not be written yet.
    pub fn update_rows(&mut self, rows: Vec<StoredMail>) {
        let mut rows: HashMap<MailId, StoredMail> =
            rows.into_iter().map(|row| (row.summary.envelope.id.clone(), row)).collect();
        let found = self.found.iter_mut().flat_map(|found| &mut found.mails);
        let mut changed = false;
        for entry in self.mails.iter_mut().chain(found) {
            let Some(row) = rows.get_mut(&entry.kept.summary.envelope.id) else { continue };
            if entry.kept.summary != row.summary {
                row.read = entry.kept.read;
                if !entry.text.is_empty() {
                    entry.text = haystack(&row.summary).into_boxed_str();
                }
                entry.kept = row.clone();
                changed = true;
            }
        }
        if changed && !self.shows_found() {
            let at = self.cursor_id();
            self.show();
            self.cursor = self.place_of(at.as_ref());
        }
    }

    /// Looks again through all mails that are stored, where a search or a filter has looked before.
    pub fn search_again(&mut self) {
        if self.found.is_some() {
            self.search_anew();
        }
    }

    /// Notes that a mail was told of, before it is taken in.
    pub fn note_announced(&mut self, id: &MailId) {
        let next = self.told.len();
        self.told.entry(id.clone()).or_insert(next);
    }

    /// What mails are ordered by. One that nobody told of is newer than the others of its moment.
    pub(super) fn age(&self, mail: &StoredMail) -> (Timestamp, usize) {
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
        self.forget_found(ids);
        self.counts.retain(|_, count| *count > 0);
        self.show();
    }

    /// Brings mails back that were taken out.
    pub fn bring_back(&mut self, mails: Vec<StoredMail>) {
        for mail in &mails {
            let id = &mail.summary.envelope.id;
            if self.get(id).is_none() {
                self.known.remove(id);
            }
        }
        self.insert(mails);
        self.search_anew();
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
        changed.extend(self.set_found_read(ids, read));
        changed
    }

    /// Shows only mails that the filter keeps.
    pub fn set_filter(&mut self, filter: Filter) {
        self.filter = filter;
        self.search_anew();
    }

    /// Shows only mails of this scope; tells whether that is another than before.
    pub fn set_scope(&mut self, scope: MailScope) -> bool {
        if self.scope == scope {
            return false;
        }
        self.scope = scope;
        self.search_anew();
        true
    }
}
