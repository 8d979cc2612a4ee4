//! Synchronises the sessions: passes events to the `SessionSync` of each session and turns the resulting
//! actions into effects.

use super::{lapse, open_account};
use crate::app::connection::{ConnectionState, Generation, StreamParams};
use crate::app::effect::Effect;
use crate::app::model::{Account, Model};
use crate::app::msg::{AppError, FailureKind};
use crate::app::sessions::SessionEntry;
use crate::domain::delivery::Push;
use crate::domain::ids::SessionId;
use crate::domain::session_sync::{Action, Cause, Context, Demand, Event, SessionSync};
use crate::domain::time::Timestamp;
use std::time::Duration;

/// Starts the synchronisation of each live session that is not synchronised yet.
pub(in crate::app::update) fn connect_all(model: &mut Model) -> Vec<Effect> {
    let idle: Vec<SessionId> = model
        .sessions
        .rows
        .iter()
        .filter(|row| row.is_live() && row.link == ConnectionState::Off)
        .map(|row| row.session.id.clone())
        .collect();
    let now = model.now;
    let mut effects = Vec::new();
    for id in idle {
        if let Some(row) = model.sessions.get_mut(&id) {
            let complete_to = row.sync.complete_to().cloned();
            row.sync = SessionSync::new(Demand::Collecting, complete_to, now);
        }
        effects.extend(advance(model, &id, None));
    }
    effects
}

/// Passes an event to every session that is synchronised; without an event, passes only the current time.
pub(in crate::app::update) fn tell_all(model: &mut Model, event: Option<&Event>) -> Vec<Effect> {
    let ids: Vec<SessionId> =
        model.sessions.rows.iter().filter(|row| row.is_synced()).map(|row| row.session.id.clone()).collect();
    ids.iter().flat_map(|id| advance(model, id, event.cloned())).collect()
}

/// Passes an event to a session if the session is synchronised; otherwise does nothing.
pub(in crate::app::update) fn tell(model: &mut Model, id: &SessionId, event: Event) -> Vec<Effect> {
    if model.sessions.get(id).is_some_and(SessionEntry::is_synced) {
        advance(model, id, Some(event))
    } else {
        Vec::new()
    }
}

fn advance(model: &mut Model, id: &SessionId, event: Option<Event>) -> Vec<Effect> {
    let newest = model.inbox.newest_of(id);
    let Some(row) = model.sessions.get_mut(id).filter(|row| row.is_live()) else { return Vec::new() };
    let mut context =
        Context { now: model.now, channels: &mut model.channels, last_number: &mut model.generation };
    let actions = match event {
        Some(event) => row.sync.handle(event, &mut context),
        None => row.sync.poll(&mut context),
    };
    let mut effects = Vec::new();
    for action in actions {
        match action {
            Action::Connect { number: generation, channel, alone, after } => {
                // A stream that failed may have named a mail that the service no longer has.
                let newest = newest.clone().filter(|_| row.sync.stream_failures() == 0);
                let after = after.or(newest);
                row.watch = Some(StreamParams { generation, after, channel, alone });
            }
            Action::Query { number: generation } => {
                effects.push(Effect::Touch { session: id.clone(), generation });
            }
        }
    }
    if row.show_link() {
        model.revision += 1;
    }
    effects
}

pub(in crate::app::update) fn pushed(
    model: &mut Model,
    id: &SessionId,
    generation: Generation,
    push: Push,
) -> Vec<Effect> {
    if !model.sessions.get(id).is_some_and(|row| row.link.is(generation)) {
        return Vec::new();
    }
    match push {
        // The service does not push mail that came after the last known mail and before this moment.
        Push::Ready => tell(model, id, Event::Acknowledged { stream: generation }),
        Push::Mail(delivery) => {
            if model.inbox.knows(&delivery.envelope.id) {
                return Vec::new();
            }
            model.inbox.note_announced(&delivery.envelope.id);
            vec![Effect::Ingest(delivery)]
        }
    }
}

pub(in crate::app::update) fn watch_ended(
    model: &mut Model,
    id: &SessionId,
    generation: Generation,
    why: AppError,
) -> Vec<Effect> {
    let Some(row) = model.sessions.get_mut(id).filter(|row| row.link.is(generation)) else {
        return Vec::new();
    };
    if why.kind == FailureKind::Lapsed {
        return lapse(model, id);
    }
    let (cause, wait) = (cause(&why), wait(&why));
    row.why = why.words;
    let mut effects = tell(model, id, Event::StreamEnded { stream: generation, cause, wait });
    if why.kind == FailureKind::Token && model.account == Account::Open {
        effects.extend(open_account(model, 0));
    }
    effects
}

/// Classifies a failure for the state machine of a session: unreachable, lapsed or refused.
pub(super) fn cause(why: &AppError) -> Cause {
    match why.kind {
        FailureKind::Offline => Cause::Unreachable,
        FailureKind::Lapsed => Cause::Lapsed,
        FailureKind::Token | FailureKind::Sealed(_) | FailureKind::Captcha | FailureKind::Other => {
            Cause::Refused
        }
    }
}

/// Time to wait that the service demanded with this failure; `None` if it demanded none.
pub(super) fn wait(why: &AppError) -> Option<Duration> {
    why.wait.and_then(|wait| Duration::try_from(wait).ok())
}
