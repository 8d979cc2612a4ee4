//! The request in flight for a session or an address.

/// The request in flight for a session or an address, if any. At most one such request is in flight at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PendingRequest {
    /// No request for a session or an address is in flight.
    #[default]
    Nothing,
    /// A request for a new session or a new address is in flight.
    Address,
    /// A request to restore the addresses of a session is in flight.
    Restore,
}

impl PendingRequest {
    /// Returns `true` if a request for a session or an address is in flight.
    pub fn is_in_flight(self) -> bool {
        self != Self::Nothing
    }
}
