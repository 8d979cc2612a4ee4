//! Defines the arguments of the `release` command.

use super::mail::WhichMail;
use std::path::PathBuf;

/// Arguments of the `release` command: the mail, its recipients and the SMTP server to which the mail is sent.
#[derive(clap::Args, Debug)]
pub(crate) struct ReleaseArgs {
    #[command(flatten)]
    pub(in super::super) which: WhichMail,
    /// Envelope recipient; can be repeated. The recipients in the mail's header get nothing.
    #[arg(long, value_name = "ADDRESS", required = true)]
    pub(in super::super) to: Vec<String>,
    /// The SMTP server: HOST:PORT, or HOST for port 25 (465 with --tls).
    #[arg(long, value_name = "SERVER")]
    pub(in super::super) smtp: String,
    /// Encrypt the connection with STARTTLS; the mail is not sent to a server without it.
    #[arg(long, group = "encryption")]
    pub(in super::super) starttls: bool,
    /// Encrypt the connection from the first byte on.
    #[arg(long, group = "encryption")]
    pub(in super::super) tls: bool,
    /// Trust the certificates of this PEM file too.
    #[arg(long, value_name = "FILE", requires = "encryption")]
    pub(in super::super) ca: Option<PathBuf>,
    /// Log in with this name; the program asks for the password, or reads `DROPMAIL_SMTP_PASSWORD`.
    #[arg(long, value_name = "NAME")]
    pub(in super::super) user: Option<String>,
    /// Envelope sender; `<>` for none [default: the envelope sender with which the mail arrived].
    #[arg(long, value_name = "ADDRESS")]
    pub(in super::super) from: Option<String>,
    /// Send without asking; required if there is no terminal.
    #[arg(long)]
    pub(in super::super) yes: bool,
}

impl ReleaseArgs {
    /// Returns the host and the port of the SMTP server. Returns `None` if the `--smtp` argument contains no host or an
    /// invalid port.
    pub(in super::super) fn smtp_server(&self) -> Option<(String, u16)> {
        let default = if self.tls { 465 } else { 25 };
        let text = self.smtp.trim();
        // An IPv6 address is enclosed in square brackets if a port follows it.
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, rest)) => (host, Some(rest.strip_prefix(':')?)),
            None if text.matches(':').count() > 1 => (text, None),
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let port = port.map_or(Some(default), |port| port.parse().ok().filter(|port| *port > 0))?;
        let is_host = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c == '/' || c == '@');
        is_host.then(|| (host.to_owned(), port))
    }
}
