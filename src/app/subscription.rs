//! Subscriptions: the message sources that the state needs. The runtime starts sources that are new in the
//! list and stops sources that are no longer in it.

use super::connection::{ConnectionState, StreamParams};
use super::model::{Account, Model};
use crate::domain::ids::SessionId;
use crate::domain::time::{SECONDS_BELOW, SignedDuration, Timestamp};
use mail_reader::sanitize::SafeText;

/// Minimum jump of the clock between two readings that shows that the machine was suspended. While the window
/// has the focus, readings are normally at most a minute apart.
pub const SUSPEND_THRESHOLD: SignedDuration = SignedDuration::from_secs(90);

/// A source of messages that the runtime runs while the core needs it. Equal values are the same source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subscription {
    /// The current time, sent each second, because the screen counts seconds or shows a notice that will
    /// disappear. Each second wakes the processor, so an idle screen uses [`Subscription::Alarm`].
    Clock,
    /// The current time, sent once at the given time. Before that time, only `SystemResumed` is sent.
    Alarm(Timestamp),
    /// New mail of a session, sent as `Pushed`. The end of the push connection is sent as `WatchEnded`.
    Watch {
        /// Id of the session whose new mail is received.
        session: SessionId,
        /// Parameters with which the push connection is started.
        watch: StreamParams,
    },
    /// The writes of another process to the archive, sent as `ArchiveChanged`. Only a window that cannot
    /// reach the owner needs it.
    ArchiveWrites,
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
    list.extend(match (model.focused, needs_seconds(model)) {
        (true, true) => Some(Subscription::Clock),
        (true, false) => Some(Subscription::Alarm(next_change(model))),
        (false, _) => next_due(model).map(Subscription::Alarm),
    });
    if model.account == Account::OwnedByOtherInstance {
        list.push(Subscription::ArchiveWrites);
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

/// Returns whether a visible screen needs the time each second.
fn needs_seconds(model: &Model) -> bool {
    let goes_away = !model.settings.reduced_motion && !model.notices.shown().is_empty();
    let connecting =
        model.sessions.rows.iter().any(|row| matches!(row.link, ConnectionState::Connecting { .. }));
    goes_away || connecting || counts_seconds(model)
}

/// Returns the time at which a visible screen without seconds must change or the program must act: at the
/// latest at the end of the minute, because ages and remaining times are shown in minutes.
fn next_change(model: &Model) -> Timestamp {
    let minute = model.now.as_second().div_euclid(60).saturating_add(1).saturating_mul(60);
    let minute = Timestamp::from_second(minute).unwrap_or(model.now);
    let soon = SignedDuration::from_secs(SECONDS_BELOW);
    let live = model.sessions.rows.iter().filter(|row| row.is_live());
    // From then on the rest of the lifetime is shown in seconds.
    let counted = live.filter_map(|row| row.session.expires_at.checked_sub(soon).ok());
    let later = counted.chain(next_due(model)).filter(|at| *at > model.now);
    later.chain([minute]).min().unwrap_or(minute)
}

/// Returns whether the screen shows a time that changes each second, so that the clock must send one.
pub(crate) fn counts_seconds(model: &Model) -> bool {
    if model.settings.reduced_motion {
        return false;
    }
    if !model.jobs.is_empty() {
        return true;
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
    // The clock of the service can be ahead, but only a little: a mail from the far future has no age.
    let young = model.inbox.mails().next().is_some_and(|mail| {
        model.now.duration_since(mail.summary.envelope.received_at).abs() <= SignedDuration::from_secs(60)
    });
    counting || young
}

/// Returns the time at which the program must act next, even if the window lacks the focus: to retry, or to
/// query a session in order to keep it alive.
fn next_due(model: &Model) -> Option<Timestamp> {
    let account = match &model.account {
        Account::Waiting { until, why, .. } => (!why.waits_for_user()).then_some(*until),
        Account::Booting | Account::Opening { .. } | Account::Open | Account::OwnedByOtherInstance => None,
    };
    let rows = model.sessions.rows.iter();
    let of_rows = rows.map(super::sessions::SessionEntry::due);
    of_rows.chain([account, model.openings.due]).flatten().min()
}
