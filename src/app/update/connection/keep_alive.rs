//! Handles the responses to the queries that check sessions for new mail and extend their lifetimes.

use super::handle_session_lapsed;
use super::streams::{cause, requested_wait};
use crate::app::account::Account;
use crate::app::connection::Generation;
use crate::app::effect::{Effect, StoreEffect};
use crate::app::model::Model;
use crate::app::msg::{AppError, FailureKind, Msg, TouchOutcome};
use crate::app::update::account::open_account;
use crate::app::update::sync::send_event;
use crate::app::update::{inbox, notify_info, notify_problem};
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::session::{Session, SessionEvent, SessionState};
use dropmail_client::domain::session_sync::SyncEvent;
use dropmail_client::domain::sharing::SharedChange;
use dropmail_client::domain::time::SignedDuration;
use std::time::Duration;

pub(in crate::app::update) fn handle_touched(
    model: &mut Model,
    id: &SessionId,
    generation: Generation,
    result: Result<TouchOutcome, AppError>,
) -> Vec<Effect> {
    let Some(row) = model.sessions.get(id) else { return Vec::new() };
    if !row.is_synced() || row.sync.query_number() != Some(generation) {
        return Vec::new();
    }
    let over = row.session.expires_at.duration_since(model.now) <= SignedDuration::ZERO;
    finish_check(model, id, generation, &result);
    match result {
        Ok(answer) => handle_answer(model, id, generation, answer),
        Err(AppError { kind: FailureKind::Lapsed, .. }) => handle_session_lapsed(model, id),
        Err(why) => {
            let event =
                SyncEvent::QueryFailed { query: generation, cause: cause(&why), wait: requested_wait(&why) };
            let mut effects = send_event(model, id, event);
            match why.kind {
                FailureKind::Token if model.account == Account::Open => {
                    effects.extend(open_account(model, 0));
                }
                FailureKind::Offline => {}
                _ if over => effects.extend(handle_session_lapsed(model, id)),
                FailureKind::Captcha | FailureKind::Other => effects.extend(notify_problem(model, why.text)),
                FailureKind::Token | FailureKind::Keyring(_) | FailureKind::Lapsed => {}
            }
            effects
        }
    }
}

/// Records the response to a query of the mail check that the user requested; does nothing for any other query. If the
/// check is complete and has found nothing, shows a notice that there is no new mail. If the service could not be
/// reached, shows the reason at once.
fn finish_check(
    model: &mut Model,
    id: &SessionId,
    query: Generation,
    result: &Result<TouchOutcome, AppError>,
) {
    let Some(check) = model.mail_check.as_mut().filter(|check| check.waits_for(id, query)) else { return };
    let has_result = result.as_ref().map_or(true, |answer| !has_nothing_new(answer));
    check.record(id, has_result);
    let is_empty_handed = check.is_empty_handed();
    if is_empty_handed.is_some() {
        model.mail_check = None;
    }
    if is_empty_handed == Some(true) {
        notify_info(model, "No new mail.");
    }
    if let Err(AppError { kind: FailureKind::Offline, text, .. }) = result {
        notify_problem(model, text.clone());
    }
}

/// Returns `true` if the response to a session query reports neither mail nor problems.
fn has_nothing_new(answer: &TouchOutcome) -> bool {
    answer.mails.is_empty() && answer.large.is_empty() && answer.problems.is_empty() && answer.missed == 0
}

/// Returns `true` if `msg` is the response to a session query by this or another process, and changes nothing on the
/// screen except the session's remaining lifetime. No frame is rendered for such a message. Because the lifetime is
/// displayed in minutes, it is sufficient that the next frame shows the new value.
pub(in crate::app::update) fn leaves_screen_unchanged(model: &Model, msg: &Msg) -> bool {
    if let Msg::Shared(SharedChange::Queried(session)) = msg {
        return is_shown(model, session);
    }
    let Msg::Touched { session, result: Ok(answer), .. } = msg else { return false };
    let is_quiet = has_nothing_new(answer) && model.unsaved == 0 && model.mail_check.is_none();
    is_quiet && model.sessions.get(session).is_some() && is_shown(model, &answer.session)
}

/// Returns `true` if the screen shows the session as live and shows the same addresses as in `session`.
fn is_shown(model: &Model, session: &Session) -> bool {
    model
        .sessions
        .get(&session.id)
        .is_some_and(|row| row.state == SessionState::Live && row.session.addresses == session.addresses)
}

fn handle_answer(
    model: &mut Model,
    id: &SessionId,
    generation: Generation,
    answer: TouchOutcome,
) -> Vec<Effect> {
    let now = model.now;
    let left = answer.session.expires_at.duration_since(now);
    let mut effects = send_event(
        model,
        id,
        SyncEvent::Answered {
            query: generation,
            complete_to: answer.complete_to,
            left: Duration::try_from(left).ok(),
            missed: answer.missed,
        },
    );
    if let Some(row) = model.sessions.get_mut(id) {
        row.session.expires_at = answer.session.expires_at;
        row.session.addresses = answer.session.addresses;
        row.apply(SessionEvent::Confirmed);
        row.update_expiry(now);
    }
    // The program tries again to store unsaved mails, whether they are among the new mails or failed earlier: the disk
    // may have free space again.
    let keep = model.unsaved > 0 || !answer.problems.is_empty();
    for why in answer.problems {
        notify_problem(model, why);
    }
    effects.extend(inbox::insert_arrived(model, answer.mails));
    effects.extend(keep.then_some(Effect::Store(StoreEffect::RetryUnsaved)));
    for delivery in answer.large {
        effects.push(Effect::Store(StoreEffect::Ingest(Box::new(delivery))));
    }
    effects
}
