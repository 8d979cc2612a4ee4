//! Handles the signals that terminate, stop or continue this process.

use std::io;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that terminate this process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TerminationSignal {
    /// The SIGINT signal, sent for example when the user presses Ctrl-C.
    Interrupt,
    /// The SIGTERM signal, sent for example by `kill`.
    Terminate,
    /// The SIGHUP signal, sent for example when the terminal is closed.
    HangUp,
}

impl TerminationSignal {
    /// Returns the name of the signal, such as `SIGTERM`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
        }
    }

    /// Returns the exit code that shells expect for this signal: 128 plus its number.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Receives the signals sent to this process. No signal that arrives after this value has been created is lost.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    continued: Signal,
}

/// The required reaction to a signal that this process has received.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SignalRequest {
    /// This process must exit because of the given signal.
    End(TerminationSignal),
    /// This process has been resumed after it was stopped. Another program may have used the terminal in the meantime.
    Continue,
}

/// Timeout for the delivery of a signal that has already been sent, such as the SIGCONT that resumes this process. If
/// it expires, the program continues without the signal.
const SIGNAL_TIMEOUT: Duration = Duration::from_millis(100);

/// Stops the program's process group with SIGTSTP, as the shell expects after Ctrl-Z. Returns when the process group is
/// resumed, or immediately if there is no shell that could resume it.
pub(crate) fn stop_process_group() -> io::Result<()> {
    rustix::process::kill_current_process_group(rustix::process::Signal::TSTP).map_err(io::Error::from)
}

impl Signals {
    /// Starts listening for the signals that terminate or resume this process.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            continued: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// Waits for the next signal. No signal is lost if the future is dropped.
    pub(crate) async fn next(&mut self) -> SignalRequest {
        tokio::select! {
            _ = self.interrupt.recv() => SignalRequest::End(TerminationSignal::Interrupt),
            _ = self.terminate.recv() => SignalRequest::End(TerminationSignal::Terminate),
            _ = self.hang_up.recv() => SignalRequest::End(TerminationSignal::HangUp),
            _ = self.continued.recv() => SignalRequest::Continue,
        }
    }

    /// Waits for the SIGCONT that is delivered after [`stop_process_group`] has returned. Without this wait, the event
    /// loop would handle the signal later. If this process was not stopped, no SIGCONT arrives and the wait times out.
    pub(crate) async fn wait_continued(&mut self) {
        // SIGCONT was sent before `stop_process_group` returned, so it is delivered soon.
        drop(tokio::time::timeout(SIGNAL_TIMEOUT, self.continued.recv()).await);
    }

    /// Waits for a SIGINT. No signal is lost if the future is dropped.
    pub(crate) async fn interrupted(&mut self) {
        self.interrupt.recv().await;
    }

    /// Waits until this process has received the SIGINT that ended a program in the foreground. The terminal sends the
    /// signal to both processes. Without this wait, the event loop could receive the signal later and exit. If this
    /// process does not receive the signal, the wait times out.
    pub(crate) async fn wait_interrupted(&mut self) {
        drop(tokio::time::timeout(SIGNAL_TIMEOUT, self.interrupt.recv()).await);
    }

    /// Waits for the first signal that terminates this process. No signal is lost if the future is dropped.
    pub(crate) async fn next_termination(&mut self) -> TerminationSignal {
        loop {
            if let SignalRequest::End(ending) = self.next().await {
                return ending;
            }
        }
    }
}
