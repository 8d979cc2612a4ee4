//! The event loop. It handles keys, signals and events from tasks, and renders the model.

// This file exceeds 300 lines because every event of the program is handled in this loop.

use super::charset::TerminalCharset;
use super::charset_query::CharsetQuery;
use super::dependencies::{Dependencies, NotificationTargets};
use super::effects::RuntimeEvent;
use super::engine::Engine;
use super::events::Events;
use super::keys;
use super::notifications::run_notifications;
use super::screen::{Screen, restore_terminal};
use super::signals::{SignalRequest, Signals, TerminationSignal, stop_process_group};
use crate::app::layout::PaneLayout;
use crate::app::msg::Msg;
use crate::app::settings::Settings;
use crate::app::{Model, update};
use crossterm::event::Event;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::BoxStream;
use futures_util::StreamExt;
use mail_reader::sanitize::SafeText;
use std::io::{self, Write};
use std::pin::{Pin, pin};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

/// The reason why the event loop ended without an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExitReason {
    /// The event loop ended because the user has quit.
    ByUser,
    /// The event loop ended because this process received a signal.
    BySignal(TerminationSignal),
}

/// The errors that end the event loop.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Reading from or writing to the terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
    /// The dependencies of the mailbox could not be constructed, for example because the archive could not be opened.
    #[error(transparent)]
    Boot(anyhow::Error),
}

/// The initial state of the screen, before its first frame: the time, the pane layout and the settings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StartupState {
    /// The time at which the program was started.
    pub now: Timestamp,
    /// The pane layout that the previous run of the program stored.
    pub arrangement: PaneLayout,
    /// The settings from the settings file, and messages about invalid settings.
    pub settings: (Settings, Vec<SafeText>),
}

/// Maximum number of events that are processed before the screen is drawn again; further events are processed after the
/// next frame.
const BATCH: usize = 256;
/// Timeout for the tasks that are still running when the program exits. If it expires, they are cancelled.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);

/// Runs the event loop until the user quits or a termination signal arrives. Draws the first frame immediately, and
/// then constructs the dependencies with `boot`.
pub async fn run<W: Write>(
    screen: &mut Screen<W>,
    start: StartupState,
    boot: impl Future<Output = anyhow::Result<Dependencies>>,
) -> Result<ExitReason, RunError> {
    let mut signals = Signals::new()?;
    let mut model = Model::new(start.now, screen.area()?);
    model.arrangement = start.arrangement;
    model.stored_arrangement = start.arrangement;
    let (settings, faults) = start.settings;
    drop(update(&mut model, Msg::Settings(Box::new(settings), faults)));
    screen.draw(&model)?;
    // The first frame shows no time, and finding the time zone reads many files.
    model.zone = jiff::tz::TimeZone::system();
    let mut boot = pin!(boot);
    let (mut events, mut late) = CharsetQuery::query(screen, &model).await?;
    let booted = if late.is_pending() {
        None
    } else {
        let (typed, booted) = tokio::select! {
            asked = query_graphics_during_boot(screen, &mut boot) => asked?,
            ending = signals.next_termination() => return Ok(ExitReason::BySignal(ending)),
        };
        events.add(typed);
        booted
    };
    // The size of the window may have changed before the program started to listen for that event.
    let area = screen.area()?;
    if area != model.screen {
        drop(update(&mut model, Msg::Resize(area)));
    }
    let mut dependencies = if let Some(dependencies) = booted {
        dependencies
    } else {
        tokio::select! {
            dependencies = boot => dependencies.map_err(RunError::Boot)?,
            ending = signals.next_termination() => return Ok(ExitReason::BySignal(ending)),
            // Keys are handled only after the terminal's reply, because both arrive on the same input.
            ended = run_until_booted_or_quit(&mut events, screen, &mut model), if !late.is_pending() => return ended,
        }
    };
    let notification_targets = dependencies.notification_targets.take();
    let mut engine = Engine::new(model, &dependencies);
    if !late.is_pending() {
        engine.update_terminal_settings(screen);
    }
    // These sets of tasks are dropped when the loop ends, which cancels their tasks.
    let listeners = spawn_listeners(&dependencies, notification_targets, &engine);
    let mut maintenance_tasks = JoinSet::new();
    let (mailbox, instance) = (dependencies.mailbox.clone(), dependencies.instance.clone());
    maintenance_tasks.spawn(super::maintenance::run(
        mailbox,
        dependencies.keep_days,
        instance,
        engine.sender(),
        engine.jobs(),
    ));
    let ended = run_turn(&mut engine, screen, &mut signals, (&mut events, &mut late)).await;
    drop((maintenance_tasks, listeners));
    // The timeout may expire. The user has already been warned that mail not stored by then is not saved.
    drop(tokio::time::timeout(SHUTDOWN_GRACE, engine.finish()).await);
    ended
}

/// Spawns the tasks that announce new mail to the user, and the tasks that report changes to the settings file and
/// events from other processes.
fn spawn_listeners(
    dependencies: &Dependencies,
    notification_targets: Option<NotificationTargets>,
    engine: &Engine<'_>,
) -> JoinSet<()> {
    let mut listeners = JoinSet::new();
    if let Some(notification_targets) = notification_targets {
        listeners.spawn(run_notifications(notification_targets, engine.sender(), engine.jobs()));
    }
    if let Some(changes) = dependencies.settings.changes() {
        listeners.spawn(forward_settings_changes(changes, engine.sender()));
    }
    if let Some(instance) = &dependencies.instance {
        listeners.spawn(super::sharing::run(instance.events(), engine.sender()));
    }
    listeners
}

/// Queries the terminal for its graphics protocol while `boot` constructs the program's dependencies. The graphics
/// protocol is stored in `screen`. Returns the keys that the user typed meanwhile, and the dependencies (`None` if the
/// terminal replied before `boot` finished).
async fn query_graphics_during_boot<W: Write>(
    screen: &mut Screen<W>,
    boot: &mut Pin<&mut impl Future<Output = anyhow::Result<Dependencies>>>,
) -> Result<(Vec<Event>, Option<Dependencies>), RunError> {
    let mut asking = pin!(screen.query_graphics());
    tokio::select! {
        typed = &mut asking => Ok((typed?, None)),
        dependencies = boot => {
            // If starting fails, a late reply of the terminal would be passed to the shell as input, so the reply is
            // awaited.
            let typed = asking.await;
            let dependencies = dependencies.map_err(RunError::Boot)?;
            Ok((typed?, Some(dependencies)))
        }
    }
}

/// Handles keys until the user quits or the terminal closes. Must be run only while the dependencies are being
/// constructed: the caller drops the future when they are ready.
async fn run_until_booted_or_quit<W: Write>(
    events: &mut Events,
    screen: &mut Screen<W>,
    model: &mut Model,
) -> Result<ExitReason, RunError> {
    loop {
        let Some(event) = events.next().await else {
            return Ok(ExitReason::BySignal(TerminationSignal::HangUp));
        };
        if let Some(msg) = keys::to_msg(event?) {
            // No effect can be executed before the dependencies exist; the core shows that to the user.
            drop(update(model, msg));
            if model.quitting {
                return Ok(ExitReason::ByUser);
            }
            screen.draw(model)?;
        }
    }
}

async fn forward_settings_changes(
    mut changes: BoxStream<'static, ()>,
    sender: UnboundedSender<RuntimeEvent>,
) {
    while changes.next().await.is_some() {
        if sender.send(RuntimeEvent::Settings).is_err() {
            return;
        }
    }
}

/// Suspends this process if the user has pressed Ctrl-Z: restores the terminal, stops the process, and takes over the
/// terminal again after SIGCONT. Returns the `Msg` with the terminal's new size; `None` if Ctrl-Z was not pressed.
async fn suspend_if_requested<W: Write>(
    model: &mut Model,
    screen: &mut Screen<W>,
    signals: &mut Signals,
) -> io::Result<Option<Msg>> {
    if !std::mem::take(&mut model.suspending) {
        return Ok(None);
    }
    restore_terminal();
    let stopped = stop_process_group();
    signals.wait_continued().await;
    let again = resume_screen(screen)?;
    stopped.map(|()| Some(again))
}

fn resume_screen<W: Write>(screen: &mut Screen<W>) -> io::Result<Msg> {
    screen.resume()?;
    Ok(Msg::Resize(screen.area()?))
}

impl Engine<'_> {
    async fn handle_event_on_screen<W: Write>(
        &mut self,
        event: RuntimeEvent,
        screen: &mut Screen<W>,
        sources: (&mut Events, &mut Signals),
    ) -> io::Result<()> {
        if let RuntimeEvent::Foreground(foreground) = event {
            return self.run_in_foreground(foreground, screen, sources).await;
        }
        self.show_event(event, screen)
    }

    /// Handles an event that a task has sent, and writes the resulting bytes, if any, to the terminal.
    pub(super) fn show_event<W: Write>(
        &mut self,
        event: RuntimeEvent,
        screen: &mut Screen<W>,
    ) -> io::Result<()> {
        if let RuntimeEvent::Picture(made, msg) = event {
            screen.add_image(*made);
            self.handle_msg(msg);
            return Ok(());
        }
        let bytes = self.handle_event(event);
        if bytes.is_empty() { Ok(()) } else { screen.write(&bytes) }
    }

    /// Updates the settings that depend on the terminal's replies: charset, cell size and background colour.
    fn update_terminal_settings<W: Write>(&mut self, screen: &Screen<W>) {
        self.set_charset(screen.charset());
        if screen.charset() == TerminalCharset::Utf8WideAmbiguous {
            self.handle_msg(Msg::TextWidthChanged);
        }
        self.update_cell_size(screen);
        if let Some(is_light) = screen.has_light_background() {
            self.handle_msg(Msg::LightBackground(is_light));
        }
    }

    /// Applies the screen's graphics protocol and cell size to the images in mails.
    fn update_cell_size<W: Write>(&mut self, screen: &Screen<W>) {
        self.set_image_settings(screen.image_settings());
        if let Some(cell) = screen.cell() {
            self.handle_msg(Msg::CellSize(cell));
        }
    }

    fn handle_terminal_event<W: Write>(
        &mut self,
        event: io::Result<Event>,
        screen: &mut Screen<W>,
    ) -> io::Result<()> {
        if matches!(event, Ok(Event::Resize(..))) && screen.update_cell_size() {
            self.update_cell_size(screen);
        }
        if let Some(msg) = keys::to_msg(event?) {
            // After a pause, the time in the model is out of date, and keys must not be handled with that time.
            self.model.now = self.dependencies.clock.now();
            self.handle_msg(msg);
        }
        Ok(())
    }

    fn draw_and_start_deferred<W: Write>(&mut self, screen: &mut Screen<W>) -> io::Result<()> {
        self.update_subscriptions();
        screen.draw(&self.model)?;
        self.start_deferred();
        Ok(())
    }
}

async fn run_turn<W: Write>(
    engine: &mut Engine<'_>,
    screen: &mut Screen<W>,
    signals: &mut Signals,
    (events, late): (&mut Events, &mut CharsetQuery),
) -> Result<ExitReason, RunError> {
    loop {
        engine.draw_and_start_deferred(screen)?;
        // Keys are handled first, so that many events cannot delay them.
        tokio::select! {
            biased;
            called = signals.next() => match called {
                SignalRequest::End(ending) => return Ok(ExitReason::BySignal(ending)),
                SignalRequest::Continue => engine.handle_msg(resume_screen(screen)?),
            },
            found = late.await_reply(), if late.is_pending() => {
                events.add(found.apply(screen, &engine.model).await?);
                engine.update_terminal_settings(screen);
            }
            event = events.next(), if !late.is_pending() => match event {
                Some(event) => engine.handle_terminal_event(event, screen)?,
                None => return Ok(ExitReason::BySignal(TerminationSignal::HangUp)),
            },
            Some(first) = engine.receiver.recv() => engine.handle_event_on_screen(first, screen, (&mut *events, &mut *signals)).await?,
        }
        // All events that have already arrived result in a single frame.
        for _ in 0..BATCH {
            if engine.model.quitting {
                return Ok(ExitReason::ByUser);
            }
            if let Some(again) = suspend_if_requested(&mut engine.model, screen, signals).await? {
                engine.handle_msg(again);
            }
            if !late.is_pending()
                && let Some(event) = events.next_ready().await
            {
                engine.handle_terminal_event(event, screen)?;
            } else if let Ok(next) = engine.receiver.try_recv() {
                engine.handle_event_on_screen(next, screen, (&mut *events, &mut *signals)).await?;
            } else {
                break;
            }
        }
    }
}
