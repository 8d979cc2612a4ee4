//! Converts API responses that contain secrets or times to the types of [`domain`](crate::domain). The conversions are
//! methods of [`Client`], because the client registers the secrets and knows the offset of the service's clock.
//!
//! Registered secrets are masked wherever the program shows or logs text from the service.

use super::client::Client;
use super::conversion;
use super::operations as ops;
use crate::domain::delivery::Delivery;
use crate::domain::ids::SessionId;
use crate::domain::session::{Address, Session};
use crate::domain::time::{SignedDuration, Timestamp};

/// Assumed lifetime of a session for which the service reports no expiry time.
const SESSION_LIFE: SignedDuration = SignedDuration::from_mins(10);

impl Client {
    /// Converts an e-mail address from an API response to the domain type, and registers its restore key as a secret to
    /// mask. Returns `None` if the address is empty.
    pub(super) fn address(&self, address: ops::Address) -> Option<Address> {
        self.secrets().register(&address.restore_key);
        conversion::address(address)
    }

    /// Converts a restored address from an API response to the domain type, and registers its new restore key as a
    /// secret to mask. If the response lacks the address itself, uses `requested`, the address that was to be restored.
    pub(super) fn restored_address(&self, address: ops::Address, requested: &str) -> Address {
        self.secrets().register(&address.restore_key);
        conversion::restored_address(address, requested)
    }

    /// Converts a mail from an API response to a `Delivery`. The response contains only the download URL of the raw
    /// mail, not the raw mail itself.
    pub(super) fn delivery(&self, head: ops::MailMetadata, session: &SessionId) -> Delivery {
        self.secrets().register_download_url(&head.download_url.0);
        conversion::remote_delivery(head, session, self.now())
    }

    /// Converts a mail from an API response to a `Delivery`. The response contains the raw mail as a string.
    pub(super) fn whole_delivery(&self, mail: ops::FullMail, session: &SessionId) -> Delivery {
        self.secrets().register_download_url(&mail.head.download_url.0);
        conversion::inline_delivery(mail, session, self.now())
    }

    /// Converts a session from an API response to the domain type, and its expiry time to local time. Returns `None`
    /// for a session without an id, because requests could not refer to it.
    pub(super) fn session(&self, session: ops::Session) -> Option<Session> {
        let id = session.id.into_inner();
        if id.is_empty() {
            return None;
        }
        let expires_at = session.expires_at.0.map_or_else(
            || self.now().saturating_add(SESSION_LIFE).unwrap_or(Timestamp::MAX),
            |end| self.local_time(end),
        );
        Some(Session {
            id: SessionId::new(id),
            expires_at,
            addresses: session
                .addresses
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|it| self.address(it))
                .collect(),
        })
    }
}
