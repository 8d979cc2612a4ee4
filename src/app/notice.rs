//! Notices: short texts about completed actions and failures.

use crate::domain::sanitize::SafeText;
use crate::domain::time::{SignedDuration, Timestamp};

/// Severity of a notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// An action of the user succeeded.
    Done,
    /// Information for the user.
    Info,
    /// A failure.
    Problem,
}

/// A short text that disappears after a few seconds, unless reduced motion is set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Severity of the notice.
    pub tone: Severity,
    /// Text of the notice.
    pub text: SafeText,
    /// When the notice disappears; with reduced motion it stays.
    pub until: Timestamp,
}

/// Maximum number of notices shown at once; a new one then removes the oldest that reports no failure, if
/// any.
const MAX_NOTICES: usize = 3;

/// The notices on the screen, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Shows a notice: for 12 seconds if it reports a failure, else for 5. It replaces a notice with the same
    /// text.
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

    /// Removes notices whose time has passed and returns whether there were any.
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

    /// The notices on the screen, oldest first.
    pub fn shown(&self) -> &[Notice] {
        &self.0
    }
}
