//! Waits for a locked keyring if a user sees the messages of the command.

use super::output;
use crate::domain::keyring::KeyringProblem;
use crate::service::{KeyringProgress, KeyringWait, Mailbox};
use std::io::{self, IsTerminal};
use std::time::Duration;

/// Maximum time that a command on a terminal waits until the user has unlocked the keyring.
const LIMIT: Duration = Duration::from_mins(2);

/// Returns the mailbox with a wait for the keyring if standard error is a terminal. In a script, no user would
/// read why the command waits.
pub(super) fn on_terminal(mailbox: Mailbox) -> Mailbox {
    if io::stderr().is_terminal() {
        mailbox.with_keyring_wait(KeyringWait { limit: LIMIT, tell })
    } else {
        mailbox
    }
}

fn tell(progress: KeyringProgress) {
    let minutes = LIMIT.as_secs() / 60;
    output::progress(&match progress {
        KeyringProgress::Waiting(KeyringProblem::Locked) => {
            format!(
                "the keyring is locked; waiting until you unlock it ({minutes} minutes at most, Ctrl-C ends)"
            )
        }
        KeyringProgress::Waiting(problem) => {
            format!("{problem}; waiting for it ({minutes} minutes at most, Ctrl-C ends)")
        }
        KeyringProgress::Opened => "the keyring is open".to_owned(),
    });
}
