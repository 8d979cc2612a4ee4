//! What is only in memory: mails that the archive could not take, and deliveries whose bytes
//! could not be fetched yet. Bounded, since it stands in for a disk.

use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::Envelope;
use crate::ports::transport::Delivery;
use bytes::Bytes;
use std::collections::{HashMap, VecDeque};

/// Mails that were not archived are held up to this many bytes in all; the oldest go first.
const MAX_HELD: usize = 256 << 20;

/// Deliveries without bytes are remembered up to this many; the oldest go first.
const MAX_WAITING: usize = 1000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Afloat {
    held: HashMap<MailId, (Envelope, Bytes)>,
    order: VecDeque<MailId>,
    size: usize,
    waiting: VecDeque<Delivery>,
}

impl Afloat {
    /// Holds a mail that the archive could not take.
    pub(super) fn hold(&mut self, envelope: Envelope, raw: Bytes) {
        let id = envelope.id.clone();
        self.size += raw.len();
        if let Some((_, earlier)) = self.held.insert(id.clone(), (envelope, raw)) {
            self.size -= earlier.len();
        } else {
            self.order.push_back(id);
        }
        while self.size > MAX_HELD && self.order.len() > 1 {
            let Some(oldest) = self.order.pop_front() else { break };
            self.size -= self.held.remove(&oldest).map_or(0, |(_, raw)| raw.len());
        }
    }

    /// A mail that is held.
    pub(super) fn mail(&self, id: &MailId) -> Option<(Envelope, Bytes)> {
        self.held.get(id).cloned()
    }

    /// How many mails are held.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// The mail that is held for the longest time.
    pub(super) fn oldest(&self) -> Option<(Envelope, Bytes)> {
        self.order.front().and_then(|id| self.mail(id))
    }

    /// Lets go of a mail that is kept elsewhere now.
    pub(super) fn release(&mut self, id: &MailId) {
        self.order.retain(|held| held != id);
        self.size -= self.held.remove(id).map_or(0, |(_, raw)| raw.len());
    }

    /// Remembers a delivery whose bytes could not be fetched.
    pub(super) fn wait_for(&mut self, delivery: Delivery) {
        self.waiting.retain(|other| other.envelope.id != delivery.envelope.id);
        self.waiting.push_back(delivery);
        while self.waiting.len() > MAX_WAITING {
            self.waiting.pop_front();
        }
    }

    /// Envelopes of the deliveries whose bytes could not be fetched yet.
    pub(super) fn awaited(&self) -> Vec<Envelope> {
        self.waiting.iter().map(|delivery| delivery.envelope.clone()).collect()
    }

    /// Takes the remembered deliveries of a session, oldest first.
    pub(super) fn take_waiting(&mut self, session: &SessionId) -> Vec<Delivery> {
        let (of_it, others): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|d| d.envelope.session == *session);
        self.waiting = others;
        of_it.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;
    use crate::ports::transport::{Body, DownloadUrl};

    fn envelope(id: &str, session: &str) -> Envelope {
        Envelope {
            id: MailId::new(id),
            session: SessionId::new(session),
            received_at: Timestamp::UNIX_EPOCH,
            from: "a@b".into(),
            to: "c@d".into(),
            to_orig: "c@d".into(),
            size: 1,
        }
    }

    #[test]
    fn what_is_held_stays_within_its_bound() {
        let mut afloat = Afloat::default();
        let large = Bytes::from(vec![0; MAX_HELD / 2]);
        for id in ["1", "2", "2", "3"] {
            afloat.hold(envelope(id, "s"), large.clone());
        }
        assert!(afloat.mail(&MailId::new("1")).is_none(), "the oldest went");
        assert!(afloat.mail(&MailId::new("3")).is_some());
        assert_eq!(afloat.size, MAX_HELD);
    }

    #[test]
    fn deliveries_wait_for_their_own_session() {
        let mut afloat = Afloat::default();
        let at = |id, session| Delivery {
            envelope: envelope(id, session),
            body: Body::At(DownloadUrl("http://h/".to_owned())),
        };
        for (id, session) in [("1", "s"), ("2", "t"), ("1", "s")] {
            afloat.wait_for(at(id, session));
        }
        let taken = afloat.take_waiting(&SessionId::new("s"));
        assert_eq!(taken.len(), 1);
        assert!(afloat.take_waiting(&SessionId::new("s")).is_empty());
        assert_eq!(afloat.take_waiting(&SessionId::new("t")).len(), 1);
    }
}
