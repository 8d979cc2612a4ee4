//! The connection of this process to the process that owns the data directory.

mod incoming_streams;
mod pings;
mod receive;
mod requests;

use super::protocol::{
    Call, Identity, MAX_REPLY_BYTES, OwnerMessage, Reply, Request, StreamItem, VERSION, to_json_line,
};
use super::socket;
use super::streams::disconnected_error;
use super::wire::WireError;
use crate::domain::service_status::ServiceStatus;
use crate::domain::sharing::SharedChange;
use crate::domain::time::SignedDuration;
use crate::ports::dropmail_api::ApiError;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinSet;
use tokio_util::codec::{Framed, LinesCodec};

/// Timeout for the process that owns the data directory to accept a connection. If it expires, connecting fails with
/// [`ConnectError::Silent`].
const WELCOME_TIMEOUT: Duration = Duration::from_secs(2);

/// The reason why this process could not connect to the process that owns the data directory.
#[derive(Debug)]
pub(super) enum ConnectError {
    /// This process cannot connect to the socket of the data directory, usually because no process listens on it.
    NoOwner,
    /// The process that owns the data directory does not accept requests from this process, for the given reason.
    Refused(String),
    /// A process listens on the socket of the data directory but does not reply.
    Silent,
}

/// How a connection to the process that owns the data directory ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Closed {
    /// The process that owns the data directory has exited or closed the connection.
    Ended,
    /// The process that owns the data directory does not reply to pings.
    Hung,
}

/// An instruction to the writer task of the connection to the process that owns the data directory.
#[derive(Debug)]
enum WriterCommand {
    /// The writer task must send this protocol message to the process that owns the data directory.
    Line(String),
    /// The writer task must notify the caller once it has sent all earlier protocol messages.
    Flushed(oneshot::Sender<()>),
}

type StreamSender = UnboundedSender<Result<StreamItem, ApiError>>;

/// The state shared by the tasks of the connection to the process that owns the data directory.
#[derive(Debug)]
struct ClientState {
    requests: UnboundedSender<WriterCommand>,
    calls: Mutex<HashMap<u64, oneshot::Sender<Result<Reply, WireError>>>>,
    streams: Mutex<HashMap<u64, StreamSender>>,
    changes: UnboundedSender<SharedChange>,
    status: watch::Sender<ServiceStatus>,
    closed: watch::Sender<Option<Closed>>,
    /// Sequence number of the most recent ping to which the process that owns the data directory has replied.
    answered: watch::Sender<u64>,
    last_id: AtomicU64,
    clock: AtomicI64,
    /// `true` if the user is watching this program window. If so, the process that owns the data directory is pinged
    /// more often.
    is_foreground: AtomicBool,
    /// Notified when a request starts. Pings then become more frequent, so that a hang of the process that owns the
    /// data directory is detected quickly.
    request_started: Notify,
}

/// The connection to the process that owns the data directory.
#[derive(Debug)]
pub(super) struct OwnerConnection {
    shared: Arc<ClientState>,
    changes: Mutex<Option<UnboundedReceiver<SharedChange>>>,
    /// The tasks that read messages, write messages and send pings. They are stopped when the connection is dropped.
    _tasks: JoinSet<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OwnerConnection {
    /// Connects to the process that owns a data directory, and waits until the owner accepts the connection.
    pub(super) async fn connect(folder: &Path, identity: &Identity) -> Result<Arc<Self>, ConnectError> {
        let Ok(stream) = socket::connect(folder).await else { return Err(ConnectError::NoOwner) };
        let mut framed = Framed::new(stream, LinesCodec::new_with_max_length(MAX_REPLY_BYTES));
        let hello = Request::Hello { version: VERSION, identity: identity.clone() };
        let welcomed = async {
            framed.send(to_json_line(&hello)?).await.ok()?;
            framed.next().await?.ok()
        };
        let Ok(answer) = tokio::time::timeout(WELCOME_TIMEOUT, welcomed).await else {
            return Err(ConnectError::Silent);
        };
        match answer.map(|text| serde_json::from_str(&text)) {
            Some(Ok(OwnerMessage::Welcome { version: VERSION })) => Ok(Self::start(framed)),
            Some(Ok(OwnerMessage::Refused { why })) => Err(ConnectError::Refused(why)),
            Some(_) => Err(ConnectError::Refused("the owner is of another version".to_owned())),
            None => Err(ConnectError::NoOwner),
        }
    }

    fn start(framed: Framed<UnixStream, LinesCodec>) -> Arc<Self> {
        let (requests, mut to_send) = unbounded_channel();
        let (changes, changed) = unbounded_channel();
        let shared = Arc::new(ClientState::new(requests, changes));
        let (mut sink, lines) = framed.split();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Some(outgoing) = to_send.recv().await {
                match outgoing {
                    WriterCommand::Line(line) => {
                        if sink.send(line).await.is_err() {
                            return;
                        }
                    }
                    WriterCommand::Flushed(flushed) => drop(flushed.send(())),
                }
            }
        });
        tasks.spawn(receive::run(lines, Arc::clone(&shared)));
        tasks.spawn(pings::run(Arc::clone(&shared)));
        Arc::new(Self { shared, changes: Mutex::new(Some(changed)), _tasks: tasks })
    }

    /// Waits until the connection to the process that owns the data directory ends. Returns how it ended.
    pub(super) async fn closed(&self) -> Closed {
        let mut closed = self.shared.closed.subscribe();
        let ended = closed.wait_for(Option::is_some).await.ok().and_then(|closed| *closed);
        ended.unwrap_or(Closed::Ended)
    }

    /// Returns whether the connection to the process that owns the data directory has ended.
    pub(super) fn is_closed(&self) -> bool {
        self.shared.closed.borrow().is_some()
    }

    /// Returns the stream of changes reported by the process that owns the data directory. Only the first call returns
    /// it; all later calls return `None`.
    pub(super) fn take_changes(&self) -> Option<UnboundedReceiver<SharedChange>> {
        lock(&self.changes).take()
    }

    /// Returns the service's status as reported by the process that owns the data directory.
    pub(super) fn status(&self) -> watch::Receiver<ServiceStatus> {
        self.shared.status.subscribe()
    }

    /// Returns the time by which the local clock is ahead of the service's clock; negative if the local clock is
    /// behind.
    pub(super) fn clock_offset(&self) -> SignedDuration {
        SignedDuration::from_millis(self.shared.clock.load(Ordering::Relaxed))
    }

    /// Sets whether the user is watching this program window. If so, the process that owns the data directory is pinged
    /// more often.
    pub(super) fn set_foreground(&self, is_foreground: bool) {
        if self.shared.is_foreground.swap(is_foreground, Ordering::Relaxed) != is_foreground {
            self.shared.request_started.notify_one();
        }
    }

    /// Sends a request to the process that owns the data directory, and waits for the reply.
    pub(super) async fn call(&self, call: Call) -> Result<Reply, ApiError> {
        let id = self.shared.next_id();
        let (answer, answered) = oneshot::channel();
        lock(&self.shared.calls).insert(id, answer);
        self.shared.send(&Request::Call { id, call });
        self.shared.request_started.notify_one();
        if self.is_closed() {
            lock(&self.shared.calls).remove(&id);
        }
        match answered.await {
            Ok(result) => result.map_err(ApiError::from),
            // The connection has ended before the reply arrived.
            Err(_) => Err(disconnected_error()),
        }
    }

    /// Notifies the process that owns the data directory of a change made by this process.
    pub(super) fn change(&self, change: &SharedChange) {
        self.shared.send(&Request::Changed { change: change.into() });
    }

    /// Waits until all earlier protocol messages have been sent to the process that owns the data directory, or until
    /// the connection to it ends.
    pub(super) async fn flush(&self) {
        let (flushed, is_flushed) = oneshot::channel();
        if self.shared.requests.send(WriterCommand::Flushed(flushed)).is_ok() {
            drop(is_flushed.await);
        }
    }
}

impl ClientState {
    fn new(requests: UnboundedSender<WriterCommand>, changes: UnboundedSender<SharedChange>) -> Self {
        Self {
            requests,
            calls: Mutex::default(),
            streams: Mutex::default(),
            changes,
            status: watch::Sender::default(),
            closed: watch::Sender::default(),
            answered: watch::Sender::default(),
            last_id: AtomicU64::default(),
            clock: AtomicI64::default(),
            is_foreground: AtomicBool::new(true),
            request_started: Notify::new(),
        }
    }

    fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn send(&self, request: &Request) {
        // If the connection has ended, the message is dropped; the caller detects the end in another way.
        drop(to_json_line(request).map(|line| self.requests.send(WriterCommand::Line(line))));
    }

    /// Closes the connection to the process that owns the data directory. All pending requests fail, and all streams
    /// end.
    fn close(&self, closed: Closed) {
        self.closed.send_if_modified(|state| {
            let is_first = state.is_none();
            state.get_or_insert(closed);
            is_first
        });
        lock(&self.calls).clear();
        lock(&self.streams).clear();
    }
}

/// Decodes Base64; returns an error if it is invalid.
pub(super) fn decode_base64(base64: &str) -> Result<Bytes, ApiError> {
    BASE64_STANDARD
        .decode(base64)
        .map(Bytes::from)
        .map_err(|error| ApiError::Unexpected(format!("the owner sent wrong bytes: {error}").into()))
}
