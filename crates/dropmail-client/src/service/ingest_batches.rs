//! Stores the mails from a long query response in batches, because each transaction waits for the disk.

use super::ingest::Fetched;
use super::{FetchFailed, Ingested, Mailbox};
use crate::ports::archive::{Archive, ParsedMail};

/// Minimum number of mails in a query response for which the mails are stored in batches. Fewer mails are stored one by
/// one, so that no mail has to wait for the others.
const MANY: usize = 16;

/// Number of mails that one transaction stores. If the program ends before the transaction does, these mails must be
/// fetched again.
const BATCH: usize = 32;

/// Returns the number of mails that each transaction stores if a query response contains `mails` mails.
pub(super) fn batch_size(mails: usize) -> usize {
    if mails < MANY { 1 } else { BATCH }
}

impl Mailbox {
    /// Stores fetched mails in the given order, and returns their results in this order. Stores consecutive small mails
    /// in one transaction, and each large mail on its own.
    pub(super) async fn store_all_fetched(
        &self,
        fetched: Vec<Fetched>,
    ) -> Vec<Result<Ingested, FetchFailed>> {
        let mut results = Vec::with_capacity(fetched.len());
        let mut batch = Vec::new();
        for fetched in fetched {
            match fetched {
                Fetched::Parsed(mail) => batch.push(*mail),
                other @ (Fetched::Large { .. } | Fetched::Known(_)) => {
                    results.extend(self.store_batch(std::mem::take(&mut batch)).await.into_iter().map(Ok));
                    results.push(self.store_fetched(other).await);
                }
            }
        }
        results.extend(self.store_batch(batch).await.into_iter().map(Ok));
        results
    }

    async fn store_batch(&self, mails: Vec<ParsedMail>) -> Vec<Ingested> {
        let mut results = Vec::with_capacity(mails.len());
        if mails.len() > 1 {
            let rows = mails.clone();
            let put = move |archive: &dyn Archive, base: &str| archive.put_mails(base, &rows);
            if let Ok(stored) = self.with_archive(put).await {
                let stored = mails.into_iter().zip(stored);
                results.extend(stored.map(|(mail, stored)| self.handle_store_result(mail, Ok(stored))));
                return results;
            }
        }
        // After a failure, the mails are stored one by one, because some of them may still fit on the disk.
        for mail in mails {
            results.push(self.store(mail).await);
        }
        results
    }
}
