//! Serves the connection of one SMTP client: reads commands, sends replies, and passes mails to the `mail` submodule.

mod mail;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::fault_injection::{self, InjectedFault};
use super::lines::{SmtpLine, SmtpLineSplitter};
use super::session::{Encryption, SmtpSession, SmtpStep};
use super::stream::SmtpStream;
use crate::ServerState;
use crate::faults::SmtpStage;
use crate::receive_pool::ConnectionMemory;
use crate::smtp_settings::SmtpTls;

/// Timeout for data from an SMTP client (RFC 5321, section 4.5.3.2.7). After the timeout, the connection is closed.
const TIMEOUT: Duration = Duration::from_mins(5);
/// Size in bytes of the chunks that are read from an SMTP client, except while a long mail is received. Commands are
/// short, so a small size suffices.
const CHUNK_BYTES: usize = 4 << 10;
const LARGE_CHUNK_BYTES: usize = 64 << 10;
/// Memory in bytes that each SMTP connection may use for a partly received mail before it takes memory from the pool
/// shared by all connections.
const OWN_BYTES: usize = 64 << 10;
/// Timeout for the TLS handshake with an SMTP client. After the timeout, the connection is closed.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum number of bytes that the server reads and discards after it has refused a client's input. After that number,
/// the server closes the connection.
const MAX_DRAINED_BYTES: usize = 1 << 20;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);
const STOPPING: &[u8] = b"421 4.3.2 the server is stopping\r\n";

/// Serves an SMTP client until the client or the server ends the SMTP session.
pub(super) async fn run(stream: TcpStream, tls: SmtpTls, shared: Arc<ServerState>) {
    // The option only makes replies arrive sooner, so an error is ignored. On Linux, connections inherit the option
    // from the listener.
    if !cfg!(target_os = "linux") {
        drop(stream.set_nodelay(true));
    }
    if let Err(error) = serve(stream, tls, shared).await {
        tracing::debug!(%error, "an SMTP connection ended early");
    }
}

/// Runs the SMTP session. After `STARTTLS`, the session continues over TLS.
async fn serve(stream: TcpStream, tls: SmtpTls, shared: Arc<ServerState>) -> io::Result<()> {
    let greeting = String::from("220 localhost ESMTP dropmail-tui\r\n");
    let stream = match tls {
        SmtpTls::Implicit => {
            let stream = handshake(stream, &shared).await?;
            return SmtpConnection::new(stream, Encryption::Tls, greeting, shared).run().await.map(drop);
        }
        SmtpTls::Off | SmtpTls::StartTls => SmtpStream::Plain(stream),
    };
    let encryption = if tls == SmtpTls::StartTls { Encryption::Offered } else { Encryption::None };
    let mut connection = SmtpConnection::new(stream, encryption, greeting, Arc::clone(&shared));
    match (connection.run().await?, connection.stream) {
        (SessionEnd::StartTls, SmtpStream::Plain(stream)) => {
            // After the handshake, the server discards all state of the session before it (RFC 3207, section 4.2).
            let stream = handshake(stream, &shared).await?;
            SmtpConnection::new(stream, Encryption::Tls, String::new(), shared).run().await.map(drop)
        }
        (SessionEnd::StartTls | SessionEnd::Closed, _) => Ok(()),
    }
}

async fn handshake(stream: TcpStream, shared: &ServerState) -> io::Result<SmtpStream> {
    let Some(identity) = &shared.config.smtp_tls_identity else {
        return Err(io::Error::other("the server has no certificate"));
    };
    let accepted = tokio::time::timeout(HANDSHAKE_TIMEOUT, identity.acceptor().accept(stream));
    let stream = tokio::select! {
        accepted = accepted => accepted??,
        () = shared.stop.cancelled() => return Err(io::ErrorKind::Interrupted.into()),
    };
    Ok(SmtpStream::Tls(Box::new(stream)))
}

/// Reason why an SMTP session ended.
#[derive(Debug)]
enum SessionEnd {
    /// The SMTP session has ended, so the connection is closed.
    Closed,
    /// The SMTP client sent `STARTTLS`, so a TLS handshake follows.
    StartTls,
}

struct SmtpConnection {
    stream: SmtpStream,
    /// Timer for detecting an idle client. It is not reset on each transfer, because most connections end before it
    /// fires. If it fires although data has recently been transferred, it is restarted.
    idle_timer: Pin<Box<Sleep>>,
    /// The time of the most recent transfer of data to or from the client.
    last_received: Instant,
    input: BytesMut,
    output: String,
    dialogue: SmtpSession,
    memory: ConnectionMemory,
    shared: Arc<ServerState>,
}

impl SmtpConnection {
    /// Creates an SMTP connection on which the server first sends the reply `greeting`.
    fn new(stream: SmtpStream, encryption: Encryption, greeting: String, shared: Arc<ServerState>) -> Self {
        Self {
            stream,
            idle_timer: Box::pin(tokio::time::sleep(TIMEOUT)),
            last_received: Instant::now(),
            input: BytesMut::new(),
            output: greeting,
            dialogue: SmtpSession::new(Arc::clone(&shared), encryption),
            memory: shared.receive_pool.memory(OWN_BYTES),
            shared,
        }
    }

    /// Runs the SMTP session until it ends or the server stops.
    async fn run(&mut self) -> io::Result<SessionEnd> {
        let stop = self.shared.stop.clone();
        let ended = tokio::select! {
            ended = self.exchange() => Some(ended),
            () = stop.cancelled() => None,
        };
        ended.unwrap_or_else(|| {
            // If the send buffer is too full for the reply, the reply is dropped.
            drop(self.stream.try_write(STOPPING));
            Ok(SessionEnd::Closed)
        })
    }

    async fn exchange(&mut self) -> io::Result<SessionEnd> {
        match fault_injection::inject(&self.shared, SmtpStage::Connect).await {
            None => {}
            Some(InjectedFault::Cut) => return Ok(SessionEnd::Closed),
            Some(InjectedFault::Refused(reply)) => {
                self.output.clear();
                self.say(reply);
                return self.close().await;
            }
        }
        let mut lines = SmtpLineSplitter::default();
        loop {
            let step = match lines.next(&mut self.input) {
                SmtpLine::Whole(line) => {
                    let struck = match fault_injection::stage(&line) {
                        Some(stage) => fault_injection::inject(&self.shared, stage).await,
                        None => None,
                    };
                    match struck {
                        None => self.dialogue.command(&line),
                        Some(InjectedFault::Cut) => return Ok(SessionEnd::Closed),
                        Some(InjectedFault::Refused(reply)) => SmtpStep::Reply(reply.into()),
                    }
                }
                SmtpLine::TooLong => self.dialogue.too_long(),
                SmtpLine::BareBreak(kind) => return self.refuse(kind.reply()).await,
                // The replies to a group of pipelined commands are sent together (RFC 2920).
                SmtpLine::More => {
                    if self.read_more(CHUNK_BYTES).await? {
                        continue;
                    }
                    return Ok(SessionEnd::Closed);
                }
            };
            match step {
                SmtpStep::Reply(reply) => self.say(&reply),
                SmtpStep::Data(reply) => {
                    self.say(&reply);
                    if !self.mail().await? {
                        return Ok(SessionEnd::Closed);
                    }
                }
                SmtpStep::StartTls(reply) => {
                    // Commands that arrived unencrypted must not be executed after the handshake (CVE-2011-0411).
                    self.input.clear();
                    self.say(&reply);
                    self.flush().await?;
                    return Ok(SessionEnd::StartTls);
                }
                SmtpStep::Quit(reply) => {
                    self.say(&reply);
                    return self.close().await;
                }
            }
        }
    }

    /// Sends an error reply to a client that may still be sending, and then discards the client's data for a moment. If
    /// the server closed the connection immediately, the operating system would reset it, and the client might not
    /// receive the reply.
    async fn refuse(&mut self, reply: &str) -> io::Result<SessionEnd> {
        self.say(reply);
        self.close().await?;
        self.stream.shutdown().await?;
        let drained = async {
            let mut bytes = 0;
            while bytes < MAX_DRAINED_BYTES {
                self.input.clear();
                match self.stream.read_buf(&mut self.input).await? {
                    0 => break,
                    read => bytes += read,
                }
            }
            Ok(SessionEnd::Closed)
        };
        tokio::time::timeout(DRAIN_TIMEOUT, drained).await.unwrap_or(Ok(SessionEnd::Closed))
    }

    /// Sends the pending SMTP replies. Over TLS, also sends the alert that announces the end of the connection. The
    /// caller then closes the connection.
    async fn close(&mut self) -> io::Result<SessionEnd> {
        self.flush().await?;
        if let SmtpStream::Tls(stream) = &mut self.stream {
            // Without this message, a client may treat the end of the connection as a truncation attack (RFC 8446,
            // section 6.1).
            stream.shutdown().await?;
        }
        Ok(SessionEnd::Closed)
    }

    fn say(&mut self, reply: &str) {
        self.output.push_str(reply);
        self.output.push_str("\r\n");
    }

    async fn flush(&mut self) -> io::Result<()> {
        // Almost every reply fits into the send buffer, so a single write without waiting suffices.
        let mut sent = self.stream.try_write(self.output.as_bytes())?;
        while let Some(rest) = self.output.as_bytes().get(sent..).filter(|rest| !rest.is_empty()) {
            let written = tokio::select! {
                biased;
                written = self.stream.write(rest) => written?,
                () = idle_timeout(&mut self.idle_timer, self.last_received) => return Err(io::ErrorKind::TimedOut.into()),
            };
            sent += written;
            self.last_received = Instant::now();
        }
        if let SmtpStream::Tls(stream) = &mut self.stream {
            stream.flush().await?;
        }
        self.output.clear();
        Ok(())
    }

    /// Sends pending SMTP replies and reads more input into a buffer with space for `chunk` bytes. Returns `false` if
    /// the client has disconnected or has sent nothing for too long.
    async fn read_more(&mut self, chunk: usize) -> io::Result<bool> {
        if !self.output.is_empty() {
            self.flush().await?;
        }
        self.input.reserve(chunk);
        let read = tokio::select! {
            biased;
            read = self.stream.read_buf(&mut self.input) => Some(read?),
            () = idle_timeout(&mut self.idle_timer, self.last_received) => None,
        };
        self.last_received = Instant::now();
        if read.is_none() {
            self.say("421 4.4.2 timeout, no input received");
            self.flush().await?;
        }
        Ok(read.is_some_and(|read| read > 0))
    }
}

/// Completes when [`TIMEOUT`] has passed since `last_received`, the time of the most recent transfer of data.
async fn idle_timeout(idle_timer: &mut Pin<Box<Sleep>>, last_received: Instant) {
    loop {
        idle_timer.as_mut().await;
        let until = last_received + TIMEOUT;
        if until <= Instant::now() {
            return;
        }
        idle_timer.as_mut().reset(until);
    }
}
