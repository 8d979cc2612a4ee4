//! Keeps track of the mails that have arrived and whose rows have not been on the screen yet.

use super::{Entry, Inbox};
use dropmail_client::domain::ids::MailId;
use std::collections::HashSet;

/// The mails that have arrived and whose rows have not been on the screen yet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct UnseenMails {
    ids: HashSet<MailId>,
    /// Number of these mails that are in the list above the first row on the screen.
    above: usize,
}

impl UnseenMails {
    /// Forgets mails that the list no longer contains.
    pub(super) fn remove(&mut self, gone: &HashSet<MailId>) {
        self.ids.retain(|id| !gone.contains(id));
    }
}

impl Inbox {
    /// Records that mails have arrived. They count as new until their rows have been on the screen.
    pub fn record_arrived(&mut self, new: &[MailId]) {
        self.unseen.ids.extend(new.iter().cloned());
    }

    /// Returns the number of mails that have arrived above the first row on the screen and have not been on the screen
    /// yet. The inbox title shows this number.
    pub fn new_above(&self) -> usize {
        self.unseen.above
    }

    /// Records that the rows on the screen have been seen. `rows` is the height of the inbox pane; 0 if the screen does
    /// not show the pane.
    pub fn record_seen(&mut self, rows: usize) {
        self.unseen.above = 0;
        if self.unseen.ids.is_empty() || rows == 0 {
            return;
        }
        let top = self.top_for(rows);
        let above = self.mails_above(top);
        let on_screen = self.mails_above(top + rows) - above;
        let id_at = |index: &usize| self.list().get(*index).map(Entry::id);
        let seen: HashSet<MailId> =
            self.visible.iter().skip(above).take(on_screen).filter_map(id_at).cloned().collect();
        let is_new = |id: &&MailId| self.unseen.ids.contains(*id);
        let count = self.visible.iter().take(above).filter_map(id_at).filter(is_new).count();
        self.unseen.remove(&seen);
        self.unseen.above = count;
    }
}
