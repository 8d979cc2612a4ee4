//! What is done beside the mailbox. Once a start: mail that was kept long enough goes, and mail that an
//! earlier version kept is made known to the search. Whenever some have come: the search's index is put
//! in order.

use crate::service::{Mailbox, ServiceError};

/// Does it, where this program has the mailbox. What fails is logged: nobody waits for it.
pub(super) async fn run(mailbox: Mailbox, keep_days: u32, owner: bool) {
    if !owner {
        return;
    }
    told("secrets are sealed", mailbox.protect().await.map(|()| 0));
    if keep_days > 0 {
        told("old mails were removed", mailbox.purge_older_than(keep_days).await);
    }
    told("mails of an earlier version are known to the search", mailbox.index_earlier().await);
    loop {
        told("the search is in order", mailbox.tidy().await.map(|()| 0));
        mailbox.untidy().await;
    }
}

fn told(what: &str, result: Result<usize, ServiceError>) {
    match result {
        Ok(count) => tracing::info!(count, "{what}"),
        Err(error) => tracing::warn!(%error, "not done: {what}"),
    }
}
