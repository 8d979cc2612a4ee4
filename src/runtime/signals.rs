//! Signals by which the system asks the program to end, to stop or to continue.

use std::io;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that end the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TerminationSignal {
    /// SIGINT, for example by Ctrl-C.
    Interrupt,
    /// SIGTERM, for example by `kill`.
    Terminate,
    /// SIGHUP, for example because the terminal was closed.
    HangUp,
}

impl TerminationSignal {
    /// Returns the name of the signal.
    pub fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
        }
    }

    /// Returns the exit code that shells expect: 128 plus the number of the signal.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Receives signals, and misses none that arrives after its creation.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    continued: Signal,
}

/// Reactions to a signal: to end or to continue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SignalRequest {
    /// The program must end.
    End(TerminationSignal),
    /// The program continues after a stop; another program may have used the terminal meanwhile.
    Continue,
}

/// Maximum wait for SIGCONT to be delivered after the program continues.
const WORD_OF_GOING_ON: Duration = Duration::from_millis(100);

/// Stops the process group of the program (SIGTSTP), as the shell expects on Ctrl-Z. Returns when the program
/// continues, or at once if there is no shell that could continue it.
pub(crate) fn stop() -> io::Result<()> {
    rustix::process::kill_current_process_group(rustix::process::Signal::TSTP).map_err(io::Error::from)
}

impl Signals {
    /// Starts to receive signals.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            continued: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// Waits for the next signal. Dropping the future loses no signal.
    pub(crate) async fn next(&mut self) -> SignalRequest {
        tokio::select! {
            _ = self.interrupt.recv() => SignalRequest::End(TerminationSignal::Interrupt),
            _ = self.terminate.recv() => SignalRequest::End(TerminationSignal::Terminate),
            _ = self.hang_up.recv() => SignalRequest::End(TerminationSignal::HangUp),
            _ = self.continued.recv() => SignalRequest::Continue,
        }
    }

    /// Consumes the SIGCONT that follows after [`stop`] has returned. There is none if nothing could stop the
    /// program.
    pub(crate) async fn wait_continued(&mut self) {
        // SIGCONT was sent before `stop` returned, so this wait is short.
        drop(tokio::time::timeout(WORD_OF_GOING_ON, self.continued.recv()).await);
    }

    /// Waits for the first signal that ends the program. Dropping the future loses no signal.
    pub(crate) async fn ending(&mut self) -> TerminationSignal {
        loop {
            if let SignalRequest::End(ending) = self.next().await {
                return ending;
            }
        }
    }
}
