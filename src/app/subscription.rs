//! Subscriptions: the message sources that the state needs. The runtime starts sources that are new in the
//! list and stops sources that are no longer in it.

use super::connection::{ConnectionState, StreamParams};
use super::model::{Account, Model};
use crate::domain::ids::SessionId;
use crate::domain::time::{SECONDS_BELOW, SignedDuration, Timestamp};
use mail_reader::sanitize::SafeText;

/// Time between two readings of the clock while the screen shows no seconds.
pub const SLOW_TICK: SignedDuration = SignedDuration::from_secs(8);

/// Minimum jump of the clock between two readings that shows that the machine was suspended. Readings are
/// normally only seconds apart, or at most the requested sleep.
pub const SUSPEND_THRESHOLD: SignedDuration = SignedDuration::from_secs(90);

/// How often the clock subscription sends the time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TickRate {
    /// Once per second, because the screen counts seconds or shows a notice that will disappear.
    Seconds,
    /// Every few seconds, because the screen shows nothing more exact than minutes.
    Calm,
}

/// A source of messages that the runtime runs while the core needs it. Equal values are the same source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subscription {
    /// The current time, sent each second or in steps of `SLOW_TICK`. Each step wakes the processor, so an
    /// idle screen uses the longer step.
    Clock(TickRate),
    /// The current time, sent once at the given time. This subscription replaces the clock while the window
    /// lacks the focus. Before that time, only `SystemResumed` is sent.
    Alarm(Timestamp),
    /// New mail of a session, sent as `Pushed`. The end of the push connection is sent as `WatchEnded`.
    Watch {
        /// Id of the session whose new mail is received.
        session: SessionId,
        /// Parameters with which the push connection is started.
        watch: StreamParams,
    },
    /// The lock of the mailbox, which another program holds. `ArchiveChanged` reports that the other program
    /// has written, `LockAcquired` that it has exited.
    InstanceLock,
    /// Notifications that a request waits for a captcha, sent as `CaptchaAsked`.
    Captchas,
    /// Changes of the status of the service, sent as `ServiceStatusChanged`.
    ServiceStatus,
    /// The sending of sample mails by SMTP to an address. `SamplesSent` reports the end.
    Samples {
        /// The address that receives the sample mails.
        address: SafeText,
    },
}

/// Lists the subscriptions that the model needs now.
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
    // The sample mails are sent once, to the oldest address.
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

/// Whether the screen shows a time that changes each second, so that the clock must send one.
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

/// Time at which the program must act next, even if the window lacks the focus: to retry, or to query a
/// session in order to keep it alive.
fn next_due(model: &Model) -> Option<Timestamp> {
    let account = match &model.account {
        Account::Waiting { until, why, .. } => (!why.waits_for_user()).then_some(*until),
        Account::Booting | Account::Opening { .. } | Account::Open | Account::OwnedByOtherInstance => None,
    };
    let rows = model.sessions.rows.iter();
    let of_rows = rows.map(super::sessions::SessionEntry::due);
    of_rows.chain([account, model.openings.due]).flatten().min()
}
