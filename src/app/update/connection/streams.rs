//! The streams of new mail: started, lost, tried again, by the best channel that works.

use super::clock::due;
use super::touching::touch;
use super::{lapse, open_account};
use crate::app::effect::Effect;
use crate::app::link::{Generation, Link, Watch, retry_at};
use crate::app::model::{Account, Model};
use crate::app::msg::{Failure, FailureKind};
use crate::app::sessions::Row;
use crate::domain::ids::SessionId;
use crate::domain::time::Timestamp;
use crate::ports::transport::Push;

/// Starts a stream for each living session that has none and waits for none.
pub(in crate::app::update) fn connect_all(model: &mut Model) {
    let idle: Vec<SessionId> = model
        .sessions
        .rows
        .iter()
        .filter(|row| row.is_live() && row.link == Link::Off)
        .map(|row| row.session.id.clone())
        .collect();
    for id in idle {
        connect(model, &id, 0);
    }
}

pub(in crate::app::update) fn connect(model: &mut Model, id: &SessionId, attempt: u32) {
    let generation = model.next_generation();
    let newest = model.inbox.newest_of(id);
    let (channel, alone) = (model.channels.best(model.now), model.channels.alone());
    if let Some(row) = model.sessions.get_mut(id) {
        let after = row.complete_to.clone().or(newest);
        row.link = Link::Connecting { watch: Watch { generation, after, channel, alone }, attempt };
    }
}

pub(in crate::app::update) fn pushed(
    model: &mut Model,
    id: &SessionId,
    generation: Generation,
    push: Push,
) -> Vec<Effect> {
    let Some(row) = model.sessions.get_mut(id).filter(|row| row.link.is(generation)) else {
        return Vec::new();
    };
    match push {
        Push::Ready => {
            if let Link::Connecting { watch, .. } = &row.link {
                row.link = Link::Up { watch: watch.clone(), since: model.now };
            }
            // What came between the last mail that is known and this moment was not pushed.
            touch(model, id)
        }
        Push::Mail(delivery) => {
            if model.inbox.knows(&delivery.envelope.id) {
                return Vec::new();
            }
            model.inbox.tell_of(&delivery.envelope.id);
            vec![Effect::Ingest(delivery)]
        }
    }
}

pub(in crate::app::update) fn watch_ended(
    model: &mut Model,
    id: &SessionId,
    generation: Generation,
    why: Failure,
) -> Vec<Effect> {
    let now = model.now;
    let Some(row) = model.sessions.get_mut(id).filter(|row| row.link.is(generation)) else {
        return Vec::new();
    };
    let attempt = row.link.attempts() + 1;
    let kind = why.kind;
    let reachable = kind == FailureKind::Offline;
    // A stream that stood is tried again at once: most cuts are short.
    let (tries_before, suspect) = match &row.link {
        Link::Up { watch, since } => {
            model.channels.ended(watch.channel, *since, reachable, now);
            (0, None)
        }
        other => (attempt, other.watch().filter(|_| reachable && why.wait.is_none()).map(|w| w.channel)),
    };
    let until = no_sooner(now, &why, retry_at(now, tries_before, generation));
    row.link = Link::Waiting { attempt, until, why: why.words, suspect };
    match kind {
        FailureKind::Lapsed => lapse(model, id),
        FailureKind::Token if model.account == Account::Open => open_account(model, 0),
        FailureKind::Token | FailureKind::Offline | FailureKind::Sealed | FailureKind::Other => {
            // Where only streams are kept out (a proxy that knows no upgrade), asking still works:
            // mail then comes with each try.
            let mut effects = touch(model, id);
            effects.extend(due(model));
            effects
        }
    }
}

/// The later of our own next try and the time that the service asked for.
pub(in crate::app::update) fn no_sooner(now: Timestamp, why: &Failure, own: Timestamp) -> Timestamp {
    why.wait.and_then(|wait| now.saturating_add(wait).ok()).map_or(own, |asked| asked.max(own))
}

/// The service was reached. A channel that did not stand meanwhile is to blame for that itself: the
/// next try, which is a matter of seconds, is made with the next channel.
pub(in crate::app::update) fn clear_up(model: &mut Model, id: &SessionId) {
    if let Some(Row { link: Link::Waiting { suspect: Some(channel), .. }, .. }) = model.sessions.get(id) {
        model.channels.leave(*channel, model.now);
    }
}

/// Sessions that hear of new mail by less than the best channel that can be tried now.
pub(in crate::app::update) fn on_lesser_channel(model: &Model) -> Vec<SessionId> {
    let best = model.channels.best(model.now);
    let lesser = |row: &&Row| matches!(&row.link, Link::Up { watch, .. } if watch.channel > best);
    model.sessions.rows.iter().filter(lesser).map(|row| row.session.id.clone()).collect()
}

/// The machine slept: whatever stood then is gone, though nothing has said so yet.
pub(in crate::app::update) fn restart(model: &mut Model) {
    let up = |row: &&Row| matches!(row.link, Link::Up { .. } | Link::Connecting { .. });
    let ids: Vec<SessionId> =
        model.sessions.rows.iter().filter(up).map(|row| row.session.id.clone()).collect();
    for id in ids {
        connect(model, &id, 0);
    }
}

pub(in crate::app::update) fn reconnect(model: &mut Model, is_due: impl Fn(Timestamp) -> bool) {
    let mut waiting = Vec::new();
    for row in &model.sessions.rows {
        if let Link::Waiting { attempt, until, .. } = row.link
            && is_due(until)
        {
            waiting.push((row.session.id.clone(), attempt));
        }
    }
    for (id, attempt) in waiting {
        connect(model, &id, attempt);
        model.revision += 1;
    }
}
