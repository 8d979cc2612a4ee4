//! Notices: short messages on the screen about completed actions and failures.

use dropmail_client::domain::time::{SignedDuration, Timestamp};
use mail_reader::sanitize::SafeText;

/// Severity of a notice; determines its colour and how long the screen shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// The notice reports that an action that the user requested has succeeded.
    Done,
    /// The notice gives neutral information; it reports neither a success nor a failure.
    Info,
    /// The notice reports a failure.
    Problem,
}

/// A short message on the screen. It disappears after a few seconds, unless the `reduced_motion` setting is `true`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Severity of the notice: success, information or failure.
    pub tone: Severity,
    /// Text of the notice, shown to the user.
    pub text: SafeText,
    /// Time at which the notice disappears, unless the `reduced_motion` setting is `true`.
    pub until: Timestamp,
}

/// Maximum number of notices on the screen. A further notice replaces the oldest notice that does not report a failure.
/// If all notices report failures, it replaces the oldest one.
const MAX_NOTICES: usize = 3;

/// The notices on the screen, the oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Adds a notice to the screen. A notice about a failure expires after 12 seconds, any other notice after 5
    /// seconds. An existing notice with the same text is replaced.
    pub fn push(&mut self, now: Timestamp, tone: Severity, text: impl Into<SafeText>) {
        let text = text.into();
        let seconds = match tone {
            Severity::Done | Severity::Info => 5,
            Severity::Problem => 12,
        };
        let until = now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now);
        self.0.retain(|notice| notice.text != text);
        self.0.push(Notice { tone, text, until });
        if self.0.len() > MAX_NOTICES {
            // Notices about failures are removed only if there are no other notices.
            let oldest = self.0.iter().position(|notice| notice.tone != Severity::Problem).unwrap_or(0);
            self.0.remove(oldest);
        }
    }

    /// Removes the expired notices. Returns `true` if any notice had expired.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        let before = self.0.len();
        self.0.retain(|notice| notice.until > now);
        self.0.len() != before
    }

    /// Removes all notices except those about failures. The latter stay until they expire or the user presses Esc.
    pub fn dismiss(&mut self) {
        self.0.retain(|notice| notice.tone == Severity::Problem);
    }

    /// Removes all notices.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the notices on the screen, the oldest first.
    pub fn shown(&self) -> &[Notice] {
        &self.0
    }
}
