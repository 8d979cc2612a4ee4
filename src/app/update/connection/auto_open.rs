//! Opens sessions automatically, so that the user always has an address. If new sessions repeatedly end too soon, a
//! backoff limits the number of requests.

use crate::app::account::Account;
use crate::app::effect::{AccountEffect, Effect};
use crate::app::model::Model;
use crate::app::pending_request::PendingRequest;
use dropmail_client::domain::session::AddressOptions;
use dropmail_client::domain::sharing::Ownership;

/// Opens a session if none is live, unless the backoff requires a delay.
pub(in crate::app::update) fn ensure_session(model: &mut Model) -> Vec<Effect> {
    // Only the process that owns the data directory opens sessions automatically. If two processes did so, they would
    // open two sessions.
    if model.ownership != Ownership::Owner {
        return Vec::new();
    }
    if model.sessions.first_live().is_some() || model.pending_request.is_in_flight() {
        return Vec::new();
    }
    if !model.auto_open.may_open(model.now) {
        return Vec::new();
    }
    model.pending_request = PendingRequest::Address;
    vec![Effect::Account(AccountEffect::OpenSession(AddressOptions::default()))]
}

/// Opens a session if the delay required by the backoff has passed.
pub(super) fn open_if_due(model: &mut Model) -> Vec<Effect> {
    if model.account != Account::Open || model.auto_open.due.is_none_or(|due| due > model.now) {
        return Vec::new();
    }
    model.auto_open.due = None;
    ensure_session(model)
}
