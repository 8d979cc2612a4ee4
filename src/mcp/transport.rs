//! The transport of the MCP server. Each MCP message is one line, and each request receives exactly one reply.

use super::message::{self, ParsedLine};
use rmcp::RoleServer;
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage};
use rmcp::service::TxJsonRpcMessage;
use rmcp::transport::Transport;
use serde_json::Value;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Maximum size of an MCP message in bytes. A longer message is skipped and answered with an error.
const MAX_LINE_BYTES: usize = 16 << 20;

/// Timeout for writing the queued lines when the connection ends. If it expires, the remaining lines are dropped.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Maximum number of lines in the queue of the writer task. Senders wait while the queue is full.
const MAX_WAITING: usize = 64;

/// A line for the writer task. If `written` is present, the task uses it to report whether the line was written.
struct OutgoingLine {
    line: Vec<u8>,
    written: Option<oneshot::Sender<io::Result<()>>>,
}

/// The MCP transport over an input stream and an output stream. It replies to invalid MCP messages itself instead of
/// passing them to the MCP library.
pub(super) struct LineTransport<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    /// `true` while the transport skips the rest of a line that exceeds the maximum size.
    skips: bool,
    /// `true` once the client has opened the MCP session with a request. Until then, most kinds of requests are
    /// rejected.
    session_opened: bool,
    /// A reply that the transport itself has created but not queued yet, such as the error for an invalid line; `None`
    /// if there is none.
    own_reply: Option<Vec<u8>>,
    output: Option<mpsc::Sender<OutgoingLine>>,
    writer: JoinSet<()>,
    ended: CancellationToken,
}

enum ReadOutcome {
    Line,
    TooLong,
    Ended,
}

impl<R: AsyncRead + Send + Unpin> LineTransport<R> {
    /// Creates an MCP transport over the given streams. The transport cancels the token `ended` when the input ends.
    pub(super) fn new<W>(input: R, output: W, ended: CancellationToken) -> Self
    where
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let mut writer = JoinSet::new();
        writer.spawn(write(output, receiver));
        Self {
            input: BufReader::new(input),
            line: Vec::new(),
            skips: false,
            session_opened: false,
            own_reply: None,
            output: Some(sender),
            writer,
            ended,
        }
    }

    /// Reads the rest of the current line. This function is cancellation-safe: if the caller drops the future, the
    /// bytes that have been read are kept.
    async fn read_line(&mut self) -> ReadOutcome {
        loop {
            let chunk = match self.input.fill_buf().await {
                Ok([]) | Err(_) => {
                    return if self.line.is_empty() { ReadOutcome::Ended } else { ReadOutcome::Line };
                }
                Ok(chunk) => chunk,
            };
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(chunk.len(), |at| at + 1);
            let fits = self.line.len() + taken <= MAX_LINE_BYTES;
            if fits && !self.skips {
                self.line.extend_from_slice(chunk.get(..taken).unwrap_or_default());
            }
            self.input.consume(taken);
            let skipped = self.skips;
            if !fits || skipped {
                self.line = Vec::new();
                self.skips = end.is_none();
                if !skipped {
                    return ReadOutcome::TooLong;
                }
            } else if end.is_some() {
                return ReadOutcome::Line;
            }
        }
    }

    /// Queues the transport's own pending reply, if there is one. This function is cancellation-safe: if the caller
    /// drops the future, the reply is kept. Returns `None` if the writer task has ended.
    async fn send_own_reply(&mut self) -> Option<()> {
        if self.own_reply.is_some() {
            let permit = self.output.as_ref()?.reserve().await.ok()?;
            if let Some(line) = self.own_reply.take() {
                permit.send(OutgoingLine { line, written: None });
            }
        }
        Some(())
    }
}

/// The writer task: writes every line from the channel to `output` in full, until the channel is closed.
async fn write<W: AsyncWrite + Unpin>(mut output: W, mut lines: mpsc::Receiver<OutgoingLine>) {
    while let Some(OutgoingLine { line, written }) = lines.recv().await {
        let done = async {
            output.write_all(&line).await?;
            output.flush().await
        };
        let done = done.await;
        if let Some(written) = written {
            // The receiver of the result may have been dropped.
            drop(written.send(done));
        }
    }
}

fn to_line(value: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

fn closed_error() -> io::Error {
    io::Error::from(io::ErrorKind::BrokenPipe)
}

fn opens_session(message: &ClientJsonRpcMessage) -> bool {
    // A ping, or a request for the supported protocol versions, does not open a session.
    matches!(message, JsonRpcMessage::Request(request)
        if !matches!(request.request, ClientRequest::PingRequest(_) | ClientRequest::DiscoverRequest(_)))
}

impl<R: AsyncRead + Send + Unpin + 'static> Transport<RoleServer> for LineTransport<R> {
    type Error = io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let output = self.output.clone();
        async move {
            let (written, result) = oneshot::channel();
            let outgoing = OutgoingLine { line: to_line(&item)?, written: Some(written) };
            output.ok_or_else(closed_error)?.send(outgoing).await.map_err(|_gone| closed_error())?;
            result.await.map_err(|_gone| closed_error())?
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            self.send_own_reply().await?;
            let invalid: Value = match self.read_line().await {
                ReadOutcome::Ended => {
                    self.ended.cancel();
                    return None;
                }
                ReadOutcome::TooLong => message::too_long_error(MAX_LINE_BYTES),
                ReadOutcome::Line => {
                    let line = std::mem::take(&mut self.line);
                    match message::parse_line(&line, self.session_opened) {
                        ParsedLine::Message(message) => {
                            self.session_opened |= opens_session(&message);
                            return Some(*message);
                        }
                        ParsedLine::Invalid(reply) => reply,
                        ParsedLine::Ignored => continue,
                    }
                }
            };
            self.own_reply = to_line(&invalid).ok();
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.output = None;
        // Wait until the queued lines are written, but not longer than the timeout if the client does not read them.
        drop(timeout(CLOSE_TIMEOUT, self.writer.join_next()).await);
        Ok(())
    }
}
