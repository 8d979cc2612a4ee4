//! The touches that keep sessions alive and close the gaps between streams.

use super::streams::{clear_up, no_sooner};
use super::{lapse, open_account};
use crate::app::effect::Effect;
use crate::app::link::{Generation, Link, retry_at};
use crate::app::model::{Account, Model};
use crate::app::msg::{Failure, FailureKind, TouchedAnswer};
use crate::app::sessions::Row;
use crate::app::update::{inbox, problem};
use crate::domain::ids::SessionId;
use crate::domain::session::Turn;
use crate::domain::time::{SignedDuration, Timestamp};

/// Asks for the state of a session, unless that is under way.
pub(in crate::app::update) fn touch(model: &mut Model, id: &SessionId) -> Vec<Effect> {
    let generation = model.next_generation();
    let Some(row) = model.sessions.get_mut(id) else { return Vec::new() };
    if !row.is_live() || row.touching.is_some() {
        return Vec::new();
    }
    row.touching = Some(generation);
    row.sent_at = model.now;
    vec![Effect::Touch { session: id.clone(), generation }]
}

pub(in crate::app::update) fn touched(
    model: &mut Model,
    id: &SessionId,
    generation: Generation,
    result: Result<TouchedAnswer, Failure>,
) -> Vec<Effect> {
    let now = model.now;
    let Some(row) = model.sessions.get_mut(id) else { return Vec::new() };
    if !row.is_live() || row.touching != Some(generation) {
        return Vec::new();
    }
    row.touching = None;
    match result {
        Ok(answer) => {
            row.touched_at = now;
            row.asked_at = row.sent_at;
            row.complete_to = answer.complete_to;
            if answer.missed == 0 {
                row.owed = row.settled_by().map(|sure| (0, sure));
            } else {
                owe_touch(row, now, None, generation);
            }
            row.session.expires_at = answer.session.expires_at;
            row.session.addresses = answer.session.addresses;
            row.turn(Turn::Confirmed);
            row.age(now);
            clear_up(model, id);
            // Some of it may not be on the disk; what was so before may fit by now.
            let keep = model.unkept > 0 || !answer.problems.is_empty();
            for why in answer.problems {
                problem(model, why);
            }
            let mut effects = inbox::arrived(model, answer.mails);
            effects.extend(keep.then_some(Effect::KeepHeld));
            for delivery in answer.large {
                model.inbox.tell_of(&delivery.envelope.id);
                effects.push(Effect::Ingest(Box::new(delivery)));
            }
            effects
        }
        Err(Failure { kind: FailureKind::Lapsed, .. }) => lapse(model, id),
        Err(Failure { kind: FailureKind::Token, .. }) if model.account == Account::Open => {
            open_account(model, 0)
        }
        Err(why) => {
            // Moving the last touch nearer to the end brings the next try after half of what is
            // left, then half of that: often enough to save the session, never a flood.
            let left = row.session.expires_at.duration_since(now);
            row.touched_at = now;
            if matches!(row.link, Link::Up { .. }) {
                owe_touch(row, now, Some(&why), generation);
            } else {
                row.owed = None;
            }
            if left <= SignedDuration::ZERO && why.kind != FailureKind::Offline {
                return lapse(model, id);
            }
            if why.kind == FailureKind::Other { problem(model, why.words) } else { Vec::new() }
        }
    }
}

/// A mail that was told of could not be fetched: the next touch of its session tries again, and that
/// must not wait until the session is half over.
pub(in crate::app::update) fn missed(model: &mut Model, id: &SessionId, why: &Failure) {
    let (now, generation) = (model.now, model.next_generation());
    if let Some(row) = model.sessions.get_mut(id) {
        owe_touch(row, now, Some(why), generation);
    }
}

/// Has a session touched again soon, later after each failure in a row.
pub(in crate::app::update) fn owe_touch(
    row: &mut Row,
    now: Timestamp,
    why: Option<&Failure>,
    seed: Generation,
) {
    let failures = row.owed.map_or(0, |(failures, _)| failures) + 1;
    let own = retry_at(now, failures, seed);
    row.owed = Some((failures, why.map_or(own, |why| no_sooner(now, why, own))));
}
