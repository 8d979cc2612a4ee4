//! Sends the sample mails of the demo over SMTP, so that they arrive like any other mail.

use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::BoxFuture;
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::demo_mail::DemoMail;
use lettre::address::Envelope;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use mail_reader::sanitize::SafeText;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The sample mail templates from `assets/demo`, in the order in which the mails are sent.
const MAILS: &[&str] = &[
    include_str!("../../assets/demo/1-receipt.eml"),
    include_str!("../../assets/demo/2-attachments.eml"),
    include_str!("../../assets/demo/3-hostile.eml"),
    include_str!("../../assets/demo/4-link.eml"),
    include_str!("../../assets/demo/5-japanese.eml"),
    include_str!("../../assets/demo/6-magic.eml"),
    include_str!("../../assets/demo/7-code.eml"),
];

/// The sample mail template that the demo sends later than the others.
const LATE_MAIL: &str = include_str!("../../assets/demo/8-late.eml");

/// Number of sample mails that the demo sends at its start.
pub const COUNT: usize = MAILS.len();

/// Delay between two sample mails, long enough for the user to see each of them arrive.
const MAIL_INTERVAL: Duration = Duration::from_millis(350);

/// Adapter that sends the demo's sample mails to an SMTP server.
#[derive(Debug)]
pub struct SampleMail {
    server: SocketAddr,
    clock: Arc<dyn Clock>,
    late: Option<Duration>,
}

impl SampleMail {
    /// Creates a sender that delivers the sample mails to the SMTP server at the address `server`. `late` is the delay
    /// of the late mail after the others; `None` leaves the late mail out.
    pub fn new(server: SocketAddr, clock: Arc<dyn Clock>, late: Option<Duration>) -> Self {
        Self { server, clock, late }
    }

    async fn send_all(&self, to: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let transport = self.transport();
        for (at, template) in MAILS.iter().enumerate() {
            if at > 0 {
                tokio::time::sleep(MAIL_INTERVAL).await;
            }
            self.send_one(&transport, template, to, at).await?;
        }
        Ok(())
    }

    async fn send_late_mail(&self, to: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let Some(late) = self.late else { return Ok(()) };
        tokio::time::sleep(late).await;
        self.send_one(&self.transport(), LATE_MAIL, to, MAILS.len()).await
    }

    fn transport(&self) -> AsyncSmtpTransport<Tokio1Executor> {
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(self.server.ip().to_string())
            .port(self.server.port())
            .build()
    }

    /// Sends the mail that `template` describes. `at` distinguishes the message ids of the sample mails.
    async fn send_one(
        &self,
        transport: &AsyncSmtpTransport<Tokio1Executor>,
        template: &str,
        to: &str,
        at: usize,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let raw = render_template(template, to, at, self.clock.now());
        let envelope = Envelope::new(Some(sender(template)?), vec![to.parse()?])?;
        transport.send_raw(&envelope, raw.as_bytes()).await?;
        Ok(())
    }
}

/// Returns the error message for the user that a sample mail was not sent.
fn not_sent(why: &(dyn std::error::Error + Send + Sync)) -> SafeText {
    format!("The sample mails could not be sent to the local server: {why}").into()
}

impl DemoMail for SampleMail {
    fn send<'a>(&'a self, to: &'a str) -> BoxFuture<'a, Result<(), SafeText>> {
        Box::pin(async move { self.send_all(to).await.map_err(|why| not_sent(&*why)) })
    }

    fn send_late<'a>(&'a self, to: &'a str) -> BoxFuture<'a, Result<(), SafeText>> {
        Box::pin(async move { self.send_late_mail(to).await.map_err(|why| not_sent(&*why)) })
    }
}

/// Creates a mail from a template: fills in the placeholders, and ends each line except the last one with CR LF. The
/// SMTP client adds the last CR LF. `at` is the index of the sample mail, which is part of the mail's `Message-ID`.
fn render_template(template: &str, to: &str, at: usize, now: Timestamp) -> String {
    let date = now.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    let id = format!("{}.{at}", now.as_millisecond());
    let text = template.replace("{{address}}", to).replace("{{date}}", &date).replace("{{id}}", &id);
    text.lines().collect::<Vec<_>>().join("\r\n")
}

/// Returns the SMTP envelope sender for a template, taken from the template's `From` header field.
fn sender(template: &str) -> Result<Address, lettre::address::AddressError> {
    let from = template.lines().find_map(|line| line.strip_prefix("From:")).unwrap_or_default();
    let address = from.rsplit_once('<').map_or(from, |(_, address)| address);
    address.trim().trim_end_matches('>').parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_has_a_sender_and_no_placeholder() {
        for template in MAILS.iter().chain([&LATE_MAIL]) {
            assert!(sender(template).is_ok(), "{template}");
            let raw = render_template(template, "me@example.org", 0, Timestamp::UNIX_EPOCH);
            assert!(!raw.contains("{{"), "{raw}");
            assert!(raw.contains("me@example.org"));
        }
    }
}
