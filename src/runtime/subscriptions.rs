//! Subscriptions: starts what is new in the list and ends what is gone from it.

use super::alarm::{alarm, sleep_precise};
use super::dependencies::Dependencies;
use super::effects::RuntimeEvent;
use super::failure::ended;
use crate::app::connection::Generation;
use crate::app::msg::Msg;
use crate::app::subscription::{SLOW_TICK, Subscription, TickRate};
use crate::domain::ids::SessionId;
use crate::domain::sanitize::SafeText;
use crate::ports::BoxStream;
use crate::ports::dropmail_api::{ApiError, Push, WatchOptions};
use futures_util::{FutureExt, StreamExt};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

/// The time is told this often.
const TICK: Duration = Duration::from_secs(1);

/// A file system that tells nothing is looked at this often.
const LONGEST_NAP: Duration = Duration::from_mins(1);

/// How often it is looked whether the program that has the mailbox is gone or has written, where nobody
/// tells.
const LOOK: Duration = Duration::from_millis(500);
/// What is written together is looked at together.
const PAUSE: Duration = Duration::from_millis(100);

/// The streams that run.
#[derive(Debug, Default)]
pub(super) struct Streams {
    running: VecDeque<(Subscription, tokio::task::AbortHandle)>,
    tasks: JoinSet<()>,
}

impl Streams {
    /// Makes the running streams those of the list.
    pub(super) fn follow(
        &mut self,
        wanted: Vec<Subscription>,
        world: &Dependencies,
        heard: &UnboundedSender<RuntimeEvent>,
    ) {
        self.running.retain(|(running, handle)| {
            let stays = wanted.contains(running);
            if !stays {
                handle.abort();
            }
            stays
        });
        for subscription in wanted {
            if !self.running.iter().any(|(running, _)| *running == subscription) {
                let task = stream(subscription.clone(), world, heard.clone());
                let handle = self.tasks.spawn(task);
                self.running.push_back((subscription, handle));
            }
        }
        // What has ended is forgotten; what broke has told so itself or is started anew by the core.
        while self.tasks.try_join_next().is_some() {}
    }
}

fn stream(
    subscription: Subscription,
    world: &Dependencies,
    heard: UnboundedSender<RuntimeEvent>,
) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    // A receiver that is gone means that the program ends: there is nobody left to tell.
    let tell = move |msg| heard.send(RuntimeEvent::Msg(msg)).is_ok();
    match subscription {
        Subscription::Clock(pace) => {
            let clock = world.clock.clone();
            Box::pin(async move {
                let step = match pace {
                    TickRate::Seconds => TICK,
                    TickRate::Calm => SLOW_TICK.unsigned_abs(),
                };
                while tell(Msg::Tick(clock.now())) {
                    sleep_precise(step).await;
                }
            })
        }
        Subscription::Alarm(at) => Box::pin(alarm(at, world.clock.clone(), tell)),
        Subscription::Watch { session, watch } => {
            let way = WatchOptions { channel: watch.channel, alone: watch.alone };
            let mails = world.mailbox.watch_by(session.clone(), watch.after, way);
            Box::pin(watched(mails, session, watch.generation, tell))
        }
        Subscription::Captchas => {
            let mut asked = world.mailbox.captcha_requests();
            Box::pin(async move {
                while asked.next().await.is_some() {
                    if !tell(Msg::CaptchaAsked) {
                        return;
                    }
                }
            })
        }
        Subscription::ServiceStatus => {
            let mut service_status = world.mailbox.service_status();
            Box::pin(async move {
                while let Some(service_status) = service_status.next().await {
                    if !tell(Msg::ServiceStatusChanged(service_status)) {
                        return;
                    }
                }
            })
        }
        Subscription::InstanceLock => {
            Box::pin(ownership(world.ownership.clone(), world.mailbox.clone(), tell))
        }
        Subscription::Samples { address } => {
            let samples = world.samples.clone();
            Box::pin(async move {
                let nobody = Err(SafeText::from("there are no sample mails"));
                let result = match samples {
                    Some(samples) => samples.send(&address).await,
                    None => nobody,
                };
                tell(Msg::SamplesSent(result));
            })
        }
    }
}

/// Looks whether the program that has the mailbox is gone, and whether it has written.
async fn ownership(
    ownership: Option<std::sync::Arc<dyn crate::ports::instance_lock::InstanceLock>>,
    mailbox: crate::service::Mailbox,
    tell: impl Fn(Msg) -> bool + Send + Sync,
) {
    let mut changes = ownership.as_ref().and_then(|ownership| ownership.changes());
    let mut seen = mailbox.changes().await.ok();
    loop {
        if ownership.as_ref().is_none_or(|ownership| ownership.try_acquire()) {
            tell(Msg::LockAcquired);
            return;
        }
        let now = mailbox.changes().await.ok();
        if std::mem::replace(&mut seen, now) != now && !tell(Msg::ArchiveChanged) {
            return;
        }
        match &mut changes {
            Some(told) => {
                // A file system that tells nothing, such as one of the network, is looked at now and then.
                let ended = matches!(tokio::time::timeout(LONGEST_NAP, told.next()).await, Ok(None));
                tokio::time::sleep(PAUSE).await;
                while let Some(Some(())) = told.next().now_or_never() {}
                changes = changes.filter(|_| !ended);
            }
            None => tokio::time::sleep(LOOK).await,
        }
    }
}

/// The mail of one session, until its stream ends.
async fn watched(
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
    tell(Msg::WatchEnded { session, generation, why: ended(last.as_ref()) });
}
