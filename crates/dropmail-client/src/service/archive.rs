//! Implements operations on stored mails: paging, searching, hiding, unhiding and deleting. These operations send no
//! request to the service.

use super::index_backlog::QUIET_TIME;
use super::{Mailbox, ServiceError, parse};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::search::SearchQuery;
use crate::domain::session::{DeletedAddress, Session};
use crate::domain::sharing::SharedChange;
use crate::domain::stored_mail::{ArchiveSnapshot, MailCounts, SearchBatch, SearchCursor, StoredMail};
use crate::domain::time::{SignedDuration, Timestamp};
use crate::domain::undo_step::UndoEdit;
use crate::ports::archive::PurgeScope;
use bytes::Bytes;
use mail_codes::Findings;
use std::path::PathBuf;

/// Number of outdated mails (those parsed by an earlier version of the program) that one transaction updates. A mail
/// that arrives during the transaction is not stored until the transaction ends.
const BATCH: usize = 8;

/// Number of mails that one step of a search examines. A step blocks all other database calls for a few milliseconds.
const STEP: usize = 500;

/// Maximum age in days for [`Mailbox::purge_scope_for_days`]; a greater age is reduced to this value. No mail is this
/// old.
const MAX_DAYS: u32 = 1_000_000;

impl Mailbox {
    /// Reads the data for the first screen: the stored sessions with their labels, and the first page of the inbox with
    /// at most `count` mails. Reads all this data in one call to the archive, and sends no request.
    pub async fn initial_state(&self, count: usize) -> Result<ArchiveSnapshot, ServiceError> {
        self.with_archive(move |archive, base| {
            Ok(ArchiveSnapshot {
                sessions: archive.sessions(base)?,
                labels: archive.labels(base)?,
                current: archive.current_address(base)?,
                mails: archive.page(base, None, count)?,
                known_addresses: archive.known_addresses(base)?,
                removed: archive.removed_sessions(base)?,
                undo_steps: archive.undo_steps(base)?,
            })
        })
        .await
    }

    /// Reads a page of the inbox, newest mail first: at most `count` mails that are older than the mail `below`, or
    /// the newest mails if `below` is `None`.
    pub async fn page(&self, below: Option<&MailId>, count: usize) -> Result<Vec<StoredMail>, ServiceError> {
        let below = below.cloned();
        self.with_archive(move |archive, base| archive.page(base, below.as_ref(), count)).await
    }

    /// Applies `edits`, in order, to the stored undo steps. With these steps, the user can undo changes even after a
    /// restart of the program.
    pub async fn edit_undo_steps(&self, edits: Vec<UndoEdit>) -> Result<(), ServiceError> {
        self.with_archive(move |archive, base| archive.edit_undo_steps(base, &edits)).await
    }

    /// Counts the stored mails in each session, excluding hidden mails.
    pub async fn count_mails(&self) -> Result<MailCounts, ServiceError> {
        self.with_archive(|archive, base| archive.count_mails(base)).await
    }

    /// Returns at most `count` mails that match a search query, newest first. Hidden mails are included.
    pub async fn search(&self, query: SearchQuery, count: usize) -> Result<Vec<StoredMail>, ServiceError> {
        self.with_archive(move |archive, base| archive.search(base, &query, count)).await
    }

    /// Runs one step of a search through all stored mails that are not hidden; see
    /// [`Archive::search_step`](crate::ports::archive::Archive::search_step).
    pub async fn search_step(
        &self,
        query: SearchQuery,
        from: Option<SearchCursor>,
    ) -> Result<SearchBatch, ServiceError> {
        self.with_archive(move |archive, base| archive.search_step(base, &query, from, STEP)).await
    }

    /// Returns all codes and links of a stored mail.
    pub async fn findings(&self, id: &MailId) -> Result<Findings, ServiceError> {
        let mail_id = id.clone();
        match self.with_archive(move |archive, _| archive.findings(&mail_id)).await? {
            Some(findings) => Ok(findings),
            // An earlier version stored this mail without its codes and links, so the mail is parsed again.
            None => self.load(id).await.map(|loaded| loaded.mail.findings.clone()),
        }
    }

    /// Returns the raw bytes of a stored mail.
    pub async fn raw_mail(&self, id: &MailId) -> Result<Bytes, ServiceError> {
        Ok(self.load_bytes(id).await?.1)
    }

    /// Adds a star to a mail or, if `starred` is `false`, removes it.
    pub async fn set_starred(&self, id: &MailId, starred: bool) -> Result<(), ServiceError> {
        let changed = id.clone();
        self.with_archive(move |archive, _| archive.set_starred(&changed, starred)).await?;
        self.share(SharedChange::Starred(id.clone(), starred));
        Ok(())
    }

    /// Records in the archive whether an expired session is removed from the list of sessions. With `removed` set to
    /// `false`, the session is in the list again.
    pub async fn set_session_removed(&self, session: &SessionId, removed: bool) -> Result<(), ServiceError> {
        let changed = session.clone();
        self.with_archive(move |archive, base| archive.set_session_removed(base, &changed, removed)).await?;
        self.share(SharedChange::SessionRemoved(session.clone(), removed));
        Ok(())
    }

    /// Returns the expired sessions that the user has removed from the list of sessions, newest first.
    pub async fn removed_sessions(&self) -> Result<Vec<Session>, ServiceError> {
        self.with_archive(|archive, base| {
            let removed = archive.removed_sessions(base)?;
            let mut sessions = archive.sessions(base)?;
            sessions.retain(|session| removed.contains(&session.id));
            Ok(sessions)
        })
        .await
    }

    /// Hides a mail from the inbox; the mail stays in the archive.
    pub async fn hide(&self, id: &MailId) -> Result<(), ServiceError> {
        let hidden = id.clone();
        self.with_archive(move |archive, _| archive.set_hidden(&hidden, true)).await?;
        self.share(SharedChange::Hidden(id.clone(), true));
        Ok(())
    }

    /// Shows a hidden mail in the inbox again, and returns its row in the inbox.
    pub async fn unhide(&self, id: &MailId) -> Result<StoredMail, ServiceError> {
        let mail_id = id.clone();
        let stored = self
            .with_archive(move |archive, _| {
                archive.set_hidden(&mail_id, false)?;
                archive.stored_mail(&mail_id)
            })
            .await?;
        self.share(SharedChange::Hidden(id.clone(), false));
        stored.ok_or_else(|| ServiceError::NoSuchMail { id: id.clone() })
    }

    /// Returns the hidden mails, newest first.
    pub async fn hidden_mails(&self) -> Result<Vec<StoredMail>, ServiceError> {
        self.with_archive(|archive, base| archive.hidden_mails(base)).await
    }

    /// Returns the addresses that the user has deleted and not restored since, most recently deleted first.
    pub async fn deleted_addresses(&self) -> Result<Vec<DeletedAddress>, ServiceError> {
        self.with_archive(|archive, base| archive.deleted_addresses(base)).await
    }

    /// Returns a counter that is incremented whenever another process changes the archive.
    pub async fn foreign_changes(&self) -> Result<i64, ServiceError> {
        self.with_archive(|archive, _| archive.foreign_changes()).await
    }

    /// Encrypts secrets that were stored in plain text before the keyring was available. Does nothing if there is no
    /// keyring.
    pub async fn encrypt_secrets(&self) -> Result<(), ServiceError> {
        self.with_archive(|archive, _| archive.encrypt_secrets()).await
    }

    /// Runs one step of the archive's maintenance; returns whether more steps are necessary. See
    /// [`Archive::optimize`](crate::ports::archive::Archive::optimize).
    pub async fn optimize_step(&self) -> Result<bool, ServiceError> {
        self.with_archive(|archive, _| archive.optimize()).await
    }

    /// Runs all maintenance steps that the archive needs; see
    /// [`Archive::optimize`](crate::ports::archive::Archive::optimize).
    pub async fn optimize(&self) -> Result<(), ServiceError> {
        while self.optimize_step().await? {}
        Ok(())
    }

    /// Waits until enough new mails have been stored for [`Self::optimize`] to be worthwhile.
    pub async fn await_optimization_due(&self) {
        self.unordered.await_indexing_due(QUIET_TIME).await;
    }

    /// Deletes mails permanently, so that none of their bytes remain in the archive's files. Returns the number of
    /// deleted mails.
    pub async fn purge(&self, scope: PurgeScope) -> Result<usize, ServiceError> {
        let gone = self.with_archive(move |archive, _| archive.purge(scope)).await?;
        match scope {
            PurgeScope::Everything => self.share(SharedChange::Purged(None)),
            PurgeScope::Before(time) if gone > 0 => self.share(SharedChange::Purged(Some(time))),
            PurgeScope::Before(_) => {}
        }
        Ok(gone)
    }

    /// Returns the paths of damaged archives that the program has renamed and replaced with new ones.
    pub async fn quarantined_archives(&self) -> Result<Vec<PathBuf>, ServiceError> {
        self.with_archive(|archive, _| archive.quarantined_archives()).await
    }

    /// Counts the mails that [`Self::purge`] would delete.
    pub async fn count_purge(&self, scope: PurgeScope) -> Result<usize, ServiceError> {
        self.with_archive(move |archive, _| archive.count_purge(scope)).await
    }

    /// Returns the scope for [`Self::purge`] that covers all mails that the service received more than `days` days
    /// ago.
    pub fn purge_scope_for_days(&self, days: u32) -> PurgeScope {
        self.purge_scope_for_age(SignedDuration::from_hours(24 * i64::from(days.min(MAX_DAYS))))
    }

    /// Returns the scope for [`Self::purge`] that covers all mails that the service received more than `age` ago.
    pub fn purge_scope_for_age(&self, age: SignedDuration) -> PurgeScope {
        // If the calendar does not reach back that far, no mail is old enough.
        PurgeScope::Before(self.clock.now().checked_sub(age).unwrap_or(Timestamp::MIN))
    }

    /// Reparses some of the mails that were parsed by an earlier version of the program, and updates their rows and
    /// searchable texts. Returns the updated rows; `None` if no such mails are left. If the program exits between two
    /// steps, its next run continues with the remaining mails.
    pub async fn update_outdated_step(&self) -> Result<Option<Vec<StoredMail>>, ServiceError> {
        let batch = self.with_archive(|archive, _| archive.outdated(BATCH)).await?;
        if batch.is_empty() {
            return Ok(None);
        }
        let mut read = Vec::with_capacity(batch.len());
        for (envelope, raw) in batch {
            read.push((envelope, parse(raw).await));
        }
        self.with_archive(move |archive, _| archive.update(&read)).await.map(Some)
    }

    /// Reparses all mails that were parsed by an earlier version of the program, and updates their rows and searchable
    /// texts.
    pub async fn update_outdated(&self) -> Result<(), ServiceError> {
        while self.update_outdated_step().await?.is_some() {}
        Ok(())
    }

    /// Reparses all mails that were parsed by an earlier version of the program. Then adds all unindexed mails to the
    /// search index.
    pub async fn index_all(&self) -> Result<(), ServiceError> {
        self.update_outdated().await?;
        while self.with_archive(|archive, _| archive.index_words(BATCH)).await? > 0 {}
        Ok(())
    }
}
