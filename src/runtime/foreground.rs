//! Runs a program that needs exclusive use of the terminal, such as an editor. Meanwhile, the event loop continues
//! without the screen: sessions stay alive, new mail is stored, and the event loop replies to the liveness checks of
//! other processes.

use super::effects::{Foreground, RuntimeEvent};
use super::engine::Engine;
use super::events::Events;
use super::screen::{Screen, restore_terminal};
use super::signals::Signals;
use crate::app::msg::Msg;
use std::io::{self, Write};
use std::mem::take;

impl Engine<'_> {
    /// Runs an editor or pager and waits until it exits. Events that need the screen, or that start another editor or
    /// pager, are handled afterwards in the order of their arrival. Meanwhile, Ctrl-C applies to the editor or pager
    /// and does not end this process.
    pub(super) async fn run_in_foreground<W: Write>(
        &mut self,
        foreground: Foreground,
        screen: &mut Screen<W>,
        (events, signals): (&mut Events, &mut Signals),
    ) -> io::Result<()> {
        let mut waiting = vec![RuntimeEvent::Foreground(foreground)];
        while !waiting.is_empty() {
            for event in take(&mut waiting) {
                if let RuntimeEvent::Foreground(foreground) = event {
                    events.close();
                    restore_terminal();
                    let ended = self.without_screen(foreground, signals, &mut waiting).await;
                    // The new stream is also opened after an error, so that keys can end this program.
                    let resumed = screen.resume();
                    events.open();
                    resumed?;
                    self.handle_msg(ended);
                    // The size of the window may have changed while this program did not listen for that event.
                    self.handle_msg(Msg::Resize(screen.area()?));
                } else {
                    self.show_event(event, screen)?;
                }
            }
        }
        Ok(())
    }

    /// Runs an editor or pager in a separate thread, and handles events until the editor or pager exits. Events that
    /// need the screen are appended to `waiting`. Returns the `Msg` with the result of the editor or pager.
    async fn without_screen(
        &mut self,
        foreground: Foreground,
        signals: &mut Signals,
        waiting: &mut Vec<RuntimeEvent>,
    ) -> Msg {
        let mut program = tokio::task::spawn_blocking(move || foreground.run());
        loop {
            self.update_subscriptions();
            self.start_deferred();
            tokio::select! {
                ended = &mut program => return match ended {
                    Ok(ended) => {
                        if ended.is_interrupted {
                            signals.wait_interrupted().await;
                        }
                        ended.msg
                    }
                    Err(why) => Msg::Shown(Err(format!("The program failed: {why}").into())),
                },
                () = signals.interrupted() => {}
                Some(event) = self.receiver.recv() => match event {
                    RuntimeEvent::Foreground(_)
                    | RuntimeEvent::Terminal(_)
                    | RuntimeEvent::Write(..)
                    | RuntimeEvent::Picture(..) => waiting.push(event),
                    RuntimeEvent::Msg(_)
                    | RuntimeEvent::WithWarning(..)
                    | RuntimeEvent::Settings
                    | RuntimeEvent::Check(_) => drop(self.handle_event(event)),
                },
            }
        }
    }
}
