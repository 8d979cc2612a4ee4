//! Converts the data of the API to the data of the domain. Secrets in the data are masked in texts from then on.

use super::client::Client;
use super::operations as ops;
use super::wire;
use crate::domain::delivery::Delivery;
use crate::domain::ids::SessionId;
use crate::domain::session::{Address, Session};
use crate::domain::time::{SignedDuration, Timestamp};

/// Assumed life of a session for which the service reports no end.
const SESSION_LIFE: SignedDuration = SignedDuration::from_mins(10);

impl Client {
    /// Converts an address of the API to one of the domain. From then on, its restore key is masked in texts.
    pub(super) fn address(&self, wire: ops::Address) -> Option<Address> {
        self.secrets().learn(&wire.restore_key);
        wire::address(wire)
    }

    /// Converts a mail of the API, without its bytes, which have to be downloaded.
    pub(super) fn delivery(&self, head: ops::MailMetadata, session: &SessionId) -> Delivery {
        self.secrets().learn_address(&head.download_url.0);
        wire::remote_delivery(head, session, self.now())
    }

    /// Converts a mail of the API that came with its bytes as text.
    pub(super) fn whole_delivery(&self, mail: ops::FullMail, session: &SessionId) -> Delivery {
        self.secrets().learn_address(&mail.head.download_url.0);
        wire::inline_delivery(mail, session, self.now())
    }

    /// Converts a session of the API; the end is given by the local clock. Returns `None` for a session without
    /// an id, because no request could name it.
    pub(super) fn session(&self, wire: ops::Session) -> Option<Session> {
        let id = wire.id.into_inner();
        if id.is_empty() {
            return None;
        }
        let expires_at = wire.expires_at.0.map_or_else(
            || self.now().saturating_add(SESSION_LIFE).unwrap_or(Timestamp::MAX),
            |end| self.local_time(end),
        );
        Some(Session {
            id: SessionId::new(id),
            expires_at,
            addresses: wire
                .addresses
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|it| self.address(it))
                .collect(),
        })
    }
}
