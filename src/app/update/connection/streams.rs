//! The synchronisation of each session: told what has happened, and its actions made effects.

use super::{lapse, open_account};
use crate::app::connection::{ConnectionState, Generation, StreamParams};
use crate::app::effect::Effect;
use crate::app::model::{Account, Model};
use crate::app::msg::{AppError, FailureKind};
use crate::app::sessions::SessionEntry;
use crate::domain::ids::SessionId;
use crate::domain::session_sync::{Action, Cause, Context, Demand, Event, SessionSync};
use crate::domain::time::Timestamp;
use crate::ports::dropmail_api::Push;
use std::time::Duration;

/// Begins to synchronise each living session that is not yet.
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

/// Tells each session that is synchronised something.
pub(in crate::app::update) fn tell_all(model: &mut Model, event: Option<&Event>) -> Vec<Effect> {
    let ids: Vec<SessionId> =
        model.sessions.rows.iter().filter(|row| row.is_synced()).map(|row| row.session.id.clone()).collect();
    ids.iter().flat_map(|id| advance(model, id, event.cloned())).collect()
}

/// Tells the synchronisation of a session something, where it runs.
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
                let after = after.or_else(|| newest.clone());
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
        // What came between the last mail that is known and this moment was not pushed.
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

/// What can be done about a failure.
pub(super) fn cause(why: &AppError) -> Cause {
    match why.kind {
        FailureKind::Offline => Cause::Unreachable,
        FailureKind::Lapsed => Cause::Lapsed,
        FailureKind::Token | FailureKind::Sealed | FailureKind::Captcha | FailureKind::Other => {
            Cause::Refused
        }
    }
}

/// How long the service asked to wait.
pub(super) fn wait(why: &AppError) -> Option<Duration> {
    why.wait.and_then(|wait| Duration::try_from(wait).ok())
}

/// The later of our own next try and the time that the service asked for.
pub(in crate::app::update) fn later_of(now: Timestamp, why: &AppError, own: Timestamp) -> Timestamp {
    why.wait.and_then(|wait| now.saturating_add(wait).ok()).map_or(own, |asked| asked.max(own))
}
