//! Copied text on its way: which way took it is what the user is told.

use super::dependencies::Dependencies;
use super::effects::blocking;
use crate::config::{ClipboardMethod, ClipboardRoute};
use crate::domain::sanitize::SafeText;
use crate::ports::clipboard::{Clipboard, ClipboardCommands, ClipboardError, CopiedTo, Retention};
use std::sync::{Arc, Mutex, PoisonError};

type Answer = Result<CopiedTo, SafeText>;

/// Copies; gives the bytes that have to go to the terminal for it, and what became of it.
pub(super) fn copy(
    world: &Dependencies,
    text: SafeText,
    route: ClipboardRoute,
) -> impl Future<Output = (Vec<u8>, Answer)> + Send + use<> {
    let clipboard = Arc::clone(&world.clipboard);
    let programs = Arc::clone(&world.programs);
    let terminal = Arc::clone(&world.terminal_copy);
    async move {
        let mut bytes = Vec::new();
        let mut answer: Option<Answer> = None;
        for way in route.ways {
            let this = match way {
                ClipboardMethod::Terminal(wrapping) => {
                    bytes = terminal(&text, wrapping);
                    Ok(CopiedTo::Terminal)
                }
                other => by_program(Arc::clone(&clipboard), Arc::clone(&programs), other, text.clone()).await,
            };
            answer = Some(both(answer, this));
            if !route.all && matches!(answer, Some(Ok(_))) {
                break;
            }
        }
        (bytes, answer.unwrap_or_else(|| Err(NOWHERE.into())))
    }
}

/// No way at all: a bare console, or a command that was not said.
const NOWHERE: &str = "there is no clipboard here (a bare console has none, and the settings name no \
                       clipboard_command)";

/// What two ways come to: what worked counts.
fn both(before: Option<Answer>, this: Answer) -> Answer {
    match (before, this) {
        (Some(Ok(CopiedTo::System)), Ok(CopiedTo::Terminal | CopiedTo::Tmux)) => Ok(CopiedTo::Both),
        (Some(Ok(before)), _) => Ok(before),
        (Some(Err(_)) | None, this) => this,
    }
}

async fn by_program(
    clipboard: Arc<Mutex<dyn Clipboard>>,
    programs: Arc<dyn ClipboardCommands>,
    way: ClipboardMethod,
    text: SafeText,
) -> Answer {
    let copied = blocking(move || match way {
        ClipboardMethod::Tmux => programs.tmux(&text),
        ClipboardMethod::Command(line) => programs.command(&line, &text),
        ClipboardMethod::System | ClipboardMethod::Terminal(_) => {
            to_desktop(&clipboard, &text, Retention::UntilReplaced)
        }
        ClipboardMethod::SystemUntilQuit => to_desktop(&clipboard, &text, Retention::UntilQuit),
    });
    copied.await.map_err(|why| why.to_string().into())
}

fn to_desktop(
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
    fn what_worked_is_told_and_nothing_else() {
        let no = || Err(SafeText::from("no"));
        assert_eq!(both(None, no()), no());
        assert_eq!(both(Some(no()), Ok(CopiedTo::Terminal)), Ok(CopiedTo::Terminal));
        assert_eq!(both(Some(Ok(CopiedTo::System)), no()), Ok(CopiedTo::System));
        assert_eq!(both(Some(Ok(CopiedTo::System)), Ok(CopiedTo::Terminal)), Ok(CopiedTo::Both));
    }
}
