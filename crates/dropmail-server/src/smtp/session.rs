//! Determines the replies to SMTP commands, as a state machine that does not access the socket. The smtp-proto library
//! parses the commands.

// This file exceeds 300 lines because it has an arm for each SMTP command.

use std::borrow::Cow;
use std::sync::Arc;

use smtp_proto::{Error, MAIL_BODY_7BIT, MAIL_BODY_8BITMIME, MAIL_SMTPUTF8, MailFrom, RcptTo, Request};

use super::auth::{self, AuthExchange, AuthStep};
use super::oddity;
use super::other_protocols;
use crate::ServerState;
use crate::smtp_settings::SmtpAuth;
use crate::store::Recipient;
use mail_reader::smtp_oddity::SmtpOddity;

/// Maximum number of invalid or out-of-sequence commands in an SMTP session. When the number is reached, the server
/// closes the connection.
const MAX_WRONG_COMMANDS: usize = 10;
/// Maximum number of refused senders, recipients and mails in an SMTP session. When the number is exceeded, the server
/// closes the connection.
const MAX_REFUSALS: usize = 100;

/// An SMTP reply line without its line terminator.
pub(super) type SmtpReply = Cow<'static, str>;

/// How the server reacts to an SMTP command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SmtpStep {
    Reply(SmtpReply),
    /// The server sends this reply and then receives a mail.
    Data(SmtpReply),
    /// The server sends this reply and then negotiates TLS.
    StartTls(SmtpReply),
    /// The server sends this reply and then closes the connection.
    Quit(SmtpReply),
}

/// The state of an SMTP session.
#[derive(Debug)]
enum SmtpState {
    Fresh,
    Greeted,
    Mail(SmtpEnvelope),
}

/// The SMTP envelope of the mail that the client is sending: sender and recipients.
#[derive(Debug)]
pub(super) struct SmtpEnvelope {
    pub(super) from: Arc<str>,
    pub(super) recipients: Vec<Recipient>,
    /// The rules of RFC 5321 that the SMTP client violated, without duplicates.
    pub(super) oddities: Vec<SmtpOddity>,
    takes_utf8: bool,
}

impl SmtpEnvelope {
    /// Records violations of SMTP rules in the envelope, except those already recorded.
    fn note(&mut self, oddities: &[SmtpOddity]) {
        for oddity in oddities {
            if !self.oddities.contains(oddity) {
                self.oddities.push(*oddity);
            }
        }
    }
}

/// Encryption state of an SMTP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encryption {
    /// The SMTP connection is not encrypted, and the server does not offer TLS.
    None,
    /// The SMTP connection is not encrypted yet; the client may send `STARTTLS` (RFC 3207).
    Offered,
    /// The SMTP connection is encrypted with TLS.
    Tls,
}

/// The SMTP session with one client.
#[derive(Debug)]
pub(super) struct SmtpSession {
    shared: Arc<ServerState>,
    stage: SmtpState,
    encryption: Encryption,
    /// The authentication that is in progress and is waiting for a line from the client; `None` if no authentication is
    /// in progress.
    auth_exchange: Option<AuthExchange>,
    is_authenticated: bool,
    /// Rules that the client's `HELO` or `EHLO` command violated. They are reported for each mail on the connection.
    greeting_oddities: Vec<SmtpOddity>,
    wrong_commands: usize,
    refusals: usize,
}

impl SmtpSession {
    pub(super) fn new(shared: Arc<ServerState>, encryption: Encryption) -> Self {
        Self {
            shared,
            stage: SmtpState::Fresh,
            encryption,
            auth_exchange: None,
            is_authenticated: false,
            greeting_oddities: Vec::new(),
            wrong_commands: 0,
            refusals: 0,
        }
    }

    /// Handles an SMTP command line, and returns how the server must react.
    pub(super) fn command(&mut self, line: &[u8]) -> SmtpStep {
        if let Some(exchange) = self.auth_exchange.take() {
            let response = line.strip_suffix(b"\r\n").unwrap_or(line);
            let step = auth::advance(&self.shared.config.smtp_auth, exchange, response);
            let reply = self.authenticated(step);
            return self.counted(SmtpStep::Reply(reply));
        }
        if other_protocols::is_foreign(line) {
            return SmtpStep::Quit("554 5.5.1 this is SMTP; HTTP is served at another address".into());
        }
        let step = match Request::parse(&mut line.iter()) {
            _ if declares_oversize(line) => SmtpStep::Reply("552 5.3.4 the size is too large".into()),
            Ok(Request::Rcpt { to }) if to.address.is_empty() => match oddity::postmaster(line) {
                Some((request, oddities)) => self.answer(&request, &oddities),
                None => self.answer(&Request::Rcpt { to }, &oddity::find_oddities(line)),
            },
            Ok(request) => self.answer(&request, &oddity::find_oddities(line)),
            Err(error) => match oddity::repair(line) {
                Some((request, oddities)) => self.answer(&request, &oddities),
                None => SmtpStep::Reply(complaint(&error)),
            },
        };
        self.counted(step)
    }

    /// Handles a command line that was too long, and returns how the server must react to it.
    pub(super) fn too_long(&mut self) -> SmtpStep {
        self.counted(SmtpStep::Reply("500 5.5.2 line too long".into()))
    }

    /// Removes and returns the envelope of the current mail; `None` if there is no current mail.
    pub(super) fn take_envelope(&mut self) -> Option<SmtpEnvelope> {
        match std::mem::replace(&mut self.stage, SmtpState::Greeted) {
            SmtpState::Mail(envelope) => Some(envelope),
            SmtpState::Fresh | SmtpState::Greeted => None,
        }
    }

    /// Counts `step` if it is an error reply. Returns `step` unchanged or, after too many errors, a step that closes
    /// the connection.
    fn counted(&mut self, step: SmtpStep) -> SmtpStep {
        let SmtpStep::Reply(reply) = &step else { return step };
        // The codes 50z and 555 mean that the command itself is wrong (RFC 5321, section 4.2.3).
        if reply.starts_with("50") || reply.starts_with("555") {
            self.wrong_commands += 1;
        } else if reply.starts_with('5') {
            self.refusals += 1;
        }
        if self.wrong_commands >= MAX_WRONG_COMMANDS || self.refusals > MAX_REFUSALS {
            return SmtpStep::Quit("421 4.7.0 too many errors".into());
        }
        step
    }

    fn answer<T: AsRef<str>>(&mut self, request: &Request<T>, oddities: &[SmtpOddity]) -> SmtpStep {
        SmtpStep::Reply(match request {
            Request::Ehlo { .. } => {
                self.greeted(oddities);
                self.extensions().into()
            }
            Request::Helo { .. } => {
                self.greeted(oddities);
                "250 localhost".into()
            }
            Request::Mail { from } => self.mail(from, oddities),
            Request::Rcpt { to } => self.recipient(to, oddities),
            Request::Auth { mechanism, initial_response } => self.auth(*mechanism, initial_response.as_ref()),
            Request::StartTls => return self.start_tls(),
            Request::Data => return self.data(),
            Request::Rset => {
                if let SmtpState::Mail(_) = self.stage {
                    self.stage = SmtpState::Greeted;
                }
                "250 2.0.0 reset".into()
            }
            Request::Noop { .. } => "250 2.0.0 ok".into(),
            Request::Vrfy { .. } => {
                "252 2.5.2 cannot verify the user, but will accept mail and try to deliver it".into()
            }
            Request::Help { .. } => {
                "214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP VRFY AUTH STARTTLS HELP QUIT (RFC 5321)".into()
            }
            Request::Quit => return SmtpStep::Quit("221 2.0.0 bye".into()),
            Request::Lhlo { .. }
            | Request::Bdat { .. }
            | Request::Expn { .. }
            | Request::Etrn { .. }
            | Request::Atrn { .. }
            | Request::Burl { .. } => "502 5.5.1 not implemented".into(),
        })
    }

    fn greeted(&mut self, oddities: &[SmtpOddity]) {
        self.stage = SmtpState::Greeted;
        oddities.clone_into(&mut self.greeting_oddities);
    }

    /// Returns the reply to `EHLO`, which lists the SMTP extensions that the server supports.
    fn extensions(&self) -> String {
        let size = format!("SIZE {}", self.shared.config.limits.mail_bytes);
        let auth = match self.shared.config.smtp_auth {
            SmtpAuth::Off => None,
            SmtpAuth::Any | SmtpAuth::Required(_) => Some(format!("AUTH {}", auth::MECHANISMS)),
        };
        let tls = (self.encryption == Encryption::Offered).then(|| "STARTTLS".to_owned());
        let fixed = ["8BITMIME", "SMTPUTF8", "HELP"].map(str::to_owned);
        let list = ["localhost".to_owned(), "PIPELINING".to_owned(), size].into_iter();
        let list = list.chain(fixed).chain(tls).chain(auth);
        let last = std::iter::once("250 ENHANCEDSTATUSCODES".to_owned());
        let lines: Vec<String> = list.map(|name| format!("250-{name}")).chain(last).collect();
        lines.join("\r\n")
    }

    fn auth(&mut self, mechanism: u64, initial_response: &str) -> SmtpReply {
        match (&self.stage, &self.shared.config.smtp_auth) {
            (_, SmtpAuth::Off) => "502 5.5.1 not implemented".into(),
            (SmtpState::Fresh, _) => "503 5.5.1 send EHLO first".into(),
            (SmtpState::Mail(_), _) => "503 5.5.1 a mail transaction is already open".into(),
            (SmtpState::Greeted, _) if self.is_authenticated => "503 5.5.1 already authenticated".into(),
            (SmtpState::Greeted, auth) => {
                let step = auth::start(auth, mechanism, initial_response.trim());
                self.authenticated(step)
            }
        }
    }

    fn authenticated(&mut self, step: AuthStep) -> SmtpReply {
        match step {
            AuthStep::Continue(exchange, challenge) => {
                self.auth_exchange = Some(exchange);
                challenge.into()
            }
            AuthStep::Accepted => {
                self.is_authenticated = true;
                "235 2.7.0 authenticated".into()
            }
            AuthStep::Refused(reply) => reply.into(),
        }
    }

    fn start_tls(&self) -> SmtpStep {
        match (self.encryption, &self.stage) {
            (Encryption::Offered, SmtpState::Fresh | SmtpState::Greeted) => {
                SmtpStep::StartTls("220 2.0.0 start the TLS handshake".into())
            }
            (Encryption::Offered, SmtpState::Mail(_)) => {
                SmtpStep::Reply("503 5.5.1 a mail transaction is already open".into())
            }
            (Encryption::Tls, _) => SmtpStep::Reply("503 5.5.1 the connection uses TLS already".into()),
            (Encryption::None, _) => SmtpStep::Reply("502 5.5.1 not implemented".into()),
        }
    }

    fn mail<T: AsRef<str>>(&mut self, from: &MailFrom<T>, oddities: &[SmtpOddity]) -> SmtpReply {
        match self.stage {
            SmtpState::Fresh => return "503 5.5.1 send EHLO first".into(),
            SmtpState::Mail(_) => return "503 5.5.1 a mail transaction is already open".into(),
            SmtpState::Greeted => {}
        }
        if matches!(self.shared.config.smtp_auth, SmtpAuth::Required(_)) && !self.is_authenticated {
            return "530 5.7.0 authentication required".into();
        }
        let address = from.address.as_ref();
        let limit = self.shared.config.limits.mail_bytes;
        let takes_utf8 = from.flags & MAIL_SMTPUTF8 != 0;
        if from.flags & !(MAIL_BODY_7BIT | MAIL_BODY_8BITMIME | MAIL_SMTPUTF8) != 0 {
            return "555 5.5.4 a parameter is not supported".into();
        }
        if from.size > limit {
            return format!("552 5.3.4 the mail is larger than {limit} bytes").into();
        }
        if let Some(complaint) = bad_address(address, takes_utf8) {
            return complaint;
        }
        let mut envelope = SmtpEnvelope {
            from: address.into(),
            recipients: Vec::new(),
            oddities: self.greeting_oddities.clone(),
            takes_utf8,
        };
        envelope.note(oddities);
        self.stage = SmtpState::Mail(envelope);
        "250 2.1.0 ok".into()
    }

    fn recipient<T: AsRef<str>>(&mut self, to: &RcptTo<T>, oddities: &[SmtpOddity]) -> SmtpReply {
        let address = to.address.as_ref();
        let SmtpState::Mail(envelope) = &mut self.stage else { return "503 5.5.1 send MAIL first".into() };
        if let Some(complaint) = bad_address(address, envelope.takes_utf8) {
            return complaint;
        }
        if envelope.recipients.len() >= self.shared.config.limits.recipients {
            return "452 4.5.3 too many recipients".into();
        }
        let Some(recipient) = self.shared.store.recipient(address) else {
            return "550 5.1.1 no such user here".into();
        };
        envelope.note(oddities);
        if !envelope.recipients.contains(&recipient) {
            envelope.recipients.push(recipient);
        }
        "250 2.1.5 ok".into()
    }

    fn data(&mut self) -> SmtpStep {
        match &self.stage {
            SmtpState::Mail(envelope) if !envelope.recipients.is_empty() => {
                SmtpStep::Data("354 end with a dot on a line of its own".into())
            }
            SmtpState::Mail(_) => SmtpStep::Reply("554 5.5.1 no valid recipients".into()),
            SmtpState::Fresh | SmtpState::Greeted => {
                SmtpStep::Reply("503 5.5.1 send MAIL and RCPT first".into())
            }
        }
    }
}

/// Returns whether the `SIZE` parameter of a `MAIL` command has so many digits that it exceeds any limit. The
/// smtp-proto parser cannot detect this, because its numbers wrap around at 2^64.
fn declares_oversize(line: &[u8]) -> bool {
    if !line.get(..4).is_some_and(|verb| verb.eq_ignore_ascii_case(b"MAIL")) {
        return false;
    }
    let upper = line.to_ascii_uppercase();
    let size = memchr::memmem::rfind(&upper, b" SIZE=");
    let digits = size.and_then(|at| upper.get(at + b" SIZE=".len()..)).unwrap_or_default();
    let digits = digits.iter().skip_while(|byte| **byte == b'0').take_while(|byte| byte.is_ascii_digit());
    digits.count() > 18
}

/// Returns the error reply for an invalid address; `None` if the address is valid. Non-ASCII addresses are valid only
/// if `takes_utf8` is `true` (RFC 6531, section 3.5).
fn bad_address(address: &str, takes_utf8: bool) -> Option<SmtpReply> {
    if address.contains(char::REPLACEMENT_CHARACTER) || address.chars().any(char::is_control) {
        Some("501 5.1.3 the address is not UTF-8".into())
    } else if !address.is_ascii() && !takes_utf8 {
        Some("553 5.6.7 the address needs SMTPUTF8".into())
    } else {
        None
    }
}

fn complaint(error: &Error) -> SmtpReply {
    match error {
        Error::UnknownCommand | Error::NeedsMoreData { .. } => "500 5.5.1 no such command".into(),
        Error::InvalidSenderAddress => "501 5.1.7 the sender is not an address".into(),
        Error::InvalidRecipientAddress => "501 5.1.3 the recipient is not an address".into(),
        Error::SyntaxError { syntax } => format!("501 5.5.4 expected {syntax}").into(),
        Error::InvalidParameter { param } => format!("501 5.5.4 bad value of {param}").into(),
        Error::UnsupportedParameter { .. } => "555 5.5.4 a parameter is not supported".into(),
        Error::ResponseTooLong | Error::InvalidResponse { .. } => "500 5.5.2 line too long".into(),
    }
}
