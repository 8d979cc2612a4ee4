//! Maintains the archive in the background. At the start, old mail (`keep_days`) is deleted, and mail that an
//! earlier version parsed is parsed again. After new mail, the search index is optimised.

use super::effects::RuntimeEvent;
use crate::app::msg::Msg;
use crate::service::{Mailbox, ServiceError};
use tokio::sync::mpsc::UnboundedSender;

/// Runs the maintenance of the archive if this instance owns the mailbox. Failures are only logged, because
/// nothing waits for the result.
pub(super) async fn run(mailbox: Mailbox, keep_days: u32, owner: bool, heard: UnboundedSender<RuntimeEvent>) {
    if !owner {
        return;
    }
    // A locked keyring may block without end, so sealing runs in parallel.
    let protect = async { log_result("secrets are sealed", mailbox.seal_secrets().await.map(|()| 0)) };
    tokio::join!(protect, tidy_up(&mailbox, keep_days, &heard));
}

/// Deletes old mail, parses outdated mail again, and then optimises the search index whenever that is due.
async fn tidy_up(mailbox: &Mailbox, keep_days: u32, heard: &UnboundedSender<RuntimeEvent>) {
    if keep_days > 0 {
        log_result("old mails were removed", mailbox.purge_older_than(keep_days).await);
    }
    log_result("mails of an earlier version were read again", update_outdated(mailbox, heard).await);
    loop {
        log_result("the search is in order", mailbox.optimize().await.map(|()| 0));
        mailbox.optimization_due().await;
    }
}

/// Parses again the mails that an earlier version parsed, and sends each batch of new rows to the core.
/// Returns the count of these mails.
async fn update_outdated(
    mailbox: &Mailbox,
    heard: &UnboundedSender<RuntimeEvent>,
) -> Result<usize, ServiceError> {
    let mut count = 0;
    while let Some(rows) = mailbox.update_outdated_step().await? {
        count += rows.len();
        drop(heard.send(RuntimeEvent::Msg(Msg::RowsUpdated(rows))));
    }
    if count > 0 {
        drop(heard.send(RuntimeEvent::Msg(Msg::AllRowsUpdated)));
    }
    Ok(count)
}

fn log_result(what: &str, result: Result<usize, ServiceError>) {
    match result {
        Ok(count) => tracing::info!(count, "{what}"),
        Err(error) => tracing::warn!(%error, "not done: {what}"),
    }
}
