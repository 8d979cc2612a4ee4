//! Desktop notifications for new mail.

use super::BoxFuture;
use crate::domain::sanitize::SafeText;

/// Why a notification was not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot show a desktop notification: {0}")]
pub struct NotifyError(pub String);

/// Shows notifications outside the terminal.
pub trait Notifier: Send + Sync + std::fmt::Debug {
    /// Shows a notification. Does not wait until the user sees or closes it.
    fn notify<'a>(
        &'a self,
        title: &'a SafeText,
        body: &'a SafeText,
    ) -> BoxFuture<'a, Result<(), NotifyError>>;
}
