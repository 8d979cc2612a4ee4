//! Receives a mail after the `DATA` command, and stores it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::{CHUNK_BYTES, LARGE_CHUNK_BYTES, SmtpConnection};
use crate::faults::SmtpStage;
use crate::mail_content::MailContent;
use crate::smtp::data::{DataReader, MailRejection};
use crate::smtp::fault_injection::{self, InjectedFault};

/// Timeout for further data from an SMTP client in the middle of a mail. After the timeout, the connection is closed.
const MAIL_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout for a partly received mail that is waiting for memory from the shared pool. After the timeout, the mail is
/// refused.
const SPACE_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout for receiving one mail over SMTP. After the timeout, the connection is closed.
const MAX_MAIL_TIME: Duration = Duration::from_mins(10);
/// Minimum size in bytes of a mail that is parsed in a blocking thread. A smaller mail is parsed in the SMTP thread.
const MIN_BLOCKING_BYTES: usize = 128 << 10;

impl SmtpConnection {
    /// Receives one mail and stores it. Returns `false` if the connection must be closed, for instance because the
    /// client disconnected before the end of the mail.
    pub(super) async fn mail(&mut self) -> io::Result<bool> {
        let mut reader = DataReader::new(self.shared.config.limits.mail_bytes);
        let begun = Instant::now();
        let received = loop {
            if let Some(received) = reader.next(&mut self.input) {
                break received;
            }
            if self.memory.reserve(reader.received_bytes(), SPACE_TIMEOUT).await.is_err() {
                reader.give_up(MailRejection::PoolExhausted);
                self.memory.release();
            }
            let chunk = if reader.received_bytes() < CHUNK_BYTES { CHUNK_BYTES } else { LARGE_CHUNK_BYTES };
            let going_on = tokio::time::timeout_at(mail_deadline(begun), self.read_more(chunk)).await;
            match going_on {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return Ok(false),
                Ok(Err(error)) => return Err(error),
                Err(_late) => {
                    self.say("421 4.4.2 the mail takes too long");
                    self.flush().await?;
                    return Ok(false);
                }
            }
        };
        if let Err(MailRejection::BareBreak(kind)) = received {
            // The server would parse the rest of the mail as commands, so the connection ends.
            self.refuse(kind.reply()).await?;
            return Ok(false);
        }
        let reply = match fault_injection::inject(&self.shared, SmtpStage::Message).await {
            None => self.finish_mail(received).await,
            Some(InjectedFault::Cut) => return Ok(false),
            Some(InjectedFault::Refused(reply)) => {
                self.dialogue.take_envelope();
                reply
            }
        };
        self.memory.release();
        self.say(reply);
        Ok(true)
    }

    /// Stores a completely received mail, or discards the envelope of a mail that was refused. Returns the reply for
    /// the client.
    async fn finish_mail(&mut self, received: Result<Vec<u8>, MailRejection>) -> &'static str {
        let why = match received {
            Ok(raw) => return self.store(Bytes::from(raw)).await,
            Err(why) => why,
        };
        self.dialogue.take_envelope();
        match why {
            MailRejection::TooLarge => "552 5.3.4 the mail is too large",
            MailRejection::BareBreak(kind) => kind.reply(),
            MailRejection::PoolExhausted => "452 4.3.1 too much mail is being received, try again later",
        }
    }

    async fn store(&mut self, raw: Bytes) -> &'static str {
        let Some(envelope) = self.dialogue.take_envelope() else { return "503 5.5.1 send MAIL first" };
        let parsed = if raw.len() < MIN_BLOCKING_BYTES {
            Ok(MailContent::parse(raw))
        } else {
            // Only one large mail is parsed at a time, so that other cores are free for small mails.
            let _turn = self.shared.slow_mails.acquire().await;
            tokio::task::spawn_blocking(move || MailContent::parse(raw)).await
        };
        let Ok(content) = parsed else { return "451 4.3.0 the mail could not be parsed" };
        for oddity in &envelope.oddities {
            tracing::warn!(
                "a client broke a rule of SMTP, and other servers will refuse its mail: {}",
                oddity.text()
            );
        }
        let store = &self.shared.store;
        match store.deliver(&envelope.from, &envelope.recipients, &Arc::new(content), &envelope.oddities) {
            0 => "550 5.1.1 the address has lapsed",
            _ => "250 2.0.0 stored",
        }
    }
}

/// Returns the deadline for the next chunk of a mail: the end of the timeout for further data, or of the timeout for
/// the whole mail, whichever comes first. `begun` is the time at which the server began to receive the mail.
fn mail_deadline(begun: Instant) -> Instant {
    (begun + MAX_MAIL_TIME).min(Instant::now() + MAIL_TIMEOUT)
}
