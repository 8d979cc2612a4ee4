//! Short messages about what was just done or what went wrong.

use crate::domain::sanitize::SafeText;
use crate::domain::time::{SignedDuration, Timestamp};

/// How a notice is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// It went as asked.
    Done,
    /// Something to know.
    Info,
    /// Something failed.
    Problem,
}

/// A message that goes away by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// How it is meant.
    pub tone: Severity,
    /// The words.
    pub text: SafeText,
    /// When it goes away.
    pub until: Timestamp,
}

/// More than this many are never shown together: the oldest go.
const MAX_NOTICES: usize = 3;

/// The messages on the screen, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Shows a message for a few seconds, problems for longer. The same words are shown once.
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
            // What went wrong stays when something else is told.
            let oldest = self.0.iter().position(|notice| notice.tone != Severity::Problem).unwrap_or(0);
            self.0.remove(oldest);
        }
    }

    /// Takes away what has been shown long enough; tells whether there was any.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        let before = self.0.len();
        self.0.retain(|notice| notice.until > now);
        self.0.len() != before
    }

    /// Takes away what was only for the moment: problems stay until their time is over, or Esc.
    pub fn dismiss(&mut self) {
        self.0.retain(|notice| notice.tone == Severity::Problem);
    }

    /// Takes all away; tells whether there was any.
    pub fn clear(&mut self) -> bool {
        let any = !self.0.is_empty();
        self.0.clear();
        any
    }

    /// What is on the screen, oldest first.
    pub fn shown(&self) -> &[Notice] {
        &self.0
    }
}
