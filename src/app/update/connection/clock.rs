//! Handles clock readings: updates the states of sessions, starts actions that are due, and detects that the machine
//! was suspended.

use super::auto_open;
use crate::app::account::Account;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::subscription::{SUSPEND_THRESHOLD, counts_seconds, next_due};
use crate::app::update::account::open_account;
use crate::app::update::sync::{self, send_event_to_all};
use dropmail_client::domain::session_sync::SyncEvent;
use dropmail_client::domain::time::Timestamp;

/// Handles a clock reading: updates the states of sessions, removes expired notices, and starts all actions that are
/// due.
pub(in crate::app::update) fn handle_tick(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.now, now);
    let aged = model.sessions.rows.iter_mut().map(|row| row.update_expiry(now)).filter(|aged| *aged).count();
    if aged > 0 {
        model.sessions.sort();
        model.revision += 1;
    }
    let calm = model.settings.reduced_motion;
    if (!calm && model.notices.expire(now)) || shows_time_passing(model, before) {
        model.revision += 1;
    }
    // While the window does not have the focus, ticks are far apart. In that case, `Msg::SystemResumed` reports
    // that the machine was suspended.
    let expected = model.tick_expected_at.take().map_or(before, |expected| expected.max(before));
    let slept = model.focused && now.duration_since(expected) >= SUSPEND_THRESHOLD;
    let mut effects = if slept { send_event_to_all(model, Some(&SyncEvent::Woke)) } else { Vec::new() };
    effects.extend(start_due_actions(model));
    effects
}

/// Handles the terminal's report that its window has gained or lost the focus. When the window gains the focus, all
/// sessions are queried immediately, except those that have just been queried.
pub(in crate::app::update) fn handle_focus(model: &mut Model, focused: bool) -> Vec<Effect> {
    let returns = focused && !model.focused;
    if returns {
        model.tick_expected_at = next_due(model);
    }
    model.focused = focused;
    sync::attend(model);
    let mut effects = if returns { send_event_to_all(model, Some(&SyncEvent::Attended)) } else { Vec::new() };
    if focused {
        effects.extend(start_due_actions(model));
    }
    effects
}

/// Handles the report that the machine has resumed after being suspended.
pub(in crate::app::update) fn handle_resumed(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    let mut effects = send_event_to_all(model, Some(&SyncEvent::Woke));
    effects.extend(handle_tick(model, now));
    effects
}

/// Starts all actions that are due: signing in to the service, opening a session, and synchronising sessions.
pub(in crate::app::update) fn start_due_actions(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    sync::update_demand(model);
    let mut effects = Vec::new();
    if let Account::Waiting { attempt, until, why } = &model.account
        && *until <= now
        && !why.waits_for_user()
    {
        let attempt = *attempt;
        effects.extend(open_account(model, attempt));
    }
    effects.extend(auto_open::open_if_due(model));
    effects.extend(send_event_to_all(model, None));
    effects
}

/// Returns `true` if a time that the screen shows has changed since `before`, so that a new frame must be rendered. An
/// idle screen shows no seconds and is therefore rendered only once a minute.
pub(in crate::app::update) fn shows_time_passing(model: &Model, before: Timestamp) -> bool {
    let minute = |at: Timestamp| at.as_second().div_euclid(60);
    if minute(before) != minute(model.now) {
        return true;
    }
    // When a delay imposed by the service ends, the screen also changes, because it no longer counts seconds.
    let slow = model.service_status.slowed_until.is_some_and(|until| until > before);
    counts_seconds(model) || (slow && !model.settings.reduced_motion)
}
