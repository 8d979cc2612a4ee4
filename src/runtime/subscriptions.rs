//! Runs the subscriptions that the core requires: starts new ones, and stops those that the core no longer requires.

use super::alarm::run_alarm;
use super::dependencies::Dependencies;
use super::effects::RuntimeEvent;
use super::failure::stream_end_error;
use crate::app::connection::Generation;
use crate::app::msg::{Msg, Samples};
use crate::app::subscription::Subscription;
use dropmail_client::domain::delivery::Push;
use dropmail_client::domain::ids::SessionId;
use dropmail_client::ports::BoxStream;
use dropmail_client::ports::dropmail_api::{ApiError, SubscribeOptions};
use futures_util::{FutureExt, StreamExt};
use mail_reader::sanitize::SafeText;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

/// Interval between two ticks while the screen shows seconds.
const TICK: Duration = Duration::from_secs(1);

/// Maximum interval between two checks for archive changes if the operating system reports file changes. It may report
/// none for a network file system, so the archive is also checked without a report.
const MAX_CHECK_INTERVAL: Duration = Duration::from_mins(1);

/// Interval between two checks for archive changes made by the process that owns the data directory, on operating
/// systems that do not report file changes.
const CHECK_INTERVAL: Duration = Duration::from_millis(500);
/// Debounce time after a change to the files of the archive. Several changes within this time cause only one check of
/// the archive.
const CHANGE_DEBOUNCE: Duration = Duration::from_millis(100);

/// The running subscriptions and the tasks that execute them.
#[derive(Debug, Default)]
pub(super) struct Streams {
    running: VecDeque<(Subscription, tokio::task::AbortHandle)>,
    tasks: JoinSet<()>,
}

impl Streams {
    /// Starts and stops subscriptions until exactly those in `required` are running.
    pub(super) fn update(
        &mut self,
        required: Vec<Subscription>,
        dependencies: &Dependencies,
        sender: &UnboundedSender<RuntimeEvent>,
    ) {
        self.running.retain(|(running, handle)| {
            let stays = required.contains(running);
            if !stays {
                handle.abort();
            }
            stays
        });
        for subscription in required {
            if !self.running.iter().any(|(running, _)| *running == subscription) {
                let task = start_stream(subscription.clone(), dependencies, sender.clone());
                let handle = self.tasks.spawn(task);
                self.running.push_back((subscription, handle));
            }
        }
        // This removes tasks that have ended. A stream that failed has sent a message, or the core starts it again.
        while self.tasks.try_join_next().is_some() {}
    }
}

fn start_stream(
    subscription: Subscription,
    dependencies: &Dependencies,
    sender: UnboundedSender<RuntimeEvent>,
) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    // The receiver is dropped only when the program exits.
    let tell = move |msg| sender.send(RuntimeEvent::Msg(msg)).is_ok();
    match subscription {
        Subscription::Clock => {
            let clock = dependencies.clock.clone();
            Box::pin(async move {
                while tell(Msg::Tick(clock.now())) {
                    clock.sleep(TICK).await;
                }
            })
        }
        Subscription::Alarm(at) => Box::pin(run_alarm(at, dependencies.clock.clone(), tell)),
        Subscription::Stream { session, params: watch } => {
            let way =
                SubscribeOptions { transport: watch.transport, is_only_transport: watch.is_only_transport };
            let mails = dependencies.mailbox.watch_with_options(session.clone(), watch.after, way);
            Box::pin(forward_mails(mails, session, watch.generation, tell))
        }
        Subscription::Captchas => {
            let mut asked = dependencies.mailbox.captcha_requests();
            Box::pin(async move {
                while asked.next().await.is_some() {
                    if !tell(Msg::CaptchaRequested) {
                        return;
                    }
                }
            })
        }
        Subscription::ServiceStatus => {
            let mut service_status = dependencies.mailbox.service_status();
            Box::pin(async move {
                while let Some(service_status) = service_status.next().await {
                    if !tell(Msg::ServiceStatusChanged(service_status)) {
                        return;
                    }
                }
            })
        }
        Subscription::ArchiveWrites => {
            let writes = dependencies.instance.as_ref().and_then(|instance| instance.archive_writes());
            Box::pin(forward_archive_writes(writes, dependencies.mailbox.clone(), tell))
        }
        Subscription::Samples { samples: which, address } => {
            let samples = dependencies.samples.clone();
            Box::pin(async move {
                let nobody = Err(SafeText::from("there are no sample mails"));
                let result = match (samples, which) {
                    (Some(samples), Samples::First) => samples.send(&address).await,
                    (Some(samples), Samples::Late) => samples.send_late(&address).await,
                    (None, _) => nobody,
                };
                tell(Msg::SamplesSent(result));
            })
        }
    }
}

/// Watches the archive for changes made by the process that owns the data directory, and sends a message to the core
/// after each change.
async fn forward_archive_writes(
    mut changes: Option<BoxStream<'static, ()>>,
    mailbox: dropmail_client::service::Mailbox,
    tell: impl Fn(Msg) -> bool + Send + Sync,
) {
    let mut seen = mailbox.foreign_changes().await.ok();
    loop {
        let now = mailbox.foreign_changes().await.ok();
        if std::mem::replace(&mut seen, now) != now && !tell(Msg::ArchiveChanged) {
            return;
        }
        match &mut changes {
            Some(stream) => {
                // A network file system may not report changes, so the archive is also checked after a timeout.
                let ended = matches!(tokio::time::timeout(MAX_CHECK_INTERVAL, stream.next()).await, Ok(None));
                tokio::time::sleep(CHANGE_DEBOUNCE).await;
                while let Some(Some(())) = stream.next().now_or_never() {}
                changes = changes.filter(|_| !ended);
            }
            None => tokio::time::sleep(CHECK_INTERVAL).await,
        }
    }
}

/// Sends the new mail of one session to the core until the push stream ends, and then a message with the reason why it
/// ended.
async fn forward_mails(
    mut mails: BoxStream<'static, Result<Push, ApiError>>,
    session: SessionId,
    generation: Generation,
    tell: impl Fn(Msg) -> bool + Send,
) {
    let mut last = None;
    while let Some(event) = mails.next().await {
        match event {
            Ok(push) => {
                tell(Msg::Pushed { session: session.clone(), generation, push });
            }
            Err(error) => {
                last = Some(error);
                break;
            }
        }
    }
    tell(Msg::StreamEnded { session, generation, why: stream_end_error(last.as_ref()) });
}
