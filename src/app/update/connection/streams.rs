//! Handles messages from push connections: new mails, and the start or end of a connection.

use super::handle_session_lapsed;
use crate::app::account::Account;
use crate::app::connection::Generation;
use crate::app::effect::{Effect, StoreEffect};
use crate::app::model::Model;
use crate::app::msg::{AppError, FailureKind};
use crate::app::update::account::open_account;
use crate::app::update::sync::send_event;
use dropmail_client::domain::delivery::{Delivery, Push};
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::session_sync::{Cause, SyncEvent};
use std::time::Duration;

pub(in crate::app::update) fn handle_push(
    model: &mut Model,
    id: &SessionId,
    generation: Generation,
    push: Push,
) -> Vec<Effect> {
    if !model.sessions.get(id).is_some_and(|row| row.connection.has_generation(generation)) {
        return Vec::new();
    }
    match push {
        // The service does not push mails that arrived before the connection was ready, even if they are newer than the
        // newest known mail.
        Push::Ready => send_event(model, id, SyncEvent::Acknowledged { stream: generation }),
        Push::Mail(delivery) => fetch_announced(model, delivery),
    }
}

/// Fetches a mail that the service has announced, unless the inbox contains it or has contained it before.
pub(in crate::app::update) fn fetch_announced(model: &mut Model, delivery: Box<Delivery>) -> Vec<Effect> {
    if model.inbox.has_seen(&delivery.envelope.id) {
        return Vec::new();
    }
    vec![Effect::Store(StoreEffect::Ingest(delivery))]
}

pub(in crate::app::update) fn handle_stream_end(
    model: &mut Model,
    id: &SessionId,
    generation: Generation,
    why: AppError,
) -> Vec<Effect> {
    let Some(row) = model.sessions.get_mut(id).filter(|row| row.connection.has_generation(generation)) else {
        return Vec::new();
    };
    if why.kind == FailureKind::Lapsed {
        return handle_session_lapsed(model, id);
    }
    let (cause, wait) = (cause(&why), requested_wait(&why));
    row.why = why.text;
    let mut effects = send_event(model, id, SyncEvent::StreamEnded { stream: generation, cause, wait });
    if why.kind == FailureKind::Token && model.account == Account::Open {
        effects.extend(open_account(model, 0));
    }
    effects
}

/// Converts a failure into a cause for the session's state machine: unreachable, expired or refused.
pub(super) fn cause(why: &AppError) -> Cause {
    match why.kind {
        FailureKind::Offline => Cause::Unreachable,
        FailureKind::Lapsed => Cause::Lapsed,
        FailureKind::Token | FailureKind::Keyring(_) | FailureKind::Captcha | FailureKind::Other => {
            Cause::Refused
        }
    }
}

/// Returns the retry delay that the service specified when a request failed; `None` if it specified none.
pub(super) fn requested_wait(why: &AppError) -> Option<Duration> {
    why.retry_after.and_then(|wait| Duration::try_from(wait).ok())
}
