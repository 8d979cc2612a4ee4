//! The mails of the archive: page, search, hide, show again, delete. Needs no network.

use super::index_backlog::QUIET_TIME;
use super::{Mailbox, ServiceError, parse};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::domain::search::Query;
use crate::domain::session::Session;
use crate::domain::time::SignedDuration;
use crate::ports::archive::{
    DeletedAddress, Findings, MailCounts, Purge, SearchBatch, SearchCursor, StoredMail,
};
use bytes::Bytes;
use std::path::PathBuf;

/// Number of mails of an earlier version that one transaction updates; a mail that arrives meanwhile waits
/// for it.
const BATCH: usize = 8;

/// Number of mails that one step of a search reads. A step takes some milliseconds, during which no other
/// task can use the database.
const STEP: usize = 500;

/// Maximum age of mail in days, for deleting older mail: about the range of the calendar.
const MAX_DAYS: u32 = 1_000_000;

/// The data of the first screen: see [`Mailbox::initial_state`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InitialState {
    /// Sessions, newest first.
    pub sessions: Vec<Session>,
    /// Names that the user gave to sessions.
    pub labels: Vec<(SessionId, SafeText)>,
    /// Mails, newest first.
    pub mails: Vec<StoredMail>,
}

impl Mailbox {
    /// Reads what the first screen shows before the first request: the stored sessions with their names, and
    /// the first page of the inbox. It takes one call of the archive.
    pub async fn initial_state(&self, count: usize) -> Result<InitialState, ServiceError> {
        self.with_archive(move |archive, base| {
            Ok(InitialState {
                sessions: archive.sessions(base)?,
                labels: archive.labels(base)?,
                mails: archive.page(base, None, count)?,
            })
        })
        .await
    }

    /// A page of the inbox, newest first: at most `count` mails older than `below`, or the newest ones.
    pub async fn page(&self, below: Option<&MailId>, count: usize) -> Result<Vec<StoredMail>, ServiceError> {
        let below = below.cloned();
        self.with_archive(move |archive, base| archive.page(base, below.as_ref(), count)).await
    }

    /// Numbers of stored mails that are not hidden.
    pub async fn tally(&self) -> Result<MailCounts, ServiceError> {
        self.with_archive(|archive, base| archive.tally(base)).await
    }

    /// Mails that contain all words of a query: the newest `count` of them, hidden ones included.
    pub async fn search(&self, query: Query, count: usize) -> Result<Vec<StoredMail>, ServiceError> {
        self.with_archive(move |archive, base| archive.search(base, &query, count)).await
    }

    /// One step of a search through all stored mails that are not hidden: see
    /// [`crate::ports::archive::Archive::step`].
    pub async fn step(&self, query: Query, from: Option<SearchCursor>) -> Result<SearchBatch, ServiceError> {
        self.with_archive(move |archive, base| archive.step(base, &query, from, STEP)).await
    }

    /// All codes and links of a stored mail.
    pub async fn findings(&self, id: &MailId) -> Result<Findings, ServiceError> {
        let wanted = id.clone();
        match self.with_archive(move |archive, _| archive.findings(&wanted)).await? {
            Some(findings) => Ok(findings),
            // An earlier version stored the mail without its findings, so its bytes are parsed again.
            None => self.load(id).await.map(|loaded| Findings {
                codes: loaded.mail.codes.clone(),
                links: loaded.mail.links.clone(),
            }),
        }
    }

    /// The exact bytes of a stored mail.
    pub async fn bytes(&self, id: &MailId) -> Result<Bytes, ServiceError> {
        Ok(self.load_bytes(id).await?.1)
    }

    /// Hides a mail from the inbox; it stays in the archive.
    pub async fn hide(&self, id: &MailId) -> Result<(), ServiceError> {
        let id = id.clone();
        self.with_archive(move |archive, _| archive.set_hidden(&id, true)).await
    }

    /// Shows a hidden mail in the inbox again, and returns its row.
    pub async fn unhide(&self, id: &MailId) -> Result<StoredMail, ServiceError> {
        let wanted = id.clone();
        let kept = self
            .with_archive(move |archive, _| {
                archive.set_hidden(&wanted, false)?;
                archive.kept(&wanted)
            })
            .await?;
        kept.ok_or_else(|| ServiceError::NoSuchMail { id: id.clone() })
    }

    /// Hidden mails, newest first.
    pub async fn hidden(&self) -> Result<Vec<StoredMail>, ServiceError> {
        self.with_archive(|archive, base| archive.hidden(base)).await
    }

    /// Addresses that the user deleted and has not restored, the latest deletion first.
    pub async fn deleted(&self) -> Result<Vec<DeletedAddress>, ServiceError> {
        self.with_archive(|archive, base| archive.deleted(base)).await
    }

    /// A number that grows whenever another program changes the archive.
    pub async fn changes(&self) -> Result<i64, ServiceError> {
        self.with_archive(|archive, _| archive.changes()).await
    }

    /// Encrypts secrets that were stored before the keyring was available, if there is a keyring.
    pub async fn seal_secrets(&self) -> Result<(), ServiceError> {
        self.with_archive(|archive, _| archive.seal_secrets()).await
    }

    /// Does all pending maintenance of the archive: see [`crate::ports::archive::Archive::optimize`].
    pub async fn optimize(&self) -> Result<(), ServiceError> {
        while self.with_archive(|archive, _| archive.optimize()).await? {}
        Ok(())
    }

    /// Waits until enough new mails are stored to make [`Self::optimize`] worthwhile.
    pub async fn optimization_due(&self) {
        self.unordered.enough(QUIET_TIME).await;
    }

    /// Deletes mails permanently: none of their bytes stay in the archive's files. Returns their number.
    pub async fn purge(&self, what: Purge) -> Result<usize, ServiceError> {
        self.with_archive(move |archive, _| archive.purge(what)).await
    }

    /// Files of earlier, damaged archives that were moved aside.
    pub async fn quarantined_archives(&self) -> Result<Vec<PathBuf>, ServiceError> {
        self.with_archive(|archive, _| archive.quarantined_archives()).await
    }

    /// Deletes mails that the service received more than `days` days ago.
    pub async fn purge_older_than(&self, days: u32) -> Result<usize, ServiceError> {
        let age = SignedDuration::from_hours(24 * i64::from(days.min(MAX_DAYS)));
        match self.clock.now().checked_sub(age) {
            Ok(moment) => self.purge(Purge::Before(moment)).await,
            // The calendar does not reach back so far, so no mail is that old.
            Err(_) => Ok(0),
        }
    }

    /// Parses a few mails again that an earlier version of the program parsed, and updates their rows and
    /// search text. Returns the new rows; `None` if no such mail is left. A run that ends between two steps
    /// loses nothing, because the next run continues.
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

    /// Updates all mails that an earlier version of the program parsed.
    pub async fn update_outdated(&self) -> Result<(), ServiceError> {
        while self.update_outdated_step().await?.is_some() {}
        Ok(())
    }

    /// Like [`Self::update_outdated`]; then adds all mails that are not indexed yet to the search index.
    pub async fn index_all(&self) -> Result<(), ServiceError> {
        self.update_outdated().await?;
        while self.with_archive(|archive, _| archive.index_words(BATCH)).await? > 0 {}
        Ok(())
    }
}
