//! Maintains the archive in the background. After startup, deletes mail older than `keep_days` and reparses mail that
//! an earlier version of the program parsed. After new mail has arrived, optimises the search index.

use super::effects::{JobTracker, RuntimeEvent};
use crate::app::jobs::{JobKind, JobProgress};
use crate::app::msg::Msg;
use dropmail_client::domain::sharing::SharedChange;
use dropmail_client::ports::archive::PurgeScope;
use dropmail_client::ports::instance::Instance;
use dropmail_client::service::{Mailbox, ServiceError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

/// Running time after which an optimisation of the search index is reported to the core as a job; a shorter one is not
/// reported.
const SHORT: Duration = Duration::from_secs(1);

/// Runs the maintenance of the archive as soon as this process owns the data directory, and encrypts the stored
/// secrets. Errors are only logged, because no caller uses the result.
pub(super) async fn run(
    mailbox: Mailbox,
    keep_days: u32,
    instance: Option<Arc<dyn Instance>>,
    sender: UnboundedSender<RuntimeEvent>,
    jobs: JobTracker,
) {
    if let Some(instance) = instance {
        instance.await_ownership().await;
    }
    // A locked keyring may block forever, so the secrets are encrypted in parallel.
    let protect = async { log_result("secrets are sealed", mailbox.encrypt_secrets().await.map(|()| 0)) };
    tokio::join!(protect, tidy_up(&mailbox, keep_days, &sender, &jobs));
}

/// Deletes old mail and reparses mail that an earlier version of the program parsed. After that, optimises the search
/// index whenever new mail has arrived, until the program exits.
async fn tidy_up(
    mailbox: &Mailbox,
    keep_days: u32,
    sender: &UnboundedSender<RuntimeEvent>,
    jobs: &JobTracker,
) {
    if keep_days > 0 {
        let removed = purge(mailbox, mailbox.purge_scope_for_days(keep_days), sender).await;
        log_result("old mails were removed", removed);
    }
    log_result("mails of an earlier version were read again", update_outdated(mailbox, sender, jobs).await);
    loop {
        log_result("the search is in order", optimize(mailbox, jobs).await.map(|()| 0));
        mailbox.await_optimization_due().await;
    }
}

/// Deletes old mails from the archive, and removes them from the mail list on the screen.
async fn purge(
    mailbox: &Mailbox,
    what: PurgeScope,
    sender: &UnboundedSender<RuntimeEvent>,
) -> Result<usize, ServiceError> {
    let count = mailbox.purge(what).await?;
    if count > 0
        && let PurgeScope::Before(time) = what
    {
        drop(sender.send(RuntimeEvent::Msg(Msg::Shared(SharedChange::Purged(Some(time))))));
    }
    Ok(count)
}

/// Reparses the mails that an earlier version of the program parsed, and sends the updated inbox rows to the core in
/// batches. Returns the number of reparsed mails.
async fn update_outdated(
    mailbox: &Mailbox,
    sender: &UnboundedSender<RuntimeEvent>,
    jobs: &JobTracker,
) -> Result<usize, ServiceError> {
    let mut count = 0;
    let mut job = None;
    while let Some(rows) = mailbox.update_outdated_step().await? {
        count += rows.len();
        let job = job.get_or_insert_with(|| jobs.start(JobKind::Reparse));
        job.report(JobProgress::Items(count, None));
        drop(sender.send(RuntimeEvent::Msg(Msg::RowsUpdated(rows))));
        // The next run of the program reparses the remaining mails.
        if job.is_stopped() {
            break;
        }
    }
    if count > 0 {
        drop(sender.send(RuntimeEvent::Msg(Msg::AllRowsUpdated)));
    }
    Ok(count)
}

/// Optimises the search index in steps until it is fully optimised or the user stops the job.
async fn optimize(mailbox: &Mailbox, jobs: &JobTracker) -> Result<(), ServiceError> {
    let start = Instant::now();
    let mut job = None;
    while mailbox.optimize_step().await? {
        if start.elapsed() > SHORT {
            let job = job.get_or_insert_with(|| jobs.start(JobKind::Index));
            if job.is_stopped() {
                break;
            }
        }
    }
    Ok(())
}

fn log_result(what: &str, result: Result<usize, ServiceError>) {
    match result {
        Ok(count) => tracing::info!(count, "{what}"),
        Err(error) => tracing::warn!(%error, "not done: {what}"),
    }
}
