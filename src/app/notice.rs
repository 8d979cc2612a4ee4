//! Notices: short texts about completed actions and failures.

use crate::domain::time::{SignedDuration, Timestamp};
use mail_reader::sanitize::SafeText;

/// Severity of a notice; it decides the colour and how long the notice stays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// The notice reports that an action of the user succeeded.
    Done,
    /// The notice gives information; it reports neither a success nor a failure.
    Info,
    /// The notice reports a failure.
    Problem,
}

/// A short text that disappears after a few seconds, unless reduced motion is set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Severity of the notice: success, information or failure.
    pub tone: Severity,
    /// Text of the notice, shown to the user.
    pub text: SafeText,
    /// When the notice disappears. With reduced motion, the notice stays.
    pub until: Timestamp,
}

/// Maximum number of notices shown at once. One more removes the oldest notice that reports no failure; if
/// all report failures, the oldest is removed.
const MAX_NOTICES: usize = 3;

/// The notices that the screen shows, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Shows a notice: for 12 seconds if it reports a failure, otherwise for 5 seconds. A notice with the
    /// same text is replaced.
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
            // A failure stays visible when another notice is added.
            let oldest = self.0.iter().position(|notice| notice.tone != Severity::Problem).unwrap_or(0);
            self.0.remove(oldest);
        }
    }

    /// Removes the notices whose time has passed and returns whether there were any.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        let before = self.0.len();
        self.0.retain(|notice| notice.until > now);
        self.0.len() != before
    }

    /// Removes all notices but failures. Failures stay until their time has passed or the user presses Esc.
    pub fn dismiss(&mut self) {
        self.0.retain(|notice| notice.tone == Severity::Problem);
    }

    /// Removes all notices and returns whether there were any.
    pub fn clear(&mut self) -> bool {
        let any = !self.0.is_empty();
        self.0.clear();
        any
    }

    /// Returns the notices that the screen shows, oldest first.
    pub fn shown(&self) -> &[Notice] {
        &self.0
    }
}
