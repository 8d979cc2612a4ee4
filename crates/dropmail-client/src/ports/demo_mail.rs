//! The port (trait) for sending the sample mails of the demo.

use super::BoxFuture;
use mail_reader::sanitize::SafeText;

/// Sends sample mails to an address over SMTP, so that they are received like any other mail.
pub trait DemoMail: Send + Sync + std::fmt::Debug {
    /// Sends the sample mails to the address `to`, one by one. If this fails, returns an error message for the user.
    fn send<'a>(&'a self, to: &'a str) -> BoxFuture<'a, Result<(), SafeText>>;

    /// Waits some seconds, then sends one more sample mail to the address `to`. The user thus sees a mail arrive. If this
    /// fails, returns an error message for the user.
    fn send_late<'a>(&'a self, to: &'a str) -> BoxFuture<'a, Result<(), SafeText>>;
}
