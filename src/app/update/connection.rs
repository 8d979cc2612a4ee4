//! The account, the streams of new mail and the touches that keep sessions alive: when to start,
//! when to wait, when to try again.

use super::{inbox, problem, sessions};
use crate::app::effect::Effect;
use crate::app::link::{Generation, Link, Watch, retry_at};
use crate::app::model::{Account, Asking, Model};
use crate::app::msg::{Failure, FailureKind, TouchedAnswer};
use crate::app::sessions::Row;
use crate::domain::ids::SessionId;
use crate::domain::session::{Session, Turn};
use crate::domain::time::{SignedDuration, Timestamp};
use crate::ports::transport::{AddressWish, Push};

/// What is kept first; then the service, unless another program has it.
pub(super) fn booted(model: &mut Model) -> Vec<Effect> {
    let mut effects = vec![Effect::ReadArchive, Effect::Tally];
    if model.owner {
        effects.extend(open_account(model, 0));
    } else {
        model.account = Account::Elsewhere;
    }
    effects
}

/// The program that had the mailbox is gone: this one goes on with it.
pub(super) fn took_over(model: &mut Model) -> Vec<Effect> {
    if model.account != Account::Elsewhere {
        return Vec::new();
    }
    model.owner = true;
    super::info(model, "The other dropmail-tui has ended: this one takes the mail from here on.");
    let mut effects = vec![Effect::ReadArchive, Effect::Tally];
    effects.extend(open_account(model, 0));
    effects
}

/// Asks for a token that holds and the sessions that live.
pub(super) fn open_account(model: &mut Model, attempt: u32) -> Vec<Effect> {
    let generation = model.next_generation();
    let last = match std::mem::replace(&mut model.account, Account::Booting) {
        Account::Waiting { why, .. } => Some(why),
        Account::Opening { last, .. } => last,
        Account::Booting | Account::Open | Account::Elsewhere => None,
    };
    model.account = Account::Opening { generation, attempt, since: model.now, last };
    vec![Effect::OpenAccount { generation }]
}

pub(super) fn account_opened(
    model: &mut Model,
    generation: Generation,
    result: Result<Vec<Session>, Failure>,
) -> Vec<Effect> {
    let Account::Opening { generation: asked, attempt, .. } = model.account else { return Vec::new() };
    if asked != generation {
        return Vec::new();
    }
    match result {
        Ok(live) => {
            model.account = Account::Open;
            let first = !model.sessions.rows.iter().any(Row::is_live);
            sessions::reconcile(model, live);
            if first {
                sessions::tell_lapsed(model);
            }
            connect_all(model);
            let mut effects = sessions::restore_by_itself(model);
            effects.extend(ensure_session(model));
            effects
        }
        Err(why) => {
            let attempt = attempt + 1;
            let until = no_sooner(model.now, &why, retry_at(model.now, attempt, generation));
            model.account = Account::Waiting { attempt, until, why };
            Vec::new()
        }
    }
}

/// There is always an address on the screen: without a living session one is opened.
fn ensure_session(model: &mut Model) -> Vec<Effect> {
    if model.sessions.first_live().is_some() || model.asking != Asking::Nothing {
        return Vec::new();
    }
    model.asking = Asking::Address;
    vec![Effect::OpenSession(AddressWish::default())]
}

/// Starts a stream for each living session that has none and waits for none.
pub(super) fn connect_all(model: &mut Model) {
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

fn connect(model: &mut Model, id: &SessionId, attempt: u32) {
    let watch = Watch { generation: model.next_generation(), after: model.inbox.newest_of(id) };
    if let Some(row) = model.sessions.get_mut(id) {
        row.link = Link::Connecting { watch, attempt };
    }
}

pub(super) fn pushed(model: &mut Model, id: &SessionId, generation: Generation, push: Push) -> Vec<Effect> {
    let Some(row) = model.sessions.get_mut(id).filter(|row| row.link.is(generation)) else {
        return Vec::new();
    };
    match push {
        Push::Ready => {
            if let Link::Connecting { watch, .. } = &row.link {
                row.link = Link::Up { watch: watch.clone() };
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

pub(super) fn watch_ended(
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
    // A stream that stood is tried again at once: most cuts are short.
    let tries_before = if matches!(row.link, Link::Up { .. }) { 0 } else { attempt };
    let until = no_sooner(now, &why, retry_at(now, tries_before, generation));
    row.link = Link::Waiting { attempt, until, why: why.words };
    match kind {
        FailureKind::Lapsed => lapse(model, id),
        FailureKind::Token if model.account == Account::Open => open_account(model, 0),
        FailureKind::Token | FailureKind::Offline | FailureKind::Other => {
            // Where only streams are kept out (a proxy that knows no upgrade), asking still works:
            // mail then comes with each try.
            let mut effects = touch(model, id);
            effects.extend(due(model));
            effects
        }
    }
}

/// The later of our own next try and the time that the service asked for.
fn no_sooner(now: Timestamp, why: &Failure, own: Timestamp) -> Timestamp {
    why.wait.and_then(|wait| now.saturating_add(wait).ok()).map_or(own, |asked| asked.max(own))
}

/// Asks for the state of a session, unless that is under way.
pub(super) fn touch(model: &mut Model, id: &SessionId) -> Vec<Effect> {
    let generation = model.next_generation();
    let newest = model.inbox.newest_of(id);
    let Some(row) = model.sessions.get_mut(id) else { return Vec::new() };
    let after = newest.filter(|_| row.listed);
    if !row.is_live() || row.touching.is_some() {
        return Vec::new();
    }
    row.touching = Some(generation);
    vec![Effect::Touch { session: id.clone(), after, generation }]
}

pub(super) fn touched(
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
            row.listed = true;
            row.session.expires_at = answer.session.expires_at;
            row.session.addresses = answer.session.addresses;
            row.turn(Turn::Confirmed);
            row.age(now);
            for why in answer.problems {
                problem(model, why);
            }
            inbox::arrived(model, id, answer.mails)
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
            if left <= SignedDuration::ZERO && why.kind != FailureKind::Offline {
                return lapse(model, id);
            }
            if why.kind == FailureKind::Other { problem(model, why.words) } else { Vec::new() }
        }
    }
}

/// A session is gone from the service. Its mail stays on the screen, its addresses wait for `R`.
fn lapse(model: &mut Model, id: &SessionId) -> Vec<Effect> {
    if let Some(row) = model.sessions.get_mut(id) {
        row.turn(Turn::Ended);
    }
    model.sessions.order();
    sessions::tell_lapse(model);
    if model.account != Account::Open {
        return Vec::new();
    }
    let mut effects = sessions::restore_by_itself(model);
    effects.extend(ensure_session(model));
    effects
}

/// The time: starts what has become due and takes old notices away.
pub(super) fn tick(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.now, now);
    let aged = model.sessions.rows.iter_mut().map(|row| row.age(now)).filter(|aged| *aged).count();
    if aged > 0 {
        model.sessions.order();
        model.revision += 1;
    }
    if model.notices.expire(now) || shows_time_passing(model, before) {
        model.revision += 1;
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

/// Tries again what has waited long enough.
fn due(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let mut effects = Vec::new();
    if let Account::Waiting { attempt, until, .. } = model.account
        && until <= now
    {
        effects.extend(open_account(model, attempt));
    }
    reconnect(model, |until| until <= now);
    effects
}

fn reconnect(model: &mut Model, is_due: impl Fn(Timestamp) -> bool) {
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

/// `r`: ends all waiting and looks for mail at once.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    let mut effects = match model.account {
        Account::Booting | Account::Opening { .. } | Account::Elsewhere => Vec::new(),
        Account::Waiting { .. } => open_account(model, 0),
        Account::Open => ensure_session(model),
    };
    reconnect(model, |_| true);
    let live: Vec<SessionId> =
        model.sessions.rows.iter().filter(|row| row.is_live()).map(|row| row.session.id.clone()).collect();
    for id in live {
        effects.extend(touch(model, &id));
    }
    effects
}

/// Whether a time that is on the screen reads differently now: seconds are shown only where
/// they matter, so that an idle screen is drawn once a minute.
fn shows_time_passing(model: &Model, before: Timestamp) -> bool {
    let minute = |at: Timestamp| at.as_second().div_euclid(60);
    if minute(before) != minute(model.now)
        || matches!(model.account, Account::Waiting { .. } | Account::Opening { .. })
    {
        return true;
    }
    let soon = SignedDuration::from_secs(crate::domain::time::SECONDS_BELOW);
    let rows = model.sessions.rows.iter();
    let counting = rows.filter(|row| row.is_live()).any(|row| {
        let waiting = matches!(row.link, Link::Waiting { .. });
        waiting || row.session.expires_at.duration_since(model.now) < soon
    });
    let young = model.inbox.mails().next().is_some_and(|mail| {
        model.now.duration_since(mail.summary.envelope.received_at) <= SignedDuration::from_secs(60)
    });
    counting || young
}
