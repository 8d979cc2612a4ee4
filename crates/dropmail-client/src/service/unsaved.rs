//! Keeps a limited number of mails in memory: those that the archive could not store, and those whose download failed.

use crate::domain::delivery::Delivery;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::Envelope;
use crate::domain::stored_mail::ArrivalOrder;
use bytes::Bytes;
use std::collections::{HashMap, VecDeque};

/// Maximum total size in bytes of the mails that are kept in memory because the archive could not store them. If it is
/// exceeded, the oldest of these mails are dropped.
const MAX_UNSAVED_BYTES: usize = 256 << 20;

/// Maximum number of mails that are waiting for their download to be retried. If it is exceeded, the oldest of them
/// are dropped.
const MAX_DOWNLOADS: usize = 1000;

/// The mails that the archive could not store, and the mails that are waiting for their download to be retried.
#[derive(Debug, Default)]
pub(super) struct UnsavedMail {
    mails: HashMap<MailId, (Envelope, Bytes, ArrivalOrder)>,
    order: VecDeque<MailId>,
    size: usize,
    downloads: VecDeque<Delivery>,
}

impl UnsavedMail {
    /// Adds a mail that the archive could not store. If the total size of these mails exceeds [`MAX_UNSAVED_BYTES`],
    /// drops the oldest ones, but never the last remaining one.
    pub(super) fn add(&mut self, envelope: Envelope, raw: Bytes, order: ArrivalOrder) {
        let id = envelope.id.clone();
        self.size += raw.len();
        if let Some((_, earlier, _)) = self.mails.insert(id.clone(), (envelope, raw, order)) {
            self.size -= earlier.len();
        } else {
            self.order.push_back(id);
        }
        while self.size > MAX_UNSAVED_BYTES && self.order.len() > 1 {
            let Some(oldest) = self.order.pop_front() else { break };
            self.size -= self.mails.remove(&oldest).map_or(0, |(_, raw, _)| raw.len());
        }
    }

    /// Returns a mail that the archive could not store. Returns `None` if the mail is not in memory.
    pub(super) fn mail(&self, id: &MailId) -> Option<(Envelope, Bytes)> {
        self.mails.get(id).map(|(envelope, raw, _)| (envelope.clone(), raw.clone()))
    }

    /// Returns the number of mails in memory that the archive could not store.
    pub(super) fn count(&self) -> usize {
        self.mails.len()
    }

    /// Returns the oldest mail in memory that the archive could not store; `None` if there is none.
    pub(super) fn oldest(&self) -> Option<(Envelope, Bytes, ArrivalOrder)> {
        self.order.front().and_then(|id| self.mails.get(id)).cloned()
    }

    /// Removes a mail from memory after the archive has stored it.
    pub(super) fn remove(&mut self, id: &MailId) {
        self.order.retain(|other| other != id);
        self.size -= self.mails.remove(id).map_or(0, |(_, raw, _)| raw.len());
    }

    /// Adds a mail whose download has failed and must be retried.
    pub(super) fn add_download(&mut self, delivery: Delivery) {
        self.downloads.retain(|other| other.envelope.id != delivery.envelope.id);
        self.downloads.push_back(delivery);
        while self.downloads.len() > MAX_DOWNLOADS {
            self.downloads.pop_front();
        }
    }

    /// Returns the envelopes of the mails that are waiting for their download to be retried.
    pub(super) fn undownloaded(&self) -> Vec<Envelope> {
        self.downloads.iter().map(|delivery| delivery.envelope.clone()).collect()
    }

    /// Removes and returns a session's mails that are waiting for their download to be retried, in the order in which
    /// the downloads failed.
    pub(super) fn take_downloads(&mut self, session: &SessionId) -> Vec<Delivery> {
        let (of_it, others): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.downloads).into_iter().partition(|d| d.envelope.session == *session);
        self.downloads = others;
        of_it.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::delivery::{Body, DownloadUrl};
    use crate::domain::time::Timestamp;

    fn envelope(id: &str, session: &str) -> Envelope {
        Envelope {
            id: MailId::new(id),
            session: SessionId::new(session),
            received_at: Timestamp::UNIX_EPOCH,
            from: "a@b".into(),
            to: "c@d".into(),
            to_orig: "c@d".into(),
            size: 1,
            oddities: Vec::new(),
        }
    }

    #[test]
    fn unsaved_mail_stays_within_its_limit() {
        let mut unsaved_mail = UnsavedMail::default();
        let large = Bytes::from(vec![0; MAX_UNSAVED_BYTES / 2]);
        for id in ["1", "2", "2", "3"] {
            unsaved_mail.add(envelope(id, "s"), large.clone(), ArrivalOrder::default());
        }
        assert!(unsaved_mail.mail(&MailId::new("1")).is_none(), "the oldest mail was dropped");
        assert!(unsaved_mail.mail(&MailId::new("3")).is_some());
        assert_eq!(unsaved_mail.size, MAX_UNSAVED_BYTES);
    }

    #[test]
    fn deliveries_wait_only_for_their_own_session() {
        let mut unsaved_mail = UnsavedMail::default();
        let at = |id, session| Delivery {
            envelope: envelope(id, session),
            body: Body::Url(DownloadUrl("http://h/".to_owned())),
            order: None,
        };
        for (id, session) in [("1", "s"), ("2", "t"), ("1", "s")] {
            unsaved_mail.add_download(at(id, session));
        }
        let removed = unsaved_mail.take_downloads(&SessionId::new("s"));
        assert_eq!(removed.len(), 1);
        assert!(unsaved_mail.take_downloads(&SessionId::new("s")).is_empty());
        assert_eq!(unsaved_mail.take_downloads(&SessionId::new("t")).len(), 1);
    }
}
