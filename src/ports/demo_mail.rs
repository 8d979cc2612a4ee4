//! The port that sends the sample mails of the demo.

use super::BoxFuture;
use mail_reader::sanitize::SafeText;

/// Sends sample mails to an address by SMTP, so that they arrive like any other mail.
pub trait DemoMail: Send + Sync + std::fmt::Debug {
    /// Sends all sample mails, one after the other. The error is a text for the user.
    fn send<'a>(&'a self, to: &'a str) -> BoxFuture<'a, Result<(), SafeText>>;
}
