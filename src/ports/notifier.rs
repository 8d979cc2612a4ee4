//! Tells the desktop that mail came.

use super::BoxFuture;
use crate::domain::sanitize::SafeText;

/// Why nobody was told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the desktop takes no notifications: {0}")]
pub struct NotifyError(pub String);

/// Shows a notification outside the terminal.
pub trait Notifier: Send + Sync + std::fmt::Debug {
    /// Shows it and returns without waiting for anybody to look.
    fn notify<'a>(
        &'a self,
        title: &'a SafeText,
        body: &'a SafeText,
    ) -> BoxFuture<'a, Result<(), NotifyError>>;
}
