//! Makes a command wait until the user has unlocked the keyring, provided that the user can see the command's messages.

use super::output;
use dropmail_client::domain::keyring::KeyringProblem;
use dropmail_client::service::{KeyringProgress, KeyringWait, Mailbox};
use std::io::{self, IsTerminal};
use std::time::Duration;

/// Maximum time that a command on a terminal waits for the user to unlock the keyring. After this time, the call that
/// needs the keyring fails.
const UNLOCK_TIMEOUT: Duration = Duration::from_mins(2);

/// Makes the mailbox wait until the user unlocks a locked keyring, if standard error is a terminal. In a script, the
/// user would not see why the command is waiting.
pub(super) fn wait_if_terminal(mailbox: Mailbox) -> Mailbox {
    if io::stderr().is_terminal() {
        mailbox.with_keyring_wait(KeyringWait { limit: UNLOCK_TIMEOUT, tell: print_progress })
    } else {
        mailbox
    }
}

fn print_progress(progress: KeyringProgress) {
    let minutes = UNLOCK_TIMEOUT.as_secs() / 60;
    output::print_progress(&match progress {
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
