//! Stores the mails of a long reply in batches, because each transaction waits for the disk.

use super::ingest::Fetched;
use super::{FetchFailed, Ingested, Mailbox};
use crate::ports::archive::{Archive, ParsedMail};

/// Minimum number of mails of a reply that are stored in batches. A few mails are stored one by one, so that none
/// waits for another one.
const MANY: usize = 16;

/// Number of mails that one transaction stores. If the program ends before, they are fetched again.
const BATCH: usize = 32;

/// Returns the number of mails of a reply that one transaction stores.
pub(super) fn batch_size(mails: usize) -> usize {
    if mails < MANY { 1 } else { BATCH }
}

impl Mailbox {
    /// Stores fetched mails in their order, as many as possible in one transaction.
    pub(super) async fn keep_all(&self, fetched: Vec<Fetched>) -> Vec<Result<Ingested, FetchFailed>> {
        let mut results = Vec::with_capacity(fetched.len());
        let mut batch = Vec::new();
        for fetched in fetched {
            match fetched {
                Fetched::Parsed(mail) => batch.push(*mail),
                other @ (Fetched::Large { .. } | Fetched::Known(_)) => {
                    results.extend(self.keep_batch(std::mem::take(&mut batch)).await.into_iter().map(Ok));
                    results.push(self.keep(other).await);
                }
            }
        }
        results.extend(self.keep_batch(batch).await.into_iter().map(Ok));
        results
    }

    async fn keep_batch(&self, mails: Vec<ParsedMail>) -> Vec<Ingested> {
        let mut results = Vec::with_capacity(mails.len());
        if mails.len() > 1 {
            let rows = mails.clone();
            let put = move |archive: &dyn Archive, base: &str| archive.put_mails(base, &rows);
            if let Ok(stored) = self.with_archive(put).await {
                let stored = mails.into_iter().zip(stored);
                results.extend(stored.map(|(mail, stored)| self.after_storing(mail, Ok(stored))));
                return results;
            }
        }
        // After a failure each mail is tried by itself, because some may fit on the disk.
        for mail in mails {
            results.push(self.store(mail).await);
        }
        results
    }
}
