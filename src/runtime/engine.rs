//! The core at work: messages in, effects and streams out. It knows no terminal: whoever drives
//! it draws, or does not.

use super::dependencies::Dependencies;
use super::effects::{EffectRunner, RuntimeEvent};
use super::pictures::Pencil;
use super::screen::Charset;
use super::subscriptions::Streams;
use crate::app::effect::Effect;
use crate::app::msg::Msg;
use crate::app::reader::LoadedMail;
use crate::app::{Model, subscriptions, update};
use crate::domain::richtext::Line;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A model with everything that it asks of the world under way.
#[derive(Debug)]
pub struct Engine<'a> {
    /// The state.
    pub model: Model,
    pub(super) world: &'a Dependencies,
    performer: EffectRunner,
    streams: Streams,
    sender: UnboundedSender<RuntimeEvent>,
    pub(super) heard: UnboundedReceiver<RuntimeEvent>,
    /// What the message pane holds; see [`Self::defer_drop`].
    shown: Option<Shown>,
    /// What it held before, until it is freed.
    gone: Vec<Shown>,
    /// Long work that waits for the frame; see [`Self::start_deferred`].
    later: Vec<Effect>,
}

/// Shown at the start on a terminal that does not read UTF-8.
const ASCII_ALONE: &str = "This terminal does not read UTF-8: other letters are shown by similar ones or “?”. \
                           What is copied and saved is exact.";

/// A mail and its lines, which may be many.
type Shown = (Arc<LoadedMail>, Arc<[Line]>);

impl<'a> Engine<'a> {
    /// Starts on a world that is there.
    pub fn new(model: Model, world: &'a Dependencies) -> Self {
        let (sender, heard) = unbounded_channel();
        let mut performer = EffectRunner::new(sender.clone());
        performer.route.clone_from(&model.settings.clipboard);
        let (streams, gone, later) = (Streams::default(), Vec::new(), Vec::new());
        let mut engine = Self { model, world, performer, streams, sender, heard, shown: None, gone, later };
        let owner = world.ownership.as_ref().is_none_or(|ownership| ownership.try_acquire());
        engine.take(Msg::Configured { restore: world.restore, owner });
        let booted = Msg::Booted(world.place.clone());
        super::log::note(&booted);
        let effects = update(&mut engine.model, booted);
        // The first call may be refused for a captcha at once: the stream that shows captchas comes first.
        engine.follow();
        engine.perform(effects);
        for remark in &world.remarks {
            engine.take(Msg::Warning(remark.as_str().into()));
        }
        engine
    }

    /// Where those that work beside the engine tell what happened.
    pub(super) fn sender(&self) -> UnboundedSender<RuntimeEvent> {
        self.sender.clone()
    }

    /// Has pictures of messages made for a terminal that draws them itself.
    pub(super) fn draw_with(&mut self, image_picker: Option<Pencil>) {
        self.performer.image_picker = image_picker;
    }

    /// Names the charset of the terminal, and says so where it holds ASCII alone.
    pub(super) fn write_in(&mut self, charset: Charset) {
        self.performer.charset = charset;
        if charset == Charset::Ascii {
            self.take(Msg::Warning(ASCII_ALONE.into()));
        }
    }

    /// Takes a message in and starts what it asks for.
    pub fn take(&mut self, msg: Msg) {
        super::log::note(&msg);
        let second = matches!(msg, Msg::Tick(_) | Msg::SystemResumed(_));
        let settings = matches!(msg, Msg::Settings(..));
        let effects = update(&mut self.model, msg);
        self.perform(effects);
        self.defer_drop();
        if settings {
            self.performer.route.clone_from(&self.model.settings.clipboard);
        }
        if second {
            self.look_at_settings();
        }
    }

    /// Starts what an update asks for; long work waits for the frame, see [`Self::start_deferred`].
    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if effect.is_long() {
                self.later.push(effect);
            } else {
                self.performer.perform(effect, self.world);
            }
        }
    }

    /// A large mail is not freed between two keys: that takes longer than a frame may. It is held here
    /// beside the model, and what the model has let go of is let go of in a thread of its own.
    fn defer_drop(&mut self) {
        let page = self.model.reader.page();
        let same = match (page, &self.shown) {
            (Some(page), Some((opened, lines))) => {
                Arc::ptr_eq(&page.opened, opened) && Arc::ptr_eq(&page.laid.lines, lines)
            }
            (None, None) => true,
            _ => false,
        };
        if same {
            return;
        }
        let now = page.map(|page| (Arc::clone(&page.opened), Arc::clone(&page.laid.lines)));
        self.gone.extend(std::mem::replace(&mut self.shown, now));
    }

    /// Begins the long work that waits, once the frame is drawn: a thread that wakes up for it may take
    /// this one's processor, and what is to be seen would wait for its end.
    pub fn start_deferred(&mut self) {
        for effect in std::mem::take(&mut self.later) {
            self.performer.perform(effect, self.world);
        }
        let gone = std::mem::take(&mut self.gone);
        if !gone.is_empty()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            drop(runtime.spawn_blocking(move || drop(gone)));
        }
    }

    /// When the file's folder has changed; where nobody tells of that, with the tick that comes anyhow.
    fn look_at_settings(&mut self) {
        match self.world.settings.changed() {
            Some(Ok((settings, faults))) => self.take(Msg::Settings(Box::new(settings), faults)),
            Some(Err(why)) => {
                self.take(Msg::Warning(format!("{why}. The settings stay as they were.").into()));
            }
            None => {}
        }
    }

    /// Makes the streams those that the state lives on.
    pub fn follow(&mut self) {
        self.world.mailbox.set_foreground(self.model.focused);
        self.streams.follow(subscriptions(&self.model), self.world, &self.sender);
    }

    /// Waits for something to happen and takes it in; gives the bytes that are for a terminal.
    pub async fn turn(&mut self) -> Vec<u8> {
        self.follow();
        self.start_deferred();
        match self.heard.recv().await {
            Some(heard) => self.hear(heard),
            // A sender is held here: it does not end.
            None => Vec::new(),
        }
    }

    /// Takes in what a task told; gives the bytes that are for a terminal.
    pub(super) fn hear(&mut self, heard: RuntimeEvent) -> Vec<u8> {
        match heard {
            // Whoever has a screen keeps the picture before this.
            RuntimeEvent::Msg(msg) | RuntimeEvent::Picture(_, msg) => self.take(msg),
            RuntimeEvent::WithWarning(words, msg) => {
                self.take(msg);
                self.take(Msg::Warning(words));
            }
            RuntimeEvent::Settings => self.look_at_settings(),
            RuntimeEvent::Terminal(bytes) => return bytes,
            // Whoever has a terminal lends it before this.
            RuntimeEvent::Foreground(foreground) => {
                let msg = foreground.run();
                self.take(msg);
            }
            RuntimeEvent::Write(bytes, msg) => {
                self.take(msg);
                return bytes;
            }
        }
        Vec::new()
    }

    /// Ends the streams and lets what keeps something come to its end.
    pub async fn finish(self) {
        drop(self.streams);
        self.performer.finish().await;
    }
}
