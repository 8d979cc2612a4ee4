//! What the time brings: retries that are due, sessions that age, sleep that is noticed.

use super::streams::{connect, on_lesser_channel, reconnect, restart};
use super::touching::touch;
use super::{open_account, opening};
use crate::app::effect::Effect;
use crate::app::model::{Account, Model};
use crate::app::subscription::{ASLEEP, counts_seconds};
use crate::domain::ids::SessionId;
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
    if model.focused && now.duration_since(before) >= ASLEEP {
        restart(model);
    }
    let mut effects = due(model);
    let ids: Vec<SessionId> = model
        .sessions
        .rows
        .iter()
        .filter(|row| row.touch_at().is_some_and(|at| at <= now))
        .map(|row| row.session.id.clone())
        .collect();
    for id in ids {
        effects.extend(touch(model, &id));
    }
    effects
}

/// The machine slept while nobody looked.
pub(in crate::app::update) fn woke(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    restart(model);
    tick(model, now)
}

/// Tries again what has waited long enough.
pub(in crate::app::update) fn due(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let mut effects = Vec::new();
    if let Account::Waiting { attempt, until, .. } = model.account
        && until <= now
    {
        effects.extend(open_account(model, attempt));
    }
    effects.extend(opening::due(model));
    reconnect(model, |until| until <= now);
    for id in on_lesser_channel(model) {
        connect(model, &id, 0);
    }
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
    let slow = model.weather.slowed_until.is_some_and(|until| until > before);
    counts_seconds(model) || (slow && !model.settings.reduced_motion)
}
