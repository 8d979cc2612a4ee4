//! The work on one request or one event: how much it may make, and whether anyone still wants it.
//!
//! The size of an answer is counted while the answer is built. A caller that leaves, a server that stops and
//! a limit that is reached all end the work at its next field.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use bytes::Bytes;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::server::events::Channel;
use crate::server::memory::FreedMemory;

/// Maximum size of one answer in bytes of JSON: one mail of the greatest size fits.
const MAX_ANSWER_BYTES: usize = 64 << 20;
/// Maximum number of values of one answer: fields, and entries of lists.
const MAX_ANSWER_VALUES: usize = 300_000;
/// The same for introspection. The standard query gives 3,700 values and 90 KB.
const MAX_INTROSPECTION_BYTES: usize = 2 << 20;
const MAX_INTROSPECTION_VALUES: usize = 30_000;
/// Bytes by which the share of the server's room for answers grows.
const STEP_BYTES: usize = 64 << 10;
/// Bytes that a value takes in an answer beside its own, about.
const VALUE_BYTES: usize = 8;
/// How long a query or mutation may take, its waiting for other work included.
pub(in crate::server) const MAX_TIME: Duration = Duration::from_secs(30);

/// Why an answer was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::server) enum AnswerError {
    #[error("the answer is larger than {MAX_ANSWER_BYTES} bytes; ask for less at once, or use downloadUrl")]
    TooLarge,
    #[error("the answer has more than {MAX_ANSWER_VALUES} values; ask for less at once")]
    TooManyValues,
    #[error("the answer tells more than {MAX_INTROSPECTION_BYTES} bytes about the schema")]
    IntrospectionTooLarge,
    #[error("too many large answers are under way; ask again later")]
    NoRoom,
    #[error("the request took longer than {} seconds", MAX_TIME.as_secs())]
    TimedOut,
    #[error("the caller has left")]
    Left,
    #[error("the server stops")]
    Stopping,
}

impl AnswerError {
    fn code(self) -> &'static str {
        match self {
            Self::TooLarge | Self::TooManyValues | Self::IntrospectionTooLarge => "answer_too_large",
            Self::NoRoom | Self::Left | Self::Stopping => "unavailable",
            Self::TimedOut => "timeout",
        }
    }

    pub(in crate::server) fn graphql(self) -> ServerError {
        let mut error = ServerError::new(self.to_string(), None);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code());
        error.extensions = Some(extensions);
        error
    }
}

/// The server's room for answers that are being built or sent.
#[derive(Debug)]
pub(in crate::server) struct AnswerRoom {
    bytes: AtomicUsize,
    limit: usize,
    freed: FreedMemory,
}

impl AnswerRoom {
    pub(in crate::server) fn new(limit: usize, freed: FreedMemory) -> Self {
        Self { bytes: AtomicUsize::new(0), limit, freed }
    }

    fn take(&self, bytes: usize) -> bool {
        let fits = |taken: usize| taken.checked_add(bytes).filter(|sum| *sum <= self.limit);
        self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok()
    }

    fn give_back(&self, bytes: usize) {
        if bytes > 0 {
            self.bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.freed.report();
        }
    }
}

/// The state of the work, shared between the one that does it and the one that waits for it.
#[derive(Debug)]
pub(in crate::server) struct Work {
    stop: CancellationToken,
    room: Arc<AnswerRoom>,
    /// Queries and mutations have one, subscriptions have none.
    deadline: Option<Instant>,
    left: AtomicBool,
    given_up: Mutex<Option<AnswerError>>,
    is_given_up: AtomicBool,
    values: AtomicUsize,
    bytes: AtomicUsize,
    introspection_values: AtomicUsize,
    introspection_bytes: AtomicUsize,
    /// Share of the room that is taken.
    taken: AtomicUsize,
    /// Number of the mail that the event at hand is about; 0 for none.
    mail: AtomicU64,
    /// What equal subscriptions share.
    channel: OnceLock<Arc<Channel>>,
    /// The event at hand, where it was rendered for all of them.
    text: Mutex<Option<Bytes>>,
}

impl Work {
    pub(in crate::server) fn new(stop: CancellationToken, room: Arc<AnswerRoom>) -> Self {
        Self {
            stop,
            room,
            deadline: Some(Instant::now() + MAX_TIME),
            left: AtomicBool::new(false),
            given_up: Mutex::new(None),
            is_given_up: AtomicBool::new(false),
            values: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            introspection_values: AtomicUsize::new(0),
            introspection_bytes: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            mail: AtomicU64::new(0),
            channel: OnceLock::new(),
            text: Mutex::new(None),
        }
    }

    /// Work without an end in time, on events that equal subscriptions may share.
    pub(in crate::server) fn of_subscription(
        stop: CancellationToken,
        room: Arc<AnswerRoom>,
        channel: Option<Arc<Channel>>,
    ) -> Self {
        let mut work = Self::new(stop, room);
        work.deadline = None;
        if let Some(channel) = channel {
            work.channel.get_or_init(|| channel);
        }
        work
    }

    /// When the work has to be done, if it has to be.
    pub(in crate::server) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The caller has left: no more of the answer is wanted.
    pub(in crate::server) fn leave(&self) {
        self.left.store(true, Ordering::Relaxed);
    }

    /// Begins an answer. A subscription begins one for each event.
    pub(super) fn begin(&self) {
        for count in [&self.values, &self.bytes, &self.introspection_values, &self.introspection_bytes] {
            count.store(0, Ordering::Relaxed);
        }
        *self.given_up.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.is_given_up.store(false, Ordering::Relaxed);
        self.room.give_back(self.taken.swap(0, Ordering::Relaxed));
    }

    /// The answer, or in its place the reason why it was given up.
    pub(super) fn finish(&self, response: Response) -> Response {
        match *self.given_up.lock().unwrap_or_else(PoisonError::into_inner) {
            None => response,
            Some(why) => Response::from_errors(vec![why.graphql()]),
        }
    }

    /// Counts a value that is about to be made; fails once the work is given up.
    pub(super) fn step(&self, introspection: bool) -> Result<(), ServerError> {
        if self.is_given_up.load(Ordering::Relaxed) {
            return Err(ServerError::new("given up", None));
        }
        if self.left.load(Ordering::Relaxed) {
            return Err(self.give_up(AnswerError::Left));
        }
        if self.stop.is_cancelled() {
            return Err(self.give_up(AnswerError::Stopping));
        }
        if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(self.give_up(AnswerError::TimedOut));
        }
        if self.values.fetch_add(1, Ordering::Relaxed) >= MAX_ANSWER_VALUES {
            return Err(self.give_up(AnswerError::TooManyValues));
        }
        let introspected = introspection && {
            self.introspection_values.fetch_add(1, Ordering::Relaxed) >= MAX_INTROSPECTION_VALUES
        };
        if introspected { Err(self.give_up(AnswerError::IntrospectionTooLarge)) } else { Ok(()) }
    }

    /// Counts the size of a value that was made.
    pub(super) fn add(&self, introspection: bool, value: Option<&Value>) -> Result<(), ServerError> {
        let size = VALUE_BYTES + value.map_or(0, json_bytes);
        let bytes = self.bytes.fetch_add(size, Ordering::Relaxed) + size;
        if bytes > MAX_ANSWER_BYTES {
            return Err(self.give_up(AnswerError::TooLarge));
        }
        if introspection {
            let bytes = self.introspection_bytes.fetch_add(size, Ordering::Relaxed) + size;
            if bytes > MAX_INTROSPECTION_BYTES {
                return Err(self.give_up(AnswerError::IntrospectionTooLarge));
            }
        }
        let taken = self.taken.load(Ordering::Relaxed);
        if bytes > taken {
            let more = (bytes - taken).next_multiple_of(STEP_BYTES);
            if !self.room.take(more) {
                return Err(self.give_up(AnswerError::NoRoom));
            }
            self.taken.fetch_add(more, Ordering::Relaxed);
        }
        Ok(())
    }

    fn give_up(&self, why: AnswerError) -> ServerError {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        self.is_given_up.store(true, Ordering::Relaxed);
        why.graphql()
    }

    /// The size of the answer so far, in bytes of JSON.
    pub(in crate::server) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Says which mail the next event is about.
    pub(super) fn about(&self, mail: Option<u64>) {
        self.mail.store(mail.unwrap_or(0), Ordering::Relaxed);
    }

    /// The event at hand, if other subscriptions wait for the same.
    pub(super) fn shared_event(&self) -> Option<(&Channel, u64)> {
        let channel = self.channel.get().filter(|channel| Arc::strong_count(channel) > 1)?;
        match self.mail.load(Ordering::Relaxed) {
            0 => None,
            mail => Some((channel, mail)),
        }
    }

    pub(super) fn set_text(&self, text: Bytes) {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }

    /// The event at hand, where it was rendered for several.
    fn take_text(&self) -> Option<Bytes> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// An answer as JSON.
    pub(in crate::server) fn render(&self, response: &Response) -> Bytes {
        self.take_text().unwrap_or_else(|| json(response, self.bytes()))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.room.give_back(self.taken.swap(0, Ordering::Relaxed));
    }
}

/// A response as JSON. Room for all of it is taken at once: growing would take twice as much.
pub(in crate::server) fn json(response: &Response, about: usize) -> Bytes {
    let mut text = Vec::with_capacity(about + about / 8 + 256);
    match serde_json::to_writer(&mut text, response) {
        Ok(()) => text.into(),
        Err(_unwritable) => {
            Bytes::from_static(b"{\"data\":null,\"errors\":[{\"message\":\"internal_error\"}]}")
        }
    }
}

/// The size of a value in JSON, without the values inside of it: these were counted before.
fn json_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + text.bytes().map(escape_bytes).sum::<usize>(),
        Value::Object(fields) => fields.keys().map(|name| name.len() + VALUE_BYTES).sum(),
        Value::List(entries) => entries.len(),
        Value::Null | Value::Number(_) | Value::Boolean(_) | Value::Binary(_) | Value::Enum(_) => VALUE_BYTES,
    }
}

/// How many bytes JSON puts before a byte of a string (RFC 8259, 7).
fn escape_bytes(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 1,
        0..=0x1f => 5,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(room: &Arc<AnswerRoom>) -> Work {
        Work::new(CancellationToken::new(), Arc::clone(room))
    }

    #[test]
    fn an_answer_is_given_up_at_its_limits_and_says_why() {
        let room = Arc::new(AnswerRoom::new(1 << 30, FreedMemory::default()));
        let value = Value::String("x".repeat(1 << 20));
        let large = work(&room);
        assert!((0..63).all(|_| large.step(false).and_then(|()| large.add(false, Some(&value))).is_ok()));
        assert!(large.add(false, Some(&value)).is_err() && large.step(false).is_err());
        let reply = large.finish(Response::new("half"));
        assert_eq!(reply.errors[0].message, AnswerError::TooLarge.to_string());
        assert_eq!(reply.data, Value::Null);
        large.begin();
        assert!(large.step(false).is_ok(), "the next event begins anew");

        let wide = work(&room);
        assert_eq!(
            (0..=MAX_ANSWER_VALUES).take_while(|_| wide.step(false).is_ok()).count(),
            MAX_ANSWER_VALUES
        );
        let curious = work(&room);
        assert_eq!(
            (0..=MAX_ANSWER_VALUES).take_while(|_| curious.step(true).is_ok()).count(),
            MAX_INTROSPECTION_VALUES
        );
    }

    #[test]
    fn nothing_is_made_for_a_caller_that_left_or_by_a_server_that_stops() {
        let room = Arc::new(AnswerRoom::new(1 << 30, FreedMemory::default()));
        let left = work(&room);
        left.leave();
        assert!(left.step(false).is_err());
        let stop = CancellationToken::new();
        let stopping = Work::new(stop.clone(), room);
        assert!(stopping.step(false).is_ok());
        stop.cancel();
        assert!(stopping.step(false).is_err());
    }

    #[test]
    fn answers_share_one_room_and_give_it_back() {
        let room = Arc::new(AnswerRoom::new(3 << 20, FreedMemory::default()));
        let value = Value::String("x".repeat(2 << 20));
        let first = work(&room);
        assert!(first.add(false, Some(&value)).is_ok());
        let second = work(&room);
        assert!(second.add(false, Some(&value)).is_err());
        drop((first, second));
        assert_eq!(room.bytes.load(Ordering::Relaxed), 0);
        assert!(work(&room).add(false, Some(&value)).is_ok());
    }

    #[test]
    fn sizes_are_those_of_the_json() {
        for text in ["plain", "a\"b\\c\r\n", "\u{1}\u{2}", "\u{fc}"] {
            let value = Value::String(text.to_owned());
            assert_eq!(json_bytes(&value) + 2, serde_json::to_string(&value).unwrap().len(), "{text:?}");
        }
    }
}
