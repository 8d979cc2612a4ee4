//! Sessions that are opened by themselves: there is always an address on the screen, and yet the service is
//! not asked for one session after the other where it lets none live.

use crate::app::effect::Effect;
use crate::app::model::{Account, Model, PendingRequest};
use crate::ports::dropmail_api::AddressOptions;

/// Without a living session one is opened.
pub(super) fn ensure_session(model: &mut Model) -> Vec<Effect> {
    if model.sessions.first_live().is_some() || model.asking != PendingRequest::Nothing {
        return Vec::new();
    }
    if !model.openings.may_open(model.now) {
        return Vec::new();
    }
    model.asking = PendingRequest::Address;
    vec![Effect::OpenSession(AddressOptions::default())]
}

/// Opens what was waited with, once it is time.
pub(super) fn due(model: &mut Model) -> Vec<Effect> {
    if model.account != Account::Open || model.openings.due.is_none_or(|due| due > model.now) {
        return Vec::new();
    }
    model.openings.due = None;
    ensure_session(model)
}
