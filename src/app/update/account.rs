//! Signs in to the service.

use crate::app::effect::{AccountEffect, Effect, StoredToken};
use crate::app::model::Model;

/// Signs in to the service: obtains a valid token and lists the live sessions. `attempt` is the number of consecutive
/// failed attempts before the current attempt.
pub(super) fn open_account(model: &mut Model, attempt: u32) -> Vec<Effect> {
    open_account_with(model, attempt, StoredToken::Used)
}

/// Signs in to the service with a temporary token, because the keyring does not provide the key that decrypts the
/// stored token.
pub(super) fn open_account_without_stored_token(model: &mut Model) -> Vec<Effect> {
    open_account_with(model, 0, StoredToken::Ignored)
}

pub(super) fn open_account_with(model: &mut Model, attempt: u32, stored: StoredToken) -> Vec<Effect> {
    let generation = model.next_generation();
    model.account.start_opening(generation, attempt, model.now);
    vec![Effect::Account(AccountEffect::Open { generation, stored })]
}
