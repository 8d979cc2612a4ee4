//! Signals that ask the program to end, to stop and to go on.

use std::io;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A signal that ended the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TerminationSignal {
    /// SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGHUP, or a terminal that is gone.
    HangUp,
}

impl TerminationSignal {
    /// The signal's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
        }
    }

    /// The exit code that shells expect: 128 and the signal's number.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Hears the signals from its making on.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    continued: Signal,
}

/// What a signal asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SignalRequest {
    /// To end.
    End(TerminationSignal),
    /// To go on, after the program was stopped: the terminal was somebody else's meanwhile.
    Continue,
}

/// A signal that was sent is heard within this.
const WORD_OF_GOING_ON: Duration = Duration::from_millis(100);

/// Stops the program and whatever was started together with it, as the shell expects of Ctrl-Z;
/// comes back when it goes on, or at once where there is no shell that could let it go on.
pub(crate) fn stop() -> io::Result<()> {
    rustix::process::kill_current_process_group(rustix::process::Signal::TSTP).map_err(io::Error::from)
}

impl Signals {
    /// Starts to listen.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            continued: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// Waits for the next one. Can be dropped at any time.
    pub(crate) async fn next(&mut self) -> SignalRequest {
        tokio::select! {
            _ = self.interrupt.recv() => SignalRequest::End(TerminationSignal::Interrupt),
            _ = self.terminate.recv() => SignalRequest::End(TerminationSignal::Terminate),
            _ = self.hang_up.recv() => SignalRequest::End(TerminationSignal::HangUp),
            _ = self.continued.recv() => SignalRequest::Continue,
        }
    }

    /// Takes the word that the program goes on, after [`stop`] has come back. There is none where
    /// nothing could stop it.
    pub(crate) async fn wait_continued(&mut self) {
        // It was on its way before `stop` came back: this is no wait for somebody.
        drop(tokio::time::timeout(WORD_OF_GOING_ON, self.continued.recv()).await);
    }

    /// Waits for the first one that asks to end. Can be dropped at any time.
    pub(crate) async fn ending(&mut self) -> TerminationSignal {
        loop {
            if let SignalRequest::End(ending) = self.next().await {
                return ending;
            }
        }
    }
}
