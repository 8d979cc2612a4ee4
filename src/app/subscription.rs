//! The streams that the state lives on. The runtime starts what is new in this list and ends
//! what is gone from it.

use super::connection::{ConnectionState, StreamParams};
use super::model::{Account, Model};
use crate::domain::ids::SessionId;
use crate::domain::sanitize::SafeText;
use crate::domain::time::{SECONDS_BELOW, SignedDuration, Timestamp};

/// Steps of the clock while nothing on the screen tells seconds.
pub const SLOW_TICK: SignedDuration = SignedDuration::from_secs(8);

/// The clock is looked at every few seconds, or at the end of a nap; where it leaps further than this
/// beyond that, the machine was asleep.
pub const SUSPEND_THRESHOLD: SignedDuration = SignedDuration::from_secs(90);

/// How often the clock is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TickRate {
    /// Each second: something on the screen counts them, or goes away by itself.
    Seconds,
    /// Every few seconds: nothing on the screen is more exact than minutes.
    Calm,
}

/// A stream of messages. Equal values are the same stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subscription {
    /// The time: each second where seconds are told, else in steps of `SLOW_TICK`. Each step wakes the
    /// processor, and an idle screen is not worth that.
    Clock(TickRate),
    /// The time, once it has come: nobody looks, so nothing has to be told before, but that the
    /// machine was asleep.
    Alarm(Timestamp),
    /// New mail of a session, told as `Pushed` and `WatchEnded`.
    Watch {
        /// Which session.
        session: SessionId,
        /// Which stream of it.
        watch: StreamParams,
    },
    /// The mailbox that another program has: told as `ArchiveChanged`, and as `TookOver` when that
    /// one has gone.
    InstanceLock,
    /// Captchas that calls wait for, told as `CaptchaAsked`.
    Captchas,
    /// How the service stands to us, told as `ServiceStatusChanged`.
    ServiceStatus,
    /// Sample mails sent by SMTP to an address; told as `SamplesSent`.
    Samples {
        /// Where to.
        address: SafeText,
    },
}

/// What the state lives on at the moment.
pub fn subscriptions(model: &Model) -> Vec<Subscription> {
    let mut list = Vec::new();
    if model.focused {
        list.push(Subscription::Clock(pace(model)));
    } else {
        list.extend(next_due(model).map(Subscription::Alarm));
    }
    if model.account == Account::OwnedByOtherInstance {
        list.push(Subscription::InstanceLock);
    }
    if model.place.is_some() {
        list.extend([Subscription::ServiceStatus, Subscription::Captchas]);
    }
    for row in &model.sessions.rows {
        if let Some(watch) = row.link.watch() {
            list.push(Subscription::Watch { session: row.session.id.clone(), watch: watch.clone() });
        }
    }
    let samples = model.place.as_ref().is_some_and(|place| place.samples);
    // They are sent once, to the first address of all.
    if samples && model.account == Account::Open {
        let first = model.sessions.rows.last().and_then(|row| row.session.addresses.last());
        list.extend(first.map(|first| Subscription::Samples { address: first.address.clone() }));
    }
    list
}

fn pace(model: &Model) -> TickRate {
    let goes_away = !model.settings.reduced_motion && !model.notices.shown().is_empty();
    let due = next_due(model).is_some_and(|at| at.duration_since(model.now) < SLOW_TICK);
    let connecting =
        model.sessions.rows.iter().any(|row| matches!(row.link, ConnectionState::Connecting { .. }));
    if goes_away || due || connecting || counts_seconds(model) { TickRate::Seconds } else { TickRate::Calm }
}

/// Whether a time on the screen is told in seconds.
pub(crate) fn counts_seconds(model: &Model) -> bool {
    if model.settings.reduced_motion {
        return false;
    }
    let is_repeated = match &model.account {
        Account::Opening { .. } => true,
        Account::Waiting { why, .. } => !why.waits_for_user(),
        Account::Booting | Account::Open | Account::OwnedByOtherInstance => false,
    };
    if is_repeated || model.service_status.slowed_until.is_some_and(|until| until > model.now) {
        return true;
    }
    let soon = SignedDuration::from_secs(SECONDS_BELOW);
    let counting = model.sessions.rows.iter().filter(|row| row.is_live()).any(|row| {
        let waiting = matches!(row.link, ConnectionState::Waiting { .. });
        waiting || row.session.expires_at.duration_since(model.now) < soon
    });
    let young = model.inbox.mails().next().is_some_and(|mail| {
        model.now.duration_since(mail.summary.envelope.received_at) <= SignedDuration::from_secs(60)
    });
    counting || young
}

/// When something has to be done next, whether or not anybody looks: a try that waits, or a touch
/// that keeps a session alive.
fn next_due(model: &Model) -> Option<Timestamp> {
    let account = match &model.account {
        Account::Waiting { until, why, .. } => (!why.waits_for_user()).then_some(*until),
        Account::Booting | Account::Opening { .. } | Account::Open | Account::OwnedByOtherInstance => None,
    };
    let rows = model.sessions.rows.iter();
    let of_rows = rows.map(super::sessions::SessionEntry::due);
    of_rows.chain([account, model.openings.due]).flatten().min()
}
