//! The account, the streams of new mail and the touches that keep sessions alive: when to start,
//! when to wait, when to try again.

use super::{inbox, problem, sessions};
use crate::app::effect::Effect;
use crate::app::link::{Generation, Link, Watch, retry_at};
use crate::app::model::{Account, Asking, Model};
use crate::app::msg::{Failure, FailureKind, TouchedAnswer};
use crate::app::sessions::{Row, Sure};
use crate::app::subscription::ASLEEP;
use crate::domain::ids::SessionId;
use crate::domain::secrets::LEGACY_TOKEN;
use crate::domain::session::{Session, Turn};
use crate::domain::time::{SignedDuration, Timestamp};
use crate::ports::transport::{AddressWish, Push, Weather};

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
    let generation = model.next_generation();
    let newest = model.inbox.newest_of(id);
    let (channel, alone) = (model.channels.best(model.now), model.channels.alone());
    if let Some(row) = model.sessions.get_mut(id) {
        let after = row.ask_after(newest);
        // Until the stream is sure to listen, what it tells may be newer than what it missed.
        row.sure = Sure::UpTo(after.clone());
        row.link = Link::Connecting { watch: Watch { generation, after, channel, alone }, attempt };
    }
}

pub(super) fn pushed(model: &mut Model, id: &SessionId, generation: Generation, push: Push) -> Vec<Effect> {
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
    let after = row.ask_after(newest).filter(|_| row.listed);
    if !row.is_live() || row.touching.is_some() {
        return Vec::new();
    }
    row.touching = Some(generation);
    row.sent_at = model.now;
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
            row.answered(answer.mails.last().map(|mail| mail.summary.envelope.id.clone()));
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
            for why in answer.problems {
                problem(model, why);
            }
            inbox::arrived(model, answer.mails)
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
pub(super) fn missed(model: &mut Model, id: &SessionId, why: &Failure) {
    let (now, generation) = (model.now, model.next_generation());
    if let Some(row) = model.sessions.get_mut(id) {
        owe_touch(row, now, Some(why), generation);
    }
}

/// Has a session touched again soon, later after each failure in a row.
fn owe_touch(row: &mut Row, now: Timestamp, why: Option<&Failure>, seed: Generation) {
    let failures = row.owed.map_or(0, |(failures, _)| failures) + 1;
    let own = retry_at(now, failures, seed);
    row.owed = Some((failures, why.map_or(own, |why| no_sooner(now, why, own))));
}

/// The service was reached. A channel that did not stand meanwhile is to blame for that itself: the
/// next try, which is a matter of seconds, is made with the next channel.
fn clear_up(model: &mut Model, id: &SessionId) {
    if let Some(Row { link: Link::Waiting { suspect: Some(channel), .. }, .. }) = model.sessions.get(id) {
        model.channels.leave(*channel, model.now);
    }
}

/// Sessions that hear of new mail by less than the best channel that can be tried now.
fn on_lesser_channel(model: &Model) -> Vec<SessionId> {
    let best = model.channels.best(model.now);
    let lesser = |row: &&Row| matches!(&row.link, Link::Up { watch, .. } if watch.channel > best);
    model.sessions.rows.iter().filter(lesser).map(|row| row.session.id.clone()).collect()
}

/// How the service stands to us.
pub(super) fn weather(model: &mut Model, weather: Weather) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.weather, weather);
    if model.weather.legacy_token && !before.legacy_token {
        return problem(model, LEGACY_TOKEN);
    }
    Vec::new()
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
pub(super) fn woke(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    restart(model);
    tick(model, now)
}

/// The machine slept: whatever stood then is gone, though nothing has said so yet.
fn restart(model: &mut Model) {
    let up = |row: &&Row| matches!(row.link, Link::Up { .. } | Link::Connecting { .. });
    let ids: Vec<SessionId> =
        model.sessions.rows.iter().filter(up).map(|row| row.session.id.clone()).collect();
    for id in ids {
        connect(model, &id, 0);
    }
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
    for id in on_lesser_channel(model) {
        connect(model, &id, 0);
    }
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
    model.channels.forgive();
    reconnect(model, |_| true);
    for id in on_lesser_channel(model) {
        connect(model, &id, 0);
    }
    if model.weather.slowed_until.is_some() {
        effects.push(Effect::EndWait);
    }
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
    if minute(before) != minute(model.now) {
        return true;
    }
    if model.settings.reduced_motion {
        return false;
    }
    if matches!(model.account, Account::Waiting { .. } | Account::Opening { .. })
        || model.weather.slowed_until.is_some_and(|until| until > before)
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
