//! Serves a connection from another process to the process that owns the data directory.

use crate::domain::service_status::ServiceStatus;
use crate::domain::time::Timestamp;
use crate::instance::calls;
use crate::instance::hub::ChangeEvent;
use crate::instance::owner_state::OwnerState;
use crate::instance::protocol::{Call, MAX_REQUEST_BYTES, OwnerMessage, Request, VERSION, to_json_line};
use crate::instance::wire::WireError;
use crate::ports::instance::{InstanceEvent, LivenessCheck};
use futures_util::{SinkExt, StreamExt};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::codec::{Framed, LinesCodec};

/// Timeout for the first protocol message from the other process. If it expires, the connection is closed.
const HELLO_TIMEOUT: Duration = Duration::from_secs(2);

/// Maximum number of pending requests, and maximum number of open streams, on one connection. Further requests and
/// streams fail.
const MAX_REQUESTS: usize = 64;

/// Maximum number of queued protocol messages for a process that does not read them. If it is exceeded, the connection
/// is closed.
const MAX_QUEUED: usize = 4096;

/// Timeout for writing a protocol message to the other process. If it expires, the connection is closed.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

type LineStream = Framed<UnixStream, LinesCodec>;

/// Serves the connection with the given `number` until the other process closes it, sends an invalid protocol message,
/// or no longer reads its messages.
pub(super) async fn run(stream: UnixStream, number: u64, owner_state: Arc<OwnerState>) {
    let mut lines = Framed::new(stream, LinesCodec::new_with_max_length(MAX_REQUEST_BYTES));
    if !handshake(&mut lines, &owner_state).await {
        return;
    }
    let (mut sink, mut requests) = lines.split();
    let (answers, mut to_send) = mpsc::channel::<String>(MAX_QUEUED);
    let mut writer = JoinSet::new();
    writer.spawn(async move {
        while let Some(answer) = to_send.recv().await {
            let sent = tokio::time::timeout(WRITE_TIMEOUT, sink.send(answer)).await;
            if !matches!(sent, Ok(Ok(()))) {
                return;
            }
        }
    });
    let mut connection = PeerConnection {
        number,
        answers,
        calls: JoinSet::new(),
        streams: JoinSet::new(),
        stops: HashMap::new(),
        check: None,
        last_ping: 0,
        owner_state: Arc::clone(&owner_state),
    };
    let mut changes = owner_state.hub.changes();
    let mut statuses = owner_state.direct.service_status();
    loop {
        let flow = tokio::select! {
            request = requests.next() => match request {
                Some(Ok(text)) => connection.handle(&text),
                Some(Err(_)) | None => ControlFlow::Break(()),
            },
            change = changes.recv() => match change {
                Ok(change) => connection.report(&change),
                // The other process has missed changes, so it has to read the archive again.
                Err(RecvError::Lagged(_)) => connection.send(&OwnerMessage::Changed { change: crate::instance::wire::Change::Archive }),
                Err(RecvError::Closed) => ControlFlow::Break(()),
            },
            Some(status) = statuses.next() => connection.send(&status_message(&status)),
            () = await_liveness_answer(&mut connection.check) => {
                connection.check = None;
                let id = connection.last_ping;
                connection.send(&OwnerMessage::Pong { id })
            }
            Some(_) = connection.calls.join_next() => ControlFlow::Continue(()),
            Some(_) = connection.streams.join_next() => ControlFlow::Continue(()),
            Some(_) = writer.join_next() => ControlFlow::Break(()),
        };
        if flow.is_break() {
            break;
        }
    }
    // The service may still be executing a request from the other process, and the result must be stored.
    while connection.calls.join_next().await.is_some() {}
}

/// Reads the first protocol message from the other process and replies to it. Returns whether that process may send
/// requests.
async fn handshake(lines: &mut LineStream, owner_state: &OwnerState) -> bool {
    let Ok(Some(Ok(text))) = tokio::time::timeout(HELLO_TIMEOUT, lines.next()).await else { return false };
    let answer = match serde_json::from_str(&text) {
        Ok(Request::Hello { version: VERSION, identity }) if identity == owner_state.identity => {
            OwnerMessage::Welcome { version: VERSION }
        }
        Ok(Request::Hello { version: VERSION, .. }) => OwnerMessage::Refused {
            why: "the mailbox on the screen uses another service or token".to_owned(),
        },
        Ok(Request::Hello { .. }) => {
            OwnerMessage::Refused { why: "the mailbox on the screen is of another version".to_owned() }
        }
        Ok(_) | Err(_) => return false,
    };
    let is_welcome = matches!(answer, OwnerMessage::Welcome { .. });
    let Some(answer) = to_json_line(&answer) else { return false };
    let sent = tokio::time::timeout(WRITE_TIMEOUT, lines.send(answer)).await;
    is_welcome && matches!(sent, Ok(Ok(())))
}

/// Waits until the event loop has answered the pending liveness check. Waits forever if no check is pending.
async fn await_liveness_answer(check: &mut Option<oneshot::Receiver<()>>) {
    // If the program exits, the event loop ends without a reply.
    let is_answered = match check {
        Some(check) => check.await.is_ok(),
        None => false,
    };
    if !is_answered {
        std::future::pending::<()>().await;
    }
}

fn status_message(status: &ServiceStatus) -> OwnerMessage {
    OwnerMessage::Status {
        slowed_until: status.slowed_until.map(Timestamp::as_millisecond),
        captcha: status.captcha,
        legacy_token: status.legacy_token,
    }
}

struct PeerConnection {
    number: u64,
    answers: mpsc::Sender<String>,
    calls: JoinSet<()>,
    streams: JoinSet<()>,
    stops: HashMap<u64, AbortHandle>,
    /// Receives the event loop's answer to the latest liveness check; `None` if no check is pending.
    check: Option<oneshot::Receiver<()>>,
    last_ping: u64,
    owner_state: Arc<OwnerState>,
}

impl PeerConnection {
    fn handle(&mut self, text: &str) -> ControlFlow<()> {
        match serde_json::from_str(text) {
            Ok(Request::Call { id, call }) => self.call(id, call),
            Ok(Request::Watch { id, session }) => {
                let stream = calls::watch(id, session, Arc::clone(&self.owner_state), self.answers.clone());
                self.start_stream(id, stream)
            }
            Ok(Request::Subscribe { id, query, variables }) => {
                let stream = calls::subscribe(
                    id,
                    (query, variables),
                    Arc::clone(&self.owner_state),
                    self.answers.clone(),
                );
                self.start_stream(id, stream)
            }
            Ok(Request::Stop { id }) => {
                if let Some(stop) = self.stops.remove(&id) {
                    stop.abort();
                }
                ControlFlow::Continue(())
            }
            Ok(Request::Changed { change }) => {
                self.owner_state.report_change(change.into(), self.number);
                ControlFlow::Continue(())
            }
            Ok(Request::Ping { id }) => {
                self.ping(id);
                ControlFlow::Continue(())
            }
            Ok(Request::Hello { .. }) | Err(_) => ControlFlow::Break(()),
        }
    }

    fn call(&mut self, id: u64, call: Call) -> ControlFlow<()> {
        if self.calls.len() >= MAX_REQUESTS {
            let result = Err(WireError::Unreachable("too many requests of one window".to_owned()));
            return self.send(&OwnerMessage::Reply { id, clock: 0, result });
        }
        let (owner_state, answers, number) =
            (Arc::clone(&self.owner_state), self.answers.clone(), self.number);
        self.calls.spawn(async move {
            let result = calls::perform(call, &owner_state, number).await;
            let clock = owner_state.clock_offset();
            if let Some(answer) = to_json_line(&OwnerMessage::Reply { id, clock, result }) {
                // The other process may have exited.
                drop(answers.send(answer).await);
            }
        });
        ControlFlow::Continue(())
    }

    fn start_stream(
        &mut self,
        id: u64,
        stream: impl Future<Output = ()> + Send + 'static,
    ) -> ControlFlow<()> {
        self.stops.retain(|_, stop| !stop.is_finished());
        if self.streams.len() >= MAX_REQUESTS {
            let failure = Some(WireError::Unreachable("too many streams of one window".to_owned()));
            return self.send(&OwnerMessage::Ended { id, failure });
        }
        let stop = self.streams.spawn(stream);
        self.stops.insert(id, stop);
        ControlFlow::Continue(())
    }

    /// Passes the ping `id` to the event loop as a liveness check, unless a check is already pending.
    fn ping(&mut self, id: u64) {
        self.last_ping = id;
        if self.check.is_none() {
            let (answer, answered) = oneshot::channel();
            // The connection may have ended in the meantime.
            let check = LivenessCheck::new(move || answer.send(()).unwrap_or_default());
            self.check = Some(answered);
            self.owner_state.send_to_window(InstanceEvent::Check(check));
        }
    }

    fn report(&self, event: &ChangeEvent) -> ControlFlow<()> {
        if event.from == Some(self.number) {
            return ControlFlow::Continue(());
        }
        self.send(&OwnerMessage::Changed { change: (&event.change).into() })
    }

    /// Queues a protocol message without waiting. If the queue is full because the other process does not read its
    /// messages, returns `Break`, and the caller must close the connection.
    fn send(&self, answer: &OwnerMessage) -> ControlFlow<()> {
        match to_json_line(answer).map(|line| self.answers.try_send(line)) {
            Some(Err(_)) => ControlFlow::Break(()),
            Some(Ok(())) | None => ControlFlow::Continue(()),
        }
    }
}
