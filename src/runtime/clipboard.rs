//! Copies text to the clipboards that the user's settings select, and reports which clipboards received the text.

use super::blocking::run_blocking;
use super::dependencies::{Dependencies, TerminalCopy};
use crate::config::{ClipboardMethod, ClipboardRoute};
use dropmail_client::domain::copied_to::CopiedTo;
use dropmail_client::ports::clipboard::{Clipboard, ClipboardCommands, ClipboardError, Retention};
use mail_reader::sanitize::SafeText;
use std::sync::{Arc, Mutex, PoisonError};

/// The result of copying text: the clipboard that received it, or an error message for the user.
pub type CopyResult = Result<CopiedTo, SafeText>;

/// The ports (traits) through which the program copies text to clipboards.
#[derive(Clone)]
pub struct ClipboardPorts {
    /// The desktop clipboard.
    pub desktop: Arc<Mutex<dyn Clipboard>>,
    /// Copies text by running another program: tmux, or the user's `clipboard_command`.
    pub programs: Arc<dyn ClipboardCommands>,
    /// Function that returns the escape sequence (OSC 52) with which the terminal copies text to its clipboard.
    pub terminal: TerminalCopy,
}

impl std::fmt::Debug for ClipboardPorts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClipboardPorts").finish_non_exhaustive()
    }
}

/// Copies text by the methods that `route` specifies. Returns the OSC 52 escape sequence to write to the terminal
/// (empty if the terminal is not used), and the result to show to the user.
pub(super) fn copy(
    dependencies: &Dependencies,
    text: SafeText,
    route: ClipboardRoute,
) -> impl Future<Output = (Vec<u8>, CopyResult)> + Send + use<> {
    let ports = ClipboardPorts {
        desktop: Arc::clone(&dependencies.clipboard),
        programs: Arc::clone(&dependencies.programs),
        terminal: Arc::clone(&dependencies.terminal_copy),
    };
    copy_through(ports, text, route)
}

/// Copies text through the given ports (traits), by the methods that `route` specifies. Returns the OSC 52 escape
/// sequence to write to the terminal (empty if the terminal is not used), and the result to show to the user.
pub fn copy_through(
    ports: ClipboardPorts,
    text: SafeText,
    route: ClipboardRoute,
) -> impl Future<Output = (Vec<u8>, CopyResult)> + Send + use<> {
    let ClipboardPorts { desktop: clipboard, programs, terminal } = ports;
    async move {
        let mut bytes = Vec::new();
        let mut answer: Option<CopyResult> = None;
        for method in route.methods {
            let this = match method {
                ClipboardMethod::Terminal(wrapping) => {
                    bytes = terminal(&text, wrapping);
                    Ok(CopiedTo::Terminal)
                }
                method @ (ClipboardMethod::System
                | ClipboardMethod::SystemUntilQuit
                | ClipboardMethod::Tmux
                | ClipboardMethod::Command(_)) => {
                    copy_by_program(Arc::clone(&clipboard), Arc::clone(&programs), method, text.clone()).await
                }
            };
            answer = Some(combine_results(answer, this));
            if !route.all && matches!(answer, Some(Ok(_))) {
                break;
            }
        }
        (bytes, answer.unwrap_or_else(|| Err(NOWHERE.into())))
    }
}

/// Error message shown if the terminal has no clipboard, like a Linux console, and the user has not set
/// `clipboard_command`.
const NOWHERE: &str = "there is no clipboard here (a bare console has none, and the settings name no \
                       clipboard_command)";

/// Combines `this`, the result of copying text to one clipboard, with `before`, the combined result for the clipboards
/// tried before it. Returns a success if either of them is a success.
fn combine_results(before: Option<CopyResult>, this: CopyResult) -> CopyResult {
    match (before, this) {
        (Some(Ok(CopiedTo::System)), Ok(CopiedTo::Terminal | CopiedTo::Tmux)) => Ok(CopiedTo::Both),
        (Some(Ok(before)), _) => Ok(before),
        (Some(Err(_)) | None, this) => this,
    }
}

async fn copy_by_program(
    clipboard: Arc<Mutex<dyn Clipboard>>,
    programs: Arc<dyn ClipboardCommands>,
    method: ClipboardMethod,
    text: SafeText,
) -> CopyResult {
    let copied = run_blocking(move || match method {
        ClipboardMethod::Tmux => programs.copy_to_tmux(&text),
        ClipboardMethod::Command(line) => programs.copy_by_command(&line, &text),
        ClipboardMethod::System | ClipboardMethod::Terminal(_) => {
            copy_to_desktop(&clipboard, &text, Retention::UntilReplaced)
        }
        ClipboardMethod::SystemUntilQuit => copy_to_desktop(&clipboard, &text, Retention::UntilQuit),
    });
    copied.await.map_err(|why| why.to_string().into())
}

fn copy_to_desktop(
    clipboard: &Mutex<dyn Clipboard>,
    text: &str,
    retention: Retention,
) -> Result<CopiedTo, ClipboardError> {
    clipboard.lock().unwrap_or_else(PoisonError::into_inner).copy(text, retention)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_successful_copies_are_reported() {
        let no = || Err(SafeText::from("no"));
        assert_eq!(combine_results(None, no()), no());
        assert_eq!(combine_results(Some(no()), Ok(CopiedTo::Terminal)), Ok(CopiedTo::Terminal));
        assert_eq!(combine_results(Some(Ok(CopiedTo::System)), no()), Ok(CopiedTo::System));
        assert_eq!(combine_results(Some(Ok(CopiedTo::System)), Ok(CopiedTo::Terminal)), Ok(CopiedTo::Both));
    }
}
