//! The port for notifications of new mail on the desktop.

use super::BoxFuture;
use mail_reader::sanitize::SafeText;

/// Why the desktop did not show a notification, as text for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot show a desktop notification: {0}")]
pub struct NotifyError(pub String);

/// Shows notifications on the desktop.
pub trait Notifier: Send + Sync + std::fmt::Debug {
    /// Shows a notification. The future does not wait until the user sees or closes the notification.
    fn notify<'a>(
        &'a self,
        title: &'a SafeText,
        body: &'a SafeText,
    ) -> BoxFuture<'a, Result<(), NotifyError>>;
}
