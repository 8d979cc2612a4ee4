//! The engine passes messages to the core, and executes the effects and subscriptions that the core returns. It does
//! not use the terminal; its caller draws the model.

use super::charset::TerminalCharset;
use super::dependencies::Dependencies;
use super::effects::{EffectRunner, JobTracker, RuntimeEvent};
use super::pictures::ImageSettings;
use super::subscriptions::Streams;
use crate::app::effect::Effect;
use crate::app::message_pane::LoadedMail;
use crate::app::msg::Msg;
use crate::app::{Model, subscriptions, update};
use mail_reader::richtext::Line;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The model of the Elm architecture, together with the running effects and subscriptions.
#[derive(Debug)]
pub struct Engine<'a> {
    /// The state of the program (the model of the Elm architecture).
    pub model: Model,
    pub(super) dependencies: &'a Dependencies,
    performer: EffectRunner,
    streams: Streams,
    sender: UnboundedSender<RuntimeEvent>,
    pub(super) receiver: UnboundedReceiver<RuntimeEvent>,
    /// The mail and the lines in the message pane; `None` if the pane is empty. This reference keeps both alive after
    /// the model has dropped them; see [`Self::defer_drop`].
    shown: Option<Shown>,
    /// Mails and lines that the message pane no longer shows. Another thread frees them after the next frame.
    gone: Vec<Shown>,
    /// Long-running effects that are started after the next frame; see [`Self::start_deferred`].
    later: Vec<Effect>,
}

/// Warning for users whose terminal does not support UTF-8, shown when the program starts.
const ASCII_ALONE: &str = "This terminal does not read UTF-8: other letters are shown by similar ones or “?”. \
                           What is copied and saved is exact.";

/// The mail in the message pane and the lines of its layout. A layout may have millions of lines.
type Shown = (Arc<LoadedMail>, Arc<[Line]>);

impl<'a> Engine<'a> {
    /// Creates the engine, passes the first messages to the core, and starts the effects that the core returns in
    /// response.
    pub fn new(model: Model, dependencies: &'a Dependencies) -> Self {
        let (sender, receiver) = unbounded_channel();
        let mut performer = EffectRunner::new(sender.clone());
        performer.route.clone_from(&model.settings.clipboard);
        let (streams, gone, later) = (Streams::default(), Vec::new(), Vec::new());
        let mut engine =
            Self { model, dependencies, performer, streams, sender, receiver, shown: None, gone, later };
        let ownership =
            dependencies.instance.as_ref().map(|instance| instance.ownership()).unwrap_or_default();
        engine.handle_msg(Msg::Configured { restore: dependencies.restore, ownership });
        let booted = Msg::Booted(dependencies.place.clone());
        super::log::log_msg(&booted);
        let effects = update(&mut engine.model, booted);
        // The service may require a captcha for the first call, so the subscription to captchas must start first.
        engine.update_subscriptions();
        engine.perform(effects);
        for warning in &dependencies.warnings {
            engine.handle_msg(Msg::Warning(warning.as_str().into()));
        }
        engine
    }

    /// Returns a sender for events from tasks outside the engine.
    pub(super) fn sender(&self) -> UnboundedSender<RuntimeEvent> {
        self.sender.clone()
    }

    /// Returns the tracker through which tasks outside the engine report long-running jobs.
    pub(super) fn jobs(&self) -> JobTracker {
        self.performer.jobs.clone()
    }

    /// Sets the graphics protocol and the cell size for images in mails; with `None`, images are drawn with half-block
    /// characters.
    pub(super) fn set_image_settings(&mut self, image_settings: Option<ImageSettings>) {
        self.performer.image_settings = image_settings;
    }

    /// Sets the charset of the terminal, and warns the user if the terminal can display only ASCII.
    pub(super) fn set_charset(&mut self, charset: TerminalCharset) {
        self.performer.charset = charset;
        if charset == TerminalCharset::Ascii {
            self.handle_msg(Msg::Warning(ASCII_ALONE.into()));
        }
    }

    /// Passes a message to the core and starts the effects that the core returns.
    pub fn handle_msg(&mut self, msg: Msg) {
        super::log::log_msg(&msg);
        let second = matches!(msg, Msg::Tick(_) | Msg::SystemResumed(_));
        let settings = matches!(msg, Msg::Settings(..));
        let effects = update(&mut self.model, msg);
        if second {
            // The next alarm is set together with the effects, so that the worker thread wakes once for both.
            self.update_subscriptions();
        }
        self.perform(effects);
        self.defer_drop();
        if settings {
            self.performer.route.clone_from(&self.model.settings.clipboard);
        }
        if second {
            self.reload_settings();
        }
    }

    /// Starts effects immediately, except long-running ones, which start after the next frame; see
    /// [`Self::start_deferred`].
    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if effect.is_long() {
                self.later.push(effect);
            } else {
                self.performer.perform(effect, self.dependencies);
            }
        }
    }

    /// Keeps a reference to the mail in the message pane, so that the model does not free it when the user opens
    /// another mail. Freeing a large mail takes time and would delay the frame, so another thread frees it later.
    fn defer_drop(&mut self) {
        let open = self.model.message_pane.open_mail();
        let same = match (open, &self.shown) {
            (Some(open), Some((opened, lines))) => {
                Arc::ptr_eq(&open.opened, opened) && Arc::ptr_eq(&open.rendered.lines, lines)
            }
            (None, None) => true,
            _ => false,
        };
        if same {
            return;
        }
        let now = open.map(|open| (Arc::clone(&open.opened), Arc::clone(&open.rendered.lines)));
        self.gone.extend(std::mem::replace(&mut self.shown, now));
    }

    /// Starts the long-running effects that were deferred, and frees mails that are no longer shown. The caller must
    /// draw the frame first, because the threads for this work may compete with drawing for a CPU core.
    pub fn start_deferred(&mut self) {
        for effect in std::mem::take(&mut self.later) {
            self.performer.perform(effect, self.dependencies);
        }
        let gone = std::mem::take(&mut self.gone);
        if !gone.is_empty()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            drop(runtime.spawn_blocking(move || drop(gone)));
        }
    }

    /// Reloads the settings if the settings file has changed. Called on each tick, and whenever the operating system
    /// reports a change to the file.
    fn reload_settings(&mut self) {
        match self.dependencies.settings.read_if_changed() {
            Some(Ok((settings, faults))) => self.handle_msg(Msg::Settings(Box::new(settings), faults)),
            Some(Err(why)) => {
                self.handle_msg(Msg::Warning(format!("{why}. The settings stay as they were.").into()));
            }
            None => {}
        }
    }

    /// Starts the subscriptions that the current state of the model requires, and stops all others.
    pub fn update_subscriptions(&mut self) {
        self.dependencies.mailbox.set_foreground(self.model.focused);
        self.streams.update(subscriptions(&self.model), self.dependencies, &self.sender);
    }

    /// Waits for an event and handles it. Returns the bytes that the caller must write to the terminal.
    pub async fn handle_next_event(&mut self) -> Vec<u8> {
        self.update_subscriptions();
        self.start_deferred();
        match self.receiver.recv().await {
            Some(event) => self.handle_event(event),
            // The engine owns a sender, so the channel is never closed.
            None => Vec::new(),
        }
    }

    /// Handles an event that a task has sent. Returns the bytes that the caller must write to the terminal.
    pub(super) fn handle_event(&mut self, event: RuntimeEvent) -> Vec<u8> {
        match event {
            // A caller with a screen has already removed the image from the event.
            RuntimeEvent::Msg(msg) | RuntimeEvent::Picture(_, msg) => self.handle_msg(msg),
            RuntimeEvent::WithWarning(words, msg) => {
                self.handle_msg(msg);
                self.handle_msg(Msg::Warning(words));
            }
            RuntimeEvent::Settings => self.reload_settings(),
            RuntimeEvent::Check(check) => check.answer(),
            RuntimeEvent::Terminal(bytes) => return bytes,
            // A caller with a screen has already run the program.
            RuntimeEvent::Foreground(foreground) => {
                let msg = foreground.run().msg;
                self.handle_msg(msg);
            }
            RuntimeEvent::Write(bytes, msg) => {
                self.handle_msg(msg);
                return bytes;
            }
        }
        Vec::new()
    }

    /// Stops the subscriptions, and waits for the tasks that must finish before this program exits.
    pub async fn finish(self) {
        drop(self.streams);
        self.performer.finish().await;
    }
}
