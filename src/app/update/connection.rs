//! Signs in to the service, and retries after a delay if that fails. The submodules handle push connections, queries
//! that keep sessions alive, automatically opened sessions and the clock.

mod auto_open;
mod clock;
mod keep_alive;
mod streams;

pub(super) use auto_open::ensure_session;
pub(super) use clock::{handle_focus, handle_resumed, handle_tick};
pub(super) use keep_alive::{handle_touched, leaves_screen_unchanged};
pub(super) use streams::{fetch_announced, handle_push, handle_stream_end};

use super::account::{open_account, open_account_with};
use super::sync::{connect_all, send_event_to_all};
use super::{notify_problem, read_archive, restore, sessions};
use crate::app::account::Account;
use crate::app::auto_open::AutoOpenBackoff;
use crate::app::connection::{Generation, retry_at};
use crate::app::effect::{AccountEffect, Effect, StoredToken};
use crate::app::mail_check::MailCheck;
use crate::app::model::Model;
use crate::app::msg::{AppError, FailureKind};
use crate::app::sessions::{SessionEntry, SessionSources};
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::secrets::LEGACY_TOKEN;
use dropmail_client::domain::service_status::ServiceStatus;
use dropmail_client::domain::session::{Session, SessionEvent};
use dropmail_client::domain::session_sync::SyncEvent;
use dropmail_client::domain::sharing::Ownership;
use streams::requested_wait;

/// Handles the message that the program is ready: reads the archive. Also signs in to the service, unless another
/// process owns the data directory and does not accept requests from this process.
pub(super) fn handle_booted(model: &mut Model) -> Vec<Effect> {
    model.sessions.sources = SessionSources::Neither;
    let mut effects = read_archive();
    match model.ownership {
        Ownership::Owner | Ownership::ViaOwner => effects.extend(open_account(model, 0)),
        Ownership::ReadOnly => model.account = Account::ReadOnly,
    }
    effects
}

pub(super) fn handle_account_opened(
    model: &mut Model,
    generation: Generation,
    result: Result<Vec<Session>, AppError>,
) -> Vec<Effect> {
    let Some(attempt) = model.account.attempt_in_flight(generation) else { return Vec::new() };
    match result {
        Ok(live) => {
            model.account = Account::Open;
            let first = !model.sessions.rows.iter().any(SessionEntry::is_live);
            sessions::reconcile(model, live);
            if first {
                restore::notify_lapsed_sessions(model);
            }
            let mut effects = connect_all(model);
            effects.extend(restore::auto_restore(model));
            effects.extend(ensure_session(model));
            effects
        }
        Err(why) => {
            let attempt = attempt + 1;
            let until = retry_at(model.now, attempt, generation, requested_wait(&why));
            model.account = Account::Waiting { attempt, until, why };
            Vec::new()
        }
    }
}

/// Stores the new status of the service. Warns the user if the token has become a legacy token.
pub(super) fn handle_service_status(model: &mut Model, service_status: ServiceStatus) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.service_status, service_status);
    if model.service_status.legacy_token && !before.legacy_token {
        return notify_problem(model, LEGACY_TOKEN);
    }
    Vec::new()
}

/// Handles the expiry of a session. Its mails stay in the inbox, and the user can restore its addresses with the `R`
/// key.
fn handle_session_lapsed(model: &mut Model, id: &SessionId) -> Vec<Effect> {
    if let Some(row) = model.sessions.get_mut(id) {
        row.apply(SessionEvent::Ended);
    }
    model.sessions.sort();
    restore::notify_session_lapsed(model);
    if model.account != Account::Open {
        return Vec::new();
    }
    let mut effects = restore::auto_restore(model);
    effects.extend(ensure_session(model));
    effects
}

/// Handles the `r` key: immediately repeats all requests that are waiting for a retry, and checks all sessions for new
/// mail.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    let mut effects = match model.account {
        Account::Booting | Account::Opening { .. } | Account::ReadOnly => Vec::new(),
        Account::Waiting { ref why, .. } => {
            let sealed = matches!(why.kind, FailureKind::Keyring(_));
            open_account_with(model, 0, if sealed { StoredToken::UsedAfterPrompt } else { StoredToken::Used })
        }
        Account::Open => {
            model.auto_open = AutoOpenBackoff::default();
            ensure_session(model)
        }
    };
    model.transport_selector.reset();
    if model.service_status.slowed_until.is_some() {
        effects.push(Effect::Account(AccountEffect::CancelBackoff));
    }
    let synced = model.sessions.rows.iter().filter(|row| row.is_synced());
    model.mail_check = MailCheck::start(model.generation, synced.map(|row| row.session.id.clone()));
    effects.extend(send_event_to_all(model, Some(&SyncEvent::Refresh)));
    effects
}
