//! The port (trait) that sends the sample mails of demo mode.

use super::BoxFuture;
use mail_reader::sanitize::SafeText;

/// Sends sample mails to an address by SMTP, so that they are received like any other mail.
pub trait DemoMail: Send + Sync + std::fmt::Debug {
    /// Sends all sample mails to the address `to`, one after the other. On failure, returns a message to show to the
    /// user.
    fn send<'a>(&'a self, to: &'a str) -> BoxFuture<'a, Result<(), SafeText>>;
}
