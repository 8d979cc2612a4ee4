//! The transport of the MCP server: one message per line. Each line that needs a reply gets exactly one.

use super::message::{self, Line};
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

/// Maximum size of a message, in bytes; longer lines are answered with an error and skipped.
const MAX_LINE_BYTES: usize = 16 << 20;

/// Maximum time for writing the last lines when the connection ends; after that they are dropped.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Maximum number of lines in the queue of the writer; when the queue is full, the sender waits.
const MAX_WAITING: usize = 64;

/// A line that the writer task writes. If `written` is set, the task reports the result of writing there.
struct Outgoing {
    line: Vec<u8>,
    written: Option<oneshot::Sender<io::Result<()>>>,
}

/// The transport over an input and an output stream, which answers invalid messages itself.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    /// Whether the transport is skipping the rest of a line that was too long.
    skips: bool,
    /// Whether the client has opened the MCP session by a request. Before that, most kinds of requests are
    /// refused.
    begun: bool,
    /// A reply of the transport itself, for example to an invalid line, that is written next.
    answer: Option<Vec<u8>>,
    output: Option<mpsc::Sender<Outgoing>>,
    writer: JoinSet<()>,
    ended: CancellationToken,
}

enum Step {
    Line,
    TooLong,
    Ended,
}

impl<R: AsyncRead + Send + Unpin> Lines<R> {
    /// Creates a transport over these streams. The transport cancels `ended` when the input ends.
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
            begun: false,
            answer: None,
            output: Some(sender),
            writer,
            ended,
        }
    }

    /// Reads up to the end of a line. If the caller cancels the read, the transport keeps the bytes read so
    /// far.
    async fn read_line(&mut self) -> Step {
        loop {
            let piece = match self.input.fill_buf().await {
                Ok([]) | Err(_) => return if self.line.is_empty() { Step::Ended } else { Step::Line },
                Ok(piece) => piece,
            };
            let end = piece.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(piece.len(), |at| at + 1);
            let fits = self.line.len() + taken <= MAX_LINE_BYTES;
            if fits && !self.skips {
                self.line.extend_from_slice(piece.get(..taken).unwrap_or_default());
            }
            self.input.consume(taken);
            let skipped = self.skips;
            if !fits || skipped {
                self.line = Vec::new();
                self.skips = end.is_none();
                if !skipped {
                    return Step::TooLong;
                }
            } else if end.is_some() {
                return Step::Line;
            }
        }
    }

    /// Queues the reply of the transport itself. If the caller cancels this, the transport keeps the reply.
    async fn answer(&mut self) -> Option<()> {
        if self.answer.is_some() {
            let room = self.output.as_ref()?.reserve().await.ok()?;
            if let Some(line) = self.answer.take() {
                room.send(Outgoing { line, written: None });
            }
        }
        Some(())
    }
}

/// Writes the lines from the channel to `output`, each one completely, until the channel is closed.
async fn write<W: AsyncWrite + Unpin>(mut output: W, mut lines: mpsc::Receiver<Outgoing>) {
    while let Some(Outgoing { line, written }) = lines.recv().await {
        let done = async {
            output.write_all(&line).await?;
            output.flush().await
        };
        let done = done.await;
        if let Some(written) = written {
            // Nothing may be waiting for the notification any more.
            drop(written.send(done));
        }
    }
}

fn line_of(value: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

fn gone() -> io::Error {
    io::Error::from(io::ErrorKind::BrokenPipe)
}

fn begins(message: &ClientJsonRpcMessage) -> bool {
    // A ping or a request for the protocol versions does not open a session.
    matches!(message, JsonRpcMessage::Request(request)
        if !matches!(request.request, ClientRequest::PingRequest(_) | ClientRequest::DiscoverRequest(_)))
}

impl<R: AsyncRead + Send + Unpin + 'static> Transport<RoleServer> for Lines<R> {
    type Error = io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let output = self.output.clone();
        async move {
            let (written, result) = oneshot::channel();
            let outgoing = Outgoing { line: line_of(&item)?, written: Some(written) };
            output.ok_or_else(gone)?.send(outgoing).await.map_err(|_gone| gone())?;
            result.await.map_err(|_gone| gone())?
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            self.answer().await?;
            let wrong: Value = match self.read_line().await {
                Step::Ended => {
                    self.ended.cancel();
                    return None;
                }
                Step::TooLong => message::too_long(MAX_LINE_BYTES),
                Step::Line => {
                    let line = std::mem::take(&mut self.line);
                    match message::read(&line, self.begun) {
                        Line::Message(message) => {
                            self.begun |= begins(&message);
                            return Some(*message);
                        }
                        Line::Wrong(answer) => answer,
                        Line::Nothing => continue,
                    }
                }
            };
            self.answer = line_of(&wrong).ok();
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.output = None;
        // Waits until the queued lines are written, unless the client does not read them.
        drop(timeout(CLOSE_TIMEOUT, self.writer.join_next()).await);
        Ok(())
    }
}
