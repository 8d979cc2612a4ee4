//! The history of addresses: the user's actions on them, and the arrival of mails.

use super::lookup::is_same_address;
use super::{Mailbox, ServiceError};
use crate::domain::history::{HistoryAction, HistoryEntry};
use crate::domain::ids::AddressId;
use crate::domain::sorting::sort_by_number;
use crate::domain::stored_mail::StoredMail;
use mail_reader::sanitize::SafeText;

impl Mailbox {
    /// Returns at most `count` history entries, newest first, including mail arrivals. If `address` is given, returns
    /// only entries for this address. Sends no request.
    pub async fn history(
        &self,
        address: Option<&str>,
        count: usize,
    ) -> Result<Vec<HistoryEntry>, ServiceError> {
        let address = address.map(str::to_owned);
        self.with_archive(move |archive, base| {
            let mut entries = archive.history(base, address.as_deref(), count)?;
            let mut mails = archive.mails(base)?;
            mails.extend(archive.hidden_mails(base)?);
            entries.extend(mails.into_iter().map(arrival_entry).filter(|entry| {
                address.as_ref().is_none_or(|address| is_same_address(&entry.address, address))
            }));
            // If two entries have the same timestamp, the one that was stored later comes first.
            sort_by_number(&mut entries, |entry| -entry.at.as_nanosecond());
            entries.truncate(count);
            Ok(entries)
        })
        .await
    }

    /// Adds an entry with the current time to the history. An error is only logged, because the action itself has
    /// succeeded.
    pub async fn record_history(&self, address: &SafeText, action: HistoryAction) {
        let entry = HistoryEntry { at: self.clock.now(), address: address.clone(), action };
        let noted = self.with_archive(move |archive, base| archive.add_history(base, &entry)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "an entry of the history could not be stored");
        }
    }

    /// Returns the e-mail address with the given id; `None` if no stored session contains it.
    pub(super) async fn address_by_id(&self, id: &AddressId) -> Option<SafeText> {
        let sessions = self.known_sessions().await.ok()?;
        let mut addresses = sessions.into_iter().flat_map(|session| session.addresses);
        addresses.find(|address| address.id == *id).map(|address| address.address)
    }
}

fn arrival_entry(stored: StoredMail) -> HistoryEntry {
    let summary = stored.summary;
    HistoryEntry {
        at: summary.envelope.received_at,
        address: summary.envelope.to,
        action: HistoryAction::Arrived {
            mail: summary.envelope.id,
            sender: summary.sender,
            subject: summary.subject,
        },
    }
}
