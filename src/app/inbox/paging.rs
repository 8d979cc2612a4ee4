//! Loads older mails from the archive page by page, and counts the mails that are not loaded yet.

use super::{Inbox, MailScope};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::stored_mail::{MAILS_PER_PAGE, MailCounts, StoredMail};
use std::collections::HashMap;

impl Inbox {
    /// Returns the number of mails in the archive that are not loaded into the inbox.
    pub fn older_count(&self) -> usize {
        self.older
    }

    /// Inserts a page of mails from the archive: the newest mails, or the next page of older mails.
    pub fn insert_page(&mut self, page: Vec<StoredMail>) {
        self.reading = false;
        let end =
            page.last().map(|mail| (mail.summary.envelope.id.clone(), mail.summary.envelope.received_at));
        let whole = page.len() >= MAILS_PER_PAGE;
        let unread = page.iter().filter(|mail| !mail.read).count();
        // The first page may be loaded again after another process has written to the archive.
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
        if let Some(tally) = self.early_tally.take().filter(|_| self.page_end.is_some()) {
            self.set_counts(&tally);
        }
    }

    /// Uses the archive's mail counts to compute how many stored mails are not loaded into the inbox, and how many of
    /// those are unread.
    pub fn set_counts(&mut self, tally: &MailCounts) {
        if self.page_end.is_none() {
            // The counts may arrive before the first page, because the program requests both at the same time.
            self.early_tally = Some(tally.clone());
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
        if self.search.is_none() && !self.filter.is_empty() {
            self.filter_all_mails();
        }
    }

    /// Returns, for each session, the number of its mails that are in the archive but not loaded into the inbox.
    pub fn older_by_session(&self) -> impl Iterator<Item = (&SessionId, usize)> {
        self.older_of.iter().map(|(session, count)| (session, *count))
    }

    /// If the cursor is near the end of the list, returns the id of the oldest mail loaded from the archive. The
    /// program then loads the page of mails that are older than this mail. Returns `None` if no page is needed, or a
    /// page is already being loaded.
    pub fn next_page(&mut self, rows: usize) -> Option<MailId> {
        let near = self.cursor + 4 * rows >= self.visible.len();
        // If the inbox shows the mails of one session, the next page is needed only if the archive has older mails of
        // this session.
        let in_scope = match &self.scope {
            MailScope::Session(session, _) => self.older_of.get(session).is_some_and(|count| *count > 0),
            MailScope::All | MailScope::Address(_) => true,
        };
        let ready = near && in_scope && !self.reading && self.filter.is_empty() && self.search.is_none();
        let (id, _) = self.page_end.as_ref().filter(|_| ready)?;
        self.reading = true;
        Some(id.clone())
    }
}
