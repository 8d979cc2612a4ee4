//! Executes the effects of the core. Each effect runs in its own task and sends exactly one message to the core, even
//! if the task panics. Each submodule executes one group of effects.

mod account;
mod archive;
mod browser;
mod captcha;
mod external;
mod failure_reply;
mod foreground;
mod jobs;
mod large_mails;
mod must_finish;
mod pipe;
mod programs;
mod read;
mod save;
mod store;

pub(super) use foreground::Foreground;
pub(super) use jobs::JobTracker;

use super::charset::TerminalCharset;
use super::dependencies::Dependencies;
use super::pictures::{EncodedImage, ImageSettings};
use crate::app::effect::{Effect, StoreEffect};
use crate::app::msg::Msg;
use crate::config::ClipboardRoute;
use dropmail_client::ports::instance::LivenessCheck;
use failure_reply::failure_reply;
use futures_util::FutureExt;
use jiff::tz::TimeZone;
use jobs::RunningJob;
use large_mails::LargeMails;
use mail_reader::sanitize::SafeText;
use save::Saver;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Events that tasks send to the event loop: messages for the core, bytes for the terminal, and requests to the event
/// loop itself.
#[derive(Debug)]
pub(super) enum RuntimeEvent {
    /// The event loop must pass this message to the core.
    Msg(Msg),
    /// The event loop must write these bytes to the terminal and then pass this message to the core.
    Write(Vec<u8>, Msg),
    /// The event loop must write these bytes to the terminal; the core receives no message.
    Terminal(Vec<u8>),
    /// A warning for the user, and the message with the result of an effect. The event loop must pass the message to
    /// the core first, and then the warning.
    WithWarning(SafeText, Msg),
    /// Another process is checking whether the event loop of this process still responds. The event loop must answer
    /// the check.
    Check(LivenessCheck),
    /// The settings file may have changed, so the event loop must read it again.
    Settings,
    /// An image in a mail was encoded for the terminal's graphics protocol. The event loop must store the image and
    /// pass this message to the core.
    Picture(Box<EncodedImage>, Msg),
    /// The event loop must run a program that needs exclusive use of the terminal, such as an editor.
    Foreground(Foreground),
}

/// Executes the core's effects in tasks.
#[derive(Debug)]
pub(super) struct EffectRunner {
    /// Tasks that change no data on disk or on the service; they are cancelled when the program exits.
    cancellable: JoinSet<()>,
    /// Tasks that change data on disk or on the service; the program waits for them before it exits.
    must_finish: JoinSet<()>,
    sender: UnboundedSender<RuntimeEvent>,
    /// Reports long-running jobs to the core.
    pub(super) jobs: JobTracker,
    /// When the user stops a shell command that processes a mail, notifies the task that runs this command.
    stop: Arc<Notify>,
    /// Token that cancels rendering a mail as an HTML page for the browser.
    page_stop: CancellationToken,
    /// Ensures that only one large mail is processed at a time.
    large: LargeMails,
    zone: TimeZone,
    /// The methods by which text is copied, according to the current settings.
    pub(super) route: ClipboardRoute,
    /// The charset of the terminal, to which output is converted.
    pub(super) charset: TerminalCharset,
    /// Graphics protocol and cell size for images; `None` if the terminal supports no graphics protocol.
    pub(super) image_settings: Option<ImageSettings>,
}

impl EffectRunner {
    pub(super) fn new(sender: UnboundedSender<RuntimeEvent>) -> Self {
        let (cancellable, must_finish) = (JoinSet::new(), JoinSet::new());
        Self {
            cancellable,
            must_finish,
            jobs: JobTracker::new(sender.clone()),
            sender,
            stop: Arc::default(),
            page_stop: CancellationToken::new(),
            large: LargeMails::default(),
            zone: TimeZone::system(),
            route: ClipboardRoute::default(),
            charset: TerminalCharset::default(),
            image_settings: None,
        }
    }

    /// Starts a task that executes the effect and sends the resulting event to the event loop.
    pub(super) fn perform(&mut self, mut effect: Effect, dependencies: &Dependencies) {
        let sender = self.sender.clone();
        if let Effect::Store(StoreEffect::Ingest(delivery)) = &mut effect {
            // Tasks run concurrently, so the mail is numbered before its task starts.
            dependencies.mailbox.assign_order(delivery);
        }
        let asked = effect.clone();
        let job = self.jobs.start_for(&asked).map(Arc::new);
        let work = self.effect_future(effect, dependencies, job.clone());
        let tasks =
            if must_finish::must_finish(&asked) { &mut self.must_finish } else { &mut self.cancellable };
        tasks.spawn(async move {
            let answer = AssertUnwindSafe(work).catch_unwind().await;
            let answer = answer.unwrap_or_else(|_| RuntimeEvent::Msg(failure_reply(asked)));
            drop(job);
            // The receiver is dropped only when the program exits.
            drop(sender.send(answer));
        });
        while tasks.try_join_next().is_some() {}
    }

    /// Returns the future that executes an effect. `job` is the effect's entry in the list of running jobs; `None` if
    /// the effect finishes quickly.
    fn effect_future(
        &mut self,
        effect: Effect,
        dependencies: &Dependencies,
        job: Option<Arc<RunningJob>>,
    ) -> EffectFuture {
        match effect {
            Effect::Account(effect) => Box::pin(account::run(effect, dependencies.mailbox.clone())),
            Effect::Domain(effect) => Box::pin(account::domains(effect, dependencies.mailbox.clone())),
            Effect::Captcha(effect) => captcha::run(effect, dependencies),
            Effect::Archive(effect) => Box::pin(archive::run(effect, dependencies.mailbox.clone())),
            Effect::Store(effect) => store::run(effect, dependencies),
            Effect::MessagePane(effect) => {
                let job = self.large.job_for(&effect);
                let context = read::ReadContext {
                    mailbox: dependencies.mailbox.clone(),
                    zone: self.zone.clone(),
                    sender: self.sender.clone(),
                    image_settings: self.image_settings,
                };
                read::run(effect, job, context)
            }
            Effect::Save(effect) => {
                save::run(effect, dependencies, Saver { sender: self.sender.clone(), job })
            }
            Effect::External(effect) => {
                let stop = job.map_or_else(CancellationToken::new, |job| job.stop_token());
                self.external_effect_future(effect, dependencies, stop)
            }
        }
    }

    /// Ends all tasks before the program exits: cancels the tasks that change no data, and waits until all other tasks
    /// have finished.
    pub(super) async fn finish(mut self) {
        self.cancellable.abort_all();
        self.page_stop.cancel();
        while self.must_finish.join_next().await.is_some() {}
        // A cancelled task may use the folder of temporary files until it is dropped.
        while self.cancellable.join_next().await.is_some() {}
    }
}

/// The future that executes one effect. Its output is the event to send to the event loop.
type EffectFuture = std::pin::Pin<Box<dyn Future<Output = RuntimeEvent> + Send>>;

fn to_text(error: impl std::fmt::Display) -> SafeText {
    error.to_string().into()
}
