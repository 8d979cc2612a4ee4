//! Runs effects: each effect runs in its own task and is answered by exactly one message, even if the task
//! panics. Each topic of `Effect` has one module here.

mod account;
mod archive;
mod browser;
mod captcha;
mod external;
mod failure_reply;
mod foreground;
mod jobs;
mod large;
mod must_finish;
mod pipe;
mod programs;
mod read;
mod save;
mod store;

pub(super) use foreground::Foreground;
pub(super) use jobs::JobTracker;

use super::charset::Charset;
use super::dependencies::Dependencies;
use super::pictures::{EncodedImage, Pencil};
use crate::app::effect::{Effect, StoreEffect};
use crate::app::msg::Msg;
use crate::config::ClipboardRoute;
use crate::ports::instance::LivenessCheck;
use failure_reply::failure_reply;
use futures_util::FutureExt;
use jiff::tz::TimeZone;
use jobs::RunningJob;
use large::LargeMails;
use mail_reader::sanitize::SafeText;
use save::Saver;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Events that a task sends to the event loop: messages for the core, bytes for the terminal, and requests.
#[derive(Debug)]
pub(super) enum RuntimeEvent {
    /// A message for the core, without anything else to do.
    Msg(Msg),
    /// Bytes to write to the terminal, and the message for the core after they are written.
    Write(Vec<u8>, Msg),
    /// Bytes to write to the terminal, without a message for the core.
    Terminal(Vec<u8>),
    /// A warning for the user, and the message for the core from the same task.
    WithWarning(SafeText, Msg),
    /// Another process asks whether the event loop works.
    Check(LivenessCheck),
    /// The settings file may have changed, so the runtime reads it again.
    Settings,
    /// A picture of a mail, encoded for the terminal's graphics protocol, and the message for the core.
    Picture(Box<EncodedImage>, Msg),
    /// A program of the user, such as an editor, that needs the terminal for itself.
    Foreground(Foreground),
}

/// Runs the effects of the core in tasks.
#[derive(Debug)]
pub(super) struct EffectRunner {
    /// Tasks that may be cancelled at exit, because they store nothing.
    asking: JoinSet<()>,
    /// Tasks that must finish before exit, because they store something.
    keeping: JoinSet<()>,
    heard: UnboundedSender<RuntimeEvent>,
    /// Reports long work to the core.
    pub(super) jobs: JobTracker,
    /// Notified in order to stop the command that is receiving a mail.
    stop: Arc<Notify>,
    /// Cancels the creation of a page for the browser.
    page_stop: CancellationToken,
    /// Limits the work on large mails to one mail at a time.
    large: LargeMails,
    zone: TimeZone,
    /// The clipboards for copied text, from the current settings.
    pub(super) route: ClipboardRoute,
    /// The charset that the terminal reads: UTF-8 or ASCII.
    pub(super) charset: Charset,
    /// Graphics protocol and cell size for drawing pictures; `None` if the terminal draws no pictures itself.
    pub(super) image_picker: Option<Pencil>,
}

impl EffectRunner {
    pub(super) fn new(heard: UnboundedSender<RuntimeEvent>) -> Self {
        let (asking, keeping) = (JoinSet::new(), JoinSet::new());
        Self {
            asking,
            keeping,
            jobs: JobTracker::new(heard.clone()),
            heard,
            stop: Arc::default(),
            page_stop: CancellationToken::new(),
            large: LargeMails::default(),
            zone: TimeZone::system(),
            route: ClipboardRoute::default(),
            charset: Charset::default(),
            image_picker: None,
        }
    }

    /// Starts a task that runs the effect and sends the answer.
    pub(super) fn perform(&mut self, mut effect: Effect, world: &Dependencies) {
        let heard = self.heard.clone();
        if let Effect::Store(StoreEffect::Ingest(delivery)) = &mut effect {
            // The tasks run concurrently, so the mails are numbered before.
            world.mailbox.number(delivery);
        }
        let asked = effect.clone();
        let job = self.jobs.start_for(&asked).map(Arc::new);
        let work = self.work(effect, world, job.clone());
        let tasks = if must_finish::must_finish(&asked) { &mut self.keeping } else { &mut self.asking };
        tasks.spawn(async move {
            let answer = AssertUnwindSafe(work).catch_unwind().await;
            let answer = answer.unwrap_or_else(|_| RuntimeEvent::Msg(failure_reply(asked)));
            drop(job);
            // The receiver is gone only when the program ends.
            drop(heard.send(answer));
        });
        while tasks.try_join_next().is_some() {}
    }

    /// Returns the work of an effect. Each topic of effects has a module of its own.
    fn work(&mut self, effect: Effect, world: &Dependencies, job: Option<Arc<RunningJob>>) -> Work {
        match effect {
            Effect::Account(effect) => Box::pin(account::run(effect, world.mailbox.clone())),
            Effect::Domain(effect) => Box::pin(account::domains(effect, world.mailbox.clone())),
            Effect::Captcha(effect) => captcha::run(effect, world),
            Effect::Archive(effect) => Box::pin(archive::run(effect, world.mailbox.clone())),
            Effect::Store(effect) => store::run(effect, world),
            Effect::Reader(effect) => {
                let job = self.large.job_for(&effect);
                let context = read::Context {
                    mailbox: world.mailbox.clone(),
                    zone: self.zone.clone(),
                    heard: self.heard.clone(),
                    image_picker: self.image_picker,
                };
                read::run(effect, job, context)
            }
            Effect::Save(effect) => save::run(effect, world, Saver { heard: self.heard.clone(), job }),
            Effect::External(effect) => {
                let stop = job.map_or_else(CancellationToken::new, |job| job.stop_token());
                self.external(effect, world, stop)
            }
        }
    }

    /// Waits for the tasks that must finish and cancels all others, because the user is waiting for the
    /// program to exit.
    pub(super) async fn finish(mut self) {
        self.asking.abort_all();
        self.page_stop.cancel();
        while self.keeping.join_next().await.is_some() {}
        // A cancelled task may use the directory of temporary files until the task is dropped.
        while self.asking.join_next().await.is_some() {}
    }
}

/// The work of one effect, which ends with what the event loop receives.
type Work = std::pin::Pin<Box<dyn Future<Output = RuntimeEvent> + Send>>;

fn to_text(error: impl std::fmt::Display) -> SafeText {
    error.to_string().into()
}
