//! Relays a mail to an SMTP server without changing its bytes.

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::response::Response;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};

/// How the connection to the SMTP server is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelayTls {
    /// The connection to the SMTP server is never encrypted.
    Off,
    /// The connection is encrypted with STARTTLS (RFC 3207). If the SMTP server does not support it, the mail is not
    /// sent.
    StartTls,
    /// The connection to the SMTP server is encrypted from the start.
    Implicit,
}

/// The SMTP server to which mails are relayed, and the credentials for it.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Host name or IP address of the SMTP server.
    pub host: String,
    /// TCP port of the SMTP server.
    pub port: u16,
    /// How the connection to the SMTP server is encrypted.
    pub tls: RelayTls,
    /// CA certificates in PEM format that are trusted in addition to those of the operating system; `None` if there are
    /// none.
    pub ca: Option<Vec<u8>>,
    /// User name and password for the SMTP server; `None` if the mail is sent without authentication.
    pub login: Option<(String, SecretString)>,
}

/// The reason why a mail could not be relayed to the SMTP server.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The mail contains a CR without LF or an LF without CR. SMTP cannot transmit such a byte unchanged.
    #[error("the mail has a line that ends in CR or LF alone; SMTP cannot transmit it unchanged (byte {at})")]
    BareBreak {
        /// Byte offset of this CR or LF in the mail.
        at: usize,
    },
    /// The additional CA certificates or the host name of the SMTP server cannot be used for TLS.
    #[error("TLS: {0}")]
    Tls(String),
    /// The SMTP server rejected the mail permanently.
    #[error("the SMTP server refuses the mail: {0}")]
    Refused(String),
    /// The SMTP server could not be reached, or it rejected the mail temporarily.
    #[error("the mail was not sent: {0}")]
    Failed(String),
}

impl Relay {
    /// Sends a mail to the envelope recipients, and returns the SMTP server's last reply. Does not change the bytes of
    /// the mail, except that it adds a final line break if there is none.
    pub async fn send(
        &self,
        from: Option<Address>,
        to: Vec<Address>,
        raw: &[u8],
    ) -> Result<String, RelayError> {
        if let Some(at) = bare_line_break(raw) {
            return Err(RelayError::BareBreak { at });
        }
        let envelope = Envelope::new(from, to).map_err(|why| RelayError::Failed(why.to_string()))?;
        // The SMTP client ends the mail with a line break and a dot, so the mail's own last line break is removed.
        let body = raw.strip_suffix(b"\r\n").unwrap_or(raw);
        let sent = self.transport()?.send_raw(&envelope, body).await;
        match sent {
            Ok(reply) => Ok(reply_text(&reply)),
            Err(why) if why.is_permanent() => Err(RelayError::Refused(error_chain(&why))),
            Err(why) => Err(RelayError::Failed(error_chain(&why))),
        }
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, RelayError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host).port(self.port);
        let tls = match self.tls {
            RelayTls::Off => Tls::None,
            RelayTls::StartTls => Tls::Required(self.tls_parameters()?),
            RelayTls::Implicit => Tls::Wrapper(self.tls_parameters()?),
        };
        let builder = match &self.login {
            Some((user, password)) => {
                builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()))
            }
            None => builder,
        };
        Ok(builder.tls(tls).build())
    }

    fn tls_parameters(&self) -> Result<TlsParameters, RelayError> {
        let unusable = |why: lettre::transport::smtp::Error| RelayError::Tls(error_chain(&why));
        let mut parameters = TlsParameters::builder(self.host.clone());
        if let Some(pem) = &self.ca {
            parameters = parameters.add_root_certificate(Certificate::from_pem(pem).map_err(unusable)?);
        }
        parameters.build_rustls().map_err(unusable)
    }
}

/// Returns the byte offset of the first CR without LF or LF without CR in the mail; `None` if there is none.
fn bare_line_break(raw: &[u8]) -> Option<usize> {
    memchr::memchr2_iter(b'\r', b'\n', raw).find(|at| match raw.get(*at) {
        Some(b'\r') => raw.get(at + 1) != Some(&b'\n'),
        _ => at.checked_sub(1).and_then(|before| raw.get(before)) != Some(&b'\r'),
    })
}

fn reply_text(reply: &Response) -> String {
    let text: Vec<&str> = reply.message().collect();
    format!("{} {}", reply.code(), text.join(" "))
}

/// Formats an error together with all its causes, because the text of a lettre error does not include them.
fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let inner = error.to_string();
        if !text.contains(&inner) {
            text = format!("{text}: {inner}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::bare_line_break;

    #[test]
    fn a_bare_cr_or_lf_is_found() {
        for (mail, at) in [
            ("a\r\nb\r\n", None),
            ("", None),
            ("\r\n", None),
            ("a\nb", Some(1)),
            ("\n", Some(0)),
            ("a\rb\r\n", Some(1)),
            ("a\r\n\r", Some(3)),
            ("a\r\r\n", Some(1)),
            ("a\r\n\n", Some(3)),
        ] {
            assert_eq!(bare_line_break(mail.as_bytes()), at, "{mail:?}");
        }
    }
}
