//! What the time brings: retries that are due, sessions that age, sleep that is noticed.

use super::streams::tell_all;
use super::{auto_open, open_account};
use crate::app::effect::Effect;
use crate::app::model::{Account, Model};
use crate::app::subscription::{SUSPEND_THRESHOLD, counts_seconds};
use crate::domain::session_sync::Event;
use crate::domain::time::Timestamp;

/// The time: starts what has become due and takes old notices away.
pub(in crate::app::update) fn tick(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.now, now);
    let aged = model.sessions.rows.iter_mut().map(|row| row.age(now)).filter(|aged| *aged).count();
    if aged > 0 {
        model.sessions.order();
        model.revision += 1;
    }
    let calm = model.settings.reduced_motion;
    if (!calm && model.notices.expire(now)) || shows_time_passing(model, before) {
        model.revision += 1;
    }
    // While nobody looks, ticks are far apart: sleep is then told of by itself.
    let slept = model.focused && now.duration_since(before) >= SUSPEND_THRESHOLD;
    let mut effects = if slept { tell_all(model, Some(&Event::Woke)) } else { Vec::new() };
    effects.extend(due(model));
    effects
}

/// The machine slept while nobody looked.
pub(in crate::app::update) fn woke(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    let mut effects = tell_all(model, Some(&Event::Woke));
    effects.extend(tick(model, now));
    effects
}

/// Tries again what has waited long enough.
pub(in crate::app::update) fn due(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let mut effects = Vec::new();
    if let Account::Waiting { attempt, until, why } = &model.account
        && *until <= now
        && !why.waits_for_user()
    {
        let attempt = *attempt;
        effects.extend(open_account(model, attempt));
    }
    effects.extend(auto_open::due(model));
    effects.extend(tell_all(model, None));
    effects
}

/// Whether a time that is on the screen reads differently now: seconds are shown only where
/// they matter, so that an idle screen is drawn once a minute.
pub(in crate::app::update) fn shows_time_passing(model: &Model, before: Timestamp) -> bool {
    let minute = |at: Timestamp| at.as_second().div_euclid(60);
    if minute(before) != minute(model.now) {
        return true;
    }
    // The end of a slow spell is told too, although nothing counts any more.
    let slow = model.service_status.slowed_until.is_some_and(|until| until > before);
    counts_seconds(model) || (slow && !model.settings.reduced_motion)
}
