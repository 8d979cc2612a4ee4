//! Processes large mails one at a time, and cancels the processing when its result is no longer needed.
//!
//! Parsing, laying out or sanitising a mail needs several times the mail's size in memory. Two large mails processed at
//! the same time would need twice as much.

use crate::app::effect::MessagePaneEffect;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Minimum size in bytes at which a mail counts as large. Only one large mail is processed at a time.
pub(super) const LARGE_BYTES: usize = 1_000_000;

/// Ensures that large mails are processed one at a time, and cancels the processing when its result is no longer
/// needed.
#[derive(Debug)]
pub(super) struct LargeMails {
    semaphore: Arc<Semaphore>,
    /// Token that cancels the parsing of the most recently opened mail.
    reading: CancellationToken,
    /// Token that cancels the most recently requested layout.
    layout: CancellationToken,
}

impl Default for LargeMails {
    fn default() -> Self {
        Self {
            semaphore: Arc::new(Semaphore::new(1)),
            reading: CancellationToken::new(),
            layout: CancellationToken::new(),
        }
    }
}

impl LargeMails {
    /// Creates the job for an effect of the message pane. A job that parses a whole mail cancels the previous parsing
    /// job; a job that lays out a whole mail cancels the previous layout job.
    pub(super) fn job_for(&mut self, effect: &MessagePaneEffect) -> LargeMailJob {
        match effect {
            MessagePaneEffect::LoadFull { opened, .. } => self.start_reading(opened.raw.len()),
            MessagePaneEffect::Render { opened, enough: None, .. } if opened.is_complete => {
                self.start_layout(opened.raw.len())
            }
            // The layout of the first lines takes little time, and the other effects process only a part of the mail.
            MessagePaneEffect::Render { .. }
            | MessagePaneEffect::Load { .. }
            | MessagePaneEffect::OpenAttached { .. }
            | MessagePaneEffect::DecodeImage(..) => self.new_job(0, CancellationToken::new()),
        }
    }

    /// Creates a job that parses a mail, and cancels the previous parsing job, because only the most recently opened
    /// mail is shown.
    fn start_reading(&mut self, bytes: usize) -> LargeMailJob {
        cancel_and_replace(&mut self.reading);
        self.new_job(bytes, self.reading.clone())
    }

    /// Creates a job that lays out a mail, and cancels the previous layout job, because only the most recent layout is
    /// shown.
    fn start_layout(&mut self, bytes: usize) -> LargeMailJob {
        cancel_and_replace(&mut self.layout);
        self.new_job(bytes, self.layout.clone())
    }

    /// Creates a job that processes a mail of `bytes` bytes. Cancelling the token `cancelled` cancels the job.
    pub(super) fn new_job(&self, bytes: usize, cancelled: CancellationToken) -> LargeMailJob {
        LargeMailJob { semaphore: (bytes >= LARGE_BYTES).then(|| Arc::clone(&self.semaphore)), cancelled }
    }
}

fn cancel_and_replace(token: &mut CancellationToken) {
    std::mem::take(token).cancel();
}

/// A cancellable job that processes a mail. The job for a large mail waits while another large mail is being processed.
#[derive(Clone, Debug)]
pub(super) struct LargeMailJob {
    /// The semaphore that allows only one large mail to be processed at a time; `None` for a small mail, which needs no
    /// permit.
    semaphore: Option<Arc<Semaphore>>,
    cancelled: CancellationToken,
}

/// The permit to process a mail. Dropping the permit for a large mail lets the next large mail be processed.
#[derive(Debug)]
pub(super) struct ProcessingPermit {
    _permit: Option<OwnedSemaphorePermit>,
}

impl LargeMailJob {
    /// Waits until no other large mail is being processed, then returns the permit. Returns `None` if the job is
    /// cancelled while waiting. For a small mail, returns the permit immediately.
    pub(super) async fn acquire_permit(&self) -> Option<ProcessingPermit> {
        let Some(semaphore) = self.semaphore.clone() else { return Some(ProcessingPermit { _permit: None }) };
        let permit = self.cancelled.run_until_cancelled(semaphore.acquire_owned()).await?;
        // The semaphore is never closed, so acquiring it cannot fail.
        Some(ProcessingPermit { _permit: permit.ok() })
    }

    /// Returns whether the job was cancelled. A job is cancelled when its result is no longer needed.
    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.is_cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::{LARGE_BYTES, LargeMails};
    use futures_util::FutureExt;
    use tokio_util::sync::CancellationToken;

    #[tokio::test]
    async fn large_mails_are_processed_one_at_a_time_without_delaying_small_ones() {
        let mut large = LargeMails::default();
        let first = large.start_reading(LARGE_BYTES).acquire_permit().await;
        assert!(first.is_some());
        let page = large.new_job(LARGE_BYTES, CancellationToken::new());
        let mut waiting = Box::pin(page.acquire_permit());
        assert!((&mut waiting).now_or_never().is_none(), "the page waits for the large mail");
        assert!(
            large
                .new_job(LARGE_BYTES - 1, CancellationToken::new())
                .acquire_permit()
                .now_or_never()
                .is_some()
        );
        drop(first);
        assert!(waiting.await.is_some());
    }

    #[tokio::test]
    async fn a_newer_load_cancels_the_previous_one_even_while_it_waits() {
        let mut large = LargeMails::default();
        let busy = large.start_layout(LARGE_BYTES);
        let permit = busy.acquire_permit().await;
        let older = large.start_reading(LARGE_BYTES);
        let newer = large.start_reading(LARGE_BYTES);
        assert!(older.acquire_permit().await.is_none() && older.is_cancelled());
        assert!(!newer.is_cancelled() && !busy.is_cancelled());
        drop(permit);
        assert!(newer.acquire_permit().await.is_some());
    }
}
