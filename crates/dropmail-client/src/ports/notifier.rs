//! The port (trait) for desktop notifications about new mail.

use super::BoxFuture;
use mail_reader::sanitize::SafeText;

/// The reason why a desktop notification could not be shown, as a message for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot show a desktop notification: {0}")]
pub struct NotifyError(pub String);

/// Shows desktop notifications.
pub trait Notifier: Send + Sync + std::fmt::Debug {
    /// Shows a desktop notification. Does not wait until the user has seen or closed it.
    fn notify<'a>(
        &'a self,
        title: &'a SafeText,
        body: &'a SafeText,
    ) -> BoxFuture<'a, Result<(), NotifyError>>;
}
