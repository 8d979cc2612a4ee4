//! Subscriptions: the sources of messages to the core (`Msg`) that the model currently needs. The runtime starts a
//! source when it appears in the list of subscriptions, and stops it when it disappears from the list.

use super::account::Account;
use super::connection::{ConnectionState, StreamParams};
use super::model::Model;
use super::msg::Samples;
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::time::{SECONDS_BELOW, SignedDuration, Timestamp};
use mail_reader::sanitize::SafeText;

/// If two consecutive clock readings differ by at least this much, the program concludes that the machine was
/// suspended. While the window has the focus, the difference is normally at most a minute plus `MAX_SCREEN_DELAY`.
pub const SUSPEND_THRESHOLD: SignedDuration = SignedDuration::from_secs(90);

/// Maximum delay of the screen update that is due every minute. The program delays the update so that it coincides with
/// another action that is due soon. The processor then wakes only once.
const MAX_SCREEN_DELAY: SignedDuration = SignedDuration::from_secs(10);

/// A source of messages to the core (`Msg`), which the runtime keeps running while the model needs it. Equal values
/// identify the same source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subscription {
    /// A timer that sends the current time every second while the screen counts seconds or shows a notice that will
    /// expire. At other times, [`Subscription::Alarm`] replaces it, because each tick wakes the processor.
    Clock,
    /// A timer that sends the current time once, at the given time. Until then, it sends only `SystemResumed`, each
    /// time the machine resumes after being suspended.
    Alarm(Timestamp),
    /// A push connection. It sends `Pushed` for each new mail of a session, and `StreamEnded` when the connection ends.
    Stream {
        /// Id of the session whose new mail the push connection receives.
        session: SessionId,
        /// Parameters of the push connection.
        params: StreamParams,
    },
    /// A source that sends `ArchiveChanged` when another process has written to the archive. It is needed only in a
    /// process that cannot connect to the process that owns the data directory.
    ArchiveWrites,
    /// A source that sends `CaptchaRequested` when a request is waiting for the user to solve a captcha.
    Captchas,
    /// A source that sends `ServiceStatusChanged` when the status of the service has changed.
    ServiceStatus,
    /// A source that sends sample mails to an address by SMTP, and then sends `Msg::SamplesSent` to the core.
    Samples {
        /// The sample mails that the source sends.
        samples: Samples,
        /// The address that receives the sample mails.
        address: SafeText,
    },
}

/// Returns the subscriptions that the model currently needs.
pub fn subscriptions(model: &Model) -> Vec<Subscription> {
    let mut list = Vec::new();
    list.extend(match (model.focused, needs_tick(model)) {
        (true, true) => Some(Subscription::Clock),
        (true, false) => Some(Subscription::Alarm(next_screen_change(model))),
        (false, _) => next_due(model).map(Subscription::Alarm),
    });
    if model.account == Account::ReadOnly {
        list.push(Subscription::ArchiveWrites);
    }
    if model.mailbox_source.is_some() {
        list.extend([Subscription::ServiceStatus, Subscription::Captchas]);
    }
    for row in &model.sessions.rows {
        if let Some(params) = row.connection.params() {
            list.push(Subscription::Stream { session: row.session.id.clone(), params: params.clone() });
        }
    }
    let samples = model.mailbox_source.as_ref().and_then(|place| place.samples);
    // Each sample mail is sent once, to the oldest address.
    if let Some(samples) = samples.filter(|_| model.account == Account::Open) {
        let first = model.sessions.rows.last().and_then(|row| row.session.addresses.last());
        list.extend(first.map(|first| Subscription::Samples { samples, address: first.address.clone() }));
    }
    list
}

/// Returns `true` if the screen must be updated every second while the window has the focus.
fn needs_tick(model: &Model) -> bool {
    let goes_away = !model.settings.reduced_motion && !model.notices.shown().is_empty();
    let connecting =
        model.sessions.rows.iter().any(|row| matches!(row.connection, ConnectionState::Connecting { .. }));
    goes_away || connecting || counts_seconds(model)
}

/// Returns the next time at which the screen must be updated or the program must act, for a screen that does not count
/// seconds. Such a screen shows ages and remaining times in minutes, so it is updated after a minute. If the program
/// must act shortly after that, the update is delayed until then, so that the processor wakes only once.
fn next_screen_change(model: &Model) -> Timestamp {
    let minute = model.now.checked_add(SignedDuration::from_mins(1)).unwrap_or(model.now);
    let latest = minute.checked_add(MAX_SCREEN_DELAY).unwrap_or(minute);
    let soon = SignedDuration::from_secs(SECONDS_BELOW);
    let live = model.sessions.rows.iter().filter(|row| row.is_live());
    // From this time on, the remaining lifetime of the session is shown in seconds.
    let counted = live.filter_map(|row| row.session.expires_at.checked_sub(soon).ok());
    let later = counted.chain(next_due(model)).filter(|at| *at > model.now).min();
    later.filter(|at| *at <= latest).unwrap_or(minute)
}

/// Returns `true` if the screen shows a time that changes every second.
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
        Account::Booting | Account::Open | Account::ReadOnly => false,
    };
    if is_repeated || model.service_status.slowed_until.is_some_and(|until| until > model.now) {
        return true;
    }
    let soon = SignedDuration::from_secs(SECONDS_BELOW);
    let counting = model.sessions.rows.iter().filter(|row| row.is_live()).any(|row| {
        let waiting = matches!(row.connection, ConnectionState::Waiting { .. });
        waiting || row.session.expires_at.duration_since(model.now) < soon
    });
    // The service's clock may be slightly ahead. The age of a mail whose timestamp is far in the future is not shown.
    let young = model.inbox.mails().next().is_some_and(|mail| {
        model.now.duration_since(mail.summary.envelope.received_at).abs() <= SignedDuration::from_secs(60)
    });
    counting || young
}

/// Returns the next time at which the program must act even if the window does not have the focus: to retry a request,
/// or to query a session and thereby extend its lifetime. Returns `None` if no such action is planned.
pub(crate) fn next_due(model: &Model) -> Option<Timestamp> {
    let account = match &model.account {
        Account::Waiting { until, why, .. } => (!why.waits_for_user()).then_some(*until),
        Account::Booting | Account::Opening { .. } | Account::Open | Account::ReadOnly => None,
    };
    let rows = model.sessions.rows.iter();
    let of_rows = rows.map(super::sessions::SessionEntry::due);
    of_rows.chain([account, model.auto_open.due]).flatten().min()
}
