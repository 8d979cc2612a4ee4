//! Manages the marked mails in the inbox, so that one command can act on several mails. The user marks mails one by
//! one, or a range of mails that ends at the cursor.

use super::Inbox;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::stored_mail::StoredMail;
use std::collections::HashSet;

/// The mails that the user has marked, and the start of the range that the user is currently marking.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Marks {
    mails: HashSet<MailId>,
    /// Index, in the list of shown mails, of the mail at which the marked range starts; `None` if the user is not
    /// marking a range.
    anchor: Option<usize>,
}

impl Marks {
    pub(super) fn remove(&mut self, id: &MailId) {
        self.mails.remove(id);
    }

    /// Ends the range that the user is marking. Must be called when the list of shown mails changes, because the start
    /// index of the range is then no longer valid.
    pub(super) fn end_range(&mut self) {
        self.anchor = None;
    }
}

impl Inbox {
    fn in_range(&self, place: usize) -> bool {
        let Some(anchor) = self.marks.anchor else { return false };
        (anchor.min(self.cursor)..=anchor.max(self.cursor)).contains(&place)
    }

    /// Returns `true` if the mail at index `place` in the list of shown mails is marked.
    pub fn is_marked_at(&self, place: usize) -> bool {
        let marked = |mail: &StoredMail| self.marks.mails.contains(&mail.summary.envelope.id);
        self.in_range(place) || (!self.marks.mails.is_empty() && self.mail_at(place).is_some_and(marked))
    }

    /// Returns the marked mails, newest first. Excludes those that the inbox does not show, because a command must not
    /// act on a mail that the user cannot see.
    pub fn marked(&self) -> Vec<&StoredMail> {
        if self.marks == Marks::default() {
            return Vec::new();
        }
        (0..self.visible.len())
            .filter(|place| self.is_marked_at(*place))
            .filter_map(|place| self.mail_at(place))
            .collect()
    }

    /// Returns the ids of the marked mails, excluding mails in a range that the user is still marking.
    pub fn marks(&self) -> &HashSet<MailId> {
        &self.marks.mails
    }

    /// Marks these mails, unmarks all others, and ends the range that the user is marking.
    pub fn set_marks(&mut self, mails: HashSet<MailId>) {
        self.marks = Marks { mails, anchor: None };
    }

    /// Marks the mail under the cursor, or unmarks it if it is marked.
    pub fn toggle_mark(&mut self) {
        let Some(id) = self.cursor_id() else { return };
        if !self.marks.mails.remove(&id) {
            self.marks.mails.insert(id);
        }
    }

    /// Starts a marked range at the cursor. If the user is already marking a range, ends that range instead; its mails
    /// stay marked.
    pub fn toggle_range(&mut self) {
        if self.marks.anchor.is_none() {
            self.marks.anchor = Some(self.cursor).filter(|_| !self.visible.is_empty());
            return;
        }
        let ranged: Vec<MailId> = (0..self.visible.len())
            .filter(|place| self.in_range(*place))
            .filter_map(|place| self.mail_at(place))
            .map(|mail| mail.summary.envelope.id.clone())
            .collect();
        self.marks.mails.extend(ranged);
        self.marks.anchor = None;
    }

    /// Removes all marks. Returns `true` if there were any marks.
    pub fn clear_marks(&mut self) -> bool {
        let any = self.marks != Marks::default();
        self.marks = Marks::default();
        any
    }
}
