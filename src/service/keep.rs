//! What is kept: paged, searched, hidden and shown again, removed for good. Needs no network.

use super::unordered::QUIET;
use super::{Mailbox, ServiceError, parse};
use crate::domain::ids::{MailId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::domain::search::Query;
use crate::domain::session::Session;
use crate::domain::time::SignedDuration;
use crate::ports::archive::{Deleted, Findings, Kept, Purge, Reached, Step, Tally};
use bytes::Bytes;
use std::path::PathBuf;

/// Mails of an earlier version that one transaction updates: a mail that arrives meanwhile waits for it.
const BATCH: usize = 8;

/// Mails that a step of a search looks at: some milliseconds, in which nobody else gets at the database.
const STEP: usize = 500;

/// The longest that mail can be kept for a number of days: about what a calendar can hold.
const MAX_DAYS: u32 = 1_000_000;

/// See [`Mailbox::first_sight`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FirstSight {
    /// Sessions, newest first.
    pub sessions: Vec<Session>,
    /// What the user calls them.
    pub labels: Vec<(SessionId, SafeText)>,
    /// Mails, newest first.
    pub mails: Vec<Kept>,
}

impl Mailbox {
    /// What a start shows before anything is asked of the service: known sessions with their names, and
    /// the first page of the list, in one visit to the archive.
    pub async fn first_sight(&self, count: usize) -> Result<FirstSight, ServiceError> {
        self.on_archive(move |archive, base| {
            Ok(FirstSight {
                sessions: archive.sessions(base)?,
                labels: archive.labels(base)?,
                mails: archive.page(base, None, count)?,
            })
        })
        .await
    }

    /// A page of the list, newest first: at most `count` mails below the one named, or from the top.
    pub async fn page(&self, below: Option<&MailId>, count: usize) -> Result<Vec<Kept>, ServiceError> {
        let below = below.cloned();
        self.on_archive(move |archive, base| archive.page(base, below.as_ref(), count)).await
    }

    /// How many mails are kept and not hidden.
    pub async fn tally(&self) -> Result<Tally, ServiceError> {
        self.on_archive(|archive, base| archive.tally(base)).await
    }

    /// Mails that hold all words of a query: the newest `count` of them, also hidden ones.
    pub async fn search(&self, query: Query, count: usize) -> Result<Vec<Kept>, ServiceError> {
        self.on_archive(move |archive, base| archive.search(base, &query, count)).await
    }

    /// A step of a search through all that is kept and not hidden: see
    /// [`crate::ports::archive::Archive::step`].
    pub async fn step(&self, query: Query, from: Option<Reached>) -> Result<Step, ServiceError> {
        self.on_archive(move |archive, base| archive.step(base, &query, from, STEP)).await
    }

    /// All codes and links of a kept mail.
    pub async fn findings(&self, id: &MailId) -> Result<Findings, ServiceError> {
        let wanted = id.clone();
        match self.on_archive(move |archive, _| archive.findings(&wanted)).await? {
            Some(findings) => Ok(findings),
            // An earlier version kept it: the bytes are asked again.
            None => self.load(id).await.map(|loaded| Findings {
                codes: loaded.mail.codes.clone(),
                links: loaded.mail.links.clone(),
            }),
        }
    }

    /// The exact bytes of a kept mail.
    pub async fn bytes(&self, id: &MailId) -> Result<Bytes, ServiceError> {
        Ok(self.load_bytes(id).await?.1)
    }

    /// Hides a mail from the list; it stays in the archive.
    pub async fn hide(&self, id: &MailId) -> Result<(), ServiceError> {
        let id = id.clone();
        self.on_archive(move |archive, _| archive.set_hidden(&id, true)).await
    }

    /// Shows a hidden mail in the list again; it is handed on as it is listed.
    pub async fn unhide(&self, id: &MailId) -> Result<Kept, ServiceError> {
        let wanted = id.clone();
        let kept = self
            .on_archive(move |archive, _| {
                archive.set_hidden(&wanted, false)?;
                archive.kept(&wanted)
            })
            .await?;
        kept.ok_or_else(|| ServiceError::NoSuchMail { id: id.clone() })
    }

    /// Mails that are hidden, newest first.
    pub async fn hidden(&self) -> Result<Vec<Kept>, ServiceError> {
        self.on_archive(|archive, base| archive.hidden(base)).await
    }

    /// Addresses that were deleted here and not brought back, the latest first.
    pub async fn deleted(&self) -> Result<Vec<Deleted>, ServiceError> {
        self.on_archive(|archive, base| archive.deleted(base)).await
    }

    /// Grows whenever another program has changed the archive.
    pub async fn changes(&self) -> Result<i64, ServiceError> {
        self.on_archive(|archive, _| archive.changes()).await
    }

    /// Seals secrets that were written before the keyring answered, where there is one.
    pub async fn protect(&self) -> Result<(), ServiceError> {
        self.on_archive(|archive, _| archive.protect()).await
    }

    /// Puts what is kept in order: see [`crate::ports::archive::Archive::tidy`].
    pub async fn tidy(&self) -> Result<(), ServiceError> {
        while self.on_archive(|archive, _| archive.tidy()).await? {}
        Ok(())
    }

    /// Waits until enough mails were kept for [`Self::tidy`] to be worth while again.
    pub async fn untidy(&self) {
        self.unordered.enough(QUIET).await;
    }

    /// Removes mails for good: nothing of them is left in the archive's files. Tells how many.
    pub async fn purge(&self, what: Purge) -> Result<usize, ServiceError> {
        self.on_archive(move |archive, _| archive.purge(what)).await
    }

    /// Files of earlier archives that were damaged and set aside.
    pub async fn damaged(&self) -> Result<Vec<PathBuf>, ServiceError> {
        self.on_archive(|archive, _| archive.damaged()).await
    }

    /// Removes mails that the service received more than `days` days ago.
    pub async fn purge_older_than(&self, days: u32) -> Result<usize, ServiceError> {
        let age = SignedDuration::from_hours(24 * i64::from(days.min(MAX_DAYS)));
        match self.clock.now().checked_sub(age) {
            Ok(moment) => self.purge(Purge::Before(moment)).await,
            // Nothing is as old as the calendar.
            Err(_) => Ok(0),
        }
    }

    /// Reads a few mails again that an earlier version of the program read, and updates their rows and words.
    /// Returns the new rows; `None` where no such mail is left. A run that ends between two
    /// steps loses nothing: the next run goes on where it was.
    pub async fn update_outdated_step(&self) -> Result<Option<Vec<Kept>>, ServiceError> {
        let batch = self.on_archive(|archive, _| archive.outdated(BATCH)).await?;
        if batch.is_empty() {
            return Ok(None);
        }
        let mut read = Vec::with_capacity(batch.len());
        for (envelope, raw) in batch {
            read.push((envelope, parse(raw).await));
        }
        self.on_archive(move |archive, _| archive.update(&read)).await.map(Some)
    }

    /// Updates all mails that an earlier version of the program read.
    pub async fn update_outdated(&self) -> Result<(), ServiceError> {
        while self.update_outdated_step().await?.is_some() {}
        Ok(())
    }

    /// As [`Self::update_outdated`], and gives the search's index all words that it lacks.
    pub async fn index_all(&self) -> Result<(), ServiceError> {
        self.update_outdated().await?;
        while self.on_archive(|archive, _| archive.index_words(BATCH)).await? > 0 {}
        Ok(())
    }
}
