//! The `release` command: sends a stored mail through a real SMTP server, byte for byte. It sends the mail only if the
//! user confirms this at the terminal or passes `--yes`.

use super::args::{Args, ReleaseArgs};
use super::mail_source::MailSource;
use super::{CliError, archive, async_runtime, exit_code, output, password};
use crate::adapters::mail_relay::{Relay, RelayError, RelayTls};
use crate::config::Environment;
use crate::runtime::signals::Signals;
use dropmail_client::domain::history::HistoryAction;
use lettre::Address;
use mail_reader::mail::format_size;
use mail_reader::sanitize::SafeText;
use serde_json::json;
use std::io::{self, IsTerminal, Write};
use std::net::IpAddr;

/// The envelope sender of the released mail.
enum Sender {
    /// The envelope sender with which the mail was received.
    OfMail,
    /// The empty envelope sender (`<>`), as in bounces.
    Empty,
    Named(Address),
}

/// The validated arguments of the `release` command. Invalid arguments are reported before the mail is fetched.
pub(super) struct Plan {
    relay: Relay,
    to: Vec<Address>,
    from: Sender,
}

impl Plan {
    pub(super) fn new(args: &ReleaseArgs) -> Result<Self, CliError> {
        let (host, port) = args.smtp_server().ok_or_else(|| {
            CliError::usage("--smtp: write HOST or HOST:PORT, such as mail.example.com:587")
        })?;
        let tls = match (args.starttls, args.tls) {
            (true, _) => RelayTls::StartTls,
            (false, true) => RelayTls::Implicit,
            (false, false) => RelayTls::Off,
        };
        if args.user.is_some() && tls == RelayTls::Off && !is_loopback(&host) {
            return Err(CliError::usage(
                "--user without --starttls or --tls would send the password unencrypted; add one of them",
            ));
        }
        let has_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        if !args.yes && !has_terminal {
            return Err(CliError::usage(
                "the program asks at a terminal before it sends the mail; without one, add --yes",
            ));
        }
        let to = args.to.iter().map(|text| parse_address("--to", text)).collect::<Result<_, _>>()?;
        let from = match args.from.as_deref().map(str::trim) {
            None => Sender::OfMail,
            Some("" | "<>") => Sender::Empty,
            Some(text) => Sender::Named(parse_address("--from", text)?),
        };
        let unread = |why| CliError::usage(format!("--ca: {why}"));
        let ca = args.ca.as_ref().map(std::fs::read).transpose().map_err(unread)?;
        Ok(Self { relay: Relay { host, port, tls, ca, login: None }, to, from })
    }
}

fn parse_address(option: &str, text: &str) -> Result<Address, CliError> {
    text.parse().map_err(|why| CliError::usage(format!("{option} {}: {why}", SafeText::new(text))))
}

/// Returns `true` if a host name or address refers to this machine. A connection to such a host does not leave the
/// machine.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Asks the user for confirmation, unless `--yes` was passed, and sends the mail. Returns the exit code.
pub(super) fn run(
    all: &Args,
    source: &MailSource,
    args: &ReleaseArgs,
    plan: Plan,
    environment: &Environment,
) -> Result<u8, CliError> {
    let code = send(source, args, plan, environment, all.json)?;
    if let Some(stored) = source.stored.as_ref().filter(|_| !all.no_archive) {
        let envelope = &stored.summary.envelope;
        let to = SafeText::new(&format!("{} through {}", args.to.join(", "), args.smtp));
        let action = HistoryAction::Released { mail: envelope.id.clone(), to };
        archive::run_on_archive(environment, &all.flags(), |mailbox, _| async move {
            mailbox.record_history(&envelope.to, action).await;
            Ok(0)
        })?;
    }
    Ok(code)
}

fn send(
    source: &MailSource,
    args: &ReleaseArgs,
    plan: Plan,
    environment: &Environment,
    as_json: bool,
) -> Result<u8, CliError> {
    let Plan { mut relay, to, from } = plan;
    let from = match from {
        Sender::OfMail => sender_of(source)?,
        Sender::Empty => None,
        Sender::Named(address) => Some(address),
    };
    let recipients: Vec<String> = to.iter().map(ToString::to_string).collect();
    let server = format!("{}:{}", relay.host, relay.port);
    async_runtime::block_on(async {
        if !args.yes {
            let size = format_size(source.raw.len().try_into().unwrap_or(u64::MAX));
            let subject = &source.mail.subject;
            let all = recipients.join(", ");
            confirm(&format!("Send \"{subject}\" ({size}) to {all} through {server}? [y/N] ")).await?;
        }
        if let Some(user) = &args.user {
            relay.login = Some((user.clone(), password::smtp_password(environment, user).await?));
        }
        if !source.raw.ends_with(b"\r\n") {
            output::eprint_line("the mail does not end with a line break; SMTP adds one");
        }
        let mut signals = Signals::new().map_err(CliError::failed)?;
        let reply = tokio::select! {
            sent = relay.send(from, to, &source.raw) => sent.map_err(|why| to_cli_error(&why))?,
            ending = signals.next_termination() => {
                let words = "interrupted; the server may have taken the mail".to_owned();
                return Err(CliError { code: ending.exit_code(), words });
            }
        };
        let reply = SafeText::new(&reply);
        if as_json {
            let stored = source.stored.as_ref().map(|stored| stored.summary.envelope.id.as_str());
            let bytes = source.raw.len();
            let all = json!({"id": stored, "to": recipients, "server": server, "bytes": bytes, "reply": reply.as_str()});
            output::print(&all.to_string())?;
        } else {
            output::print(&reply)?;
        }
        Ok(0)
    })?
}

/// Returns the envelope sender with which the mail was received or, for a mail from a file, the address in its `From`
/// field. Returns `None` if the sender is empty, and an error if it is invalid.
fn sender_of(source: &MailSource) -> Result<Option<Address>, CliError> {
    let written = match &source.stored {
        Some(stored) => stored.summary.envelope.from.as_str(),
        None => source.mail.from.address.as_str(),
    };
    let written = written.trim().trim_start_matches('<').trim_end_matches('>');
    if written.is_empty() {
        return Ok(None);
    }
    written.parse().map(Some).map_err(|why| {
        CliError::usage(format!(
            "the sender {} of the mail: {why}; --from names another",
            SafeText::new(written)
        ))
    })
}

/// Asks the user a question at the terminal. Returns an error if the answer is not `y` or `yes`.
async fn confirm(question: &str) -> Result<(), CliError> {
    let mut signals = Signals::new().map_err(CliError::failed)?;
    drop(write!(io::stderr(), "{}", output::to_stderr_charset(question)));
    drop(io::stderr().flush());
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_read| line)
    });
    let line = tokio::select! {
        answer = answer => answer.map_err(CliError::failed)?.map_err(CliError::failed)?,
        ending = signals.next_termination() => {
            return Err(CliError { code: ending.exit_code(), words: "interrupted; nothing was sent".to_owned() });
        }
    };
    if matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(CliError::failed("nothing was sent"))
}

fn to_cli_error(error: &RelayError) -> CliError {
    let code = match error {
        RelayError::Refused(_) => exit_code::REFUSED,
        RelayError::BareBreak { .. } | RelayError::Tls(_) | RelayError::Failed(_) => exit_code::FAILED,
    };
    CliError { code, words: SafeText::new(&error.to_string()).to_string() }
}
