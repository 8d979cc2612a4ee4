//! What is done beside the mailbox, once a start: mail that was kept long enough goes, mail that an
//! earlier version kept is made known to the search.

use crate::service::Mailbox;

/// Does it, where this program has the mailbox. What fails is logged: nobody waits for it.
pub(super) async fn run(mailbox: Mailbox, keep_days: u32, owner: bool) {
    if !owner {
        return;
    }
    if let Err(error) = mailbox.protect().await {
        tracing::warn!(%error, "secrets could not be sealed");
    }
    if keep_days > 0 {
        match mailbox.purge_older_than(keep_days).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, keep_days, "old mail was removed"),
            Err(error) => tracing::warn!(%error, "old mail could not be removed"),
        }
    }
    if let Err(error) = mailbox.index_earlier().await {
        tracing::warn!(%error, "mail of an earlier version could not be made known to the search");
    }
}
