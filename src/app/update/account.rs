//! Signs in to the service. If requests cannot be sent, explains the reason to the user.

use crate::app::account::Account;
use crate::app::command::AddressCommand;
use crate::app::effect::{AccountEffect, Effect, StoredToken};
use crate::app::model::Model;

/// Signs in to the service: obtains a valid token and lists the live sessions. `attempt` is the number of consecutive
/// failed attempts before this one.
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

/// Returns a message that explains why the program cannot send a request to the service: it is not signed in, or a
/// request for a session or an address is in flight. Returns `None` if it can send a request. If the program is not
/// signed in, the message contains `so`, which states the consequence, such as `nothing is restored`.
pub(super) fn offline_message(model: &Model, so: &str) -> Option<String> {
    if model.account != Account::Open {
        let key = model.key_of(AddressCommand::Refresh);
        return Some(format!("There is no connection to the service, so {so}. {key} tries at once."));
    }
    let busy = "The service is still busy with what you asked for before. Try again in a moment.";
    (model.pending_request.is_in_flight()).then(|| busy.to_owned())
}
