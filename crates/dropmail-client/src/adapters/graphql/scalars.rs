//! Scalar types of the API: times, download URLs and mail ids.

use crate::domain::ids::MailId;
use crate::domain::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Prefix of the id that this client assigns to a mail for which the service returned no id.
pub(super) const UNNAMED: &str = "unnamed-";

/// A time from an API response; `None` if it cannot be parsed. A mail with an invalid time is still shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct WireTimestamp(pub(super) Option<Timestamp>);

impl<'de> Deserialize<'de> for WireTimestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(Self(text.and_then(|text| text.parse().ok())))
    }
}

impl Serialize for WireTimestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// A download URL from an API response. It is secret, because it gives access to a mail without further credentials.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct WireUrl(pub(super) String);

impl std::fmt::Debug for WireUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebAddress(***)")
    }
}

/// Returns the mail id `after` for use in a request. Returns `None` if this client made up the id, because the service
/// does not know such ids. For a request without an id, the service returns all mails.
pub(super) fn known_to_service(after: Option<&MailId>) -> Option<&MailId> {
    after.filter(|id| !id.as_str().starts_with(UNNAMED))
}
